"""Faults of one line, as somebody might write them into the rules of the figures."""

from __future__ import annotations

# file: (the line, the fault, what it would mean)
FAULTS = {
    "tally/of_call.py": (
        (
            "int(wait_s <= rules.target_s)}",
            "int(wait_s < rules.target_s)}",
            "the target's last second is outside",
        ),
        (
            '"abandoned_in_target": int(wait_s <= rules.target_s)',
            '"abandoned_in_target": int(wait_s < rules.target_s)',
            "and so it is for those who gave up",
        ),
        (
            "int(wait_s < rules.short_abandon_s)",
            "int(wait_s <= rules.short_abandon_s)",
            "five seconds are short",
        ),
        (
            "int(spoken_s < rules.short_service_s)",
            "int(spoken_s <= rules.short_service_s)",
            "ten seconds are short",
        ),
        (
            '"abandoned": 1,',
            '"abandoned": int(wait_s >= rules.short_abandon_s),',
            "short abandons are dropped",
        ),
        (
            '"abandon_waits": {wait_s: 1}',
            '"waits": {wait_s: 1}',
            "the mean wait is of those who gave up too",
        ),
        ("if call.test or call.channel", "if call.channel", "tests are counted"),
        ('"blocked": int(call.blocked)', '"blocked": 0', "refused calls are lost"),
        ('"inbound": 1', '"inbound": int(not call.blocked)', "refused calls did not reach us"),
        (
            "entered = call.stays or call.blocked",
            "entered = call.stays",
            "a refused call is one that left the menu",
        ),
        (
            "left_in_menu = call.ended_at and not entered and",
            "left_in_menu = call.ended_at and",
            "a result of the menu counts although a queue followed",
        ),
        (
            "and not entered and not call.call_back",
            "and not entered",
            "who asked for a call back in the menu is lost",
        ),
        (
            "int(bool(left_in_menu and not call.contained))",
            "int(bool(left_in_menu))",
            "who got what they asked for is lost too",
        ),
        (
            '"unique_calls_answered": int(bool(call.talks))',
            '"unique_calls_answered": len(call.talks)',
            "calls answered twice are two",
        ),
        (
            "seconds(call.arrived_at, call.talks[0].at)",
            "seconds(call.booked_at, call.talks[0].at)",
            "the time to an agent leaves the menu out",
        ),
        (
            '"callback_completed": int(kept is not None)',
            '"callback_completed": int(promise is not None)',
            "every promise is kept",
        ),
        (
            "seconds(promise.requested_at, kept)",
            "seconds(call.arrived_at, kept)",
            "the call back waits from the arrival",
        ),
        ('"data_anomalies": call.anomalies', '"data_anomalies": 0', "nothing is ever strange"),
        ('int("prank" in call.dispositions)', "int(bool(call.dispositions))", "silence is a prank"),
        (
            'so = {"flow_out": 1}',
            "so = _abandoned(stay.wait_s or 0, rules)",
            "a call back is an abandon",
        ),
        (
            'return {"offered": 1,',
            'return {"offered": int(stay.how != calls.WAITING),',
            "who waits was not offered",
        ),
        (
            'return {"data_anomalies": 1}',
            "return _abandoned(waited_s, rules)",
            "an end that was lost is an abandon",
        ),
        (
            "if waited_s >= rules.stale_s",
            "if waited_s > rules.stale_s",
            "the last second of patience",
        ),
        (
            ">= rules.stale_s\n\n\ndef is_final",
            "> rules.stale_s\n\n\ndef is_final",
            "and that of a conversation",
        ),
        ('"talking_now": int(not stale)', '"talking_now": 1', "a lost end talks for ever"),
        (
            '        "handled": 1,\n',
            '        "handled": len(talks),\n        "answered": 2,\n',
            "what is handled is answered again",
        ),
        (
            "overlap(talk.at, talk.ended_at, start, end) - hold_s",
            "overlap(talk.at, talk.ended_at, start, end)",
            "hold is counted twice",
        ),
        ('"acw_s": overlap(talk.ended_at,', '"acw_s": overlap(talk.at,', "talk is wrap-up too"),
        (
            "seconds(talk.at, talk.busy_until) for",
            "seconds(talk.at, talk.ended_at) for",
            "the handling leaves wrap-up out",
        ),
        (
            "yield Piece(stay.entered_at, stay.queue, _of_stay",
            "yield Piece(stay.left_at or stay.entered_at, stay.queue, _of_stay",
            "a stay is booked where it ended",
        ),
        (
            "yield Piece(stay.entered_at, stay.queue, _of_stay",
            "yield Piece(call.booked_at, call.queue, _of_stay",
            "the second queue's figures are the first's",
        ),
        (
            "yield Piece(call.booked_at, call.queue, _of_call",
            "yield Piece(call.ended_at or call.booked_at, call.queue, _of_call",
            "a call is booked where it ended",
        ),
        (
            "spoken = _going_on(talk.at, talk.ended_at or over",
            "spoken = _going_on(talk.at, talk.busy_until or over",
            "wrap-up is conversation",
        ),
        (
            "yield Piece(start, queue, {",
            "yield Piece(talk.at, queue, {",
            "the work is booked where it began",
        ),
        (
            "    if kept and kept.answered_at and kept.ended_at:\n        for",
            "    if False:\n        for",
            "calling back is no conversation",
        ),
    ),
    "tally/tally.py": (
        (
            "self.answered_in_target, self.answered + self.abandoned)\n\n",
            "self.answered_in_target, self.offered)\n\n",
            "who waits still or left otherwise lowers the level",
        ),
        (
            "return share(self.answered_in_target, self.answered)",
            "return share(self.answered_in_target, self.handled)",
            "the level of the handled",
        ),
        (
            "self.answered + self.abandoned - self.short_abandoned",
            "self.answered + self.abandoned",
            "short abandons stay in",
        ),
        (
            "self.answered + self.abandoned - self.abandoned_in_target",
            "self.answered + self.abandoned - self.short_abandoned",
            "the wrong ones are left out",
        ),
        (
            "self.answered_in_target + self.abandoned_in_target",
            "self.answered_in_target",
            "giving up in time served nobody",
        ),
        (
            "self.answered_in_target + self.short_abandoned",
            "self.answered_in_target",
            "short ones are served no more",
        ),
        (
            "self.answered + self.abandoned + self.flow_out)",
            "self.answered + self.abandoned)",
            "flow-outs are left out",
        ),
        (
            "share(self.abandoned, self.offered)",
            "share(self.abandoned, self.answered + self.abandoned)",
            "abandoned of the finished",
        ),
        (
            "share(self.abandoned - short, self.offered - short)",
            "share(self.abandoned - short, self.offered)",
            "short ones leave one number only",
        ),
        (
            "share(self.ivr_contained, self.inbound - self.blocked)",
            "share(self.ivr_contained, self.inbound)",
            "contained of all that came",
        ),
        (
            "share(self.blocked, self.inbound)",
            "share(self.blocked, self.inbound - self.blocked)",
            "refused beside the others, not of all",
        ),
        (
            "share(self.transferred, self.answered)",
            "share(self.transferred, self.offered - 1)",
            "transfers of something else",
        ),
        (
            "Fraction(part, whole) if whole else None",
            "Fraction(part, whole or 1)",
            "nothing of nothing is 0",
        ),
        (
            "return mean(self.waits)",
            "return mean({s: n for s, n in self.waits.items() if s})",
            "who waited no time is left out of the mean",
        ),
        (
            "max((*self.waits, *self.abandon_waits), default=None)",
            "max(self.waits, default=None)",
            "the longest wait is of the answered",
        ),
        (
            "self.waiting_longest_s if self.waiting_now else None",
            "self.waiting_longest_s",
            "nobody waits 0 seconds",
        ),
        ("percentile(self.waits, 95)", "percentile(self.waits, 90)", "nine of ten for 19 of 20"),
        (
            "rank = -(-percent * sum(waits.values()) // 100)",
            "rank = percent * sum(waits.values()) // 100",
            "the rank is rounded down",
        ),
        ("for wait in sorted(waits):", "for wait in waits:", "the waits are not in order"),
        (
            "share(self.handle_s, self.handled)",
            "share(self.handle_s, self.answered)",
            "the mean of unfinished calls too",
        ),
        (
            "share(self.handle_s, self.handled)",
            "share(self.talk_s + self.hold_s + self.acw_s, self.handled)",
            "the half hour's seconds over the half hour's calls",
        ),
        (
            "share(self.busy_s, self.busy_s + self.available_s)",
            "share(self.busy_s, self.logged_in_s)",
            "breaks lower the occupancy",
        ),
        (
            "share(self.busy_s, self.logged_in_s)",
            "share(self.busy_s, self.busy_s + self.available_s)",
            "utilisation leaves breaks out",
        ),
        (
            "share(self.short_service, self.answered)",
            "share(self.short_service, self.handled)",
            "short ones of the handled",
        ),
        (
            "share(self.callback_wait_s, self.callback_completed)",
            "share(self.callback_wait_s, self.callback_requested)",
            "a broken promise waits 0 s",
        ),
        (
            "for moment in sorted(self.talks):",
            "for moment in sorted(self.talks, key=lambda m: -m):",
            "the day runs backwards",
        ),
    ),
    "tally/counts.py": (
        (
            "max(known, value) if name in GREATEST else known + value",
            "known + value",
            "the longest waits add up",
        ),
        (
            "known[key] = known.get(key, 0) + number",
            "known[key] = number",
            "of those who waited alike only one is counted",
        ),
    ),
    "tally/people.py": (
        ("self.known_calls - self.callers", "self.known_calls", "the first call is a repeat"),
        ("        if index is None:\n", "        if False:\n", "all withheld numbers are one"),
        ("calls if reached else 0", "calls", "who called was reached"),
        (
            "share(self.reached, self.callers)",
            "share(self.reached, self.known_calls)",
            "reached of the calls, not of the people",
        ),
    ),
    "tally/agents.py": (
        ('("available_s", -1, common(calls, available)),\n', "", "who talks is ready all the same"),
        ("common(calls, logged_in)", "calls", "calls of people without states are counted"),
        ("state != OFFLINE", "state == AVAILABLE", "a break is no signed-in time"),
    ),
    "calls/settling.py": (
        ("left_at=max(at, draft.entered_at)", "left_at=at", "a wait may be below nothing"),
        ("        _backwards(spoken, stays),\n", "", "nobody is told of clocks that differ"),
        ("blocked=not stays and (", "blocked=False and (", "nothing is refused"),
        ('arrived.test or "test" in noted', '"test" in noted', "tests are no tests"),
        (
            "ways.append((ended_at, 2, ABANDONED))",
            "ways.append((ended_at, 2, FLOW_OUT))",
            "who hung up left another way",
        ),
        (
            "return results or menu",
            "return bool(told.of(events.IvrResult))",
            "a menu without a result is content",
        ),
        ("min(ways)", "max(ways)", "the last thing that happened ended the wait"),
    ),
    "calls/staying.py": (
        (
            "draft.exits.append((event.at, FLOW_OUT))\n\n",
            "draft.exits.append((event.at, ABANDONED))\n\n",
            "asking for a call back is giving up",
        ),
        ("draft.transfers += 1", "draft.transfers += 0", "transfers are not seen"),
        ("draft.missed += 1", "draft.missed += 0", "no ring was ever missed"),
        (
            "Draft(e.queue, e.at, {e.entry}) for",
            "Draft(e.queue, told.all[0].at, {e.entry}) for",
            "the wait begins with the call",
        ),
    ),
    "calls/talking.py": (
        (
            "over = min(filter(None, (end, talk.ended_at)), default=None)",
            "over = end",
            "a hold without an end is none",
        ),
        (
            "        talks[talks.index(talk)] = replace(talk, wrapped_up_at=at)\n",
            "        pass\n",
            "nobody wraps up",
        ),
    ),
    "calls/told.py": (
        (
            "known.setdefault(event.id, event)",
            "known[f'{event.id}{len(known)}'] = event",
            "what is told twice happened twice",
        ),
        (
            "for event in sorted(cut, key=_place)",
            "for event in list(cut)",
            "things happened in the order in which we heard of them",
        ),
    ),
    "calls/call.py": (
        (
            "bool(self.talks) or bool(self.call_back and self.call_back.answered_at)",
            "bool(self.talks)",
            "who was called back was not reached",
        ),
        (
            "self.stays[0].entered_at if self.stays else self.arrived_at",
            "self.arrived_at",
            "a call is booked at its arrival",
        ),
    ),
    "wib.py": (
        (
            'timezone(timedelta(hours=7), "WIB")',
            'timezone(timedelta(hours=0), "WIB")',
            "the day is a day in UTC",
        ),
    ),
    "ticket.py": (
        (
            "first_at = first_at or event.at",
            "first_at = event.at",
            "a confirmation is counted at its last outcome",
        ),
    ),
    "tickets.py": (
        (
            'asked and outcome in OUTCOMES and outcome != "disconnected"',
            "outcome in OUTCOMES",
            "every need confirms",
        ),
    ),
}
