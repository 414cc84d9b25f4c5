"""The tables of people, for Core statements."""

from sqlalchemy import Table

from callcenter.records.tables import NameKeyRow, PersonRow, PhoneRow, StatusRow, TicketRow

PERSON: Table = PersonRow.__table__  # type: ignore[assignment]
PHONE: Table = PhoneRow.__table__  # type: ignore[assignment]
NAME_KEY: Table = NameKeyRow.__table__  # type: ignore[assignment]
STATUS: Table = StatusRow.__table__  # type: ignore[assignment]
TICKET: Table = TicketRow.__table__  # type: ignore[assignment]
