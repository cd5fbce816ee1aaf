"""How the tests are written: no patches, no waiting, nothing left out."""

import ast
from collections.abc import Iterator

import pytest

from tests.meta.source import Module, calls, dotted, modules

PATCHES = ("monkeypatch.setattr", "monkeypatch.delattr", "mocker.patch")
LEFT_OUT = ("pytest.skip", "pytest.xfail", "pytest.importorskip")
WAITS = ("time.sleep", "asyncio.sleep")


@pytest.mark.parametrize("forbidden", [*PATCHES, *LEFT_OUT, *WAITS])
def test_no_test_calls(forbidden: str) -> None:
    assert not [
        module.at(call)
        for module in modules("tests")
        for call, name in calls(module)
        if name == forbidden
    ]


def test_no_test_is_marked_to_be_left_out() -> None:
    marks = {"pytest.mark.skip", "pytest.mark.skipif", "pytest.mark.xfail"}

    assert not [
        module.at(node)
        for module in modules("tests")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and dotted(node) in marks
    ]


def test_fakes_are_used_and_not_mocks() -> None:
    assert not [
        f"{module.name} imports {name}"
        for module in modules("tests") + modules("src")
        for name in _imports(module)
        if name.split(".")[:2] == ["unittest", "mock"] or name.startswith("pytest_mock")
    ]


def _imports(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_no_two_tests_of_a_file_have_one_name() -> None:
    twice = []
    for module in modules("tests"):
        names = [node.name for node in module.tree.body if isinstance(node, ast.FunctionDef)]
        twice += [f"{module.name}: {name}" for name in set(names) if names.count(name) > 1]

    assert not twice
