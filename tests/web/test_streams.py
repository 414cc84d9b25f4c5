"""Streams: who may have one, what it says, and when it ends."""

from __future__ import annotations
