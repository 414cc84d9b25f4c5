"""The second loop: the clock ticks, we act. Runs the floor, sends the outbox, settles calls.

Any number of workers may run; one at a time leads the floor, all send commands.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy.exc import OperationalError
