"""The demonstration: made-up people, an hour of made-up calls, and one call played for real."""
