"""Adds people who may sign in, gives them a new password, and closes their accounts; resets the
second step of somebody whose telephone is lost.

A password is asked for twice, or read from the first line of standard input with
``--password-stdin``: on the command line everybody on the machine could read it.
"""

from __future__ import annotations

import argparse
import sys
from getpass import getpass
from typing import TYPE_CHECKING, Any

from callcenter import clock
from callcenter.cli import Refused
from callcenter.cli.opening import database
from callcenter.settings import Settings

if TYPE_CHECKING:
    from callcenter.records.passwords import Cost

NAME = "user"
HELP = "add people who sign in, give a new password, close accounts, reset the second step"
ROLES = "agent|posko|supervisor|admin|auditor"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(metavar="ACT", required=True)
    adding = acts.add_parser("add", help="add somebody", description=__doc__)
    adding.add_argument("username", metavar="NAME", help="what they sign in with")
    adding.add_argument("--role", required=True, metavar=ROLES)
    adding.add_argument("--center", metavar="CODE", help="needed for an agent")
    adding.add_argument("--posko", type=int, metavar="NO", help="needed for a posko")
    adding.add_argument("--phone", metavar="NUMBER", help="where an agent's calls ring")
    adding.add_argument("--full-name", default="", metavar="TEXT", help="as others see it")
    changing = acts.add_parser("password", help="give a new one and sign out everywhere")
    changing.add_argument("username", metavar="NAME")
    closing = acts.add_parser("disable", help="close the account and sign out everywhere")
    closing.add_argument("username", metavar="NAME")
    losing = acts.add_parser("reset-second-step", help="a telephone is lost: connect another")
    losing.add_argument("username", metavar="NAME")
    doing = {adding: add, changing: password, closing: disable, losing: reset_second_step}
    for act, does in doing.items():
        act.set_defaults(act=does)
    for act in (adding, changing):
        act.add_argument("--password-stdin", action="store_true", help="read it from a pipe")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    from callcenter.records import users

    try:
        arguments.act(arguments, settings)
    except users.UserRefused as refused:
        raise Refused(str(refused)) from refused
    return 0


def add(arguments: argparse.Namespace, settings: Settings) -> None:
    """Add somebody; whatever does not fit is refused in one sentence."""
    from callcenter.records import policy, sealing, users

    word = asked(arguments.password_stdin)
    with database(settings) as opened, opened.transaction() as db:
        user_id = users.add(
            db,
            sealing.for_database(db, settings.keys.file),
            policy.ensure(db, settings, clock()),
            username=arguments.username,
            role=arguments.role,
            password=word,
            full_name=arguments.full_name,
            center=arguments.center,
            posko=arguments.posko,
            phone=arguments.phone,
            cost=cost(settings),
            now=clock(),
        )
        noted(db, "user_added", user_id)


def password(arguments: argparse.Namespace, settings: Settings) -> None:
    """Give somebody a new password; sessions that are open end at once."""
    from callcenter.records import users

    word = asked(arguments.password_stdin)
    with database(settings) as opened, opened.transaction() as db:
        user_id = known(db, arguments.username)
        users.set_password(db, user_id, word, cost=cost(settings), now=clock())
        noted(db, "password_set", user_id)


def disable(arguments: argparse.Namespace, settings: Settings) -> None:
    """Close an account. Its row stays, because the diary speaks of it."""
    from callcenter.records import users

    with database(settings) as opened, opened.transaction() as db:
        user_id = known(db, arguments.username)
        users.disable(db, user_id, now=clock())
        noted(db, "user_disabled", user_id)


def reset_second_step(arguments: argparse.Namespace, settings: Settings) -> None:
    """The next sign-in connects another telephone; sessions that are open end at once."""
    from callcenter.records import second_step

    with database(settings) as opened, opened.transaction() as db:
        user_id = known(db, arguments.username)
        if not second_step.reset(db, user_id, now=clock()):
            raise Refused(f'"{arguments.username}" has no second step, so nothing was changed.')
        noted(db, "second_step_reset", user_id)


def known(db: Any, username: str) -> str:
    from callcenter.records import users

    if user := users.by_name(db, username):
        return user.id
    raise Refused(f'There is no user "{username}", so nothing was changed; see /admin for names.')


def asked(from_pipe: bool) -> str:
    """The password, from where the operator wants to give it."""
    if from_pipe:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise Refused("No password was given: use a terminal, or a pipe and --password-stdin.")
    first = getpass("Password: ")
    if getpass("Once more: ") != first:
        raise Refused("The two passwords differ, so nothing was changed; start again.")
    return first


def cost(settings: Settings) -> Cost:
    from callcenter.records.passwords import Cost

    return Cost(settings.web.argon2_time_cost, settings.web.argon2_memory_kib)


def noted(db: Any, what: str, user_id: str) -> None:
    from callcenter.records import audit

    audit.note(
        db,
        who="command line",
        what=what,
        subject=f"user:{user_id}",
        why="user command",
        now=clock(),
    )
