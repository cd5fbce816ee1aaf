"""Other people's programs, each with a deadline."""

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from sekisho.errors import UsageError
from sekisho.model import Environ
from sekisho.ports import Finished

__all__ = ["SystemPrograms", "end_all"]


class SystemPrograms:
    """The real `Programs`."""

    def __init__(self, environ: Environ) -> None:
        """Look for programs by the PATH of `environ`, which is also what they get."""
        self._environ = environ

    def find(self, name: str) -> tuple[Path, ...]:
        """Return every program `name` on the PATH; a folder that stands there twice counts once."""
        folders = dict.fromkeys(os.get_exec_path(self._environ))
        found = (shutil.which(name, path=folder) for folder in folders if folder)
        return tuple(Path(path) for path in found if path is not None)

    def run(self, command: Sequence[str], *, seconds: float) -> Finished | None:
        """Run `command` in a process group of its own; see `ports.Programs.run`."""
        try:
            process = subprocess.Popen(  # noqa: S603 (no shell)
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=dict(self._environ),
                start_new_session=True,
            )
        except OSError as error:
            said = error.strerror or str(error)
            raise UsageError(
                f"{command[0]} cannot be started: {said}", do=f"ls -l {command[0]}"
            ) from error
        try:
            out, err = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            return None
        finally:
            end_all(process)
        return Finished(process.returncode, (out + err).decode(errors="replace"))


def end_all(process: "subprocess.Popen[bytes]") -> None:
    """End all that is left of its group; what it has yet to say is not waited for."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()
