"""A provider with a token, and a center in memory."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import pytest

from sekisho.center.directory import scim_tokens
from sekisho.secret import Secret
from sekisho.wire.http import Headers, Request, Response
from tests.unit.center.scene import ORIGIN, World

YEAR = 365 * 86400
CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
NENE: Mapping[str, Any] = {
    "schemas": [CORE],
    "userName": "nene@hoge.com",
    "externalId": "00u1",
    "displayName": "Nene Hoge",
    "name": {"givenName": "Nene", "familyName": "Hoge"},
    "emails": [{"value": "nene@hoge.com", "type": "work", "primary": True}],
    "active": True,
}


class Provider:
    """An identity provider: it sends, and somebody looks at what comes back."""

    def __init__(self, world: World) -> None:
        self.world = world
        center = world.center
        token, self.secret = scim_tokens.make(center.database, seconds=YEAR, now=center.now())
        self.token_id = token.id
        self.tenant = scim_tokens.tenant_id(center.instance.id)

    def send(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        secret: Secret | None = None,
        tenant: str | None = None,
        **headers: str,
    ) -> Response:
        """Send what a provider does; `body` is JSON unless it is bytes already."""
        token = (self.secret if secret is None else secret).reveal()
        sent = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/scim+json",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        raw = (
            body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        )
        url = f"{ORIGIN}/{tenant or self.tenant}/scim/v2{path}"
        return self.world.http.send(Request(method, url, Headers(sent), raw))

    def get(self, path: str, **query: object) -> Any:
        """The document at a path, which has to be there."""
        answer = self.send("GET", f"{path}?{urlencode(query)}" if query else path)
        assert answer.status == 200, answer.body
        return answer.json()

    def create(self, **changed: Any) -> dict[str, Any]:
        """Make Nene, but for what is `changed`, and return her."""
        answer = self.send("POST", "/Users", {**NENE, **changed})
        assert answer.status == 201, answer.body
        made: dict[str, Any] = answer.json()
        return made

    def group(self, name: str = "makers", *members: str) -> str:
        """Make a group, and return its id."""
        body = {"displayName": name, "members": [{"value": member} for member in members]}
        answer = self.send("POST", "/Groups", body)
        assert answer.status == 201, answer.body
        return str(answer.json()["id"])

    def patch(self, path: str, *operations: Mapping[str, Any]) -> Response:
        return self.send("PATCH", path, {"schemas": [PATCH_OP], "Operations": list(operations)})

    def is_member(self, group: str, user: str) -> bool:
        """Ask as AWS says to: by a filter."""
        listed = self.get("/Groups", filter=f'id eq "{group}" and members eq "{user}"')
        return bool(listed["totalResults"])


@pytest.fixture
def provider(world: World) -> Provider:
    return Provider(world)


def refused(answer: Response) -> tuple[int, str | None]:
    """Status and `scimType` of an answer that has to be an error in SCIM's form."""
    assert answer.status >= 400, answer.body
    document = answer.json()
    assert answer.headers["Content-Type"] == "application/scim+json"
    assert document["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    assert document["status"] == str(answer.status)
    assert document["detail"]
    return answer.status, document.get("scimType")
