"""What keeps doors shut: recovery codes, how often somebody looks people up, and alarms."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from callcenter.records.tables.base import ID, Base, UTCDateTime


class RecoveryCodeRow(Base):
    """A code for the day on which the telephone with the second step is lost; it works once."""

    __tablename__ = "recovery_code"
    __table_args__ = (Index("recovery_code_of_user", "user_id"),)

    code_index: Mapped[str] = mapped_column(String(44), primary_key=True)  # keyed hash of the code
    user_id: Mapped[str] = mapped_column(ID)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class LookUpRow(Base):
    """Somebody looked at somebody, or searched; kept for as long as it counts (lookups.py).
    ``subject``: ``person:ID``, ``ticket:ID``, or a search of its own."""

    __tablename__ = "look_up"
    __table_args__ = (Index("look_up_of_user", "user_id", "what", "at"),)

    user_id: Mapped[str] = mapped_column(ID, primary_key=True)
    subject: Mapped[str] = mapped_column(String(140), primary_key=True)
    what: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class AlarmRow(Base):
    """Something that a supervisor should look at; open until somebody has."""

    __tablename__ = "alarm"
    __table_args__ = (
        Index("alarm_open", "seen_at", "at"),
        Index("alarm_of_subject", "subject", "kind", "at"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(140))
    seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    seen_by: Mapped[str] = mapped_column(String(80), default="")
