"""Every sentence for people exists in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from callcenter.web import languages

ROOT = Path(__file__).parent.parent.parent
METHODS = {"templates": [("**.html", "jinja2")], "callcenter/web": [("**.py", "python")]}
NAMED = re.compile(r"%\(\w+\)[sd]")


def written() -> set[str]:
    """The Indonesian sentences of templates and views."""
    found = set()
    for folder, methods in METHODS.items():
        for _, _, said, _, _ in extract_from_dir(ROOT / folder, methods):
            found.add(said[0] if isinstance(said, tuple) else said)
    return found


@pytest.fixture(scope="module")
def english():
    file = languages.FOLDER / "en" / "LC_MESSAGES" / "messages.po"
    with file.open("rb") as source:
        sentences = read_po(source, locale="en", abort_invalid=True)
    return {
        sentence.id[0] if isinstance(sentence.id, tuple) else sentence.id: sentence
        for sentence in sentences
        if sentence.id
    }


def test_the_catalogue_has_every_sentence_and_no_other(english):
    """See callcenter/web/languages.py for how to bring it up to date."""
    assert written() - set(english) == set()
    assert set(english) - written() == set()


def test_every_sentence_is_translated_with_the_same_names_in_it(english):
    for said, sentence in english.items():
        forms = sentence.string if isinstance(sentence.string, tuple) else (sentence.string,)
        assert all(forms), f"no English for: {said}"
        assert not sentence.fuzzy, said
        for form in forms:
            assert sorted(NAMED.findall(form)) == sorted(NAMED.findall(said)), said
