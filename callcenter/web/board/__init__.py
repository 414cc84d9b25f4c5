"""The supervisor's board: the day's figures, the list behind them, and the recap."""

from callcenter.web.board import levers, lists, pages
from callcenter.web.board.door import door

__all__ = ["door", "levers", "lists", "pages"]
