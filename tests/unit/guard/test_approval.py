"""Which policy holds."""

from pathlib import Path

import pytest

from sekisho.errors import PolicyInvalid, PolicyNotApproved
from sekisho.guard.answers import Approve
from sekisho.guard.approval import Approval, digest_of
from sekisho.reach.policy import NO_POLICY

TEXT = b'[environment.prod]\nprofiles = ["prod"]\n'
OTHER = b'[environment.prod]\nprofiles = ["prod"]\ndeny = true\n'


def approval(folder: Path) -> Approval:
    return Approval(folder / "policy.toml", folder / "approved.toml")


def yes(question: Approve) -> str:
    return question.digest


def no(_question: Approve) -> str:
    return ""


def never(question: Approve) -> str:
    raise AssertionError(question)


def test_where_there_is_no_policy_nobody_is_asked(tmp_path: Path) -> None:
    found = approval(tmp_path)

    assert not found.ensure(never, login="")
    assert found.policy == NO_POLICY


def test_an_approved_policy_holds_for_the_next_agent_too(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_bytes(TEXT)
    first = approval(tmp_path)
    first.ensure(yes, login="")
    second = approval(tmp_path)

    assert not second.ensure(never, login="")
    assert [one.name for one in second.policy.environments] == ["prod"]


def test_before_it_is_approved_a_policy_does_not_hold(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_bytes(TEXT)
    found = approval(tmp_path)

    with pytest.raises(PolicyNotApproved):
        found.ensure(no, login="")

    assert found.policy == NO_POLICY


def test_a_yes_to_another_text_is_no_yes(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_bytes(TEXT)

    with pytest.raises(PolicyNotApproved):
        approval(tmp_path).ensure(lambda _: digest_of(OTHER), login="")


def test_a_file_that_changes_while_it_is_shown_is_approved_as_it_was_shown(
    tmp_path: Path,
) -> None:
    (tmp_path / "policy.toml").write_bytes(OTHER)
    found = approval(tmp_path)

    def change_and_say_yes(question: Approve) -> str:
        (tmp_path / "policy.toml").write_bytes(TEXT)
        return question.digest

    found.ensure(change_and_say_yes, login="")

    assert found.policy.environments[0].deny
    with pytest.raises(PolicyNotApproved):
        found.ensure(no, login="")


def test_what_was_approved_is_shown_beside_what_there_is(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_bytes(TEXT)
    found = approval(tmp_path)
    found.ensure(yes, login="")
    policy.write_bytes(OTHER)
    asked: list[Approve] = []

    def keep(question: Approve) -> str:
        asked.append(question)
        return question.digest

    found.ensure(keep, login="")

    assert (asked[0].before, asked[0].now) == (TEXT.decode(), OTHER.decode())


def test_a_policy_that_is_gone_is_asked_for_once(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_bytes(TEXT)
    found = approval(tmp_path)
    found.ensure(yes, login="")
    policy.unlink()

    assert found.ensure(yes, login="")
    assert not approval(tmp_path).ensure(never, login="")


def test_a_policy_that_is_none_is_said_to_be_so_before_anybody_is_asked(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_bytes(b"[environment.prod]\nprofile = 1\n")

    with pytest.raises(PolicyInvalid):
        approval(tmp_path).ensure(never, login="")


def test_a_policy_that_no_message_could_show_is_refused(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_bytes(TEXT + b"#" * 100_000)

    with pytest.raises(PolicyInvalid, match="more than 100,000 bytes"):
        approval(tmp_path).ensure(never, login="")
