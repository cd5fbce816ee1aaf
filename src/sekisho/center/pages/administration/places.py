"""The places of the administration, in the order of its navigation."""

__all__ = ["HOME", "PLACES"]

HOME = "/administration"

PLACES = (
    ("people", f"{HOME}/people"),
    ("groups", f"{HOME}/groups"),
    ("permission-sets", f"{HOME}/permission-sets"),
    ("accounts", f"{HOME}/accounts"),
    ("sessions", f"{HOME}/sessions"),
    ("trail", f"{HOME}/audit-trail"),
)
"""Name (of the text, too: `places.NAME`) and address. What is below an address is of that place."""
