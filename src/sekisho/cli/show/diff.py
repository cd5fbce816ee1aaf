"""A unified diff of a config file, in colour where the stream wants it."""

from sekisho.awsconfig.shown import shown
from sekisho.cli.show.ink import Ink

__all__ = ["painted_diff"]


def painted_diff(diff: str, *, color: str, stderr: bool = False, masked: bool = True) -> str:
    """Return `diff` with what goes in red and what comes in green, for stdout or for stderr.

    The lines of an AWS config may hold static keys: what may be a secret shows as `****`, unless
    nothing is to be `masked`.
    """
    ink = Ink(color, stderr=stderr)
    return "".join(_paint(line, ink, masked=masked) for line in diff.splitlines(keepends=True))


def _paint(line: str, ink: Ink, *, masked: bool) -> str:
    text, end = line.rstrip("\r\n"), line[len(line.rstrip("\r\n")) :]
    if text.startswith(("--- ", "+++ ")):
        return ink.strong(text) + end
    if text.startswith("@@"):
        return ink.dim(text) + end
    if masked and text.startswith((" ", "+", "-")):
        text = text[0] + shown(text[1:])
    if text.startswith("+"):
        return ink.good(text) + end
    return (ink.bad(text) if text.startswith("-") else text) + end
