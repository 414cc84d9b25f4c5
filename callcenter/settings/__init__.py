"""Settings: what the operator decides once, read from ``config.toml`` and the environment.

``shape`` says which keys there are, ``kinds`` what each may look like, ``reading`` where values
come from, ``building`` what must fit together, ``demo`` what holds when nothing is configured.
What may change while calls run is policy, not settings.
"""

from collections.abc import Mapping
from pathlib import Path

from callcenter.settings import building, demo, reading
from callcenter.settings.reading import Fault, SettingsError
from callcenter.settings.shape import Center, Settings, Source, names

__all__ = ["Center", "Fault", "Settings", "SettingsError", "Source", "load", "names"]

WANTED = "CALLCENTER_CONFIG"


def load(
    environ: Mapping[str, str], path: Path | None = None, *, folder: Path = Path()
) -> Settings:
    """The settings of this process. Raises ``SettingsError`` with every fault at once.

    The file is ``path``, else the one that ``CALLCENTER_CONFIG`` names, else ``config.toml`` in
    ``folder``, else the demo, whose ``var/`` stands in ``folder``. ``CALLCENTER__TABLE__KEY``
    overrides any key of any of them. To configure by environment alone, name an empty file.
    """
    faults: list[Fault] = []
    file = path or wanted(environ, folder)
    origin = demo.ORIGIN if file is None else str(file)
    if file is None:
        below = demo.tables(environ, folder, faults)
    else:
        below = reading.tables(reading.file(file), origin, faults)
    given = reading.environment(below, environ, faults)
    return building.build(given, origin, faults, demo=file is None)


def wanted(environ: Mapping[str, str], folder: Path) -> Path | None:
    """The configuration file, or ``None`` for the demo."""
    if named := environ.get(WANTED, "").strip():
        return Path(named)
    usual = folder / "config.toml"
    return usual if usual.exists() else None
