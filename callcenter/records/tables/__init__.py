"""One typed class per table: descriptions for Core statements, never an ORM session.

*Derived* tables are folded from the diary and may be rewritten by ``rebuild``; *primary* tables
hold what only they know. Never both in one table. No foreign key to a row that may arrive later.
"""

from callcenter.records.tables.access import AlarmRow, LookUpRow, RecoveryCodeRow
from callcenter.records.tables.base import Base, UTCDateTime
from callcenter.records.tables.callbacks import CallBackRow, KeypadTryRow
from callcenter.records.tables.centers import CenterRow
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
from callcenter.records.tables.rollups import ChangedDayRow, RolledDayRow, RollUpRow
from callcenter.records.tables.seal import AuditSealRow

DERIVED = (
    CallBackRow,
    CallRow,
    CenterRow,
    OfferRow,
    PoskoCountRow,
    PresenceRow,
    SummaryRow,
    TicketRow,
)

__all__ = [
    "DERIVED",
    "AlarmRow",
    "AuditRow",
    "AuditSealRow",
    "Base",
    "CallBackRow",
    "CallRow",
    "CallerRow",
    "CenterRow",
    "ChangeRow",
    "ChangedDayRow",
    "EventRow",
    "HeartbeatRow",
    "KeypadTryRow",
    "LookUpRow",
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
    "RecoveryCodeRow",
    "RollUpRow",
    "RolledDayRow",
    "SessionRow",
    "SignInTryRow",
    "StatusRow",
    "SummaryRow",
    "TicketRow",
    "UTCDateTime",
    "UserRow",
]
