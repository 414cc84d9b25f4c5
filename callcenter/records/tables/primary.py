"""The diary and the primary tables of the house: nothing here can be folded from anything else."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from callcenter.records.tables.base import ID, SID, Base, UTCDateTime


class EventRow(Base):
    """One thing that happened. Rows are only ever added."""

    __tablename__ = "event"
    __table_args__ = (
        Index("event_of_subject", "subject", "at"),
        Index("event_of_kind", "kind", "at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)  # computed: rules/events/base.py
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    kind: Mapped[str] = mapped_column(String(40))  # the class name in rules/events
    subject: Mapped[str] = mapped_column(String(140))
    thread: Mapped[str] = mapped_column(String(160))
    turn: Mapped[str] = mapped_column(String(160))
    n: Mapped[int] = mapped_column(Integer)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)  # ids and codes; no people
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)


class OutboxRow(Base):
    """A command to the carrier, enqueued with the events that caused it, sent after the commit."""

    __tablename__ = "outbox"
    __table_args__ = (Index("outbox_due", "done_at", "due_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)  # computed from what it is about
    kind: Mapped[str] = mapped_column(String(20))
    call_id: Mapped[str] = mapped_column(SID)
    offer: Mapped[int] = mapped_column(Integer)
    turn: Mapped[int | None] = mapped_column(Integer)  # of several commands of a kind: which
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    sending_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # set before the request
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    result: Mapped[str | None] = mapped_column(String(20))  # sent | gone | refused
    error: Mapped[str | None] = mapped_column(String(200))


class PolicyRow(Base):
    """One version of the policy; the highest rules."""

    __tablename__ = "policy"

    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by: Mapped[str] = mapped_column(String(80))
    why: Mapped[str] = mapped_column(String(200))
    body: Mapped[dict[str, Any]] = mapped_column(JSON)


class AuditRow(Base):
    """Who saw or did what, when and why; written in the transaction of the access."""

    __tablename__ = "audit"
    __table_args__ = (Index("audit_of_subject", "subject", "at"), Index("audit_at", "at"))

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    who: Mapped[str] = mapped_column(String(80))
    what: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(140))
    why: Mapped[str] = mapped_column(String(200))
    result: Mapped[str] = mapped_column(String(40))


class UserRow(Base):
    """A person who signs in: agent, posko, supervisor, admin or auditor."""

    __tablename__ = "user"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    username: Mapped[str] = mapped_column(String(80), unique=True)
    full_name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(20))
    center: Mapped[str | None] = mapped_column(String(20))
    posko: Mapped[int | None] = mapped_column(Integer)
    phone: Mapped[str | None] = mapped_column(Text)  # sealed: where this agent's calls ring
    password_hash: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    second_secret: Mapped[str | None] = mapped_column(Text)  # sealed; see second_step.py
    second_since: Mapped[datetime | None] = mapped_column(UTCDateTime)  # None: not confirmed yet
    second_turn: Mapped[int | None] = mapped_column(BigInteger)  # of the last code: each works once


class SessionRow(Base):
    """A sign-in. Ended rows are refused on the next request, whatever cookie still exists."""

    __tablename__ = "session"
    __table_args__ = (Index("session_of_user", "user_id"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)  # a hash of the cookie's token
    user_id: Mapped[str] = mapped_column(ID)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    second_step_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class SignInTryRow(Base):
    """A password or a code that was tried, kept for as long as it slows the next one."""

    __tablename__ = "sign_in_try"
    __table_args__ = (Index("sign_in_try_of_name", "name_index", "at"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    name_index: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class HeartbeatRow(Base):
    """When an agent's desk was last heard."""

    __tablename__ = "heartbeat"

    agent_id: Mapped[str] = mapped_column(ID, primary_key=True)
    heard_at: Mapped[datetime] = mapped_column(UTCDateTime)


class RecapRow(Base):
    """A frozen recap. Late entries make the next revision, never a silent change."""

    __tablename__ = "recap"

    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    until: Mapped[str] = mapped_column(String(5), primary_key=True)
    revision: Mapped[int] = mapped_column(Integer, primary_key=True)
    frozen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)


class ChangeRow(Base):
    """How often something changed, per topic: what SQLite's readers poll."""

    __tablename__ = "change"

    topic: Mapped[str] = mapped_column(String(40), primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)


class MetaRow(Base):
    """Facts about this database itself, such as the check value of its keys."""

    __tablename__ = "meta"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
