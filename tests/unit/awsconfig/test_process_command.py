"""The `credential_process` that asks sekisho: one spelling for all who read it."""

import re
import shlex
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.awsconfig.process_command import Asked, asked_for, is_plain_command, process_command

PATH = "/home/you/.local/bin/sekisho"
LETTERS = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"])
words = st.text(st.sampled_from(" \t#;'\"$`\\!-=~*ab") | LETTERS, min_size=1).filter(
    lambda text: "\t" not in text
)


@pytest.mark.parametrize(
    ("program", "profile", "command"),
    [
        (PATH, "prod", f'"{PATH}" credential-process --profile prod'),
        ("sekisho", "prod", "sekisho credential-process --profile prod"),
        ("/a b/sekisho", "my prod", '"/a b/sekisho" credential-process --profile "my prod"'),
        ("sekisho", "it's", 'sekisho credential-process --profile "it\'s"'),
        ("sekisho", "$HOME", "sekisho credential-process --profile '$HOME'"),
        ("sekisho", "a #b", 'sekisho credential-process --profile "a ""#b"'),
        ("sekisho", "-x", "sekisho credential-process --profile=-x"),
    ],
)
def test_a_command_is_spelt_so_that_a_person_can_read_it(
    program: str, profile: str, command: str
) -> None:
    assert process_command(program, profile) == command


@given(program=words, profile=words)
def test_botocore_splits_it_into_what_it_was_made_of(program: str, profile: str) -> None:
    program = f"/{program}"
    first, *rest = shlex.split(process_command(program, profile))

    assert first == program
    assert rest in (
        ["credential-process", "--profile", profile],
        ["credential-process", f"--profile={profile}"],
    )


@given(profiles=st.lists(words, min_size=5, max_size=20))
def test_a_shell_starts_the_same_words(profiles: list[str]) -> None:
    """The SDKs for JavaScript, Go and Java hand the command to one."""
    commands = [process_command("printf", profile) for profile in profiles]
    printed = [command.replace("printf", "printf '%s|%s|%s\\n'", 1) for command in commands]

    found = subprocess.check_output(["/bin/sh"], input="\n".join(printed), text=True)

    expected = [
        f"credential-process|--profile={name}|\n"
        if name.startswith("-")
        else f"credential-process|--profile|{name}\n"
        for name in profiles
    ]
    assert found == "".join(expected)


@given(program=words, profile=words)
def test_no_reader_takes_a_part_of_it_for_a_comment(program: str, profile: str) -> None:
    command = process_command(f"/{program}", profile)

    assert not re.search(r"\s[#;]", command)


@given(program=words, profile=words)
def test_what_was_spelt_is_understood(program: str, profile: str) -> None:
    command = process_command(f"/{program}", profile)

    assert asked_for(command) == Asked(f"/{program}", profile)
    assert is_plain_command(command)


@pytest.mark.parametrize(
    "command",
    [
        "/opt/fetch --profile prod",
        "sekisho credential-process",
        "sekisho export --profile prod",
        "sekisho credential-process --profile",
        '"/opt/sekisho credential-process --profile prod',
        "credential-process",
        "",
    ],
)
def test_another_command_asks_for_no_profile(command: str) -> None:
    assert asked_for(command) is None


@pytest.mark.parametrize(
    "command",
    [
        "/x/sekisho --profile prod credential-process",
        "/x/sekisho credential-process --profile=prod",
        "/x/sekisho --debug credential-process --profile prod",
    ],
)
def test_options_may_stand_anywhere(command: str) -> None:
    assert asked_for(command) == Asked("/x/sekisho", "prod")


def test_a_command_with_more_in_it_is_not_plain() -> None:
    assert not is_plain_command("env TOKEN=fake sekisho credential-process --profile prod")
    assert not is_plain_command("sekisho credential-process --profile prod --ca-bundle x")


def test_another_tool_with_that_verb_is_not_sekisho() -> None:
    ours, theirs = (
        asked_for(f"/usr/bin/{name} credential-process --profile prod")
        for name in ("sekisho", "aws-sso-util")
    )

    assert ours is not None
    assert theirs is not None
    assert (ours.is_sekisho, theirs.is_sekisho) == (True, False)
