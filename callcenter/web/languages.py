"""The language of the pages: Indonesian as written in the templates, English from a catalogue.

The catalogue is read from its ``.po`` when it is first wanted, so there is no compiled file that
could be missing or old. To bring it up to date after changing a sentence:

    pybabel extract -F callcenter/translations/babel.cfg --no-location --sort-output \\
        -o /tmp/messages.pot .
    pybabel update -N -i /tmp/messages.pot -d callcenter/translations -l en --no-wrap \\
        --ignore-obsolete
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, has_request_context, session
from flask_babel import Babel, Domain, get_locale
from werkzeug.utils import cached_property

FOLDER = Path(__file__).parent.parent / "translations"
WRITTEN = "id"
LANGUAGES = {"id": "Indonesia", "en": "English"}


class Catalogues(Domain):
    """Looks sentences up in the ``.po`` of the request's language."""

    def get_translations(self) -> NullTranslations:
        return catalogue(chosen())


class Languages(Babel):
    @cached_property
    def domain_instance(self) -> Domain:
        return Catalogues()


def speak(app: Flask) -> None:
    """Let templates and views say ``_("...")`` in the language that the person chose."""
    Languages(app, default_locale=WRITTEN, default_timezone="Asia/Jakarta", locale_selector=wanted)
    app.jinja_env.globals.update(language=chosen, languages=LANGUAGES)


def wanted() -> str:
    """What the person chose in this browser; Indonesian until then."""
    return known(session.get("language") if has_request_context() else None)


def known(language: str | None) -> str:
    """The language, if it is one of ours."""
    return language if language in LANGUAGES else WRITTEN


def chosen() -> str:
    """The language of what is being written now."""
    locale = get_locale()
    return locale.language if locale else WRITTEN


@cache
def catalogue(language: str) -> NullTranslations:
    """The sentences of a language. The one that templates are written in needs none."""
    file = FOLDER / language / "LC_MESSAGES" / "messages.po"
    if language == WRITTEN:
        return NullTranslations()
    with file.open("rb") as source:
        sentences = read_po(source, locale=language)
    compiled = BytesIO()
    write_mo(compiled, sentences)
    compiled.seek(0)
    return Translations(compiled)
