"""People and what they told us. NIK, KK, phone numbers and notes are sealed; see sealing.py."""

from datetime import date, datetime

from sqlalchemy import Date, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from callcenter.records.tables.base import ID, ONCE, Base, UTCDateTime


class PersonRow(Base):
    """An applicant, or somebody who asked."""

    __tablename__ = "person"
    __table_args__ = (Index("person_of_nik", "nik_index", unique=True),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    full_name: Mapped[str] = mapped_column(String(200))
    nik: Mapped[str | None] = mapped_column(Text)  # sealed
    nik_index: Mapped[str | None] = mapped_column(String(44))
    kk: Mapped[str | None] = mapped_column(Text)  # sealed
    birth_date: Mapped[date | None] = mapped_column(Date)
    regency_code: Mapped[str | None] = mapped_column(String(5))
    district_code: Mapped[str | None] = mapped_column(String(8))
    category: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)


class PhoneRow(Base):
    """A number under which a person can be reached, as a source gave it."""

    __tablename__ = "person_phone"
    __table_args__ = (Index("person_phone_of_number", "number_index"),)

    person_id: Mapped[str] = mapped_column(ID, primary_key=True)
    number_index: Mapped[str] = mapped_column(String(44), primary_key=True)
    number: Mapped[str] = mapped_column(Text)  # sealed
    source: Mapped[str] = mapped_column(String(40))


class NameKeyRow(Base):
    """Where a name can be found: the same keys on every engine (rules/names.py)."""

    __tablename__ = "person_name_key"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    person_id: Mapped[str] = mapped_column(ID, primary_key=True)


class StatusRow(Base):
    """What a source said of an application, and when; rows are only added."""

    __tablename__ = "person_status"
    __table_args__ = (Index("person_status_of_person", "person_id", "as_of"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    person_id: Mapped[str] = mapped_column(ID)
    status: Mapped[str] = mapped_column(String(40))
    status_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # when it became so
    as_of: Mapped[datetime] = mapped_column(UTCDateTime)  # when the source knew it
    source: Mapped[str] = mapped_column(String(40))  # an import, a source's name, or "agent"
    wave: Mapped[int | None] = mapped_column(Integer)
    by: Mapped[str] = mapped_column(String(80), default="")


class CallerRow(Base):
    """Who called, or who a ticket logged by hand is for: one row a call or ticket.

    ``id`` is computed from the call (:func:`callcenter.records.callers.of_call`), so whoever
    writes first makes it.
    """

    __tablename__ = "caller"
    __table_args__ = (
        Index("caller_of_number", "number_index"),
        Index("caller_of_number_at", "number_index", "at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[str | None] = mapped_column(Text, info=ONCE)  # sealed; None when withheld
    number_index: Mapped[str | None] = mapped_column(String(44), info=ONCE)
    name: Mapped[str | None] = mapped_column(Text, info=ONCE)  # sealed; as said by the caller
    at: Mapped[datetime] = mapped_column(UTCDateTime, info=ONCE)


class NoteRow(Base):
    """A note on a ticket. Sealed: agents write down what callers say."""

    __tablename__ = "ticket_note"
    __table_args__ = (Index("ticket_note_of_ticket", "ticket_id", "at"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    ticket_id: Mapped[str] = mapped_column(ID)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)  # sealed
