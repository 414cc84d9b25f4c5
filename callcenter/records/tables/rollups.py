"""Days that are over, added up: derived from summaries, tickets and agents' states."""

from datetime import datetime

from sqlalchemy import Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from callcenter.records.tables.base import Base, UTCDateTime


class RollUpRow(Base):
    """The sums of a part of a day. ``scope`` says of which part (records/rollups.py); what it does
    not part by is empty."""

    __tablename__ = "roll_up"
    __table_args__ = (Index("roll_up_of_days", "scope", "day"),)

    day: Mapped[str] = mapped_column(String(10), primary_key=True)  # WIB
    scope: Mapped[str] = mapped_column(String(16), primary_key=True)
    at: Mapped[str] = mapped_column(String(5), primary_key=True)  # "09:30": the half hour from then
    center: Mapped[str] = mapped_column(String(20), primary_key=True)
    queue: Mapped[str] = mapped_column(String(40), primary_key=True)
    body: Mapped[str] = mapped_column(Text)  # JSON, what is zero left out


class RolledDayRow(Base):
    """A day whose roll-ups are there. Once every writing counts ``version`` up, so that of two who
    add up one day at once only the first can write."""

    __tablename__ = "rolled_day"

    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    rules: Mapped[str] = mapped_column(String(80))  # the limits that the sums depend on
    version: Mapped[int] = mapped_column(Integer)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)


class ChangedDayRow(Base):
    """Something of a day that is over changed: its roll-ups hold no longer. Only ever inserted, so
    that nobody waits for anybody; whoever adds the day up again removes the rows they had seen."""

    __tablename__ = "changed_day"
    __table_args__ = (Index("changed_day_of_day", "day"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    day: Mapped[str] = mapped_column(String(10))
