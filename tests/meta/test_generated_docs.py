"""The generated pages are what the code says today."""

from pathlib import Path

import pytest

from docs.generate import OWNED, pages
from tests.meta.source import ROOT

MADE = pages()


@pytest.mark.parametrize("path", MADE)
def test_a_generated_page_is_up_to_date(path: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == MADE[path], "run ./dev docs"


def test_nothing_else_lies_among_the_generated_pages() -> None:
    there = {path for folder in OWNED for path in (ROOT / folder).iterdir()}

    assert {path.relative_to(ROOT) for path in there} <= {Path(path) for path in MADE}
