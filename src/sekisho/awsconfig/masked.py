"""Values of the config as they may be shown: a secret is masked, and so is one inside a value."""

import re
from collections.abc import Mapping

from sekisho.awsconfig.known_keys import KNOWN_KEYS
from sekisho.secret import Secret

__all__ = ["Shown", "masked"]

Shown = str | Secret | Mapping[str, str | Secret]
"""What `masked` makes of a value: a nested block stays a mapping."""

_SECRET = "secret|token(?![_-]file)|passw|passphrase|private|cookie|bearer|api[_-]?key"
_SECRET_KEY = re.compile(_SECRET, re.IGNORECASE)
_PUBLIC_KEYS = KNOWN_KEYS - {"aws_secret_access_key", "aws_session_token", "aws_security_token"}
"""Keys that AWS tools know, and that hold no secret as a whole."""
_OWN_PREFIX = "sekisho_"
_USER_INFO = re.compile(r"(?<=://)[^/\s]{1,500}@")
"""`user:password@` of a URL."""
_NAME = rf"[\w-]{{0,40}}(?:{_SECRET})[\w-]{{0,40}}"
_SECRET_ARGUMENT = re.compile(
    rf"((?<!\S)(?:-{_NAME}[ =]|{_NAME}=)\s*)(\"[^\"]*\"|'[^']*'|\S+)", re.IGNORECASE
)
"""`--password x`, `--token=x` and `API_KEY=x` of a command, such as `credential_process`."""
_SECRET_WORD = re.compile(r"(?=\S*[a-z])(?=\S*[A-Z])(?=\S*\d)[\w+/=.-]{20,}", re.ASCII)
"""A long word of mixed letters and digits, as keys and tokens are."""
_MASK = "****"


def masked(key: str, value: str | Mapping[str, str]) -> Shown:
    """Return `value` of `key` for eyes and JSON.

    What may be a secret by its key is a `Secret`; so is a value under a key that AWS tools do not
    know, if it looks like one. In other values the password of a URL, and what stands behind an
    argument such as `--password`, shows as `****`.
    """
    if not isinstance(value, str):
        return {inner: _masked_text(inner, text) for inner, text in value.items()}
    return _masked_text(key, value)


def _masked_text(key: str, text: str) -> str | Secret:
    name = key.lower()
    known = name in _PUBLIC_KEYS or name.startswith(_OWN_PREFIX)
    if text and not known and (_SECRET_KEY.search(name) or _SECRET_WORD.fullmatch(text)):
        return Secret(text)
    return _SECRET_ARGUMENT.sub(rf"\1{_MASK}", _USER_INFO.sub(f"{_MASK}@", text))
