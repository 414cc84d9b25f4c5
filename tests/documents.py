"""Is a document one that carriers accept: verbs, nesting, attributes, and what may stand where."""

import re
from xml.etree import ElementTree

# What may stand in what, and the attributes of each: only what our own documents use.
INSIDE = {
    "Response": {"Say", "Dial", "Hangup", "Pause", "Redirect", "Leave"},
    "Dial": {"Number"},
}
ATTRIBUTES = {
    "Say": {"language", "voice"},
    "Dial": {"action", "callerId", "timeout", "timeLimit"},
    "Pause": {"length"},
}
NUMBERS = {"timeout", "timeLimit", "length"}
IN_A_QUEUE = {"Say", "Pause", "Redirect", "Leave", "Hangup"}
ENDS = {"Hangup", "Redirect", "Leave"}
LARGEST = 64 * 1024


def problems(document: bytes, *, in_a_queue: bool = False) -> list[str]:
    """What a carrier would not accept, or would never come to."""
    if len(document) > LARGEST:
        return ["too large"]
    try:
        root = ElementTree.fromstring(document)
    except ElementTree.ParseError as error:
        return [f"not XML: {error}"]
    found = [] if root.tag == "Response" else [f"the root is {root.tag}"]
    found += list(_within(root))
    ended = ""
    for verb in root:
        if in_a_queue and verb.tag not in IN_A_QUEUE:
            found.append(f"{verb.tag} to somebody in a queue")
        if ended:
            found.append(f"{verb.tag} is never reached after {ended}")
        if verb.tag in ENDS or (verb.tag == "Dial" and verb.get("action")):
            ended = verb.tag
    return found


def _within(element: ElementTree.Element):
    for name, value in element.attrib.items():
        if name not in ATTRIBUTES.get(element.tag, set()):
            yield f"{element.tag} has no {name}"
        if name in NUMBERS and not value.isdecimal():
            yield f"{element.tag} {name} is {value}"
        if name == "action" and not value.startswith("http"):
            yield f"{element.tag} {name} is no whole address"
    if element.tag == "Number" and not re.fullmatch(r"\+[1-9]\d{6,14}", element.text or ""):
        yield f"{element.text} is no number"
    if element.tag == "Say" and not (element.text or "").strip():
        yield "nothing is said"
    for child in element:
        if child.tag not in INSIDE.get(element.tag, set()):
            yield f"{child.tag} inside {element.tag}"
        yield from _within(child)
