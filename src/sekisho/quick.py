"""The short way of `sekisho credential-process --profile P`: it serves what was just served.

SDKs start that command for every process of theirs, so it has to cost hardly more than starting
Python. The long way, when it has served credentials from the cache's files, leaves a *note*: which
files the answer came from, where in them it stands, and a *seal*, one digest over everything that
the answer depends on: the config's and the credentials file's bytes, the environment variables
that are read, the token, its record, the role credentials, and the note itself. While the seal
fits, the long way would come to the same answer, so it need not be walked: only time has passed,
and of time there is one check. Anything else, any doubt and any error, is left to the long way.

Where no note fits and the config has a guarded profile of that name, the agent is asked, in one
round trip (`guard.short_way`).

Nothing else is written, asked or sent by the short way, and no module is imported that Python has
not loaded by itself, but for a hash (`json` alone costs more than the rest of the command).
A note holds no secret.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:  # `typing` is one of the modules that would cost too much
    from collections.abc import Callable, Mapping, Sequence

    from sekisho.credentials.interface import Route
    from sekisho.model import RoleCredentials
    from sekisho.ports import Clock
    from sekisho.store.native import NativeStore

__all__ = ["remember", "serve", "state_folder", "watch"]

_FORMAT = b"sekisho quick 2"
"""To be raised whenever the long way's answer comes to depend on anything else."""

_MARGIN_SECONDS = 900
"""As `credentials.cached.MARGIN`, which a test holds it to."""

_KEYS = ("AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration", "AccountId")
"""The answer's keys after `Version`: the role credentials' file has them by the same names."""

_STATIC_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
"""The long way may have a word to say about these."""

_NOT_READ = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION")
"""`--profile` beats the first two, and role credentials come from the config's `sso_region`."""

_READ_TOO = ("HOME", "XDG_STATE_HOME")


class _Doubt(Exception):
    """Something that the short way leaves to the long way."""


def serve(
    arguments: "Sequence[str]", environ: "Mapping[str, str]", now: "Callable[[], float]"
) -> str | None:
    """Return the answer to the command line `arguments`, or `None` where the long way must go.

    `arguments` come without the program's name; `now` gives seconds since 1970. Reads files,
    blocks for nothing, raises nothing.
    """
    try:
        return _serve(arguments, environ, now)
    except Exception:  # noqa: BLE001  # whatever it is, the long way knows how to say it
        return None


def watch(profile: str, environ: "Mapping[str, str]") -> bytes | None:
    """Digest what `profile`'s answer depends on before any cache: the environment, the config.

    To be called before the long way reads its config, for `remember`. Returns `None` where the
    short way will never serve, such as a config that is no regular file.
    """
    try:
        return _watch(profile, environ)
    except (OSError, ValueError, _Doubt):
        return None


def remember(
    watched: bytes | None,
    route: "Route",
    *,
    environ: "Mapping[str, str]",
    store: "NativeStore",
    clock: "Clock",
) -> None:
    """Leave a note, so that the short way serves `route` from now on.

    To be called by the long way after it has served `route.profile`; `watched` is what `watch`
    said before the config was read, and nothing is noted if it says something else by now. The
    note goes to `quick/` in the state folder, 0600. A note that cannot be written is none.
    """
    from sekisho.errors import SekishoError

    try:
        if watched is not None and _looks_at(store, environ):
            _remember(watched, route, environ, store, clock)
    except (SekishoError, OSError, ValueError, _Doubt):
        return


def state_folder(environ: "Mapping[str, str]", platform: str = sys.platform) -> str:
    """Return `platformdirs.user_state_dir("sekisho")`, without the cost of that import.

    A test holds it to the original. Raises `_Doubt` where HOME is no absolute path.
    """
    xdg = environ.get("XDG_STATE_HOME", "")
    if xdg.startswith("/"):
        return os.path.join(xdg, "sekisho")  # noqa: PTH118  # pathlib costs too much
    below = "Library/Application Support" if platform == "darwin" else ".local/state"
    return f"{_home(environ)}/{below}/sekisho"


def _serve(
    arguments: "Sequence[str]", environ: "Mapping[str, str]", now: "Callable[[], float]"
) -> str | None:
    profile = _profile_asked_for(arguments)
    if profile is None or any(name in environ for name in _STATIC_KEYS):
        return None
    try:
        answer = _noted(profile, environ, now)
    except (_Doubt, ValueError, OSError):  # there is no note, or none that is one
        answer = None
    return answer or _released(profile, environ)


def _noted(profile: str, environ: "Mapping[str, str]", now: "Callable[[], float]") -> str | None:
    """The answer by a note that fits, if there is one."""
    head, _, seal = _must_read(_note_file(profile, environ)).rpartition(b"\n")
    form, expires, token_file, record_file, role_file, places = head.split(b"\n")
    if form != _FORMAT or int(expires) - now() < _MARGIN_SECONDS:
        return None
    cached = [_must_read(os.fsdecode(path)) for path in (token_file, record_file, role_file)]
    if _seal(_watch(profile, environ), head, cached) != seal:
        return None
    return _answer(cached[-1].decode("ascii"), [int(place) for place in places.split()])


def _released(profile: str, environ: "Mapping[str, str]") -> str | None:
    """The answer of the agent, for a guarded profile."""
    from sekisho.guard import place, short_way

    config = _config_files(environ)[0]
    if not short_way.looks_guarded(_must_read(config), profile):
        return None
    socket = place.socket_path(environ, state_folder(environ))
    return short_way.release(profile, config, socket)


def _profile_asked_for(arguments: "Sequence[str]") -> str | None:
    """The P of `credential-process --profile P`, in any order; `None` for anything else."""
    match list(arguments):
        case ["credential-process", "--profile", profile]:
            pass
        case ["--profile", profile, "credential-process"]:
            pass
        case ["credential-process", option] | [option, "credential-process"]:
            name, _, profile = option.partition("=")
            if name != "--profile":
                return None
        case _:
            return None
    return profile if profile and not profile.startswith("-") else None


def _answer(text: str, places: list[int]) -> str:
    """Join the JSON texts that stand in `text` at `places` (start, end, start, end …)."""
    texts = [text[start:end] for start, end in zip(places[::2], places[1::2], strict=True)]
    pairs = [f', "{key}": {value}' for key, value in zip(_KEYS, texts, strict=True)]
    return f'{{"Version": 1{"".join(pairs)}}}'


def _watch(profile: str, environ: "Mapping[str, str]") -> bytes:
    read = [
        f"{name}={environ[name]}"
        for name in sorted(environ)
        if (name.startswith("AWS_") and name not in _NOT_READ + _STATIC_KEYS) or name in _READ_TOO
    ]
    parts: list[bytes | None] = [os.fsencode(part) for part in (profile, *read)]
    return _digest([*parts, *(_read(path) for path in _config_files(environ))])


def _seal(watched: bytes, head: bytes, cached: list[bytes]) -> bytes:
    return _digest([watched, head, *cached]).hex().encode()


def _digest(parts: "Sequence[bytes | None]") -> bytes:
    """BLAKE2b over `parts` with their lengths, so that no two lists of parts run into one."""
    try:
        from _blake2 import blake2b  # `hashlib` would bring OpenSSL along
    except ImportError:  # a Python that was built without its own hashes
        from hashlib import blake2b

    digest = blake2b(digest_size=32)
    for part in parts:
        digest.update(b"-\n" if part is None else b"%d\n" % len(part))
        digest.update(part or b"")
    return digest.digest()


def _note_file(profile: str, environ: "Mapping[str, str]") -> str:
    parts = [os.fsencode(part) for part in (profile, *_config_files(environ))]
    return f"{state_folder(environ)}/quick/{_digest(parts).hex()}.note"


def _config_files(environ: "Mapping[str, str]") -> list[str]:
    """The config and the credentials file, as `awsconfig.locate` finds them (a test says so)."""
    config = environ.get("AWS_CONFIG_FILE", "~/.aws/config")
    if config == environ.get("SEKISHO_EXEC_CONFIG_FILE"):  # `awsconfig.locate.EXEC_CONFIG`
        own = ("SEKISHO_OWN_CONFIG_FILE", "SEKISHO_OWN_CREDENTIALS_FILE")
        return [_whole(environ.get(name, "")) for name in own]
    return [
        _path(environ, config),
        _path(environ, environ.get("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials")),
    ]


def _whole(path: str) -> str:
    """A path that is taken as it stands."""
    if not path.startswith("/"):
        raise _Doubt
    return path


def _path(environ: "Mapping[str, str]", spelt: str) -> str:
    if not spelt or "$" in spelt:
        raise _Doubt
    if spelt.startswith("~/"):
        return _home(environ) + spelt[1:]
    if spelt.startswith("~"):
        raise _Doubt
    return spelt


def _home(environ: "Mapping[str, str]") -> str:
    home = environ.get("HOME", "")
    if not home.startswith("/"):
        raise _Doubt
    return home.rstrip("/")


def _read(path: str) -> bytes | None:
    """The bytes of a regular file, `None` where there is none; a pipe is the long way's to drain."""
    if not os.path.isfile(path):  # noqa: PTH113
        if os.path.lexists(path):
            raise _Doubt
        return None
    with open(path, "rb", buffering=0) as stream:  # noqa: PTH123
        return stream.read()


def _must_read(path: str) -> bytes:
    data = _read(path)
    if data is None:
        raise _Doubt
    return data


def _looks_at(store: "NativeStore", environ: "Mapping[str, str]") -> bool:
    """Whether the short way would look at the very files that the long way has read."""
    from pathlib import Path

    from sekisho.awsconfig.locate import locate

    located = locate(environ, store.home)
    ours = [Path(path) for path in _config_files(environ)]
    state = Path(state_folder(environ))
    return ours == [located.config, located.credentials] and state == store.state


def _remember(
    watched: bytes,
    route: "Route",
    environ: "Mapping[str, str]",
    store: "NativeStore",
    clock: "Clock",
) -> None:
    """Note an answer that the cache gives from files that stand still around the question."""
    from pathlib import Path

    from sekisho import files
    from sekisho.credentials.cached import cached_credentials
    from sekisho.store import keys

    key = route.target.token_key
    paths = [
        os.fsencode(keys.token_file(store.home, key)),
        os.fsencode(keys.record_file(store.state, store.home, key)),
        os.fsencode(keys.role_file(store.home, key, route.role)),
    ]
    cached = [_must_read(os.fsdecode(path)) for path in paths]
    credentials = cached_credentials(route, store, clock)
    if credentials is None or cached != [_must_read(os.fsdecode(path)) for path in paths]:
        return
    expires = b"%d" % int(credentials.expires_at.timestamp())
    places = _places(cached[-1].decode("ascii"), credentials)
    head = b"\n".join([_FORMAT, expires, *paths, " ".join(map(str, places)).encode()])
    if watch(route.profile, environ) == watched:
        note = head + b"\n" + _seal(watched, head, cached)
        files.write_private(Path(_note_file(route.profile, environ)), note)


def _places(text: str, credentials: "RoleCredentials") -> list[int]:
    """Where in the role credentials' file `text` the answer stands.

    Raises `ValueError` unless joining what stands there gives the long way's answer, byte for
    byte.
    """
    from sekisho.credentials.formats import process_json

    places: list[int] = []
    for key in _KEYS:
        start = text.index(f'"{key}": "') + len(f'"{key}": ')
        places += [start, text.index('"', start + 1) + 1]
    if _answer(text, places) != process_json(credentials):
        raise ValueError("the file is not spelt as sekisho spells it")
    return places
