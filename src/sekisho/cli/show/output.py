"""The AWS CLI's output forms: json, text, yaml and table, and `--query` over them.

Source: `spec/aws-cli.md` §7.1; the AWS CLI's own output is the oracle of the tests.
"""

import json
import shutil
from collections.abc import Mapping, Sequence
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
            return _yaml(picked)
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


def _text(value: Any, name: str | None = None, columns: Sequence[str] | None = None) -> str:
    """Tab-separated: the scalars of an object on one line, then a line for each nested value.

    A nested line begins with its key in capitals, which is `name`. Objects of one list share their
    `columns`, so that a key which one of them lacks leaves a gap.
    """
    if isinstance(value, dict):
        scalars = [key for key in sorted(value) if not _is_nested(value[key])]
        keys = scalars if columns is None else columns
        cells = [] if name is None else [name.upper()]
        line = "\t".join([*cells, *(_scalar(value.get(key, "")) for key in keys)])
        nested = [key for key in sorted(value) if key not in keys]
        below = "".join(_text(value[key], key) for key in nested)
        return f"{line}\n{below}" if keys else below
    if isinstance(value, list):
        return _text_list(value, name)
    return f"{_scalar(value)}\n"


def _text_list(items: list[Any], name: str | None) -> str:
    objects = [item for item in items if isinstance(item, dict)]
    if objects:
        columns = sorted({key for each in objects for key in each if not _is_nested(each[key])})
        return "".join(_text(item, name, columns) for item in items)
    scalars = [_scalar(item) for item in items if not _is_nested(item)]
    nested = "".join(_text(item, name) for item in items if _is_nested(item))
    if name is not None:
        return "".join(f"{name.upper()}\t{cell}\n" for cell in scalars) + nested
    return ("\t".join(scalars) + "\n" if scalars else "") + nested


def _is_nested(value: Any) -> bool:
    return isinstance(value, (dict, list))


def _scalar(value: Any) -> str:
    """A cell; where there is no room for what is nested, it is written as JSON."""
    return json.dumps(value, ensure_ascii=False) if _is_nested(value) else str(value)


def _yaml(value: Any) -> str:
    """A whole document: a lone scalar is written as JSON, as the AWS CLI does."""
    if value and _is_nested(value):
        return "\n".join(_yaml_lines(value)) + "\n"
    return json.dumps(value, ensure_ascii=False) + "\n"


def _yaml_lines(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [line for key in sorted(value) for line in _yaml_entry(key, value[key])]
    return [line for item in value for line in _yaml_item(item)]


def _yaml_entry(key: str, value: Any) -> list[str]:
    if not value or not _is_nested(value):
        return [f"{_yaml_scalar(key)}: {_yaml_scalar(value)}"]
    below = _yaml_lines(value)
    indent = "  " if isinstance(value, dict) else ""
    return [f"{_yaml_scalar(key)}:", *(f"{indent}{line}" for line in below)]


def _yaml_item(item: Any) -> list[str]:
    lines = _yaml_lines(item) if item and _is_nested(item) else [_yaml_scalar(item)]
    return [f"- {lines[0]}", *(f"  {line}" for line in lines[1:])]


def _yaml_scalar(value: Any) -> str:
    """A YAML scalar; text that YAML would read as a number is quoted, as the AWS CLI does."""
    if not isinstance(value, str):
        return json.dumps(value)
    return f"'{value}'" if value.replace(".", "", 1).isdigit() else value


def _table(value: Any, title: str, columns: int) -> str:
    """The AWS CLI's table: a title, perhaps a row of headers, rows.

    An object is one row under its keys, or, where that is too wide, a row for each key. The AWS
    CLI shows a lone scalar as a table without rows; here it has one. It shows what is nested as
    tables of their own; here it is JSON in its cell.
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
        rows = _rows(value if isinstance(value, list) else [value])
    widths = _widths([headers, *rows] if headers else rows, title)
    inner = sum(widths) + len(widths) - 1
    edge = "+" + "+".join("-" * width for width in widths) + "+"
    lines = ["-" * (inner + 2), f"|{_centred(title, inner)}|", edge]
    if headers:
        lines += [_row([_centred(h, w) for h, w in zip(headers, widths, strict=True)]), edge]
    lines += [_row([f"  {c}".ljust(w) for c, w in zip(row, widths, strict=True)]) for row in rows]
    return "\n".join([*lines, edge]) + "\n"


def _rows(items: list[Any]) -> list[list[str]]:
    """A row for each item; lists of one length are rows of so many cells."""
    lists = [item for item in items if isinstance(item, list) and not any(map(_is_nested, item))]
    if len(lists) == len(items) and len({len(each) for each in lists}) == 1 and lists[0]:
        return [[_scalar(cell) for cell in each] for each in lists]
    return [[_scalar(item)] for item in items]


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
