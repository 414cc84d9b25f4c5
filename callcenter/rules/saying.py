"""What is said at a place in the dialogue: the prompts of the menu with their values in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from callcenter.rules import calendar, speech, spoken, wib
from callcenter.rules.menu import ALONE, Node
from callcenter.rules.policy import Policy
from callcenter.rules.standing import Dialogue
from callcenter.rules.statuses import STATUSES
from callcenter.rules.verbs import Say

IN_A_WAVE = ("st_joined_wave", "st_not_selected")  # sentences that name the wave
SOON = {"en": "as soon as we can"}
NEXT_DAY = {"en": "on the next working day"}


def says(state: Dialogue, node: Node, policy: Policy) -> tuple[Say, ...]:
    """What the caller hears on coming here, or after an answer that was none."""
    prompts = node.prompts
    if state.misses:
        prompts = node.missed.get(state.missed) or ("no_input", *(node.again or node.prompts))
    return tuple(said for prompt in prompts for said in _said(prompt, state, policy))


def _said(prompt: str, state: Dialogue, policy: Policy) -> tuple[Say, ...]:
    if prompt in ("announcement", "announcement_own"):
        return _announced(prompt, state, policy)
    if state.closed:
        prompt = ALONE.get(prompt, prompt)
    chosen, values = _with_values(prompt, state, policy)
    return (speech.say(chosen, state.language, policy, values=values),) if chosen else ()


def _announced(prompt: str, state: Dialogue, policy: Policy) -> tuple[Say, ...]:
    """To everybody once in Indonesian, then once more to whoever chose another language."""
    first = prompt == "announcement"
    if (state.turn if first else state.language == speech.FALLBACK) or state.arrived_at is None:
        return ()
    now = state.arrived_at if first else state.at or state.arrived_at
    language = speech.FALLBACK if first else state.language
    heard = (it for it in policy.announcements if it.heard_at(state.center, now))
    return tuple(said for it in heard if (said := speech.announce(it, language, policy)))


def _with_values(prompt: str, state: Dialogue, policy: Policy) -> tuple[str, Mapping[str, str]]:
    """The prompt that is said here for this one (empty: nothing is), and its values in words."""
    language = state.language
    match prompt:
        case "greeting" | "goodbye":
            arrived = state.arrived_at
            return prompt, speech.salutation(arrived, language, policy) if arrived else {}
        case "privacy_full":
            kept = policy.retention.get(language) or policy.retention.get(speech.FALLBACK, "")
            return prompt, {"masa_simpan": kept}
        case "sp_read":
            return _posko(state, policy)
        case "closed" | "no_agent" | "closed_end":
            return _closed(prompt, state, policy)
        case "cb_confirm":
            return prompt, {"nomor": spoken.telephone(state.number, language)}
        case "cb_ok":
            office = spoken.telephone(state.line, language)
            return prompt, {"kapan": _due(state), "nomor_kantor": office}
        case "voicemail_ok":
            ticket = spoken.groups(state.ticket, 3, language)
            return prompt, {"tiket": ticket, "kapan": _next_day(state, policy)}
        case "nik_short":
            return prompt, {"n": spoken.count(len(state.keyed), language)}
        case "nik_confirm":
            return prompt, {"nik_empat_empat": spoken.groups(state.nik, 4, language)}
        case "status_told" | "st_asof":
            return _status(prompt, state)
    return prompt, {}


def _posko(state: Dialogue, policy: Policy) -> tuple[str, Mapping[str, str]]:
    posko = policy.posko_of(state.found)
    told = {
        "nama": spoken.place(posko.name, state.language) if posko else "",
        "alamat": spoken.place(posko.address, state.language) if posko else "",
        "hari_jam": spoken.hours(posko.hours, state.language) if posko else "",
    }
    return ("sp_read" if told["alamat"] else "sp_read_name"), told


def _closed(prompt: str, state: Dialogue, policy: Policy) -> tuple[str, Mapping[str, str]]:
    """Why nobody is there and when somebody will be, where that is known."""
    now, center = _now(state), policy.center(state.center)
    opens = calendar.next_opening(policy, center, now) if now else None
    if now is None or opens is None or opens <= now:  # shut by a button: nobody knows until when
        return ("closed_unknown" if prompt == "closed" else "all_gone"), {}
    off = calendar.holiday(policy, center, wib.day_of(now))
    named = "holiday" if prompt == "closed" and off and not off.hours else prompt
    return named, spoken.opening(opens, now, state.language)


def _due(state: Dialogue) -> str:
    """When we call back: as soon as we can while somebody is there, else the day and the hour."""
    now, due_at, language = _now(state), state.due_at, state.language
    if now is None or due_at is None or due_at <= now:
        return SOON.get(language, "secepatnya")
    when = spoken.opening(due_at, now, language)
    from_ = "from" if language == "en" else "mulai"
    return f"{when['hari']}, {from_} {when['jam']}"


def _next_day(state: Dialogue, policy: Policy) -> str:
    """The day on which somebody will be there to answer a message."""
    now, center = _now(state), policy.center(state.center)
    opens = calendar.next_opening(policy, center, now) if now else None
    if now is None or opens is None:
        return NEXT_DAY.get(state.language, "pada hari kerja berikutnya")
    return spoken.day_from(wib.day_of(opens), wib.day_of(now), state.language)


def _status(prompt: str, state: Dialogue) -> tuple[str, Mapping[str, str]]:
    """The status in its own sentence or by its label; its age always with it."""
    found, language = state.finding, state.language
    status = STATUSES.get(found.status) if found else None
    if found is None or status is None or found.as_of is None:
        return ("st_none" if prompt == "status_told" else ""), {}
    if prompt == "st_asof":
        known = wib.local(found.as_of)
        told = {"tanggal": spoken.day(known.date(), language)}
        return prompt, told | {"jam": spoken.clock(known.time(), language)}
    if status.prompt == "st_generic" or (status.prompt in IN_A_WAVE and found.wave is None):
        label = status.label_en if language == "en" else status.label_id
        return "st_generic", {"status": spoken.label(label, language)}
    return status.prompt, {"n": spoken.count(found.wave or 0, language)}


def _now(state: Dialogue) -> datetime | None:
    return state.at or state.arrived_at
