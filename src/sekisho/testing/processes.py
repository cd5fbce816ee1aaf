"""Processes that a test makes up."""

from collections.abc import Mapping

from sekisho.ports import Asker

__all__ = ["NamedProcesses"]


class NamedProcesses:
    """Satisfies `ports.Processes`: knows the processes that it was told of."""

    def __init__(self, programs: Mapping[int, str]) -> None:
        """Know the `programs` by their process ids; every one was started by `bash`."""
        self._programs = programs

    def asker(self, pid: int, uid: int) -> Asker:
        """Return what a test said of `pid`; an id that it did not name is unknown."""
        program = self._programs.get(pid)
        if program is None:
            return Asker(pid, uid, "unknown", "unknown", ())
        return Asker(pid, uid, program, f"/usr/bin/{program}", ("bash (1)",))
