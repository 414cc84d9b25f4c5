"""Requests to be called back, and what was keyed in to hear a status."""

from datetime import datetime

from sqlalchemy import Boolean, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from callcenter.records.tables.base import ID, ONCE, SID, Base, UTCDateTime, at


class CallBackRow(Base):
    """One request for a call back, folded from the diary. The number to call stands in the
    caller's row with the same id. ``ticket_id``: empty until the worker took it up."""

    __tablename__ = "call_back"
    __table_args__ = (Index("call_back_of_ticket", "ticket_id", "asked_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)  # of the event that asked
    call_id: Mapped[str | None] = mapped_column(SID, info=ONCE)
    turn: Mapped[int | None] = mapped_column(Integer, info=ONCE)  # the later one of a call rules
    asked_at: Mapped[datetime | None] = at(ONCE)
    window: Mapped[str | None] = mapped_column(String(20), info=ONCE)  # rules/calendar.py
    due_at: Mapped[datetime | None] = at(ONCE)
    language: Mapped[str | None] = mapped_column(String(2), info=ONCE)
    ticket_id: Mapped[str | None] = mapped_column(ID, info=ONCE)


class KeypadTryRow(Base):
    """A status was asked for by keypad; kept as long as it counts for an alarm
    (records/people/keypad.py). Both indexes are keyed: they name nobody to whoever reads them."""

    __tablename__ = "keypad_try"
    __table_args__ = (
        Index("keypad_try_of_nik", "nik_index", "at"),
        Index("keypad_try_of_caller", "caller_index", "at"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    nik_index: Mapped[str] = mapped_column(String(44))
    caller_index: Mapped[str | None] = mapped_column(String(44))  # None when withheld
    verified: Mapped[bool] = mapped_column(Boolean)
