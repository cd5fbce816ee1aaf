"""Policies, made up."""

import json

from hypothesis import strategies as st

__all__ = ["ENVIRONMENTS", "policy_text"]

ENVIRONMENTS = st.fixed_dictionaries(
    {"profiles": st.just(["prod"])},
    optional={
        "opens_with": st.sampled_from(["own-sign-in", "confirm", "session-sign-in"]),
        "close_after": st.builds(
            lambda number, unit: f"{number}{unit}", st.integers(1, 365), st.sampled_from("smhd")
        ),
        "person": st.sampled_from(["x@example.com", "y@example.com"]),
        "accounts": st.lists(st.sampled_from(["1", "2", "3"]), min_size=1),
        "roles": st.lists(st.sampled_from(["a", "b"]), min_size=1),
        "deny": st.booleans(),
    },
)
"""Settings of one environment that `prod` belongs to."""


def policy_text(environments: list[dict[str, object]]) -> str:
    """Spell `environments` as TOML, whose strings, lists and booleans are JSON's."""
    return "".join(
        f"[environment.e{number}]\n" + "".join(f"{k} = {json.dumps(v)}\n" for k, v in one.items())
        for number, one in enumerate(environments)
    )
