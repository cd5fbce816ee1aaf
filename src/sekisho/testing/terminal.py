"""A person at a terminal who has their answers ready."""

from sekisho.errors import InputNeeded
from sekisho.secret import Secret

__all__ = ["ScriptedTerminal"]


class ScriptedTerminal:
    """Satisfies `ports.Terminal`: gives its answers in order, and notes what it was asked."""

    def __init__(self, *answers: str) -> None:
        """Answer with `answers`; after the last one there is nobody there any more."""
        self._answers = list(answers)
        self.asked: list[str] = []
        """Every question, in order."""
        self.said: list[str] = []
        """What was said."""

    def say(self, text: str = "") -> None:
        """Note what is said."""
        self.said.append(text)

    def ask(self, question: str) -> str:
        """Give the next answer."""
        return self._next(question, option="an option")

    def ask_secret(self, question: str, *, option: str) -> Secret:
        """Give the next answer, as a secret."""
        return Secret(self._next(question, option=option))

    def confirm(self, question: str, *, option: str) -> bool:
        """Give the next answer, which is y or n."""
        return self._next(question, option=option) == "y"

    def _next(self, question: str, *, option: str) -> str:
        self.asked.append(question)
        if not self._answers:
            raise InputNeeded(question, option=option)
        return self._answers.pop(0)
