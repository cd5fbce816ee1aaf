"""The examples of docs/exec.md, run as they stand there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.launched.conftest import Guarded
from tests.e2e.launched.launching import LONG
from tests.meta.source import ROOT

PAGE = (ROOT / "docs/exec.md").read_text(encoding="utf-8")
BLOCK = r"```(\w+)\n(.*?)```"
EXAMPLES = {
    title: re.findall(BLOCK, text, re.DOTALL)
    for title, text in re.findall(r"^### (.*?)\n(.*?)(?=^##)", PAGE, re.DOTALL | re.MULTILINE)
}


def test_there_are_three() -> None:
    assert len(EXAMPLES) == 3


@pytest.mark.parametrize("title", EXAMPLES)
def test_an_example_prints_what_the_page_says(
    guarded: Guarded, title: str, aws_cli: str, sandbox: None
) -> None:
    (_, program), (_, shown) = EXAMPLES[title]
    name = re.findall(r"^# ([\w.]+)$", program, re.MULTILINE)[0]
    (guarded.project / name).write_text(program, encoding="utf-8")
    command, _, wanted = shown.removeprefix("$ ").partition("\n")
    folders = [str(Path(sys.executable).parent), str(Path(aws_cli).parent), os.environ["PATH"]]
    run = subprocess.run(
        ["sh", "-c", command],
        cwd=guarded.project,
        env={**guarded.sekisho.environ, "PATH": os.pathsep.join(folders)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LONG,
        check=False,
    )

    assert (run.returncode, run.stdout) == (0, wanted), run.stderr
