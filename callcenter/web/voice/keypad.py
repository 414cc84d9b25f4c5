"""A status asked for by keypad: looked up before the turn is written, so that nothing waits for it.

What was keyed is in the sealed token and in this request; it leaves neither.
"""

from __future__ import annotations

from callcenter.records.database import Unavailable
from callcenter.records.people import keypad
from callcenter.rules import keyed, phone
from callcenter.rules.dialogue import Dialogue, Finding
from callcenter.rules.menu import MENU
from callcenter.web.house import house
from callcenter.web.voice.door import facts


def finding(state: Dialogue, digits: str) -> Finding | None:
    """What the look-up gave; None where this answer asks for none. Without a database: down."""
    second = keyed.second(MENU[state.node], digits)
    if second is None:
        return None
    here = house()
    try:
        with here.database.transaction() as db:
            return keypad.ask(
                db,
                here.keys,
                nik=state.nik,
                second=second,
                call=state.call,
                number=phone.caller(facts().caller).number or "",
                now=here.now(),
            )
    except Unavailable:
        return Finding("down")
