"""The examples of `docs/center/testing.md`, each run from the very text that people copy."""

import os
import re
import sys
from pathlib import Path

import pytest

from tests.meta.source import ROOT

GUIDE = (ROOT / "docs/center/testing.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"```python\n# (test_\w+\.py)\n(.*?)```", GUIDE, re.DOTALL))


pytestmark = pytest.mark.usefixtures("everything_is_imported")


def test_every_python_block_of_the_guide_is_an_example() -> None:
    assert len(EXAMPLES) == GUIDE.count("```python") >= 5


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_example_runs(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    beside_python = str(Path(sys.executable).parent)  # where `sekisho` is
    monkeypatch.setenv("PATH", beside_python, prepend=os.pathsep)
    pytester.makeini("[pytest]\naddopts = -p no:cacheprovider -p no:xdist\nfilterwarnings = error")
    pytester.makepyfile(**{name.removesuffix(".py"): EXAMPLES[name]})
    outcomes = pytester.runpytest_inprocess().parseoutcomes()

    assert outcomes == {"passed": EXAMPLES[name].count("\ndef test_")}
