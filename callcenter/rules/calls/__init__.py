"""One call, folded from its events into one value that holds all that the figures need.

Times are cut to whole seconds, as carriers report them: our clock and the carrier's meet in one
call, and what is left of a second would make waits below nothing.
"""

from callcenter.rules.calls.call import (
    ABANDONED,
    ANSWERED,
    FLOW_OUT,
    WAITING,
    Call,
    CallBack,
    Span,
    Stay,
    Talk,
)
from callcenter.rules.calls.settling import settle

__all__ = [
    "ABANDONED",
    "ANSWERED",
    "FLOW_OUT",
    "WAITING",
    "Call",
    "CallBack",
    "Span",
    "Stay",
    "Talk",
    "settle",
]
