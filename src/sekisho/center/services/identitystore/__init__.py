"""The identity store: people, groups and who is in them, for administrators and their tools."""
