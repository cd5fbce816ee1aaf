"""Laws of the diff: it leads from one text to the other, and is difflib's where that is enough."""

import difflib
import io
import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from sekisho.awsconfig.diff import unified_diff

texts = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "\n", "d\r\n", "e\r\n"]), max_size=14)
long_texts = st.lists(st.integers(0, 60).map("line {}\n".format), max_size=40)
HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@\n")


@given(texts | long_texts, texts | long_texts, st.booleans())
def test_a_diff_makes_the_new_text_of_the_old_one(
    old: list[str], new: list[str], whole: bool
) -> None:
    before, after = "".join(old), "".join(new) + ("" if whole else "no newline")

    assert _patched(before, unified_diff(before.encode(), after.encode(), Path("config"))) == after


@given(long_texts)
def test_without_a_change_there_is_nothing(text: list[str]) -> None:
    data = "".join(text).encode()

    assert not unified_diff(data, data, Path("config"))


@given(st.lists(st.integers(0, 1000).map("line {}\n".format), unique=True, max_size=30), st.data())
def test_where_lines_only_go_or_come_it_is_difflibs_own(
    old: list[str], data: st.DataObject
) -> None:
    new = [line for line in old if data.draw(st.booleans())]
    ours = unified_diff("".join(old).encode(), "".join(new).encode(), Path("config"))

    assert ours == "".join(difflib.unified_diff(old, new, "config", "config"))


def _patched(text: str, diff: str) -> str:
    lines = _lines(text)
    patched: list[str] = []
    taken = 0
    for line in _lines(diff.replace("\n\\ No newline at end of file\n", ""))[2:]:
        if hunk := HUNK.match(line):
            first, size = int(hunk[1]), int(hunk[2] or 1)
            start = first - 1 if size else first
            patched += lines[taken:start]
            taken = start
        elif line[0] == "+":
            patched.append(line[1:])
        else:
            assert lines[taken] == line[1:]
            taken += 1
            patched += [line[1:]] if line[0] == " " else []
    return "".join(patched + lines[taken:])


def _lines(text: str) -> list[str]:
    return list(io.StringIO(text, newline="\n"))
