"""One typed class per table: descriptions for Core statements, never an ORM session.

*Derived* tables are folded from the diary and may be rewritten by ``rebuild``; *primary* tables
hold what only they know. Never both in one table. No foreign key to a row that may arrive later.
"""

from callcenter.records.tables.base import Base, UTCDateTime
from callcenter.records.tables.derived import (
    CallRow,
    OfferRow,
    PoskoCountRow,
    PresenceRow,
    SummaryRow,
    TicketRow,
)
from callcenter.records.tables.people import (
    CallerRow,
    NameKeyRow,
    NoteRow,
    PersonRow,
    PhoneRow,
    StatusRow,
)
from callcenter.records.tables.primary import (
    AuditRow,
    ChangeRow,
    EventRow,
    HeartbeatRow,
    MetaRow,
    OutboxRow,
    PolicyRow,
    RecapRow,
    SessionRow,
    SignInTryRow,
    UserRow,
)
from callcenter.records.tables.seal import AuditSealRow

DERIVED = (CallRow, OfferRow, PoskoCountRow, PresenceRow, SummaryRow, TicketRow)

__all__ = [
    "DERIVED",
    "AuditRow",
    "AuditSealRow",
    "Base",
    "CallRow",
    "CallerRow",
    "ChangeRow",
    "EventRow",
    "HeartbeatRow",
    "MetaRow",
    "NameKeyRow",
    "NoteRow",
    "OfferRow",
    "OutboxRow",
    "PersonRow",
    "PhoneRow",
    "PolicyRow",
    "PoskoCountRow",
    "PresenceRow",
    "RecapRow",
    "SessionRow",
    "SignInTryRow",
    "StatusRow",
    "SummaryRow",
    "TicketRow",
    "UTCDateTime",
    "UserRow",
]
