"""The first fill of the calendar: national holidays and joint leave, as a library knows them.

A decree may change them in the middle of a year, so what stands in the policy rules, not this.
"""

from collections.abc import Iterable

from callcenter.rules.policy import Holiday


def days_off(years: Iterable[int]) -> tuple[Holiday, ...]:
    """Libur nasional and cuti bersama of these years, by day."""
    import holidays

    wanted = list(years)

    def named(category: str, language: str) -> "holidays.HolidayBase":
        return holidays.country_holidays(
            "ID", years=wanted, categories=(category,), language=language
        )

    found: dict[object, Holiday] = {}
    for category, kind in (("government", "joint"), ("public", "national")):
        english = named(category, "en_US")
        for day, name in named(category, "id").items():
            found[day] = Holiday(day, name, english.get(day) or name, kind)
    return tuple(sorted(found.values(), key=lambda it: it.day))
