"""``python -m callcenter``: see callcenter/cli."""

import sys

from callcenter.cli import main

if __name__ == "__main__":
    sys.exit(main())
