"""The stand-in: a small process that answers the carrier when the voice server does not.

It needs the standard library only, so that nothing that can break the voice server breaks it: no
database, no keys, no installed package. It says one sentence, connects the caller with the backup
telephone of the line that was dialled, and writes down that the call was there.

``server`` speaks HTTP, ``answering`` decides what a request means, ``centers`` knows the lines,
``documents`` holds what the carrier is told, ``notebook`` the calls.
"""
