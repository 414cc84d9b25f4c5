"""A number for each of millions of NIKs, in 16 bytes a place."""

from __future__ import annotations

from array import array

FIRST_PLACES = 1 << 12
FULL = 0.65  # of the places taken: from here on looking takes longer than growing
SPREAD = 0x9E37_79B9_7F4A_7C15  # Fibonacci hashing: NIKs of a district differ in a few digits


class NikTable:
    """Keeps the first number that was put under each NIK (16 digits).

    A dict of five million takes a gigabyte; this takes 16 bytes for each of its places, of which
    between a third and two thirds are taken.
    """

    def __init__(self) -> None:
        self._taken = 0
        self._make(FIRST_PLACES)

    def __len__(self) -> int:
        return self._taken

    def put(self, nik: str, number: int) -> int | None:
        """Keep ``number`` (0 or more) where there is none yet; else give the one that is kept."""
        place = self._place(int(nik) + 1)
        if self._niks[place]:
            return self._numbers[place]
        self._niks[place], self._numbers[place] = int(nik) + 1, number
        self._taken += 1
        if self._taken > FULL * len(self._niks):
            self._grow()
        return None

    def get(self, nik: str) -> int | None:
        """The number kept under this NIK."""
        place = self._place(int(nik) + 1)
        return self._numbers[place] if self._niks[place] else None

    def _place(self, key: int) -> int:
        """Where ``key`` is, or the free place where it belongs; 0 in ``_niks`` is a free place."""
        last, niks = len(self._niks) - 1, self._niks
        place = (key * SPREAD >> 20) & last
        while niks[place] and niks[place] != key:
            place = (place + 1) & last
        return place

    def _make(self, places: int) -> None:
        self._niks = array("Q", bytes(8 * places))
        self._numbers = array("Q", bytes(8 * places))

    def _grow(self) -> None:
        niks, numbers = self._niks, self._numbers
        self._make(2 * len(niks))
        for key, number in zip(niks, numbers, strict=True):
            if key:
                place = self._place(key)
                self._niks[place], self._numbers[place] = key, number
