"""The parts of the command ``policy``: announcements, and the calendar of days off."""
