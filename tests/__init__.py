"""The suite: one folder a room, ``e2e`` for the whole house."""
