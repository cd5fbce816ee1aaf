"""Pages that say what went wrong and what to do about it. Each has a template of its own."""

from enum import StrEnum
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from sekisho.center.pages.headers import protect
from sekisho.center.pages.languages import Language, chosen
from sekisho.center.pages.origin import needs_hsts
from sekisho.center.pages.templating import fill

__all__ = ["Problem", "error_page", "http_error_page", "language_of", "wants_page"]


class Problem(StrEnum):
    """What can go wrong on a page; the value is the template's name under `errors/`."""

    NOT_FOUND = "not-found"
    METHOD_NOT_ALLOWED = "method-not-allowed"
    FORM_UNREADABLE = "form-unreadable"
    FORM_STALE = "form-stale"
    """The form was made for another sign-in, or no cookie came with it."""
    FORM_FROM_ELSEWHERE = "form-from-elsewhere"
    REQUEST_GONE = "request-gone"
    """The application's request is unknown, answered or too old."""
    DEVICE_GONE = "device-gone"
    """The device's request was answered, or ran out of time, while the person looked at it."""
    INVITATION_GONE = "invitation-gone"
    """The invitation was taken up, is too old, or never was."""
    SECOND_STEP_GONE = "second-step-gone"
    """The sign-in took too long, or was answered wrong too often, before its second factor."""
    ROLE_NOT_ASSIGNED = "role-not-assigned"
    APPLICATION_NOT_ASSIGNED = "application-not-assigned"
    """The person may not use the application that asks."""
    APPLICATION_REFUSED = "application-refused"
    """`/authorize` cannot even say so to the application (RFC 6749 §4.1.2.1)."""
    BROKEN = "broken"


def error_page(
    request: Request, problem: Problem, status: int, *, detail: str = "", again: str = "/start"
) -> Response:
    """Answer with the page that explains `problem`.

    `detail` is the key of a text that says more; `again` is where the page leads when trying
    again may help.
    """
    values: dict[str, object] = {
        "detail": detail,
        "again": again,
        "path": request.url.path,
        "person": None,
        "administers": False,
        "takes_deep_links": False,
    }
    page = fill(f"errors/{problem}.html", language_of(request), values)
    return protect(HTMLResponse(page, status), hsts=needs_hsts(request))


def language_of(request: Request) -> Language:
    """Return the language that the browser asks for."""
    return chosen(request.headers.get("accept-language", ""))


def wants_page(request: Request) -> bool:
    """Return whether a person's browser asks, and not an SDK: browsers name HTML in `Accept`."""
    return "text/html" in request.headers.get("accept", "")


def http_error_page(request: Request, error: HTTPException) -> Response:
    """Explain an `error` that the routing found: no such page, or no such method on it."""
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        response = error_page(request, Problem.METHOD_NOT_ALLOWED, error.status_code)
    elif error.status_code == HTTPStatus.NOT_FOUND:
        response = error_page(request, Problem.NOT_FOUND, error.status_code)
    else:
        response = error_page(request, Problem.BROKEN, error.status_code)
    response.headers.update(error.headers or {})
    return response
