"""What may stand in a form or an address: no control characters, and nothing without end.

A NUL cannot be stored, and what turns the writing direction makes one name look like another.
The first is nobody's typing and refused; the second comes with every number that is copied from
a messenger and is taken out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Any

from flask import Request, abort, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.formparser import FormDataParser

LONGEST = 16_384  # of one field; the longest that a page has is a note of 4,000
LONGEST_NAME = 100
MOST_FIELDS = 400  # every posko on one sheet has 56 times three

CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
TURNS = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

Parsed = tuple[IO[bytes], MultiDict[str, str], MultiDict[str, Any]]


class PlainParser(FormDataParser):
    """Takes out of forms what turns the writing direction."""

    def parse(self, *arguments: Any, **named: Any) -> Parsed:
        stream, form, files = super().parse(*arguments, **named)
        pairs = [(name, TURNS.sub("", value)) for name, value in form.items(multi=True)]
        return stream, ImmutableMultiDict(pairs), files


class PlainRequest(Request):
    """The people's requests; the carrier's are signed as they are and stay so."""

    @property
    def form_data_parser_class(self) -> type[FormDataParser]:  # type: ignore[override]
        return FormDataParser if self.path.startswith("/voice/") else PlainParser


def check() -> None:
    """Refuse the request (400, 413) that no page of ours could have made."""
    if request.method == "GET" and not (request.query_string or request.view_args):
        return  # nothing was typed
    if len(request.form) > MOST_FIELDS:
        abort(413)
    for name, value in given():
        if len(value) > LONGEST or len(name) > LONGEST_NAME:
            abort(413)
        if CONTROLS.search(value) or CONTROLS.search(name):
            abort(400)


def given() -> Iterator[tuple[str, str]]:
    """Everything that was typed, by its name: form, question and address."""
    yield from request.form.items(multi=True)
    yield from request.args.items(multi=True)
    for name, value in (request.view_args or {}).items():
        yield name, str(value)
