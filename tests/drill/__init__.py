"""Outages and kills under load, on real processes: ``make drill``; short ones are in ``make test``.

A telephone network of our own (:mod:`tests.drill.load`) brings calls at a steady rate and keeps a
ledger of every webhook that was acknowledged. Meanwhile something is taken away
(:mod:`tests.drill.faults`). Afterwards the ledger is held against the diary
(:mod:`tests.drill.ledger`): everything that was acknowledged is there once, with its caller.
"""
