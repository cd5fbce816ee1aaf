"""A unified diff that stays fast on files of many sections that are all alike.

difflib looks for the longest common run again and again, which takes a time that grows with the
square of the number of changes. Lines that both texts have exactly once, such as headers, are
matched first (patience diff); difflib then compares what lies between two of them.
"""

import difflib
import io
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

__all__ = ["unified_diff"]

_CONTEXT = 3


def unified_diff(before: bytes, after: bytes, path: Path) -> str:
    """Return the change of `path` as a unified diff, empty when there is none.

    Bytes that are not UTF-8 are shown as escapes.
    """
    old, new = _lines(before), _lines(after)
    parts: list[str] = []
    for hunk in _Patient(None, old, new).get_grouped_opcodes(_CONTEXT):
        parts += [] if parts else [f"--- {path}\n", f"+++ {path}\n"]
        (_, i1, _, j1, _), (_, _, i2, _, j2) = hunk[0], hunk[-1]
        parts.append(f"@@ -{_span(i1, i2)} +{_span(j1, j2)} @@\n")
        for tag, a1, a2, b1, b2 in hunk:
            if tag == "equal":
                parts += [_shown(" ", line) for line in old[a1:a2]]
            else:
                parts += [_shown("-", line) for line in old[a1:a2]]
                parts += [_shown("+", line) for line in new[b1:b2]]
    return "".join(parts)


class _Patient(difflib.SequenceMatcher[str]):
    """difflib's matcher, led from one line that both texts have once to the next."""

    a: list[str]
    b: list[str]

    def get_matching_blocks(self) -> list[difflib.Match]:
        """Return the runs that both texts share, in order, the empty one at the end included."""
        ends = (len(self.a), len(self.b))
        blocks: list[difflib.Match] = []
        for (i1, j1), (i2, j2) in pairwise([(-1, -1), *_anchors(self.a, self.b), ends]):
            between = difflib.SequenceMatcher(
                None, self.a[i1 + 1 : i2], self.b[j1 + 1 : j2], autojunk=False
            )
            for i, j, size in between.get_matching_blocks()[:-1]:
                blocks.append(difflib.Match(i1 + 1 + i, j1 + 1 + j, size))
            blocks.append(difflib.Match(i2, j2, 0 if (i2, j2) == ends else 1))
        return list(_joined(blocks))


def _anchors(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Where lines stand that both texts have once: the longest row of them in one order."""
    once_in_old, times_in_new = Counter(old), Counter(new)
    place = {line: j for j, line in enumerate(new) if times_in_new[line] == 1}
    tails: list[int] = []
    rows: list[tuple[int, int, int]] = []  # the pair, and the row before it in `rows`
    last: list[int] = []
    for i, line in enumerate(old):
        j = place.get(line)
        if j is None or once_in_old[line] > 1:
            continue
        at = bisect_left(tails, j)
        tails[at : at + 1] = [j]
        last[at : at + 1] = [len(rows)]
        rows.append((i, j, last[at - 1] if at else -1))
    anchors = []
    index = last[-1] if last else -1
    while index >= 0:
        i, j, index = rows[index]
        anchors.append((i, j))
    return anchors[::-1]


def _joined(blocks: list[difflib.Match]) -> Iterator[difflib.Match]:
    """Runs that touch become one; only the last may be empty."""
    i = j = size = 0
    for block in blocks:
        if (i + size, j + size) == (block.a, block.b):
            size += block.size
        else:
            if size:
                yield difflib.Match(i, j, size)
            i, j, size = block
    if size:
        yield difflib.Match(i, j, size)
    yield difflib.Match(blocks[-1].a, blocks[-1].b, 0)


def _span(start: int, stop: int) -> str:
    """GNU's way: an empty span is counted from the line before it, and a single line has no size."""
    length = stop - start
    if length == 1:
        return str(start + 1)
    return f"{start + 1 if length else start},{length}"


def _shown(sign: str, line: str) -> str:
    return sign + (line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")


def _lines(data: bytes) -> list[str]:
    """Lines end at line feeds alone, as for `patch`; a carriage return is part of its line."""
    return list(io.StringIO(data.decode("utf-8", "backslashreplace"), newline="\n"))
