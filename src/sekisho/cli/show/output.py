"""The AWS CLI's output forms: json, text, yaml and table, and `--query` over them.

Source: `spec/aws-cli.md` §7.1; the AWS CLI's own output is the oracle of the tests.
"""

import json
import shutil
from collections.abc import Mapping
from typing import Any

from sekisho.errors import UsageError
from sekisho.model import Environ

__all__ = ["FORMATS", "show", "wanted_format"]

FORMATS = ("json", "yaml", "text", "table")
_INDENT = 4


def wanted_format(option: str | None, environ: Environ, configured: str | None) -> str:
    """The form to use: the option, AWS_DEFAULT_OUTPUT, the profile's `output`, else json.

    A form that is not one of `FORMATS` (a Region, by a slip in the AWS CLI's wizard) reads as
    json: the answer matters more than its looks.
    """
    wanted = option or environ.get("AWS_DEFAULT_OUTPUT") or configured or "json"
    return wanted if wanted in FORMATS else "json"


def show(answer: Mapping[str, Any], form: str, *, query: str | None, title: str) -> str:
    """Render `answer`, or what the JMESPath `query` picks from it, ending in a newline.

    Raises `UsageError` for a query that is no JMESPath expression.
    """
    picked = _picked(answer, query) if query else answer
    match form:
        case "text":
            return _text(picked)
        case "yaml":
            return "\n".join(_yaml(picked)) + "\n"
        case "table":
            return _table(picked, title, shutil.get_terminal_size().columns)
        case _:
            return json.dumps(picked, indent=_INDENT, ensure_ascii=False) + "\n"


def _picked(answer: Mapping[str, Any], query: str) -> Any:
    import jmespath  # only who asks pays for it

    try:
        return jmespath.search(query, answer)
    except jmespath.exceptions.JMESPathError as error:
        raise UsageError(
            f"Bad value for --query {query}: {error}",
            do="correct the expression (https://jmespath.org), and quote it for the shell",
        ) from error


def _text(value: Any) -> str:
    """Tab-separated; keys in alphabetical order, a list of lists as one line each."""
    if isinstance(value, dict):
        return "\t".join(_scalar(value[key]) for key in sorted(value)) + "\n"
    if isinstance(value, list) and any(isinstance(item, (list, dict)) for item in value):
        return "".join(_text(item) for item in value)
    if isinstance(value, list):
        return "\t".join(_scalar(item) for item in value) + "\n"
    return _scalar(value) + "\n"


def _scalar(value: Any) -> str:
    return value if isinstance(value, str) else str(value)


def _yaml(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [f"{key}: {_yaml_scalar(value[key])}" for key in sorted(value)]
    if isinstance(value, list):
        return [f"- {_yaml_scalar(item)}" for item in value]
    return [_yaml_scalar(value)]


def _yaml_scalar(value: Any) -> str:
    """A YAML scalar; text that YAML would read as a number is quoted, as the AWS CLI does.

    Whatever is nested is written as JSON, which is YAML.
    """
    if not isinstance(value, str):
        return json.dumps(value)
    return f"'{value}'" if value.replace(".", "", 1).isdigit() else value


def _table(value: Any, title: str, columns: int) -> str:
    """The AWS CLI's table: a title, perhaps a row of headers, rows.

    An object is one row under its keys, or, where that is too wide, a row for each key. The AWS
    CLI shows a lone scalar as a table without rows; here it has one.
    """
    headers: list[str] = []
    if isinstance(value, dict):
        keys = sorted(value)
        rows = [[_scalar(value[key]) for key in keys]]
        if len(keys) == 1 or _inner_width([keys, *rows], title) + 2 > columns:
            rows = [[key, _scalar(value[key])] for key in keys]
        else:
            headers = keys
    else:
        items = value if isinstance(value, list) else [value]
        rows = [[_scalar(item)] for item in items]
    widths = _widths([headers, *rows] if headers else rows, title)
    inner = sum(widths) + len(widths) - 1
    edge = "+" + "+".join("-" * width for width in widths) + "+"
    lines = ["-" * (inner + 2), f"|{_centred(title, inner)}|", edge]
    if headers:
        lines += [_row([_centred(h, w) for h, w in zip(headers, widths, strict=True)]), edge]
    lines += [_row([f"  {c}".ljust(w) for c, w in zip(row, widths, strict=True)]) for row in rows]
    return "\n".join([*lines, edge]) + "\n"


def _widths(rows: list[list[str]], title: str) -> list[int]:
    """Share the inner width in proportion to the cells; the last column takes what is left."""
    natural = [max(map(len, column)) + 2 for column in zip(*rows, strict=True)]
    inner = _inner_width(rows, title)
    scale = (inner - len(natural)) / sum(natural)
    widths = [round(width * scale) for width in natural]
    widths[-1] = inner - (len(widths) - 1) - sum(widths[:-1])
    return widths


def _inner_width(rows: list[list[str]], title: str) -> int:
    """Columns between the outer bars: each cell has four of air, and the title has none."""
    cells = sum(max(map(len, column)) + 4 for column in zip(*rows, strict=True))
    return max(cells, len(title))


def _centred(text: str, width: int) -> str:
    left = (width - len(text) + 1) // 2
    return (" " * left + text).ljust(width)


def _row(cells: list[str]) -> str:
    return "|" + "|".join(cells) + "|"
