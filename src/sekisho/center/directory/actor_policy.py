"""The policy of an application that says which roles may ask for its tokens.

AWS calls it application policy or ActorPolicy (IAM Identity Center user guide, "Resource-based policy
example for IAM Identity Center"). It is an IAM policy of which this much is evaluated:

1. `Version` 2012-10-17, and statements of Effect, Principal, Action, Resource and perhaps Sid.
   A policy that says anything else (conditions, exceptions) is refused whole: guessing
   at what it allows could only be wrong.
2. A principal is a role's ARN, the ARN of a session of it, an account's id or its `root`, or `*`.
   An account means every role in it: nobody evaluates those roles' own policies here.
3. Actions (in any case) and resources may have the wildcards `*` and `?`.
4. What is denied is denied, whatever else allows it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Caller", "NotUnderstood", "allows"]

_VERSION = "2012-10-17"
_IN_POLICY = {"Version", "Id", "Statement"}
_IN_STATEMENT = {"Sid", "Effect", "Principal", "Action", "Resource"}
_NEEDED = ("Effect", "Principal", "Action", "Resource")
_PRINCIPALS = {"AWS", "Service", "Federated"}
_ROOT = re.compile(r"arn:aws[a-z-]*:iam::([0-9]{1,20}):root")


class NotUnderstood(ValueError):
    """The policy says something that is not evaluated here; the text says what."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody with credentials of a role."""

    account_id: str
    role_arn: str
    """`arn:aws:iam::111122223333:role/…`, with its path."""
    session_arn: str
    """`arn:aws:sts::111122223333:assumed-role/…/…`."""


def allows(policy: object, caller: Caller, action: str, resource: str) -> bool:
    """Return whether `policy` lets the caller do `action` to `resource`. Raises `NotUnderstood`."""
    effects = [
        effect
        for statement in _statements(policy)
        if (effect := _effect_on(statement, caller, action, resource)) is not None
    ]
    return "Allow" in effects and "Deny" not in effects


def _statements(policy: object) -> list[Mapping[str, Any]]:  # 1
    if not isinstance(policy, dict):
        raise NotUnderstood("it is no JSON object")
    _know(policy, _IN_POLICY)
    if policy.get("Version") != _VERSION:
        raise NotUnderstood(f"its Version is not {_VERSION}")
    said = policy.get("Statement")
    statements: list[Any] = said if isinstance(said, list) else [said]
    for statement in statements:
        if not isinstance(statement, dict):
            raise NotUnderstood("a Statement is no JSON object")
        _know(statement, _IN_STATEMENT)
        missing = [name for name in _NEEDED if name not in statement]
        if missing:
            raise NotUnderstood(f"a Statement lacks {', '.join(missing)}")
        if statement["Effect"] not in ("Allow", "Deny"):
            raise NotUnderstood("an Effect is neither Allow nor Deny")
    return statements


def _know(said: Mapping[str, Any], known: set[str]) -> None:
    unknown = sorted(map(str, said.keys() - known))
    if unknown:
        raise NotUnderstood(f"{', '.join(unknown)} is not evaluated here")


def _effect_on(
    statement: Mapping[str, Any], caller: Caller, action: str, resource: str
) -> str | None:
    principals = list(_principals(statement["Principal"]))
    actions, resources = _texts(statement["Action"]), _texts(statement["Resource"])
    fits = (
        any(_is_caller(each, caller) for each in principals)
        and any(_fits(each.lower(), action.lower()) for each in actions)  # 3
        and any(_fits(each, resource) for each in resources)
    )
    return str(statement["Effect"]) if fits else None


def _principals(said: object) -> Iterator[str]:
    if said == "*":
        yield "*"
        return
    if not isinstance(said, dict):
        raise NotUnderstood("a Principal is neither * nor a JSON object")
    _know(said, _PRINCIPALS)
    for kind, names in said.items():
        texts = _texts(names)
        if kind == "AWS":  # services and federated people have no credentials of this center
            yield from texts


def _is_caller(principal: str, caller: Caller) -> bool:  # 2
    if principal in ("*", caller.account_id, caller.role_arn, caller.session_arn):
        return True
    root = _ROOT.fullmatch(principal)
    return root is not None and root[1] == caller.account_id


def _texts(said: object) -> list[str]:
    texts: list[Any] = said if isinstance(said, list) else [said]
    if not all(isinstance(text, str) for text in texts):
        raise NotUnderstood("what should be a text is none")
    return texts


def _fits(pattern: str, text: str) -> bool:
    """IAM's wildcards, in time that grows with pattern times text and no more.

    Policies are written by administrators, but a regular expression of many `.*` takes for ever.
    """
    reached = {0}
    for letter in pattern:
        if letter == "*":
            reached = set(range(min(reached), len(text) + 1)) if reached else reached
        else:
            reached = {at + 1 for at in reached if at < len(text) and letter in ("?", text[at])}
        if not reached:
            return False
    return len(text) in reached
