"""What runs in the process that asks the keyring: one request on stdin, one answer on stdout.

    {"do": "get", "account": "…", "asks": false}   →   {"secret": "…"}, {"secret": null},
                                                       or {"trouble": "it is locked"}

Where it may ask, another line goes before: `{"locked": true}`, false, or null where that is not
known. It reads nothing but that one item, and prints no error of a backend, which may quote secrets.
"""

import json
import sys
from typing import Any

from sekisho.store.backends import keeps_nothing, keeps_plain_text

__all__ = ["SERVICE", "backend_of", "main"]

SERVICE = "sekisho"
"""What the keyring files everything of ours under."""

_SECRET_SERVICE = "keyring.backends.SecretService.Keyring"  # a class's name
_DEFAULT_COLLECTION = "/org/freedesktop/secrets/aliases/default"


def backend_of(found: Any) -> Any | None:
    """Return the first of keyring's backends that keeps secrets, and keeps them secret."""
    for each in getattr(found, "backends", None) or [found]:
        name = _name(each)
        if not (keeps_nothing(name) or keeps_plain_text(name)):
            return each
    return None


def main() -> None:
    """Answer the one request."""
    asked = json.load(sys.stdin)
    try:
        answer = _answer(asked)
    except Exception as error:  # noqa: BLE001  # backends raise what they like
        answer = {"trouble": f"{type(error).__module__}.{type(error).__qualname__}"}
    _say(answer)


def _say(line: dict[str, Any]) -> None:
    sys.stdout.write(f"\n{json.dumps(line)}\n")  # a backend may have left a line unfinished
    sys.stdout.flush()


def _answer(asked: dict[str, Any]) -> dict[str, Any]:
    import keyring
    from keyring.errors import KeyringLocked, PasswordDeleteError

    backend = backend_of(keyring.get_keyring())
    if backend is None:
        return {"trouble": "this system has none that keeps secrets secret"}
    if asked["asks"]:
        _say({"locked": _is_locked(backend)})
    elif _is_locked(backend):
        return {"trouble": "it is locked"}
    try:
        match asked["do"]:
            case "get":
                return {"secret": backend.get_password(SERVICE, asked["account"])}
            case "put":
                backend.set_password(SERVICE, asked["account"], asked["secret"])
            case "remove":
                backend.delete_password(SERVICE, asked["account"])
    except KeyringLocked:
        return {"trouble": "it is locked"}
    except PasswordDeleteError:
        pass  # it was not there
    return {}


def _is_locked(backend: Any) -> bool | None:
    """Whether reading would open a window; `None` where only the Secret Service could tell.

    One that keeps nothing yet opens a window as well, to begin.
    """
    if _name(backend) != _SECRET_SERVICE:
        return None
    import secretstorage

    with secretstorage.dbus_init() as connection:
        try:
            return bool(secretstorage.Collection(connection, _DEFAULT_COLLECTION).is_locked())
        except secretstorage.ItemNotFoundException:
            return True


def _name(backend: Any) -> str:
    return f"{type(backend).__module__}.{type(backend).__qualname__}"


if __name__ == "__main__":
    main()
