"""What things cost here, beside yardsticks measured in the same run: ``make bench``.

A part is a module in :data:`tests.bench.__main__.PARTS` with ``measure(*, quick: bool)``, which
yields lines of the table (:func:`tests.bench.table.compared`, :func:`tests.bench.table.limited`).
``quick`` is for trying the bench itself: seconds instead of minutes, and noisier.
"""
