"""Signing in: the flows, as plain functions over ports."""
