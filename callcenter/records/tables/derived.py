"""Derived tables: what the diary adds up to right now. ``rebuild`` may rewrite every row."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from callcenter.records.tables.base import (
    FIRST,
    ID,
    LAST,
    NEWEST,
    ONCE,
    SID,
    Base,
    UTCDateTime,
    at,
)


class CallRow(Base):
    """A call while it lives: where it stands. Merged blindly by every webhook."""

    __tablename__ = "call"
    __table_args__ = (
        Index("call_of_day", "arrived_at"),
        Index("call_unsettled", "unsettled", "received_at"),
        Index("call_alive", "ended_at", "entries"),
    )

    id: Mapped[str] = mapped_column(SID, primary_key=True)
    line: Mapped[str | None] = mapped_column(String(20), info=ONCE)
    center: Mapped[str | None] = mapped_column(String(20), info=ONCE)
    channel: Mapped[str | None] = mapped_column(String(10), info=ONCE)
    withheld: Mapped[bool | None] = mapped_column(Boolean, info=LAST)
    test: Mapped[bool | None] = mapped_column(Boolean, info=LAST)
    language: Mapped[str | None] = mapped_column(String(2), info=ONCE)
    reason: Mapped[str | None] = mapped_column(String(40), info=ONCE)
    queue: Mapped[str | None] = mapped_column(String(40), info=ONCE)
    arrived_at: Mapped[datetime | None] = at(FIRST)
    queued_at: Mapped[datetime | None] = at(FIRST)
    queue_sid: Mapped[str | None] = mapped_column(SID, info=ONCE)
    entries: Mapped[int] = mapped_column(Integer, info=LAST, default=0)  # times it entered a queue
    departures: Mapped[int] = mapped_column(Integer, info=LAST, default=0)  # the last one it left
    offers: Mapped[int] = mapped_column(Integer, info=LAST, default=0)
    estimate_s: Mapped[int | None] = mapped_column(Integer, info=ONCE)  # of the first wait document
    resumes: Mapped[str | None] = mapped_column(SID, info=ONCE)  # the call whose place it has
    since_at: Mapped[datetime | None] = at(ONCE)  # when that caller began to wait
    placed_at: Mapped[datetime | None] = at(ONCE)  # when that place was left: see rules/line.py
    crowd: Mapped[str | None] = mapped_column(SID, info=ONCE)  # calls with one place together
    gave_up_at: Mapped[datetime | None] = at(FIRST)  # hung up while waiting
    stepped_out: Mapped[int | None] = mapped_column(Integer, info=LAST)  # at which entry
    promised_at: Mapped[datetime | None] = at(FIRST)  # asked to be called back
    ended_at: Mapped[datetime | None] = at(FIRST)
    received_at: Mapped[datetime] = at(LAST)  # when the newest event of this call reached us
    unsettled: Mapped[bool] = mapped_column(Boolean, info=LAST, default=True)


class OfferRow(Base):
    """One caller offered to one agent, and, once accepted, that agent's part of the call."""

    __tablename__ = "offer"
    __table_args__ = (
        Index("offer_live", "over_at", "agent_id"),
        Index("offer_of_agent", "agent_id"),
    )

    call_id: Mapped[str] = mapped_column(SID, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    agent_id: Mapped[str | None] = mapped_column(ID, info=ONCE)
    center: Mapped[str | None] = mapped_column(String(20), info=ONCE)  # the agent's
    overflow: Mapped[bool | None] = mapped_column(Boolean, info=LAST)
    entry: Mapped[int | None] = mapped_column(Integer, info=ONCE)
    offered_at: Mapped[datetime | None] = at(FIRST)
    end: Mapped[str | None] = mapped_column(String(10), info=ONCE)  # accepted | declined | ...
    end_at: Mapped[datetime | None] = at(FIRST)
    leg: Mapped[str | None] = mapped_column(SID, info=ONCE)
    leg_answered_at: Mapped[datetime | None] = at(FIRST)
    leg_ended_at: Mapped[datetime | None] = at(FIRST)
    leg_end: Mapped[str | None] = mapped_column(String(20), info=ONCE)
    fetched_at: Mapped[datetime | None] = at(FIRST)
    conference: Mapped[str | None] = mapped_column(SID, info=ONCE)
    caller_joined_at: Mapped[datetime | None] = at(FIRST)
    agent_joined_at: Mapped[datetime | None] = at(FIRST)
    caller_left_at: Mapped[datetime | None] = at(FIRST)
    agent_left_at: Mapped[datetime | None] = at(FIRST)
    hang_up_asked_at: Mapped[datetime | None] = at(FIRST)
    refused: Mapped[str | None] = mapped_column(String(20), info=ONCE)  # which command
    handling_ended_at: Mapped[datetime | None] = at(FIRST)
    talked: Mapped[bool | None] = mapped_column(Boolean, info=LAST)
    why: Mapped[str | None] = mapped_column(String(20), info=ONCE)
    over_at: Mapped[datetime | None] = at(FIRST)  # nothing more will come of it
    hold_asked: Mapped[int | None] = mapped_column(Integer, info=LAST)  # odd: on hold
    hold_told: Mapped[int | None] = mapped_column(Integer, info=LAST)
    held_at: Mapped[datetime | None] = at(LAST)  # as the carrier says
    unheld_at: Mapped[datetime | None] = at(LAST)
    mute_asked: Mapped[int | None] = mapped_column(Integer, info=LAST)  # odd: muted
    mute_told: Mapped[int | None] = mapped_column(Integer, info=LAST)


class PresenceRow(Base):
    """What state an agent is in, and since when; on a call or not is told by the offers."""

    __tablename__ = "presence"

    agent_id: Mapped[str] = mapped_column(ID, primary_key=True)
    state: Mapped[str] = mapped_column(String(10), info=NEWEST)
    center: Mapped[str] = mapped_column(String(20), info=NEWEST)
    reason: Mapped[str] = mapped_column(String(40), info=NEWEST)
    by: Mapped[str] = mapped_column(String(10), info=NEWEST)
    since: Mapped[datetime] = at(NEWEST)


class PoskoCountRow(Base):
    """How many people a posko assisted on a day, by its newest report. No row: not reported."""

    __tablename__ = "posko_count"

    posko: Mapped[int] = mapped_column(Integer, primary_key=True)
    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    assisted: Mapped[int] = mapped_column(Integer, info=NEWEST)
    by: Mapped[str] = mapped_column(String(80), info=NEWEST)
    since: Mapped[datetime] = at(NEWEST)


class TicketRow(Base):
    """A ticket as its events add up to (rules/tickets.py); folded again at every event."""

    __tablename__ = "ticket"
    __table_args__ = (
        Index("ticket_of_number", "number", unique=True),
        Index("ticket_of_call", "call_id"),
        Index("ticket_of_person", "person_id"),
        Index("ticket_counted", "counted_at"),
        Index("ticket_opened", "opened_at"),
        Index("ticket_waiting", "outcome", "channel", "center"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    number: Mapped[str] = mapped_column(String(9))
    channel: Mapped[str] = mapped_column(String(10))
    center: Mapped[str] = mapped_column(String(20))
    line: Mapped[str] = mapped_column(String(20))
    agent_id: Mapped[str] = mapped_column(ID)
    call_id: Mapped[str] = mapped_column(SID)  # empty where there was no call of ours
    person_id: Mapped[str] = mapped_column(ID)  # empty until somebody is found
    test: Mapped[bool] = mapped_column(Boolean)
    void: Mapped[bool] = mapped_column(Boolean)
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(String(40))
    outcome: Mapped[str] = mapped_column(String(40))  # empty: none yet
    given: Mapped[dict[str, Any]] = mapped_column(JSON)
    outcome_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    counted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # as a confirmation
    versions: Mapped[int] = mapped_column(Integer)


class SummaryRow(Base):
    """A call folded once it has ended (rules/calls.py); again if an event comes late.

    What is beside ``body`` only chooses rows. The columns that may be NULL are so in rows of a
    release that did not have them; those calls are folded again.
    """

    __tablename__ = "call_summary"
    __table_args__ = (
        Index("call_summary_of_day", "day", "last_day"),
        Index("call_summary_folded", "folded_at"),
    )

    call_id: Mapped[str] = mapped_column(SID, primary_key=True)
    day: Mapped[str] = mapped_column(String(10))  # WIB day of arrival
    last_day: Mapped[str | None] = mapped_column(String(10))  # WIB day of the last thing of it
    center: Mapped[str] = mapped_column(String(20))
    queue: Mapped[str | None] = mapped_column(String(40))
    arrived_at: Mapped[datetime] = mapped_column(UTCDateTime)
    booked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # NULL: in no figure
    caller_id: Mapped[str | None] = mapped_column(String(32))
    reached: Mapped[bool | None] = mapped_column(Boolean)  # spoke with an agent
    folded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
