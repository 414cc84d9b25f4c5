"""What makes the access log tamper-evident: its rows in one order, each bound to all before it."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from callcenter.records.tables.base import ID, Base, UTCDateTime


class AuditSealRow(Base):
    """The place of one row of the access log in the chain (records/audit/chain.py)."""

    __tablename__ = "audit_seal"
    __table_args__ = (Index("audit_seal_of_row", "audit_id", unique=True),)

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    audit_id: Mapped[str] = mapped_column(ID)
    head: Mapped[str] = mapped_column(String(64))  # keyed hash of the row and the head before it
    sealed_at: Mapped[datetime] = mapped_column(UTCDateTime)
