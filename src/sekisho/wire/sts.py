"""What the client says to STS, and how it reads the answers.

AWS's query protocol: a form goes in, XML comes out. Source: AWS's service model sts 2011-06-15;
`spec/identity-center.md` §3.1 to §3.4. A document type declaration is refused before anything is
read of it: entities are declared there, and no AWS answer has one.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from sekisho.model import AccountId, CallerIdentity, Role, RoleCredentials, RoleName
from sekisho.secret import Secret
from sekisho.values import dataclass
from sekisho.wire.http import Headers, Request, Response
from sekisho.wire.rejection import Rejection
from sekisho.wire.shape import NotThisShape

__all__ = [
    "WantedRole",
    "assume_role",
    "assumed_role_in",
    "caller_identity_in",
    "get_caller_identity",
    "rejection_of",
]

_VERSION = "2011-06-15"
_FIELDS_OF_AN_ARN = 6
_FORM = "application/x-www-form-urlencoded; charset=utf-8"


@dataclass(frozen=True, slots=True)
class WantedRole:
    """What AssumeRole is asked for; what is `None` is left out."""

    role_arn: str
    session_name: str
    external_id: str | None = None
    serial_number: str | None = None
    """The MFA device, whose code is `token_code`."""
    duration_seconds: int | None = None
    source_identity: str | None = None
    token_code: Secret | None = None


def get_caller_identity(endpoint: str) -> Request:
    """Ask who the credentials that sign this request belong to. It is not signed yet."""
    return _request(endpoint, "GetCallerIdentity", {})


def assume_role(endpoint: str, wanted: WantedRole) -> Request:
    """Ask for credentials of a role. It is not signed yet."""
    code = wanted.token_code
    members = {
        "RoleArn": wanted.role_arn,
        "RoleSessionName": wanted.session_name,
        "ExternalId": wanted.external_id,
        "SerialNumber": wanted.serial_number,
        "DurationSeconds": wanted.duration_seconds,
        "SourceIdentity": wanted.source_identity,
        "TokenCode": None if code is None else code.reveal(),
    }
    given = {name: str(value) for name, value in members.items() if value is not None}
    return _request(endpoint, "AssumeRole", given)


def caller_identity_in(response: Response) -> CallerIdentity:
    """Read the answer to GetCallerIdentity. Raises `NotThisShape`."""
    root = _document(response.body)
    result = _Found(root).only("GetCallerIdentityResult")
    return CallerIdentity(
        user_id=_Found(result).text("UserId"),
        account=AccountId(_Found(result).text("Account")),
        arn=_Found(result).text("Arn"),
    )


def assumed_role_in(response: Response) -> RoleCredentials:
    """Read the answer to AssumeRole: credentials of the role that it says was assumed.

    Raises `NotThisShape`.
    """
    result = _Found(_Found(_document(response.body)).only("AssumeRoleResult"))
    credentials = _Found(result.only("Credentials"))
    return RoleCredentials(
        access_key_id=credentials.word("AccessKeyId"),
        secret_access_key=Secret(credentials.word("SecretAccessKey")),
        session_token=Secret(credentials.word("SessionToken")),
        expires_at=credentials.instant("Expiration"),
        role=_role_of(_Found(result.only("AssumedRoleUser")).text("Arn")),
    )


def rejection_of(response: Response) -> Rejection:
    """Read the rejection in an XML answer; one that is not XML has the status for a name."""
    try:
        error = _Found(_document(response.body)).only("Error")
        code = _Found(error).text("Code")
    except NotThisShape:
        return Rejection(response.status, str(response.status), "")
    try:
        message = _Found(error).text("Message")
    except NotThisShape:
        message = ""
    return Rejection(response.status, code, message)


@dataclass(frozen=True, slots=True)
class _Found:
    """The children of one element, looked up by their name without its namespace."""

    element: Element

    def only(self, name: str) -> Element:
        found = list(self._named(name))
        if len(found) != 1:
            raise NotThisShape(f"{name} is missing or occurs more than once")
        return found[0]

    def text(self, name: str) -> str:
        value = (self.only(name).text or "").strip()
        if not value or not value.isprintable():
            raise NotThisShape(f"{name} is empty or has characters that do not print")
        return value

    def word(self, name: str) -> str:
        value = self.text(name)
        if not value.isascii() or " " in value:
            raise NotThisShape(f"{name} has characters other than visible ASCII")
        return value

    def instant(self, name: str) -> datetime:
        try:
            found = datetime.fromisoformat(self.text(name))
        except ValueError:
            raise NotThisShape(f"{name} is no time") from None
        if found.tzinfo is None:
            raise NotThisShape(f"{name} has no time zone")
        return found.astimezone(UTC)

    def _named(self, name: str) -> Iterator[Element]:
        return (each for each in self.element if each.tag.rpartition(" ")[2] == name)


def _request(endpoint: str, action: str, members: Mapping[str, str]) -> Request:
    # An endpoint with a path is posted to as it is; one without, at the root.
    has_path = "/" in endpoint.partition("://")[2]
    return Request(
        "POST",
        endpoint if has_path else f"{endpoint}/",
        Headers({"Content-Type": _FORM}),
        urlencode({"Action": action, "Version": _VERSION, **members}).encode(),
    )


def _role_of(arn: str) -> Role:
    """Read `arn:PARTITION:sts::ACCOUNT:assumed-role/NAME/SESSION`."""
    fields = arn.split(":", 5)
    parts = fields[-1].split("/")
    if len(fields) != _FIELDS_OF_AN_ARN or len(parts) != 3 or parts[0] != "assumed-role":
        raise NotThisShape("Arn is not that of an assumed role")
    return Role(AccountId(fields[4]), RoleName(parts[1]))


def _document(body: bytes) -> Element:
    """Parse XML that has no document type. Tags come as `NAMESPACE NAME`.

    It is UTF-8, as AWS sends it, whatever it declares.
    """
    builder = TreeBuilder()
    parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = _refuse_document_type
    try:
        parser.Parse(body, True)
    except expat.ExpatError:
        raise NotThisShape("the answer is not XML") from None
    root: Element = builder.close()
    return root


def _refuse_document_type(*_declaration: object) -> None:
    raise NotThisShape("the answer declares a document type")
