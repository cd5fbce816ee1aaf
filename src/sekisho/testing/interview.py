"""A person who has their answers ready."""

from collections.abc import Callable, Sequence

from sekisho.errors import InputNeeded

__all__ = ["ScriptedInterview"]


class ScriptedInterview:
    """Satisfies `ports.Interview`: gives its answers in order, and notes what it was asked."""

    def __init__(self, *answers: str, yes: bool = False) -> None:
        """Answer with `answers`; to `pick` with a part of the choice, to `confirm` with y or n.

        `yes` answers every `confirm`. After the last answer there is nobody there any more.
        """
        self._answers = list(answers)
        self._yes = yes
        self.asked: list[str] = []
        """Every question, in order, as often as it was asked."""
        self.offered: list[tuple[str, ...]] = []
        """The choices of every `pick`."""
        self.known: list[tuple[str, ...]] = []
        """What each `ask` offered to complete."""
        self.said: list[str] = []
        """What was said, warned of, or found wrong with an answer."""

    @property
    def unused(self) -> tuple[str, ...]:
        """The answers that nothing asked for."""
        return tuple(self._answers)

    def say(self, text: str = "") -> None:
        """Note it."""
        self.said.append(text)

    def warn(self, text: str) -> None:
        """Note it."""
        self.said.append(text)

    def ask(
        self,
        question: str,
        *,
        option: str,
        check: Callable[[str], str | None],
        known: Sequence[str] = (),
    ) -> str:
        """Give the next answer that `check` finds nothing wrong with."""
        self.known.append(tuple(known))
        while True:
            answer = self._next(question, option)
            wrong = check(answer)
            if wrong is None:
                return answer
            self.said.append(wrong)

    def pick(self, question: str, choices: Sequence[str], *, option: str) -> int:
        """Pick the first choice that the next answer is a part of. Raises `ValueError` for none."""
        self.offered.append(tuple(choices))
        answer = self._next(question, option)
        for index, choice in enumerate(choices):
            if answer in choice:
                return index
        raise ValueError(f"{answer} is no part of any of {choices}")

    def confirm(self, question: str, *, option: str) -> bool:
        """Say yes with `yes`, and else what comes next."""
        return self._yes or self._next(question, option) == "y"

    def _next(self, question: str, option: str) -> str:
        if not self._answers:
            raise InputNeeded(question, option=option)
        self.asked.append(question)
        return self._answers.pop(0)
