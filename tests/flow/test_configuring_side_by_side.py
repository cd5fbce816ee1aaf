"""The wizard, while somebody else writes the same config between its diff and its writing."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from sekisho.errors import FileChanged
from tests.flow.test_configure_sso import ALL, HOGE, SHARED, TO_DEV, WRITTEN, lines
from tests.flow.wizard_scene import SESSION_SECTION, config_of, run_wizard, write_config
from tests.flow.world import World

THEIRS = "# theirs\n[profile theirs]\nregion = eu-west-1\n"


def adds(world: World, text: str) -> Callable[[], None]:
    """Somebody who puts `text` before all else."""
    return lambda: write_config(world, text + (config_of(world) or ""))


def test_what_somebody_else_adds_stays_and_the_profile_is_made(world: World) -> None:
    run = run_wizard(world, world.comes_back(), given=ALL, meanwhile=adds(world, THEIRS))

    assert lines(config_of(world)) == THEIRS + WRITTEN
    assert run.done is not None
    assert run.done.signed_in


def test_what_the_other_profile_adds_to_the_login_is_named_afterwards(world: World) -> None:
    theirs = SHARED.removeprefix(f"{SESSION_SECTION}\n")
    write_config(world, SESSION_SECTION)
    world.sign_in(world.comes_back(), target=HOGE)
    run = run_wizard(world, given=ALL, meanwhile=adds(world, theirs))

    assert run.done is not None
    assert run.done.opens == ("stg", "dev")


def test_a_session_that_somebody_else_has_made_alike_is_taken_as_it_is(world: World) -> None:
    run = run_wizard(world, world.comes_back(), given=ALL, meanwhile=adds(world, SESSION_SECTION))

    assert (config_of(world) or "").count("[sso-session hoge]") == 1
    assert "[profile dev]" in (config_of(world) or "")
    assert run.done is not None


@pytest.mark.parametrize(
    "theirs",
    [
        "[profile dev]\nregion = eu-west-1\n",
        "[profile 'dev']\nregion = eu-west-1\n",
        SESSION_SECTION.replace("us-east-1", "eu-west-1"),
        f"{SESSION_SECTION}\nca_bundle = /theirs\n",
    ],
)
def test_a_section_that_somebody_else_has_written_otherwise_is_left_to_them(
    world: World, theirs: str
) -> None:
    with pytest.raises(FileChanged):
        run_wizard(world, world.comes_back(), given=ALL, yes=True, meanwhile=adds(world, theirs))

    assert config_of(world) == theirs
    assert world.store.token(HOGE.token_key) is None


def test_a_question_that_would_have_been_asked_is_not_passed_over(world: World) -> None:
    """The login opens nothing else when it is asked for, and another environment when it writes."""
    write_config(world, SESSION_SECTION)
    world.sign_in(world.comes_back(), target=HOGE)
    theirs = SHARED.removeprefix(f"{SESSION_SECTION}\n")

    with pytest.raises(FileChanged):
        run_wizard(world, given=TO_DEV, answers=("hoge",), meanwhile=adds(world, theirs))
    assert config_of(world) == theirs + SESSION_SECTION

    named = replace(TO_DEV, sso_session="hoge")
    run_wizard(world, given=named, meanwhile=adds(world, "# a comment\n"))
    assert "[profile dev]" in (config_of(world) or "")
