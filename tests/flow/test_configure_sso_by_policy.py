"""`configure sso` parts what `policy.toml` declares to be apart, and not what it declares as one."""

from pathlib import Path

import pytest

from sekisho.reach.policy import parse_policy
from tests.flow.test_configure_sso import HOGE, SHARED, TO_DEV
from tests.flow.wizard_scene import run_wizard, write_config
from tests.flow.world import World


@pytest.mark.parametrize(
    "policy, asked",
    [
        ('[environment.lab]\nprofiles = ["dev", "stg"]', False),
        ('[environment.lab]\nprofiles = ["dev"]\n[environment.ops]\nprofiles = ["stg"]', True),
    ],
    ids=["one environment", "two environments"],
)
def test_what_the_policy_declares_counts_more_than_names(
    world: World, policy: str, asked: bool
) -> None:
    write_config(world, SHARED)
    world.sign_in(world.comes_back(), target=HOGE)
    declared = parse_policy(policy.encode(), Path("policy.toml"))

    run = run_wizard(world, given=TO_DEV, answers=("hoge", "n"), policy=declared)

    assert any("an sso-session of its own" in said for said in run.interview.asked) is asked
    assert "A login to hoge opens dev and also: stg" in run.interview.said
