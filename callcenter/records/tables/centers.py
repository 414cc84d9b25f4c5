"""How each center stands."""

from datetime import UTC, datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from callcenter.records.tables.base import LAST, NEWEST, Base, UTCDateTime, at

EVER = datetime(1970, 1, 1, tzinfo=UTC)  # nobody has chosen anything yet: open ever since


class CenterRow(Base):
    """One center, folded from the diary: what people chose last, and when it went dark and came
    back. No row: open."""

    __tablename__ = "center"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    state: Mapped[str] = mapped_column(String(10), info=NEWEST, default="open")
    by: Mapped[str] = mapped_column(String(36), info=NEWEST, default="")
    why: Mapped[str] = mapped_column(String(40), info=NEWEST, default="")
    since: Mapped[datetime] = mapped_column(UTCDateTime, info=NEWEST, default=EVER)
    dark_at: Mapped[datetime | None] = at(LAST)
    back_at: Mapped[datetime | None] = at(LAST)
