"""What a person is stored under, to be found by name."""

from callcenter.rules import names


def name_keys(name: str) -> tuple[str, ...]:
    """The keys of ``names``; with a mark for a name of one word, so that the one Siti who is
    called nothing else is found among the thousands who are."""
    keys = names.keys(name)
    is_alone = len(names.telling(name)) == 1
    return (*(f"={key}"[: names.KEY_LENGTH] for key in keys if is_alone), *keys)
