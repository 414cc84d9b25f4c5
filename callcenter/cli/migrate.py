"""Brings the database to this release: tables, and in an empty one the keys and the first policy.

Safe to repeat. Run it before the servers of a new release; those of the release before may go on.
"""

import argparse
from functools import partial

from callcenter import clock
from callcenter.cli.policies import filling
from callcenter.rules import wib
from callcenter.settings import Settings

NAME = "migrate"
HELP = "bring the database to this release"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    from callcenter.records import migrations, policy, sealing
    from callcenter.records.database import Database

    migrations.upgrade(settings.database.url)
    database = Database(settings.database.url)
    try:
        with database.transaction() as db:
            sealing.for_database(db, settings.keys.file)
            this_year = wib.day_of(clock()).year
            fill = partial(filling.days_off, (this_year, this_year + 1))
            policy.ensure(db, settings, clock(), holidays=fill)
    finally:
        database.close()
    return 0
