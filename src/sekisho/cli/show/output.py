"""The AWS CLI's output forms: json, text, yaml and table, and `--query` over them.

Source: `spec/aws-cli.md` §7.1; the AWS CLI's own output is the oracle of the tests.
"""

import json
from collections.abc import Mapping
from typing import Any

import jmespath

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
    try:
        picked = jmespath.search(query, answer) if query else answer
    except jmespath.exceptions.JMESPathError as error:
        raise UsageError(f"Bad value for --query {query}: {error}") from error
    match form:
        case "text":
            return _text(picked)
        case "yaml":
            return "\n".join(_yaml(picked)) + "\n"
        case "table":
            return _table(picked, title)
        case _:
            return json.dumps(picked, indent=_INDENT, ensure_ascii=False) + "\n"


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return "\t".join(_scalar(value[key]) for key in sorted(value)) + "\n"
    if isinstance(value, list):
        return "\t".join(_scalar(item) for item in value) + "\n"
    return _scalar(value) + "\n"


def _scalar(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value).replace("null", "None")


def _yaml(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [f"{key}: {_yaml_scalar(value[key])}" for key in sorted(value)]
    if isinstance(value, list):
        return [f"- {_yaml_scalar(item)}" for item in value]
    return [_yaml_scalar(value)]


def _yaml_scalar(value: Any) -> str:
    """A YAML scalar; text that YAML would read as a number is quoted, as the AWS CLI does."""
    if not isinstance(value, str):
        return json.dumps(value)
    if value.replace(".", "", 1).isdigit():
        return f"'{value}'"
    return value


def _table(value: Any, title: str) -> str:
    rows = _rows(value)
    if not rows:
        return ""
    widths = [max(len(cell) for cell in column) + 2 for column in zip(*rows, strict=True)]
    inner = max(sum(widths) + len(widths) - 1, len(title) + 4)
    widths[-1] += inner - (sum(widths) + len(widths) - 1)
    edge = "+" + "+".join("-" * width for width in widths) + "+"
    lines = ["-" * (inner + 2), f"|{title:^{inner}}|", edge]
    lines += [
        "|"
        + "|".join(f"  {cell}".ljust(width) for cell, width in zip(row, widths, strict=True))
        + "|"
        for row in rows
    ]
    return "\n".join([*lines, edge]) + "\n"


def _rows(value: Any) -> list[list[str]]:
    if isinstance(value, dict):
        return [[key, _scalar(value[key])] for key in sorted(value)]
    if isinstance(value, list):
        return [[_scalar(item)] for item in value]
    return [[_scalar(value)]]
