"""How AWS tools are to start this program: the first word of a `credential_process`."""

import os
import shutil
import sys
from pathlib import Path

from sekisho.errors import UsageError

__all__ = ["own_program"]

_NAME = "sekisho"


def own_program(command: str | None) -> str:
    """Return `command`, a name or an absolute path; without one, the absolute path of this program.

    Links are kept: they outlive an update. Raises `UsageError` for a path that means another file
    in every folder, and where this program cannot be found.
    """
    if command is not None:
        if not command.strip() or ("/" in command and not command.startswith("/")):
            raise UsageError(
                f"--command {command}: neither a name nor a whole path; nobody expands ~ or $",
                do="sekisho isolate --guard --command sekisho",
            )
        return command
    started, beside = Path(sys.argv[0]), Path(sys.executable).with_name(_NAME)
    for path in (started if started.name == _NAME else None, beside, shutil.which(_NAME)):
        if path and os.access(path, os.X_OK) and Path(path).is_file():
            return str(Path(path).absolute())
    raise UsageError(
        "where sekisho is installed cannot be told, and AWS tools have to start it",
        do="name it: sekisho isolate --guard --command /the/whole/path/of/sekisho",
    )
