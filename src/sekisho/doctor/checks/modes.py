"""Who else may read the caches."""

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from sekisho import files
from sekisho.doctor.check import Check, Gravity, Result
from sekisho.doctor.subject import Subject
from sekisho.store import keys

__all__ = ["CHECK"]

_OTHERS = 0o077


def _look(subject: Subject) -> Iterator[Result]:
    around = subject.around
    assumed = keys.assumed_folder(around.state)
    folders = {
        keys.token_folder(around.home): list(subject.tokens),
        keys.role_folder(around.home): list(subject.roles),
        assumed: sorted(path for path in assumed.glob("*/*") if path.is_file()),
    }
    found = [result for folder, paths in folders.items() for result in _folder(folder, paths)]
    found += [Result(Gravity.ERROR, each.what, do=each.do) for each in subject.cache_troubles]
    yield from found
    if not found:
        yield Result(Gravity.OK, "nobody else may read the caches")


def _folder(folder: Path, paths: Sequence[Path]) -> Iterator[Result]:
    open_to_others = [path for path in paths if (files.mode(path) or 0) & _OTHERS]
    if not open_to_others:
        return
    first = open_to_others[0]
    many = len(open_to_others) > 1
    yield Result(
        Gravity.ERROR,
        f"{len(open_to_others)} files in {folder} are not yours alone"
        if many
        else f"{first} is not yours alone: its mode is {files.mode(first):04o}",
        "Whoever reads a token gets every role that its person has.",
        f"chmod -R go= {shlex.quote(str(folder))}"
        if many
        else f"chmod 600 {shlex.quote(str(first))}",
        about=str(folder if many else first),
    )


CHECK = Check("modes", "whether others may read tokens and credentials", _look)
