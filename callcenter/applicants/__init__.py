"""Where applicant data comes from. A source lives in one file and passes one contract test.

A source is asked while a caller waits, so it answers within half a second or is down. What it says
is always as of some time, and both are shown. ``csvfile`` reads the snapshots that are imported.
"""

from collections.abc import Callable

from callcenter.applicants.csvsource import CsvSource
from callcenter.applicants.memory import MemorySource
from callcenter.applicants.source import ApplicantSource, Known, SourceDown

__all__ = ["SOURCES", "ApplicantSource", "CsvSource", "Known", "MemorySource", "SourceDown"]

# kind in [[source]]: what makes one of its settings, by name
SOURCES: dict[str, Callable[..., ApplicantSource]] = {"csv": CsvSource, "memory": MemorySource}
