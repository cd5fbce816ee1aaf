"""What can go wrong at the service, for the next calls of an operation."""

from sekisho.center.controls import Controls, InjectedFault
from sekisho.center.test_controls import operations

__all__ = ["Faults"]


class Faults:
    """Makes the next calls of one operation fail, as AWS would fail them.

    Operations are named as AWS names them: `GetRoleCredentials`, `CreateToken`, `ListAccounts`,
    `GetCallerIdentity`. A name that the center does not serve raises `ValueError`. Faults of one
    operation happen in the order in which they were made. Each says with `count` how many calls
    it happens to.
    """

    def __init__(self, controls: Controls) -> None:
        """Inject into the center of `controls`."""
        self._controls = controls

    def throttle(self, operation: str, *, count: int = 1) -> None:
        """429, `TooManyRequestsException`; what most SDKs try again."""
        self.error(operation, "TooManyRequestsException", status=429, count=count)

    def break_down(self, operation: str, *, status: int = 500, count: int = 1) -> None:
        """Answer with a 5xx: 500 `InternalServerException`, or 503 `ServiceUnavailable`."""
        self._inject(InjectedFault(operation, status, count=count))

    def slow(self, operation: str, *, seconds: float, count: int = 1) -> None:
        """Hold the answer back for `seconds` of real time; then it is the ordinary one."""
        latency = round(seconds * 1000)
        self._inject(InjectedFault(operation, latency_ms=latency, count=count))

    def expire_session(self, operation: str = "GetRoleCredentials", *, count: int = 1) -> None:
        """Answer as if the person's session had ended: 401, or `invalid_grant` to a refresh."""
        if operation == "CreateToken":
            self.error(operation, "InvalidGrantException", "Invalid grant provided", count=count)
        else:
            words = "Session token not found or invalid"
            self.error(operation, "UnauthorizedException", words, status=401, count=count)

    def unassign(self, operation: str = "GetRoleCredentials", *, count: int = 1) -> None:
        """Answer as if the role were not assigned any more: 403, `No access`.

        `IdentityCenter.remove_assignment` removes a real one, for good.
        """
        self.error(operation, "ForbiddenException", "No access", status=403, count=count)

    def forget_registration(self, operation: str = "CreateToken", *, count: int = 1) -> None:
        """Answer as if the client's registration were unknown: 401, `InvalidClientException`."""
        words = "Invalid client provided"
        self.error(operation, "InvalidClientException", words, status=401, count=count)

    def error(
        self,
        operation: str,
        name: str,
        message: str = "A test made this call fail",
        *,
        status: int | None = None,
        count: int = 1,
    ) -> None:
        """Answer with the exception `name`; `status` is its own where AWS's model has one."""
        self._inject(InjectedFault(operation, status, name, count=count, message=message))

    def use_refresh_tokens_once(self, *, grace_seconds: int = 0) -> None:
        """Let a refresh token that comes again later than that end its whole sign-in."""
        self._controls.use_refresh_tokens_once(grace_seconds=grace_seconds)

    def clear(self) -> None:
        """Drop every fault that has not happened yet."""
        self._controls.clear_faults()

    @property
    def pending(self) -> int:
        """How many calls are still going to fail."""
        return sum(injected.count for injected in self._controls.faults)

    def _inject(self, injected: InjectedFault) -> None:
        if injected.operation not in operations():
            known = ", ".join(sorted(operations()))
            raise ValueError(f"there is no operation {injected.operation!r}; there are {known}")
        if injected.count < 1:
            raise ValueError(f"count has to be 1 or more, and is {injected.count}")
        self._controls.inject(injected)
