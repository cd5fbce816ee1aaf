"""`sekisho.testing`: what others may rely on, and what it costs them."""

import ast
import importlib
import inspect
import subprocess
import sys

import pytest

import sekisho.testing
from tests.meta.source import ROOT

FRONT_DOOR = ROOT / "src/sekisho/testing/__init__.py"
GUIDE = ROOT / "docs/center/testing.md"


def test_all_is_the_whole_surface() -> None:
    assert dir(sekisho.testing) == sekisho.testing.__all__ == sorted(sekisho.testing.__all__)


def test_types_and_lazy_loading_agree_on_where_each_name_lives() -> None:
    tree = ast.parse(FRONT_DOOR.read_bytes())
    seen_by_type_checkers = {
        alias.name: node.module
        for branch in tree.body
        if isinstance(branch, ast.If)
        for node in branch.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }

    assert seen_by_type_checkers == sekisho.testing._HOMES
    assert sorted(sekisho.testing._HOMES) == sekisho.testing.__all__


@pytest.mark.parametrize("name", sekisho.testing.__all__)
def test_a_public_name_is_there_and_each_of_its_parts_is_documented(name: str) -> None:
    found = getattr(sekisho.testing, name)
    parts = [found, *(part for key, part in vars(found).items() if not key.startswith("_"))]

    assert not [part for part in parts if callable(part) and not inspect.getdoc(part)]
    assert not [part for part in parts if isinstance(part, property) and not part.__doc__]


def test_no_other_name_is_there() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Anything'"):
        sekisho.testing.Anything  # noqa: B018


def test_every_fixture_stands_in_the_guide() -> None:
    plugin = importlib.import_module("sekisho.testing.plugin")
    fixtures = {name for name in plugin.__all__ if not name.startswith("pytest_")}
    text = GUIDE.read_text(encoding="utf-8")

    assert fixtures
    assert not [name for name in fixtures if f"| `{name}` |" not in text]


def test_pytest_pays_for_nothing_that_is_not_used() -> None:
    ask = (
        "import sys, pytest; before = set(sys.modules); import sekisho.testing.plugin; "
        "print(*sorted(name for name in set(sys.modules) - before))"
    )
    run = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)

    assert run.stdout.split() == ["sekisho", "sekisho.testing", "sekisho.testing.plugin"]
