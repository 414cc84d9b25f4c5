"""Worked cases: what calls told, and what the figures of the day are by hand.

Each is one rule of the figures at its boundary. They are read twice: through the commands of the
product on both engines (test_cases.py), and by the rules alone with a fault put into them, which at
least one of these must notice (rules/test_faults.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.figures import DAY, line


@dataclass(frozen=True)
class Case:
    """``lines`` as in an import file. ``expect``: figures of the whole day by name; those of
    parts stand under ``by_center``, ``by_queue`` and ``intervals``. ``by_hand`` says why."""

    name: str
    lines: tuple[str, ...]
    expect: Mapping[str, Any]
    by_hand: str
    day: str = DAY
    as_of: str = ""
    until: str = "24:00"
    interval_min: int = 30
    limits: Mapping[str, int] = field(default_factory=dict)


def calls(*whole: tuple[str, ...]) -> tuple[str, ...]:
    """Calls of different people at CC1."""
    return tuple(line(f"c{n}", *told, caller=f"0812345600{n:02}") for n, told in enumerate(whole))


def answered(queue: str, at: str, end: str, agent: str = "A1") -> tuple[str, ...]:
    return f"{queue} queue confirmation", f"{at} answer {agent}", f"{end} hangup caller"


def gave_up(queue: str, end: str) -> tuple[str, ...]:
    return f"{queue} queue confirmation", f"{end} hangup caller"


FIVE_LEVELS = calls(
    answered("09:00:00", "09:00:08", "09:02:00"),
    answered("09:00:00", "09:00:20", "09:02:00", "A2"),
    answered("09:00:00", "09:00:21", "09:02:00", "A3"),
    answered("09:00:00", "09:01:00", "09:02:00", "A4"),
    gave_up("09:00:00", "09:00:03"),
    gave_up("09:00:00", "09:00:04"),
    gave_up("09:00:00", "09:00:18"),
    gave_up("09:00:00", "09:01:30"),
    ("09:00:00 queue confirmation", "09:00:40 callback_request", "09:00:45 hangup caller"),
)
TWICE_AND_IN_DISORDER = (
    "09:04:10 hangup caller",
    "09:00:12 answer A1",
    "09:02:00 unhold",
    "09:00:00 queue confirmation",
    "09:01:00 hold",
    "09:00:12 answer A1",
    "09:04:30 acw_end A1",
    "09:00:00 arrive",
    "09:00:08 ring_timeout A9",
    "09:01:00 hold",
    "09:00:08 ring_timeout A9",
)

CASES = (
    Case(
        "a day without calls",
        (),
        {
            **dict.fromkeys(("inbound", "offered", "answered", "abandoned", "talk_s"), 0),
            **dict.fromkeys(("peak_concurrent_talk", "unique_callers", "confirmations"), 0),
            **dict.fromkeys(("sl_offered", "sl_answered", "abandon_rate", "asa_s", "aht_s")),
            **dict.fromkeys(("longest_wait_s", "wait_p90_s", "blocked_rate", "occupancy")),
            **dict.fromkeys(("callers_reached_rate", "attempts_per_known_caller")),
            **dict.fromkeys(("longest_waiting_now_s", "callback_wait_mean_s", "utilisation")),
        },
        "nothing to divide by is null; a count of nothing is 0",
    ),
    Case(
        "the target's last second",
        calls(
            answered("09:00:00", "09:00:20", "09:05:00"),
            answered("09:00:00", "09:00:21", "09:05:00", "A2"),
            gave_up("09:00:00", "09:00:20"),
            gave_up("09:00:00", "09:00:21"),
        ),
        {
            "answered_in_target": 1,
            "abandoned_in_target": 1,
            "sl_offered": 1 / 4,
            "sl_served_or_abandoned_in_target": 2 / 4,
        },
        "20 <= 20, 21 > 20",
    ),
    Case(
        "another target",
        calls(answered("09:00:00", "09:00:10", "09:05:00"), gave_up("09:00:00", "09:00:05")),
        {"answered_in_target": 0, "short_abandoned": 1, "sl_offered": 0},
        "10 > 9; 5 < 6",
        limits={"target_s": 9, "short_abandon_s": 6},
    ),
    Case(
        "short is less than the limit",
        calls(gave_up("09:00:00", "09:00:04"), gave_up("09:00:00", "09:00:05")),
        {"abandoned": 2, "short_abandoned": 1, "abandon_rate": 1, "abandon_rate_excl_short": 1},
        "4 < 5; 5 is not; (2-1)/(2-1)",
    ),
    Case(
        "one day, seven service levels",
        FIVE_LEVELS,
        {
            "offered": 9,
            "answered": 4,
            "abandoned": 4,
            "short_abandoned": 2,
            "flow_out": 1,
            "answered_in_target": 2,
            "abandoned_in_target": 3,
            "sl_offered": 2 / 8,
            "sl_answered": 2 / 4,
            "sl_excl_short": 2 / 6,
            "sl_excl_abandoned_in_target": 2 / 5,
            "sl_served_or_abandoned_in_target": 5 / 8,
            "sl_served_or_short_abandoned": 4 / 8,
            "sl_incl_flowout": 2 / 9,
            "abandon_rate": 4 / 9,
            "abandon_rate_excl_short": 2 / 7,
            "asa_s": 109 / 4,
            "abandon_wait_mean_s": 115 / 4,
            "longest_wait_s": 90,
        },
        "waits 8, 20, 21, 60 answered; 3, 4, 18, 90 gave up; one left for a call back",
    ),
    Case(
        "refused calls reached us and were never offered",
        calls(
            ("09:00:00 blocked no_line",),
            ("09:00:01 blocked closed", "09:00:02 hangup system"),
            ("09:00:00 arrive", "09:00:30 hangup caller"),
            ("09:00:00 arrive", "09:00:20 ivr_result status_given", "09:00:30 hangup caller"),
            answered("09:00:00", "09:00:05", "09:01:00"),
            gave_up("09:00:00", "09:01:00"),
        ),
        {
            "inbound": 6,
            "blocked": 2,
            "blocked_rate": 2 / 6,
            "offered": 2,
            "abandoned": 1,
            "ivr_abandoned": 1,
            "ivr_containment_rate": 1 / 4,
        },
        "2 of 6 refused; a hang-up in the menu is no abandon; 1 of the other 4 contained",
    ),
    Case(
        "what the menu can do alone",
        calls(
            ("09:00:00 arrive", "09:00:40 ivr_result status_given", "09:00:50 hangup caller"),
            ("09:00:00 arrive", "09:00:40 ivr_result none", "09:00:50 hangup caller"),
            ("09:00:00 arrive", "09:00:25 hangup caller"),
            (
                "09:00:00 arrive",
                "09:00:30 ivr_result status_given",
                *answered("09:00:35", "09:00:55", "09:02:00"),
            ),
        ),
        {
            "inbound": 4,
            "offered": 1,
            "answered": 1,
            "ivr_contained": 1,
            "ivr_abandoned": 2,
            "ivr_containment_rate": 1 / 4,
            "answered_in_target": 1,
            "asa_s": 20,
            "time_to_agent_s": 55,
        },
        "a result and then a queue is not contained; the wait begins at the queue, not at arrival",
    ),
    Case(
        "a call over the half hour is booked where it entered",
        calls(answered("09:29:50", "09:30:05", "09:34:05")),
        {
            "offered": 1,
            "intervals": {
                "09:00": {"offered": 1, "answered": 1, "sl_offered": 1, "asa_s": 15, "talk_s": 0},
                "09:30": {"offered": 0, "answered": 0, "sl_offered": None, "talk_s": 240},
            },
        },
        "entry 09:29:50; all of the talk is after 09:30",
    ),
    Case(
        "the menu may be in another half hour than the queue",
        calls(("09:29:40 arrive", *gave_up("09:30:10", "09:31:00"))),
        {
            "intervals": {
                "09:00": {"inbound": 0, "unique_callers": 0},
                "09:30": {"inbound": 1, "offered": 1, "abandoned": 1, "unique_callers": 1},
            }
        },
        "all of a call is booked where it entered the queue",
    ),
    Case(
        "agents' seconds are split by the clock",
        calls(
            answered("09:16:00", "09:16:00", "09:32:00"),
            answered("09:35:00", "09:35:00", "10:05:00"),
        ),
        {
            "talk_s": 46 * 60,
            "aht_s": 23 * 60,
            "intervals": {
                "09:00": {"talk_s": 14 * 60, "aht_s": 16 * 60},
                "09:30": {"talk_s": 27 * 60, "aht_s": 30 * 60},
                "10:00": {"talk_s": 5 * 60, "aht_s": None},
            },
        },
        "16 + 30 minutes worked as 14, 27 and 5; the mean goes with the call",
    ),
    Case(
        "a quarter of an hour is an interval too",
        calls(answered("09:14:59", "09:15:10", "09:20:00")),
        {"intervals": {"09:00": {"offered": 1}, "09:15": {"offered": 0, "talk_s": 290}}},
        "asked for every 15 minutes",
        interval_min=15,
    ),
    Case(
        "talk, hold and wrap-up once each",
        calls(
            (
                "09:00:00 queue confirmation",
                "09:00:08 answer A1",
                "09:01:08 hold",
                "09:01:38 unhold",
                "09:02:38 hangup caller",
                "09:02:58 acw_end A1",
            )
        ),
        {"talk_s": 120, "hold_s": 30, "acw_s": 20, "aht_s": 170, "handled": 1},
        "60 + 60 talk, 30 hold, 20 after it",
    ),
    Case(
        "who hangs up on hold was answered",
        calls(
            (
                "09:00:00 queue confirmation",
                "09:00:08 answer A1",
                "09:01:08 hold",
                "09:02:08 hangup caller",
            )
        ),
        {"answered": 1, "abandoned": 0, "talk_s": 60, "hold_s": 60, "aht_s": 120},
        "the hold ends with the call",
    ),
    Case(
        "who hangs up while it rings gave up",
        calls(
            (
                "09:00:00 queue confirmation",
                "09:00:05 ring A1",
                "09:00:25 ring_timeout A1",
                "09:00:26 ring A2",
                "09:00:30 hangup caller",
            )
        ),
        {"abandoned": 1, "abandon_wait_mean_s": 30, "agent_missed": 1, "asa_s": None},
        "30 s from the entry, ring included; nobody answered, so there is no mean",
    ),
    Case(
        "who still waits is shown and in no level",
        calls(
            answered("09:00:00", "09:00:10", "09:03:00"),
            gave_up("09:00:00", "09:00:50"),
            ("09:00:00 queue confirmation",),
            ("09:05:00 queue confirmation",),
            ("09:06:00 queue confirmation", "09:07:00 answer A2"),
            ("09:10:01 queue confirmation",),
        ),
        {
            "offered": 5,
            "waiting_now": 2,
            "longest_waiting_now_s": 600,
            "talking_now": 1,
            "handled": 1,
            "sl_offered": 1 / 3,
            "sl_answered": 1 / 2,
            "abandon_rate": 1 / 5,
        },
        "at 09:10: 1 in target of 2 answered + 1 gave up; the last call has not come yet",
        as_of="2020-04-13T09:10:00+07:00",
    ),
    Case(
        "an end that never came",
        calls(
            ("08:59:50 queue confirmation", "09:00:00 answer A1"),
            ("08:59:50 queue confirmation", "09:00:01 answer A2"),
            ("09:00:00 queue confirmation",),
            ("09:00:01 queue confirmation",),
        ),
        {
            "stale_closed": 1,
            "talking_now": 1,
            "answered": 2,
            "handled": 0,
            "talk_s": 0,
            "aht_s": None,
            "waiting_now": 1,
            "data_anomalies": 1,
            "abandoned": 0,
            "longest_waiting_now_s": 599,
        },
        "at 600 s and more an end is given up; at 599 not yet",
        as_of="2020-04-13T09:10:00+07:00",
        limits={"stale_s": 600},
    ),
    Case(
        "a talk given up is no conversation",
        calls(("09:00:00 queue confirmation", "09:00:10 answer A1")),
        {"stale_closed": 1, "talking_now": 0, "peak_concurrent_talk": 0, "waiting_now": 0},
        "600 s after the answer",
        as_of="2020-04-13T09:10:10+07:00",
        limits={"stale_s": 600},
    ),
    Case(
        "a transfer is a second offer of one call",
        calls(
            (
                "09:00:00 queue confirmation",
                "09:00:10 answer A1",
                "09:02:10 transfer teknis",
                "09:02:10 queue teknis",
                "09:02:40 answer B1",
                "09:04:40 hangup caller",
            )
        ),
        {
            "inbound": 1,
            "offered": 2,
            "answered": 2,
            "unique_calls_answered": 1,
            "transferred": 1,
            "transfer_rate": 1 / 2,
            "talk_s": 240,
            "aht_s": 120,
            "by_queue": {
                "confirmation": {"offered": 1, "answered": 1, "transferred": 1, "asa_s": 10},
                "teknis": {"offered": 1, "answered": 1, "transferred": 0, "asa_s": 30},
            },
        },
        "the second wait begins with the second queue",
    ),
    Case(
        "giving up in the second queue",
        calls(
            (
                "09:00:00 queue confirmation",
                "09:00:10 answer A1",
                "09:02:10 transfer teknis",
                "09:02:10 queue teknis",
                "09:04:10 hangup caller",
            )
        ),
        {
            "offered": 2,
            "answered": 1,
            "abandoned": 1,
            "unique_calls_answered": 1,
            "abandon_wait_mean_s": 120,
            "callers_never_answered": 0,
            "by_queue": {"confirmation": {"abandoned": 0}, "teknis": {"abandoned": 1}},
        },
        "answered once, lost once; one person who did speak with us",
    ),
    Case(
        "a promised call back has a clock of its own",
        calls(
            (
                "09:00:00 queue confirmation",
                "09:01:00 callback_request",
                "09:01:05 hangup caller",
                "09:31:00 callback_answer A1",
                "09:33:00 callback_end",
            ),
            (
                "09:00:00 queue confirmation",
                "09:02:00 callback_request",
                "09:02:05 hangup caller",
            ),
            gave_up("09:00:00", "09:00:40"),
        ),
        {
            "inbound": 3,
            "offered": 3,
            "answered": 0,
            "abandoned": 1,
            "flow_out": 2,
            "callback_requested": 2,
            "callback_completed": 1,
            "callback_wait_mean_s": 1800,
            "handled": 0,
            "sl_offered": 0,
            "abandon_rate": 1 / 3,
            "callers_never_answered": 2,
            "callers_reached_rate": 1 / 3,
            "peak_concurrent_talk": 1,
        },
        "neither answered nor abandoned; the one who was called back was reached",
    ),
    Case(
        "a wish for a call back out of the menu is no loss",
        calls(("20:00:00 arrive", "20:00:40 callback_request", "20:00:50 hangup caller")),
        {"inbound": 1, "offered": 0, "callback_requested": 1, "ivr_abandoned": 0, "flow_out": 0},
        "never in a queue, and the menu did not lose them",
    ),
    Case(
        "one person, three spellings",
        (
            line("c1", *gave_up("09:00:00", "09:01:00"), caller="0812-3456-7890"),
            line("c2", *gave_up("09:05:00", "09:06:00"), caller="+62 812 3456 7890"),
            line("c3", *answered("09:10:00", "09:10:10", "09:12:00"), caller="6281234567890"),
            line("c4", *gave_up("09:20:00", "09:21:00"), caller="anonymous"),
            line("c5", *gave_up("09:25:00", "09:26:00"), caller=""),
            line("c6", *gave_up("09:40:00", "09:41:00"), caller="0813-3333-4444"),
        ),
        {
            "unique_callers": 2,
            "repeat_calls": 2,
            "unknown_number_calls": 2,
            "callers_never_answered": 1,
            "callers_reached_rate": 1 / 2,
            "attempts_per_known_caller": 4 / 2,
        },
        "3 + 1 calls of 2 people; who withholds the number is nobody's repeat",
    ),
    Case(
        "percentiles are of the waits, not of other percentiles",
        calls(
            *(answered("09:00:00", f"09:00:{n:02}", "09:10:00", f"A{n}") for n in range(9, 0, -1)),
            answered("09:30:00", "09:30:50", "09:40:00", "B1"),
        ),
        {
            "wait_p50_s": 5,
            "wait_p90_s": 9,
            "wait_p95_s": 50,
            "longest_wait_s": 50,
            "intervals": {"09:00": {"wait_p90_s": 9}, "09:30": {"wait_p90_s": 50}},
        },
        "of ten the 5th, the 9th and the 10th; the mean of the half hours would be 29.5",
    ),
    Case(
        "the day is a day in WIB",
        (
            line("c1", "2020-04-12T23:59:59 queue q", "2020-04-13T00:00:04 answer A1"),
            line("c2", "2020-04-13T00:00:00 queue q", "2020-04-13T00:00:05 answer A2"),
            line("c3", "2020-04-13T23:59:59 queue q", "2020-04-14T00:00:09 answer A3"),
            line("c4", "2020-04-14T00:00:00 queue q", "2020-04-14T00:00:09 answer A4"),
            line("c5", "2020-04-13T06:30:00 arrive", "2020-04-13T06:30:20 hangup caller"),
        ),
        {
            "inbound": 3,
            "offered": 2,
            "asa_s": 15 / 2,
            "intervals": {
                "00:00": {"offered": 1},
                "06:30": {"inbound": 1},
                "23:30": {"offered": 1},
            },
        },
        "[12 April 17:00Z, 13 April 17:00Z)",
    ),
    Case(
        "an answer stamped before the entry",
        calls(
            (
                "09:00:01 queue confirmation",
                "09:00:00 answer A1",
                "09:02:00 hangup caller",
            ),
            answered("09:00:00", "09:00:10", "09:02:00", "A2"),
        ),
        {"answered": 2, "asa_s": 5, "data_anomalies": 1, "wait_p50_s": 0},
        "a wait is never below nothing, and it is told",
    ),
    Case(
        "an end and a beginning in one second are not at one time",
        calls(
            answered("09:00:00", "09:00:00", "09:10:00"),
            answered("09:05:00", "09:05:00", "09:15:00", "A2"),
            answered("09:10:00", "09:10:00", "09:20:00"),
        ),
        {"peak_concurrent_talk": 2},
        "[09:00, 09:10) [09:05, 09:15) [09:10, 09:20)",
    ),
    Case(
        "wrap-up is no conversation",
        calls(
            (*answered("09:00:00", "09:00:00", "09:10:00"), "09:12:00 acw_end A1"),
            answered("09:10:00", "09:10:00", "09:15:00", "A2"),
        ),
        {"peak_concurrent_talk": 1, "acw_s": 120},
        "the second begins when the first has ended, though A1 still writes",
    ),
    Case(
        "the most conversations of two centers are not at the same time",
        (
            line("c1", *answered("09:00:00", "09:00:00", "09:10:00")),
            line("c2", *answered("09:20:00", "09:20:00", "09:40:00", "B1"), center="CC2"),
        ),
        {
            "peak_concurrent_talk": 1,
            "by_center": {"CC1": {"peak_concurrent_talk": 1}, "CC2": {"peak_concurrent_talk": 1}},
            "intervals": {
                "09:00": {"peak_concurrent_talk": 1},
                "10:00": {"peak_concurrent_talk": 0},
            },
        },
        "one, then another one",
    ),
    Case(
        "the whole is not the mean of its centers",
        (
            line("c1", *answered("09:00:00", "09:00:05", "09:01:00")),
            line("c2", *answered("09:00:00", "09:00:05", "09:01:00", "B1"), center="CC2"),
            *(
                line(f"c{n}", *gave_up("09:00:00", "09:01:00"), center="CC2", caller="081234567890")
                for n in range(3, 6)
            ),
        ),
        {
            "sl_offered": 2 / 5,
            "by_center": {
                "CC1": {"sl_offered": 1, "unique_callers": 0},
                "CC2": {"sl_offered": 1 / 4, "unique_callers": 1, "repeat_calls": 2},
            },
        },
        "(1 + 1) of (1 + 4), not the mean of 1 and 1/4",
    ),
    Case(
        "told twice and in disorder it is the same call",
        (line("c1", *TWICE_AND_IN_DISORDER), line("c1", *TWICE_AND_IN_DISORDER[:4])),
        {
            "inbound": 1,
            "offered": 1,
            "answered": 1,
            "asa_s": 12,
            "talk_s": 178,
            "hold_s": 60,
            "acw_s": 20,
            "agent_missed": 1,
            "data_anomalies": 0,
        },
        "0, +12 answered, hold from +60 to +120, ended +250, wrapped up +270",
    ),
    Case(
        "tests are in no figure",
        (
            line(
                "c1", *answered("09:00:00", "09:00:05", "09:01:00"), test=True, caller="0812345678"
            ),
            line(
                "c2", "09:00:00 queue q", "09:00:30 outcome confirmed", "09:00:40 hangup", test=True
            ),
            line("c3", *gave_up("09:00:00", "09:00:30")),
        ),
        {
            "inbound": 1,
            "answered": 0,
            "talk_s": 0,
            "peak_concurrent_talk": 0,
            "confirmations": 0,
            "unique_callers": 0,
        },
        "only the third is a call",
    ),
    Case(
        "pranks are told apart",
        calls(
            ("09:00:00 queue q", "09:00:05 answer A1", "09:00:30 outcome prank", "09:00:31 hangup"),
            (
                "09:00:00 queue q",
                "09:00:05 answer A2",
                "09:00:30 outcome silent",
                "09:00:31 hangup",
            ),
        ),
        {"prank": 1, "answered": 2, "confirmations": 0},
        "silence is no prank, and neither is a confirmation",
    ),
    Case(
        "a confirmation is counted once, at the outcome that helped first",
        calls(
            (
                *answered("09:00:00", "09:00:05", "09:40:00"),
                "09:20:00 outcome disconnected",
                "09:35:00 outcome answered",
                "10:10:00 outcome confirmed",
                "09:36:00 outcome recorded registration_report",
                "09:36:00 outcome answered incentive",
            )
        ),
        {
            "confirmations": 2,
            "intervals": {
                "09:00": {"confirmations": 0},
                "09:30": {"confirmations": 2},
                "10:00": {"confirmations": 0},
            },
        },
        "two needs that confirm; a call cut off confirmed nothing; incentives are no confirmation",
    ),
    Case(
        "until five o'clock",
        calls(
            answered("16:59:59", "17:00:05", "17:10:00"),
            answered("17:00:00", "17:00:05", "17:10:00", "A2"),
            (
                *answered("16:00:00", "16:00:10", "17:05:00", "A3"),
                "16:59:59 outcome answered laid_off_list",
                "17:00:00 outcome answered application_status",
            ),
        ),
        {
            "inbound": 2,
            "answered": 2,
            "handled": 2,
            "confirmations": 1,
            "talk_s": 3590,
            "unique_callers": 2,
        },
        "who entered before, with how it ended; seconds and outcomes by their own time",
        until="17:00",
    ),
    Case(
        "a conversation of nine seconds is a short one",
        calls(
            answered("09:00:00", "09:00:05", "09:00:14"),
            answered("09:00:00", "09:00:05", "09:00:15", "A2"),
            ("09:00:00 queue confirmation", "09:00:05 answer A3"),
        ),
        {"short_service": 1, "short_service_rate": 1 / 3, "answered": 3, "handled": 2},
        "9 < 10; 10 is not; the third has not ended",
    ),
    Case(
        "occupancy leaves breaks out and utilisation does not",
        (
            line(
                "s",
                "09:00:00 agent_state A1 available",
                "09:40:00 agent_state A1 break",
                "10:00:00 agent_state A1 offline",
            ),
            line("c1", *answered("09:10:00", "09:10:00", "09:40:00"), "09:50:00 acw_end A1"),
            line("c2", *answered("09:10:00", "09:10:00", "09:40:00", "B1")),
            line("c3", *answered("08:10:00", "08:10:00", "08:20:00")),
        ),
        {
            "occupancy": 40 / 50,
            "utilisation": 40 / 60,
            "intervals": {
                "08:00": {"occupancy": None, "talk_s": 600},
                "09:00": {"occupancy": 20 / 30, "utilisation": 20 / 30},
                "09:30": {"occupancy": 20 / 20, "utilisation": 20 / 30},
                "10:00": {"occupancy": None, "utilisation": None},
            },
        },
        "40 minutes in a call, 10 ready, 10 on a break; B1 tells no states, A1 not before 9",
    ),
)
