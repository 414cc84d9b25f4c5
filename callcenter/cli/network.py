"""The simulated telephone network with its handset page: the carrier of the demonstration.

Its telephones are those of the agents, and the centers' backup numbers; it knows them as they were
when it started. It is no way to reach a real telephone.
"""

import argparse
from typing import TYPE_CHECKING

from callcenter.cli import Refused, opening
from callcenter.cli.running.ports import place
from callcenter.settings import Settings

if TYPE_CHECKING:
    from callcenter.simulator import NetworkConfig, PhoneConfig

NAME = "network"
HELP = "the simulated telephone network with its handset page"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    if not settings.carrier.auth_token:
        raise Refused(
            f"{settings.origin}: [carrier] has no account, so the network could not sign its "
            "calls. Give account_sid and auth_token any values of their own."
        )
    from callcenter import simulator

    simulator.serve(config(settings))
    return 0


def config(settings: Settings) -> "NetworkConfig":
    """What the network is made of: our account, our lines with their addresses, telephones."""
    from callcenter.simulator import LineConfig, NetworkConfig

    host, port = place(settings.network.bind)
    voice = settings.voice.public_url
    return NetworkConfig(
        account_sid=settings.carrier.account_sid,
        auth_token=settings.carrier.auth_token,
        lines=tuple(
            LineConfig(
                number=line,
                voice_url=f"{voice}/voice/incoming",
                fallback_url=f"{voice}/voice/fallback",
                status_url=f"{voice}/voice/status",
            )
            for center in settings.centers
            for line in center.lines
        ),
        phones=phones(settings),
        host=host,
        port=port,
        speed=settings.network.speed,
        seed=settings.network.seed or None,
    )


def phones(settings: Settings) -> "tuple[PhoneConfig, ...]":
    """The telephones somebody can pick up: the agents' own, and those of last resort."""
    from callcenter.records import sealing, users
    from callcenter.simulator import PhoneConfig

    with opening.database(settings) as database, database.transaction() as db:
        keys = sealing.for_database(db, settings.keys.file)
        agents = {one.username: users.phone(db, keys, one.id) for one in users.everybody(db)}
    backups = {one.backup_number: f"backup {one.code}" for one in settings.centers}
    named = {number: name for name, number in agents.items() if number} | backups
    return tuple(PhoneConfig(number, label) for number, label in named.items() if number)
