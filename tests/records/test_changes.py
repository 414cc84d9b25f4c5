"""Hints: they come when something changed, and only then."""

from __future__ import annotations

from callcenter.records import changes
from callcenter.records.changes import Hints


def test_no_hint_comes_when_nothing_changed(database):
    with changes.hints(database) as hints:
        assert hints.wait(0.2) == frozenset()


def test_a_hint_names_what_changed_after_the_commit(database):
    with changes.hints(database) as hints:
        hints.wait(0)
        with database.transaction() as db:
            changes.note(db, {"call", "ticket"})
        assert hints.wait(2) == {"call", "ticket"}
        assert hints.wait(0.1) == frozenset()


def test_what_was_rolled_back_gives_no_hint(database):
    listener = Hints(database)
    listener.wait(0)
    try:
        with database.transaction() as db:
            changes.note(db, {"call"})
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    assert listener.wait(0.2) == frozenset()
    listener.close()
