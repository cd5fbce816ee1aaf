"""One short line for a shell's prompt, with what is open in it."""

import re
from collections.abc import Mapping

from sekisho.cli.show.printable import printable
from sekisho.errors import UsageError

__all__ = ["PLACEHOLDERS", "prompt_line"]

PLACEHOLDERS = ("profile", "session", "state", "person", "minutes", "account", "role")
"""What a format may name in braces."""

_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


def prompt_line(form: str, values: Mapping[str, str]) -> str:
    """Put `values` in the places that `form` names in braces; what is not known is left empty.

    `{{` and `}}` are braces. Nothing that steers a terminal is let through from a value. Raises
    `UsageError` for a place that there is not.
    """

    def piece(match: re.Match[str]) -> str:
        if match[0] in {"{{", "}}"}:
            return match[0][0]
        if match[1] not in PLACEHOLDERS:
            raise UsageError(
                f"Bad value for --prompt: there is no {match[0]}",
                do=f"use {', '.join(f'{{{name}}}' for name in PLACEHOLDERS)}; {{{{ is a brace",
            )
        return printable(values.get(match[1], ""))

    return _PIECE.sub(piece, form)
