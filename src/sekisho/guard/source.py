"""Role credentials of a guarded profile: the agent's, while the gate is open."""

import json
from datetime import UTC, datetime

from sekisho.credentials.interface import Route
from sekisho.errors import AgentNotUnderstood, Mismatch
from sekisho.guard.client import AgentClient
from sekisho.model import AccountId, RoleCredentials
from sekisho.secret import Secret
from sekisho.values import dataclass, replace

__all__ = ["ReleasedSource"]


@dataclass(frozen=True, slots=True)
class ReleasedSource:
    """Satisfies `CredentialSource`: asks the agent each time, and keeps nothing."""

    client: AgentClient
    route: Route
    config: str
    """The config file that this process reads, absolute."""

    def fetch(self) -> RoleCredentials:
        """Return what the agent releases; see `CredentialSource.fetch`.

        What is for another account than the config asks for is refused: the agent may have read
        another config. Raises what `AgentClient.release` does.
        """
        released = _read(self.client.release(self.route.profile, self.config), self.route)
        if released.role.account_id != self.route.role.account_id:
            raise Mismatch(
                what="account",
                issued_for=released.role.account_id,
                asked_for=self.route.role.account_id,
                login=self.route.login,
            )
        return released


def _read(document: bytes, route: Route) -> RoleCredentials:
    """Read the JSON of a `credential_process`, as `credentials.formats.process_json` spells it."""
    try:
        found = json.loads(document)
        expires_at = datetime.fromisoformat(found["Expiration"]).astimezone(UTC)
        return RoleCredentials(
            access_key_id=str(found["AccessKeyId"]),
            secret_access_key=Secret(found["SecretAccessKey"]),
            session_token=Secret(found["SessionToken"]),
            expires_at=expires_at,
            role=replace(route.role, account_id=AccountId(found["AccountId"])),
        )
    except (ValueError, TypeError, KeyError):
        raise AgentNotUnderstood("what it released are no credentials") from None
