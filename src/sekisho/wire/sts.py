"""What the client says to STS, and how it reads the answers.

AWS's query protocol: a form goes in, XML comes out. Source: AWS's service model sts 2011-06-15;
`spec/identity-center.md` §3.1 to §3.4. A document type declaration is refused before anything is
read of it: entities are declared there, and no AWS answer has one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from sekisho.model import AccountId, CallerIdentity
from sekisho.wire.http import Headers, Request, Response
from sekisho.wire.rejection import Rejection
from sekisho.wire.shape import NotThisShape

__all__ = ["caller_identity_in", "get_caller_identity", "rejection_of"]

_VERSION = "2011-06-15"
_FORM = "application/x-www-form-urlencoded; charset=utf-8"


def get_caller_identity(endpoint: str) -> Request:
    """Ask who the credentials that sign this request belong to. It is not signed yet."""
    # An endpoint with a path is posted to as it is; one without, at the root.
    has_path = "/" in endpoint.partition("://")[2]
    body = f"Action=GetCallerIdentity&Version={_VERSION}"
    return Request(
        "POST",
        endpoint if has_path else f"{endpoint}/",
        Headers({"Content-Type": _FORM}),
        body.encode(),
    )


def caller_identity_in(response: Response) -> CallerIdentity:
    """Read the answer to GetCallerIdentity. Raises `NotThisShape`."""
    root = _document(response.body)
    result = _Found(root).only("GetCallerIdentityResult")
    return CallerIdentity(
        user_id=_Found(result).text("UserId"),
        account=AccountId(_Found(result).text("Account")),
        arn=_Found(result).text("Arn"),
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

    def _named(self, name: str) -> Iterator[Element]:
        return (each for each in self.element if each.tag.rpartition(" ")[2] == name)


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
