"""`explain --json`: the explanation of a profile for programs (design §3)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, assert_never

from sekisho.awsconfig.differences import Difference
from sekisho.awsconfig.explain import Explanation
from sekisho.awsconfig.masked import Shown
from sekisho.awsconfig.origins import BuiltIn, InFile, Option, Origin, Variable
from sekisho.cli.whereabouts import Whereabouts

__all__ = ["to_json"]


def to_json(explained: Explanation, others: Sequence[Difference], places: Whereabouts) -> str:
    """Return version 1 of the document. What may be a secret is `"****"` in it."""
    key = explained.token_key
    document = {
        "version": 1,
        "profile": explained.profile.name,
        "form": explained.form.value,
        "settings": {
            name: {"value": _value(one.winner.value), "from": _origin(one.winner.origin)}
            for name, one in explained.settings.items()
        },
        "token_key": key
        and {
            "form": key.form.value,
            "value": key.value,
            "cache_file": places.token and str(places.token.file),
        },
        "account_id": explained.account_id,
        "role_name": explained.role_name,
        "others_would_use": {one.tool.value: _choice(one) for one in others} or None,
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def _value(value: Shown) -> str | dict[str, str]:
    if isinstance(value, Mapping):
        return {key: str(inner) for key, inner in value.items()}
    return str(value)


def _origin(origin: Origin) -> dict[str, Any]:
    match origin:
        case InFile(file, line):
            return {"file": str(file), "line": line}
        case Variable(name):
            return {"env": name}
        case Option(name):
            return {"option": name}
        case BuiltIn():
            return {"default": True}
        case _:
            assert_never(origin)


def _choice(difference: Difference) -> dict[str, Any]:
    choice = difference.choice
    return {
        "profile": choice.profile,
        "region": choice.region,
        "credentials": choice.method and choice.method.value,
        "because": list(difference.because),
    }
