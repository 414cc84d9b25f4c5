"""Ended calls, folded once. (Helper "figures" replaces this file.)"""


def settle_ended(db, policy, *, now, limit):
    return 0
