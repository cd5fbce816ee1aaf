"""How a service says no, before the protocol puts it on the wire."""

from collections.abc import Mapping
from enum import StrEnum

__all__ = ["Fault", "Rule"]


class Rule(StrEnum):
    """What a value breaks that a model does not allow."""

    LACKING = "lacking"
    """It is required, and not there."""
    LITTLE = "little"
    """It is shorter or less than the model's minimum."""
    MUCH = "much"
    """It is longer or more than the model's maximum."""
    STRANGE = "strange"
    """It is of another form: its type, its pattern, none of the choices."""


class Fault(Exception):
    """An error of an AWS service. The protocol finds its HTTP status in AWS's service model."""

    def __init__(
        self,
        name: str,
        message: str,
        *,
        status: int | None = None,
        retry_after: int | None = None,
        details: Mapping[str, str] | None = None,
        at: str = "",
        rule: Rule = Rule.STRANGE,
        limit: int | None = None,
    ) -> None:
        """Name the exception as the model does (`InvalidGrantException`), with one sentence.

        Clients show the `message` to people, so it holds no secret. `status` is the HTTP status
        of an error that the model does not have, or has with another one. `retry_after` is how
        many seconds the caller should wait (RFC 9110 §10.2.3). `details` are further members of
        the exception, by their modelled names.

        `at` is the path to the member that is at fault, `Emails[0].Value`, `rule` what it breaks, and
        `limit` the number that the rule has: for a form, which shows a fault at its field.
        """
        super().__init__(message)
        self.name = name
        self.message = message
        self.status = status
        self.retry_after = retry_after
        self.details = details or {}
        self.at = at
        self.rule = rule
        self.limit = limit
