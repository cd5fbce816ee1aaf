"""The tree at the top of errors.py is the tree that the classes make."""

import re

import pytest

from sekisho import errors
from sekisho.errors import ExitStatus, SekishoError
from tests.meta.source import ROOT

LINE = re.compile(r"^(?P<indent>[ │├└─]*)(?P<name>[A-Z]\w+)(?: +(?P<status>\d+)(?=\s|$))?")


def _classes(root: type[SekishoError] = SekishoError) -> list[type[SekishoError]]:
    here = [child for child in root.__subclasses__() if child.__module__ == errors.__name__]
    return [found for child in here for found in (child, *_classes(child))]


def _drawn() -> dict[str, tuple[str, ExitStatus]]:
    """Name → (parent's name, exit status), as drawn."""
    drawing = (errors.__doc__ or "").split("\n\n")[1]
    above: list[tuple[int, str, ExitStatus]] = []
    drawn = {}
    for line in drawing.splitlines():
        found = LINE.match(line)
        assert found, line
        depth, name = len(found["indent"]), found["name"]
        while above and above[-1][0] >= depth:
            above.pop()
        _, parent, inherited = above[-1] if above else (0, "", ExitStatus.BUG)
        status = ExitStatus(int(found["status"])) if found["status"] else inherited
        above.append((depth, name, status))
        drawn[name] = (parent, status)
    del drawn["SekishoError"]
    return drawn


def test_the_drawing_is_the_tree() -> None:
    real = {
        error.__name__: (error.__bases__[0].__name__, error.exit_status) for error in _classes()
    }

    assert _drawn() == real


@pytest.mark.parametrize("error", _classes())
def test_an_error_says_what_it_means_and_has_its_page(error: type[SekishoError]) -> None:
    assert error.__doc__
    assert error.__name__ in errors.__all__
    assert (ROOT / error.page()).is_file()
