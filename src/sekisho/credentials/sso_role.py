"""Role credentials from the access portal (operation GetRoleCredentials)."""

from pathlib import Path
from typing import NoReturn

from sekisho.aws.portal import Portal
from sekisho.credentials.interface import Issued, Route
from sekisho.errors import (
    RoleNotAssigned,
    ServiceError,
    ServiceFailed,
    ServiceRejected,
    TokenNotAccepted,
)
from sekisho.login.refresh import Notice, forget_assumed, fresh_token, unnoticed
from sekisho.model import AccountId
from sekisho.ports import Clock, Http
from sekisho.secret import Secret
from sekisho.store.interface import CachedToken, Store
from sekisho.store.keys import sha256_hex
from sekisho.values import dataclass
from sekisho.wire.rejection import Rejection

__all__ = ["SsoRoleSource"]

_OPERATION = "GetRoleCredentials"


@dataclass(frozen=True, slots=True)
class SsoRoleSource:
    """Asks the portal with the cached token of the route, which is refreshed where it must be."""

    route: Route
    store: Store
    http: Http
    clock: Clock
    lock_folder: Path
    notice: Notice = unnoticed

    def issue(self) -> Issued:
        """Have credentials issued; see `Issuer.issue`.

        1. The token: checked against its record, refreshed if less than 15 minutes are left.
        2. The portal's answer (`spec/aws-cli.md` §6.1): 401 is about the token, which is replaced
           once, whatever time it has left; 403 and 404 are about the assignment (§6.3), and the
           portal is asked which roles there are instead.
        3. Credentials that are past their time on arrival are a fault of the service.
        """
        token = self._token()  # 1
        portal = Portal(self.http, self.route.portal)
        answer = portal.get_role_credentials(token.access_token, self.route.role)  # 2
        if isinstance(answer, Rejection) and answer.status == 401:
            token = self._token(refused=token)
            answer = portal.get_role_credentials(token.access_token, self.route.role)
        if isinstance(answer, Rejection):
            self._refuse(answer, portal, token.access_token)
        if answer.expires_at <= self.clock.now():  # 3
            raise ServiceFailed(
                _OPERATION,
                status=200,
                reason="Credentials were refreshed, but the refreshed credentials are still expired.",
            )
        return Issued(answer, sha256_hex(token.access_token.reveal()))

    def _token(self, refused: CachedToken | None = None) -> CachedToken:
        token, _ = fresh_token(
            target=self.route.target,
            oidc=self.route.oidc,
            portal=self.route.portal,
            store=self.store,
            http=self.http,
            clock=self.clock,
            lock_folder=self.lock_folder,
            login=self.route.login,
            notice=self.notice,
            refused=refused,
        )
        return token

    def _refuse(self, rejection: Rejection, portal: Portal, token: Secret) -> NoReturn:
        route = self.route
        if rejection.status == 401:
            forget_assumed(self.store, route.target)
            raise TokenNotAccepted(route.target.token_key.value, login=route.login)
        if rejection.status in (403, 404):
            raise RoleNotAssigned(
                profile=route.profile,
                account=route.role.account_id,
                role=route.role.role_name,
                answer=rejection.error,
                roles=_roles_there_are(portal, token, route.role.account_id),
            )
        raise ServiceRejected(_OPERATION, error=rejection.error, description=rejection.message)


def _roles_there_are(portal: Portal, token: Secret, account: AccountId) -> tuple[str, ...] | None:
    """Ask once which roles the person has in `account`; `None` where that cannot be learnt.

    AWS may answer 403 for an account without any role (`spec/identity-center.md` §2.5). Trouble
    here never hides the refusal that led here.
    """
    try:
        roles = portal.list_account_roles(token, account)
    except ServiceError:
        return None
    if isinstance(roles, Rejection):
        return () if roles.status in (403, 404) else None
    return tuple(roles)
