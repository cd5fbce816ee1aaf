"""Measures: ratios that were taken in one run, never a lone time (`./dev bench`)."""
