"""Provinces, regencies and districts by the code that a NIK begins with."""

from dataclasses import dataclass

from callcenter.rules import districts_table, regencies_table

EAST_JAVA = "35"
FIRST_CITY = 71  # of the last two digits: from here on the regency is a Kota

# A province until 1999: whoever was first registered there keeps its number for life.
EAST_TIMOR = "54"


@dataclass(frozen=True)
class Regency:
    """A kabupaten or kota: ``Regency("35.78", "Kota Surabaya", "Jawa Timur")``."""

    code: str
    name: str
    province: str
    retired: bool = False


@dataclass(frozen=True)
class District:
    """A kecamatan: ``District("35.78.01", "Karangpilang", "35.78")``."""

    code: str
    name: str
    regency: str


def paragraphs(table: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """A packed table as ``(heading, [(two digits, name), ...])``; headings stand at the margin."""
    lines = " ".join(line if line.startswith(" ") else f"\n{line}" for line in table.splitlines())
    found = []
    for line in filter(str.strip, lines.split("\n")):
        heading, _, entries = line.partition(":")
        pairs = (" ".join(entry.split()).partition(" ") for entry in entries.split(";"))
        found.append((heading.strip(), [(number, name) for number, _, name in pairs]))
    return found


def regencies(table: str, *, retired: bool) -> dict[str, Regency]:
    """The regencies of a packed table by code."""
    found = {}
    for heading, entries in paragraphs(table):
        province, _, province_name = heading.partition(" ")
        for number, name in entries:
            kind = "Kota" if int(number) >= FIRST_CITY else "Kabupaten"
            code = f"{province}.{number}"
            found[code] = Regency(code, f"{kind} {name}", province_name, retired)
    return found


PROVINCES = {heading[:2]: heading[3:] for heading, _ in paragraphs(regencies_table.CURRENT)}
REGENCIES = regencies(regencies_table.RETIRED, retired=True) | regencies(
    regencies_table.CURRENT, retired=False
)
DISTRICTS = {
    f"{code}.{number}": District(f"{code}.{number}", name, code)
    for code, entries in paragraphs(districts_table.CURRENT)
    for number, name in entries
}


def regency(code: str) -> Regency | None:
    """The regency of a code such as ``35.78``, retired codes included; None if there is none."""
    return REGENCIES.get(code)


def district(code: str) -> District | None:
    """The district of a code such as ``35.78.01``; only those of East Java are known here."""
    return DISTRICTS.get(code)


def known_province(code: str) -> bool:
    """Whether a NIK can begin with these two digits."""
    return code in PROVINCES or code == EAST_TIMOR


def east_java() -> tuple[Regency, ...]:
    """The 38 regencies of East Java, in the order of their codes."""
    return tuple(it for code, it in sorted(REGENCIES.items()) if code.startswith(EAST_JAVA + "."))


def districts_of(regency_code: str) -> tuple[District, ...]:
    """The districts of a regency of East Java, in the order of their codes."""
    return tuple(it for _, it in sorted(DISTRICTS.items()) if it.regency == regency_code)
