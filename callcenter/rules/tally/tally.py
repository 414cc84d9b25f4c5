"""The figures that are computed from the counts. A rate without a denominator is None, never 0."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from callcenter.rules.tally import counts
from callcenter.rules.tally.counts import Counts


@dataclass(frozen=True, kw_only=True)
class Tally(Counts):
    """A part of a day, or a whole year: counts, and every figure that follows from them."""

    # Getting through ---------------------------------------------------------------------------

    @property
    def blocked_rate(self) -> Fraction | None:
        """Refused calls, of all that reached us."""
        return share(self.blocked, self.inbound)

    @property
    def ivr_containment_rate(self) -> Fraction | None:
        """Calls that the menu ended with a result, of all that were not refused."""
        return share(self.ivr_contained, self.inbound - self.blocked)

    @property
    def abandon_rate(self) -> Fraction | None:
        """Abandoned, of all entries into a queue."""
        return share(self.abandoned, self.offered)

    @property
    def abandon_rate_excl_short(self) -> Fraction | None:
        """Abandoned, of all entries, those who hung up at once left out of both."""
        short = self.short_abandoned
        return share(self.abandoned - short, self.offered - short)

    @property
    def transfer_rate(self) -> Fraction | None:
        """Transfers by agents, of the answered."""
        return share(self.transferred, self.answered)

    # Service level: the headline is ``sl_offered``, never shown without its formula and n/d ------

    @property
    def sl_offered(self) -> Fraction | None:
        """Service level: answered within the target, of all who were answered or gave up.

        Callers still waiting and those who left for a call back are in neither number.
        """
        return share(self.answered_in_target, self.answered + self.abandoned)

    @property
    def sl_answered(self) -> Fraction | None:
        """Answered within the target, of the answered."""
        return share(self.answered_in_target, self.answered)

    @property
    def sl_excl_short(self) -> Fraction | None:
        """Answered within the target, of answered and abandoned without the short ones."""
        finished = self.answered + self.abandoned - self.short_abandoned
        return share(self.answered_in_target, finished)

    @property
    def sl_excl_abandoned_in_target(self) -> Fraction | None:
        """Answered within the target, of the answered and of those abandoned after it."""
        finished = self.answered + self.abandoned - self.abandoned_in_target
        return share(self.answered_in_target, finished)

    @property
    def sl_served_or_abandoned_in_target(self) -> Fraction | None:
        """Answered or abandoned within the target, of answered and abandoned."""
        within = self.answered_in_target + self.abandoned_in_target
        return share(within, self.answered + self.abandoned)

    @property
    def sl_served_or_short_abandoned(self) -> Fraction | None:
        """Answered within the target or hung up at once, of answered and abandoned."""
        within = self.answered_in_target + self.short_abandoned
        return share(within, self.answered + self.abandoned)

    @property
    def sl_incl_flowout(self) -> Fraction | None:
        """Answered within the target, of answered, abandoned and those who left another way."""
        return share(self.answered_in_target, self.answered + self.abandoned + self.flow_out)

    # Waiting -----------------------------------------------------------------------------------

    @property
    def asa_s(self) -> Fraction | None:
        """Mean wait of the answered in seconds, from the queue's entry, ring included."""
        return mean(self.waits)

    @property
    def time_to_agent_s(self) -> Fraction | None:
        """Mean time in seconds from the call's arrival to its first answer, menu included."""
        return share(self.arrival_to_answer_s, self.unique_calls_answered)

    @property
    def wait_p50_s(self) -> int | None:
        """Half of the answered waited no longer than this."""
        return percentile(self.waits, 50)

    @property
    def wait_p90_s(self) -> int | None:
        """Nine of ten of the answered waited no longer than this."""
        return percentile(self.waits, 90)

    @property
    def wait_p95_s(self) -> int | None:
        """Nineteen of twenty of the answered waited no longer than this."""
        return percentile(self.waits, 95)

    @property
    def longest_wait_s(self) -> int | None:
        """The longest wait that has ended, answered or abandoned."""
        return max((*self.waits, *self.abandon_waits), default=None)

    @property
    def longest_waiting_now_s(self) -> int | None:
        """How many seconds the caller who now waits longest has waited."""
        return self.waiting_longest_s if self.waiting_now else None

    @property
    def abandon_wait_mean_s(self) -> Fraction | None:
        """How long those who gave up had waited, on average."""
        return mean(self.abandon_waits)

    @property
    def callback_wait_mean_s(self) -> Fraction | None:
        """Mean time in seconds from the request to the call back that kept it."""
        return share(self.callback_wait_s, self.callback_completed)

    # After the call -----------------------------------------------------------------------------

    @property
    def survey_solved_rate(self) -> Fraction | None:
        """Callers who said that the call had helped them in full, of all who answered that."""
        return share(self.survey_solved, self.survey_answered)

    @property
    def survey_satisfaction_mean(self) -> Fraction | None:
        """Mean mark from 1 to 5 that callers gave afterwards; 5 is very good."""
        return share(self.survey_points, self.survey_rated)

    # Agents ------------------------------------------------------------------------------------

    @property
    def aht_s(self) -> Fraction | None:
        """Mean handling time in seconds: talk, hold and wrap-up of the handled."""
        return share(self.handle_s, self.handled)

    @property
    def short_service_rate(self) -> Fraction | None:
        """Conversations shorter than the short-service limit, of the answered."""
        return share(self.short_service, self.answered)

    @property
    def occupancy(self) -> Fraction | None:
        """Of the time that agents were ready or in a call, the part in a call, wrap-up included.

        Breaks are not in it. Unknown while nobody's states are known.
        """
        return share(self.busy_s, self.busy_s + self.available_s)

    @property
    def utilisation(self) -> Fraction | None:
        """Of the time that agents were signed in, breaks included, the part in a call."""
        return share(self.busy_s, self.logged_in_s)

    @property
    def peak_concurrent_talk(self) -> int:
        """The most conversations at one time; one that ends as another begins is not with it.

        Of times that follow each other it is the greatest of each; of two centers it is not, so
        a roll-up keeps it (``most_talks``) for each center and for all of them.
        """
        going_on, highest = 0, self.most_talks
        for moment in sorted(self.talks):
            going_on += self.talks[moment]
            highest = max(highest, going_on)
        return highest


def add(parts: Iterable[Tally]) -> Tally:
    """All parts as one."""
    return counts.add(parts, Tally)


def share(part: int, whole: int) -> Fraction | None:
    """``part / whole``; None where there is nothing to divide by."""
    return Fraction(part, whole) if whole else None


def mean(waits: Mapping[int, int]) -> Fraction | None:
    """The mean of a histogram of seconds."""
    return share(sum(s * n for s, n in waits.items()), sum(waits.values()))


def percentile(waits: Mapping[int, int], percent: int) -> int | None:
    """The nearest rank: the ``ceil(percent / 100 * n)``-th of all waits in order; never something
    between two waits."""
    rank = -(-percent * sum(waits.values()) // 100)
    for wait in sorted(waits):
        rank -= waits[wait]
        if rank <= 0:
            return wait
    return None
