"""Checks of AWS config files: one rule, one file."""
