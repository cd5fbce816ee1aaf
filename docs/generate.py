"""Write the generated pages: docs/errors, docs/rules, docs/commands.md and
docs/center/coverage.md.

    ./dev docs                         write them
    python docs/generate.py --check    say which differ from what would be written; exit 1 if any do

They are made from the code, so that they cannot say anything else: errors from the classes in
`sekisho.errors` and from the examples beside this file, rules from the catalogue and the cases
that their tests run, commands from their own help.
"""

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from docs.coverage import coverage_page  # noqa: E402
from docs.error_examples import EXAMPLES  # noqa: E402  # the line above lets it be found
from sekisho import errors  # noqa: E402
from sekisho.cli.main import program  # noqa: E402
from sekisho.cli.show.trouble import show_error  # noqa: E402
from sekisho.errors import ExitStatus, SekishoError  # noqa: E402
from sekisho.lint.catalogue import RULES  # noqa: E402
from sekisho.lint.rule import Case, Rule  # noqa: E402

__all__ = ["OWNED", "pages"]

OWNED = ("docs/errors", "docs/rules")
"""Folders that hold generated pages only."""

_NOTE = "<!-- Made by ./dev docs. Do not edit. -->\n"
_WIDTH = 78
"""What click leaves of a terminal of eighty columns or more."""
_STATUS = {
    ExitStatus.DONE: "done",
    ExitStatus.FINDINGS: "findings",
    ExitStatus.USAGE: "usage, config or file error",
    ExitStatus.SIGN_IN_NEEDED: "sign-in needed",
    ExitStatus.REFUSED: "refused",
    ExitStatus.UNREACHABLE: "cannot reach the service",
    ExitStatus.BUG: "a fault of sekisho",
    ExitStatus.INTERRUPTED: "Ctrl-C",
}


def pages() -> dict[str, str]:
    """Every generated page: its path from the top of the repository, and its text."""
    made = {"docs/commands.md": _commands_page(), "docs/errors/README.md": _errors_index()}
    made |= {error.page(): _error_page(error) for error in _family(SekishoError)}
    made |= {"docs/center/coverage.md": coverage_page()}
    made |= {"docs/rules/README.md": _rules_index()}
    made |= {rule.page: _rule_page(rule) for rule in RULES}
    return {path: f"{_NOTE}\n{text.rstrip()}\n" for path, text in made.items()}


# --- errors ----------------------------------------------------------------------------------------


def _family(root: type[SekishoError]) -> Iterator[type[SekishoError]]:
    """Every class below `root`, in the order of `errors.py`."""
    for child in root.__subclasses__():
        if child.__module__ == errors.__name__:
            yield child
            yield from _family(child)


def _errors_index() -> str:
    rows = [
        f"| [{error.__name__}]({Path(error.page()).name}) | {error.exit_status} | {_doc(error)} |"
        for error in _family(SekishoError)
    ]
    statuses = [f"| {status} | {text} |" for status, text in _STATUS.items()]
    return "\n".join(
        [
            "# Errors\n",
            "Every error says what happened, what to do, and which of these pages to read.\n",
            "| exit status | means |\n|---|---|",
            *statuses,
            "\n| error | exit status | |\n|---|---|---|",
            *rows,
        ]
    )


def _error_page(error: type[SekishoError]) -> str:
    status = error.exit_status
    parts = [f"# {error.__name__}", _doc(error), f"Exit status: **{status}** ({_STATUS[status]})."]
    if examples := [example for example in EXAMPLES if type(example) is error]:
        parts += ["For example:", *(_block("text", _shown(example)) for example in examples)]
    if members := error.__subclasses__():
        parts += ["One of these says more:"]
        parts += ["\n".join(f"- [{m.__name__}]({Path(m.page()).name}): {_doc(m)}" for m in members)]
    return "\n\n".join(parts)


def _doc(error: type[SekishoError]) -> str:
    return " ".join((error.__doc__ or "").split())


def _shown(error: SekishoError) -> str:
    """What is shown for `error`, with its lines as long as they are: whoever reads wraps them."""
    said = io.StringIO()
    wide = os.environ.pop("COLUMNS", None)  # test runners set it, and it stands for a terminal
    try:
        with contextlib.redirect_stderr(said):
            show_error(error, color="never")
    finally:
        if wide is not None:
            os.environ["COLUMNS"] = wide
    return said.getvalue()


# --- lint rules ------------------------------------------------------------------------------------


def _rules_index() -> str:
    rows = [
        f"| {rule.id} | [{rule.name}]({Path(rule.page).name}) | {rule.severity} | {rule.summary} |"
        for rule in RULES
    ]
    return "\n".join(
        [
            "# What `sekisho lint` finds\n",
            "| id | name | severity | |\n|---|---|---|---|",
            *rows,
        ]
    )


def _rule_page(rule: Rule) -> str:
    parts = [f"# {rule.id} {rule.name}", rule.summary, f"Severity: **{rule.severity}**."]
    for heading, text in rule.sections.items():
        parts += [f"## {heading}", text.strip()]
    for heading, cases in (("It speaks up", rule.bad), ("It says nothing", rule.good)):
        parts += [f"## {heading}", *(_case(case) for case in cases)]
    return "\n\n".join(parts)


def _case(case: Case) -> str:
    title = f"{case.title[:1].upper()}{case.title[1:]}"
    where = _numbered("line", case.lines)
    parts = [f"{title}{f' ({where})' if where else ''}:", _block("ini", case.config)]
    if case.credentials:
        where = _numbered("line", case.credentials_lines)
        parts += [f"with this credentials file{f' ({where})' if where else ''}:"]
        parts += [_block("ini", case.credentials)]
    return "\n\n".join(parts)


def _numbered(noun: str, numbers: tuple[int, ...]) -> str:
    if not numbers:
        return ""
    return f"{noun}{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"


# --- commands --------------------------------------------------------------------------------------


def _commands_page() -> str:
    parts = ["# Commands", "What `--help` says, for every command."]
    for command, context in _walk(program, None, "sekisho"):
        parts += [f"## `{context.command_path}`", _block("text", command.get_help(context))]
    return "\n\n".join(parts)


def _walk(
    command: click.Command, parent: click.Context | None, name: str
) -> Iterator[tuple[click.Command, click.Context]]:
    context = click.Context(
        command, parent, info_name=name, terminal_width=_WIDTH, max_content_width=_WIDTH
    )
    context.help_option_names = ["--help", "-h"]
    yield command, context
    if isinstance(command, click.Group):
        for member in command.list_commands(context):
            found = command.get_command(context, member)
            if found is not None and not found.hidden:
                yield from _walk(found, context, member)


# --- writing and comparing -------------------------------------------------------------------------


def _block(language: str, text: str) -> str:
    return f"```{language}\n{text.rstrip()}\n```"


def _stray(made: dict[str, str]) -> list[str]:
    """Pages in our folders that nothing makes any more."""
    there = {
        path.relative_to(ROOT).as_posix() for folder in OWNED for path in ROOT.glob(f"{folder}/*")
    }
    return sorted(there - made.keys())


def _stale(made: dict[str, str]) -> list[str]:
    return [
        path
        for path, text in made.items()
        if not (ROOT / path).is_file() or (ROOT / path).read_text(encoding="utf-8") != text
    ]


def _write(made: dict[str, str]) -> None:
    for path, text in made.items():
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(text, encoding="utf-8")
    for path in _stray(made):
        (ROOT / path).unlink()


def main(arguments: list[str]) -> int:
    """Write the pages, or with `--check` compare them; return the exit status."""
    made = pages()
    if arguments == ["--check"]:
        differing = [*_stale(made), *_stray(made)]
        for path in differing:
            print(f"{path} is not what ./dev docs would write", file=sys.stderr)
        return 1 if differing else 0
    _write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
