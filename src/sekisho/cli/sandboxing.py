"""A command in a sandbox: what of this machine it sees, and how bubblewrap is told."""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import sekisho
from sekisho.cli.assembly import Machine
from sekisho.errors import SandboxRefused, UsageError
from sekisho.launch.sandbox import Sandbox, bubblewrap, private_places, without_doors

__all__ = ["BELOW_BUBBLEWRAP", "SEEN_AT", "Shown", "sandboxed"]

SEEN_AT = Path("/run/sekisho")
"""Where a sandbox sees the folder of the run; a socket's path has to be short."""
BELOW_BUBBLEWRAP = 2
"""bubblewrap, the first process of its namespace, and below that the command."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the person lets the sandbox see beside the project folder."""

    readable: tuple[Path, ...] = ()
    writable: tuple[Path, ...] = ()


def sandboxed(
    here: Machine,
    command: Sequence[str],
    environ: Mapping[str, str],
    shown: Shown,
    placed: Mapping[Path, Path],
) -> tuple[Sequence[str], Mapping[str, str]]:
    """Return what runs `command` in a sandbox, and its environment.

    `placed` are this run's files: where they are to be seen, and where they lie. Raises
    `SandboxRefused`.
    """
    from sekisho.adapters import sandboxed_start
    from sekisho.adapters.bubblewrap import find_bubblewrap

    found = find_bubblewrap(here.environ)
    described = Sandbox(
        project=_real(_working_folder()),
        home=_real(here.home),
        programs=_own_programs(),
        readable=tuple(_there(path) for path in shown.readable),
        writable=tuple(_there(path) for path in shown.writable),
        private=private_places(_real(here.home), _own_places(here)),
        placed=placed,
    )
    start = Path(sandboxed_start.__file__)
    arguments = bubblewrap(
        described, filter_descriptor=found.call_filter(), closes_users=found.closes_users
    )
    first = [sys.executable, "-I", "-S", str(start)]
    return [str(found.path), *arguments, "--", *first, *command], without_doors(environ)


def _own_places(here: Machine) -> list[Path]:
    """Sekisho's folders, and where AWS tools keep what opens something."""
    files = [path for path in (here.files.config, here.files.credentials) if path.name]
    return [
        *(path.absolute() for path in files),
        *(here.state, here.config_folder, here.runtime_folder),
    ]


def _own_programs() -> tuple[Path, ...]:
    """The interpreter, what it stands on, and this package, each once."""
    package = Path(sekisho.__path__[0]).parent
    places = [_real(Path(place)) for place in (sys.base_prefix, sys.prefix, package)]
    # as they are spelt, too: the interpreter is started by its own path
    places += [Path(sys.base_prefix).absolute(), Path(sys.prefix).absolute()]
    return tuple(place for place in dict.fromkeys(places) if not place.is_relative_to("/usr"))


def _working_folder() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise UsageError("the working folder is gone", do="cd to one that is there") from None


def _there(path: Path) -> Path:
    if not path.exists():
        raise SandboxRefused(f"there is no {path} to be shown", do="check --allow and --write")
    return _real(path)


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))
