"""The attacks: programs of their own, which the user runs."""
