"""`--help`, as it stands in docs/commands.md and in no second place."""

import re

import pytest

from tests.meta.source import ROOT
from tests.unit.cli.conftest import CommandLine

PAGE = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
HELP = dict(
    re.findall(r"^## `sekisho ?(.*?)`\n\n```text\n(.*?)```$", PAGE, re.DOTALL | re.MULTILINE)
)


@pytest.mark.parametrize("command", HELP)
def test_a_terminal_of_eighty_columns_shows_the_help_of_the_page(
    sekisho: CommandLine, command: str
) -> None:
    run = sekisho(*command.split(), "--help")

    assert (run.status, run.err) == (0, "")
    assert run.out == HELP[command]


def test_every_command_is_there() -> None:
    listed = re.findall(r"^  ([a-z-]+)  ", HELP[""].partition("Commands:")[2], re.MULTILINE)

    assert listed
    assert set(listed) <= {command.split()[0] for command in HELP if command}
