"""The whole house, seen from outside."""
