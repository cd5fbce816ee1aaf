"""How a service says no, before the protocol puts it on the wire."""

from collections.abc import Mapping

__all__ = ["Fault"]


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
    ) -> None:
        """Name the exception as the model does (`InvalidGrantException`), with one sentence.

        Clients show the `message` to people, so it holds no secret. `status` is the HTTP status
        of an error that the model does not have, or has with another one. `retry_after` is how
        many seconds the caller should wait (RFC 9110 §10.2.3). `details` are further members of
        the exception, by their modelled names.
        """
        super().__init__(message)
        self.name = name
        self.message = message
        self.status = status
        self.retry_after = retry_after
        self.details = details or {}
