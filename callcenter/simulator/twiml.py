"""Reading a TwiML document: what it says, or the fault a carrier would find in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from . import grammar

LARGEST = 64 * 1024  # bytes of a document
NO_XML, NOT_VALID, NO_TYPE, TOO_LARGE = 12100, 12200, 12300, 11750
MARKUP = ("text/xml", "application/xml", "text/html")


class Fault(Exception):
    """A document or its delivery is wrong. ``code`` is the carrier's number for it.

    ``url`` is the document's address, ``rescue`` says that it was a fallback already.
    """

    def __init__(self, code: int, text: str):
        super().__init__(text)
        self.code, self.text = code, text
        self.url, self.rescue = "", False


@dataclass(frozen=True)
class Verb:
    """One element of a document. ``text`` is all it says, white space collapsed."""

    tag: str
    attributes: dict[str, str]
    text: str
    children: tuple["Verb", ...] = ()

    def get(self, name: str, default: str = "") -> str:
        return self.attributes.get(name, default)

    def flag(self, name: str, *, default: bool = False) -> bool:
        return self.get(name, "true" if default else "false") == "true"

    def number(self, name: str, default: int) -> int:
        return int(self.get(name, str(default)))

    def all(self, tag: str) -> list["Verb"]:
        return [child for child in self.children if child.tag == tag]


def read(body: bytes, content_type: str, scene: str) -> tuple[Verb, ...]:
    """The verbs of an answer. Plain text is read aloud. Raises ``Fault``."""
    if content_type == "text/plain":
        return (Verb("Say", {}, _spoken(body.decode("utf-8", "replace"))),)
    if content_type not in MARKUP:
        raise Fault(NO_TYPE, f"Content-Type {content_type or 'missing'}: not a document")
    if len(body) > LARGEST:
        raise Fault(TOO_LARGE, f"document of {len(body)} bytes, at most {LARGEST} are read")
    return parse(body, scene)


def parse(body: bytes | str, scene: str, *, absolute_only: bool = False) -> tuple[Verb, ...]:
    """The verbs of a TwiML document, all checked against the grammar. Raises ``Fault``.

    ``absolute_only`` is for TwiML that came by REST: there is no address to resolve against.
    """
    try:
        # A document of the product under test, at most 64 kB; expat stops entity bombs.
        root = ElementTree.fromstring(body)  # noqa: S314
    except ElementTree.ParseError as error:
        raise Fault(NO_XML, f"not XML: {error}") from error
    if root.tag != "Response":
        raise Fault(NO_XML, f"the document is a <{root.tag}>, not a <Response>")
    for problem in _problems(root, scene, absolute_only):
        raise Fault(NOT_VALID, problem)
    return tuple(_verb(element) for element in root)


def _verb(element: ElementTree.Element) -> Verb:
    children = tuple(_verb(child) for child in element)
    return Verb(element.tag, dict(element.attrib), _spoken("".join(element.itertext())), children)


def _spoken(text: str) -> str:
    return " ".join(text.split())


def _problems(root: ElementTree.Element, scene: str, absolute_only: bool) -> Iterator[str]:
    allowed, stopped = grammar.SCENES.get(scene), ""
    for element in root:
        if allowed and element.tag not in allowed:
            yield f"<{element.tag}> may not stand in a {scene} document"
        if stopped:
            yield f"<{element.tag}> is never reached after <{stopped}>"
        if element.tag in grammar.STOPS or (
            element.tag in grammar.STOPS_WITH_ACTION and element.get("action")
        ):
            stopped = stopped or element.tag
    yield from _misplaced(root)
    for element in root.iter():
        yield from _wrong(element, absolute_only)


def _misplaced(element: ElementTree.Element) -> Iterator[str]:
    for child in element:
        if child.tag in grammar.CHILDREN.get(element.tag, ()):
            yield from _misplaced(child)
        elif child.tag in grammar.ABSENT:
            yield f"<{child.tag}> is not offered by this network"
        else:
            yield f"<{child.tag}> may not stand in <{element.tag}>"


def _wrong(element: ElementTree.Element, absolute_only: bool) -> Iterator[str]:
    """What is wrong with one element's attributes and length."""
    if element.tag == "Response":
        return
    for name, value in element.attrib.items():
        if name.startswith("{"):  # xml:lang and its like
            continue
        if name not in grammar.ATTRIBUTES.get(element.tag, {}):
            yield f"<{element.tag}> has no attribute {name}"
        elif not grammar.fits(element.tag, name, value):
            yield f"<{element.tag} {name}>: {value!r} is not allowed"
        elif absolute_only and name in grammar.ADDRESSES and value and "://" not in value:
            yield f"<{element.tag} {name}> must be absolute in TwiML sent by REST"
    said = len("".join(element.itertext()).strip())
    if element.tag == "Say" and not 0 < said <= 4096:
        yield f"<Say> of {said} characters, 1 to 4096 are spoken"
    if element.tag == "Enqueue" and not 0 < said <= 64:
        yield f"<Enqueue>: a queue name of {said} characters, 1 to 64 are allowed"
