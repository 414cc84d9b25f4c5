"""Backups: everything in the database in one file, and back, on either engine."""

from callcenter.records.backup.archive import BackupRefused, Manifest
from callcenter.records.backup.restoring import restore
from callcenter.records.backup.saving import save

__all__ = ["BackupRefused", "Manifest", "restore", "save"]
