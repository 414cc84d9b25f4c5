"""``python -m callcenter``: see callcenter/cli."""

import sys

from callcenter import redaction, settings
from callcenter.cli import main


def set_logs_up(chosen: settings.Settings, program: str) -> None:
    """Everything that this process says goes one way."""
    from callcenter import logs  # a wrong argument is answered at once

    logs.set_up(chosen.log.level, chosen.log.format, program)


if __name__ == "__main__":
    redaction.catch_all()
    sys.exit(main(ready=set_logs_up))
