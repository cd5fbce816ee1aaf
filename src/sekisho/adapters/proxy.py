"""Which proxy a request goes through, by the variables that the AWS CLI reads.

Source: `spec/aws-cli.md`, transcript 3-proxy; Python's `urllib.request.getproxies_environment`,
which the AWS CLI asks. One difference, on purpose: what is on this machine is never sent to a
proxy, since that would carry tokens over plain http to another one.
"""

from urllib.parse import SplitResult, unquote, urlsplit

from sekisho.errors import EndpointInvalid
from sekisho.model import Environ
from sekisho.secret import Secret
from sekisho.values import dataclass, field

__all__ = ["Proxy", "proxy_for"]


@dataclass(frozen=True, slots=True)
class Proxy:
    """An HTTP proxy."""

    url: str
    """`scheme://host:port`, without the user name and password that may stand in the variable."""
    login: Secret | None = field(default=None)
    """`user:password` for it, decoded."""


def proxy_for(url: str, environ: Environ) -> Proxy | None:
    """Return the proxy for `url`, or `None` to go there directly.

    HTTPS_PROXY or HTTP_PROXY by the scheme of `url`, in lower case first; NO_PROXY lists hosts
    and suffixes of hosts, or `*`. Raises `EndpointInvalid` for a variable that names no http or
    https proxy.
    """
    target = urlsplit(url)
    if _is_loopback(target.hostname or "") or _is_excepted(target, _variable(environ, "no")):
        return None
    value = _variable(environ, target.scheme)
    return _proxy(value, f"{target.scheme.upper()}_PROXY") if value else None


def _variable(environ: Environ, name: str) -> str:
    lower, upper = f"{name}_proxy", f"{name}_proxy".upper()
    if lower in environ:
        return environ[lower]
    if name == "http" and "REQUEST_METHOD" in environ:
        return ""  # in a CGI program that variable is the header `Proxy:` of a stranger
    return environ.get(upper, "")


def _is_loopback(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")


def _is_excepted(target: SplitResult, exceptions: str) -> bool:
    """Whether `exceptions` names the target's host, with or without its port, or a suffix."""
    if exceptions == "*":
        return True
    hosts = (f".{target.netloc.lower()}", f".{(target.hostname or '').lower()}")
    names = (name.strip().lstrip(".").lower() for name in exceptions.split(","))
    return any(host.endswith(f".{name}") for name in names if name for host in hosts)


def _proxy(value: str, variable: str) -> Proxy:
    spelt = value if "://" in value else f"http://{value.removeprefix('//')}"
    try:
        parts = urlsplit(spelt)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.scheme not in ("http", "https"):
        # The value may hold a password, so it is not quoted.
        raise EndpointInvalid(variable, "it names no http or https proxy", source=variable)
    shown = f"[{host}]" if ":" in host else host
    login = None
    if parts.username is not None:
        login = Secret(f"{unquote(parts.username)}:{unquote(parts.password or '')}")
    return Proxy(f"{parts.scheme}://{shown}" + (f":{port}" if port else ""), login)
