"""Programs that a test makes up."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from sekisho.errors import UsageError
from sekisho.ports import Finished

__all__ = ["ScriptedPrograms"]


class ScriptedPrograms:
    """Satisfies `ports.Programs`: gives the answers of a script, and starts nothing."""

    def __init__(self, answers: Mapping[str, Finished | None]) -> None:
        """Know the programs of `answers`, by path; `None` is one that never comes to its end."""
        self._answers = answers
        self.ran: list[tuple[tuple[str, ...], float]] = []
        """Every command that was run, with the seconds that it was given."""

    def find(self, name: str) -> tuple[Path, ...]:
        """Return the programs whose last name is `name`, in the order of the script."""
        return tuple(Path(path) for path in self._answers if Path(path).name == name)

    def run(self, command: Sequence[str], *, seconds: float) -> Finished | None:
        """Give the answer of the program; one that is not in the script cannot be started."""
        self.ran.append((tuple(command), seconds))
        if command[0] not in self._answers:
            raise UsageError(f"{command[0]} cannot be started: No such file or directory")
        return self._answers[command[0]]
