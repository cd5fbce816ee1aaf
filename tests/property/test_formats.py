"""Whatever credentials hold, whoever evaluates what `export` prints gets the exact values back."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sekisho.credentials.formats import FORMATS
from sekisho.errors import NotExportable
from sekisho.model import AccountId, Role, RoleCredentials, RoleName
from sekisho.secret import Secret

NASTY = "'\"`$\\!%^&|<>()[]{}*?~#=:;, \t\r\n“”„‘’‚関\x1b\x7f\u2028"

values = st.text(st.sampled_from(NASTY) | st.characters(exclude_categories=["Cs"]), max_size=12)
"""NUL is among them: no variable can hold it, so every format but JSON refuses it."""

_SHOW = r'printf "%s\0" "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" "$AWS_SESSION_TOKEN"'
_POSIX = [f'eval "$1"; {_SHOW}', "sh"]
SHELLS = {
    "bash": ["--norc", "-c", *_POSIX],
    "dash": ["-c", *_POSIX],
    "fish": ["--no-config", "-c", f"printf %s $argv[1] | source; {_SHOW}"],
    "ksh": ["-c", *_POSIX],
    "sh": ["-c", *_POSIX],
    "zsh": ["-f", "-c", *_POSIX],
}
"""How each takes what `export` prints, as its first argument, and shows what it has then."""
FOUND = [name for name in SHELLS if shutil.which(name)]
"""`./dev test` installs fish and zsh where it may."""
READ_BY = [
    (shell, form)
    for shell in FOUND
    for form in (["fish"] if shell == "fish" else ["env", "env-no-export"])
]


def credentials_of(first: str, second: str, third: str) -> RoleCredentials:
    return RoleCredentials(
        access_key_id=first,
        secret_access_key=Secret(second),
        session_token=Secret(third),
        expires_at=datetime(2026, 11, 22, 9, 0, tzinfo=UTC),
        role=Role(AccountId("123456789011"), RoleName("AdministratorAccess")),
    )


def exported(form: str, triple: tuple[str, str, str]) -> str | None:
    """The text, or `None` where the format refuses the values."""
    try:
        return FORMATS[form](credentials_of(*triple))
    except NotExportable:
        return None


def test_the_shells_that_every_machine_has_are_asked() -> None:
    assert {"sh", "bash"} <= set(FOUND)


@pytest.mark.parametrize(("shell", "form"), READ_BY)
@settings(max_examples=60)
@given(triple=st.tuples(values, values, values))
@example(triple=("'\\''", "$(exit 9)`exit 9`", "\n\n'"))
@example(triple=("=ls", "~root:~root", "a:=ls"))
def test_a_real_shell_gets_the_exact_values_back(
    shell: str, form: str, triple: tuple[str, str, str]
) -> None:
    text = exported(form, triple)

    if text is None:
        assert any("\0" in value for value in triple)
    else:
        said = subprocess.run(
            [shutil.which(shell) or shell, *SHELLS[shell], text],
            env={"LC_ALL": "C.UTF-8", "PATH": "", "HOME": os.environ["HOME"]},
            capture_output=True,
            check=True,
        )
        assert tuple(said.stdout.decode().split("\0")[:3]) == triple
        assert said.stderr == b""


@pytest.mark.parametrize("form", ["dotenv", "fish", "nushell", "powershell", "windows-cmd"])
@given(triple=st.tuples(values, values, values))
def test_a_reader_of_the_formats_grammar_gets_the_exact_values_back(
    form: str, triple: tuple[str, str, str]
) -> None:
    text = exported(form, triple)

    if text is not None:
        assert tuple(READERS[form](text))[:3] == triple


@pytest.mark.parametrize("form", ["fish", "powershell", "windows-cmd", "dotenv"])
@given(triple=st.tuples(values, values, values))
def test_each_assignment_stays_on_its_line(form: str, triple: tuple[str, str, str]) -> None:
    text = exported(form, triple)

    if text is not None:
        assert text.endswith("\n")
        assert text.count("\n") == 4
        assert "\r" not in text


# --- readers, each after the documentation of its shell --------------------------------------------


def _assigned(text: str, prefix: str, between: str = "=") -> Iterator[str]:
    """What follows the name on each line; `splitlines` would split at more than a newline."""
    for line in text.removesuffix("\n").split("\n"):
        assert line.startswith(prefix)
        yield line.removeprefix(prefix).partition(between)[2]


def read_fish(text: str) -> Iterator[str]:
    r"""Read fish's double quotes, in which \\ \" \$ are escapes, and \n and \r outside of them."""
    for word in _assigned(text, "set -gx ", " "):
        value, quoted, characters = "", False, iter(word)
        for c in characters:
            if c == '"':
                quoted = not quoted
            elif c == "\\":
                following = next(characters)
                known = {"\\": "\\", '"': '"', "$": "$"} if quoted else {"n": "\n", "r": "\r"}
                value += known[following]
            else:
                assert quoted
                assert c != "$"
                value += c
        assert not quoted
        yield value


def read_powershell(text: str) -> Iterator[str]:
    """Read an expandable string (about_Quoting_Rules): a backtick escapes what follows."""
    for word in _assigned(text, "$Env:"):
        assert word[0] == word[-1] == '"'
        value, characters = "", iter(word[1:-1])
        for c in characters:
            assert c not in '"“”„$'
            if c == "`":
                following = next(characters)
                assert not following.isalnum() or following in "nr"
                value += {"n": "\n", "r": "\r"}.get(following, following)
            else:
                value += c
        yield value


def read_windows_cmd(text: str) -> Iterator[str]:
    """Read `set NAME=VALUE`, in which nothing may be special, and `set "NAME=VALUE"`."""
    for line in text.removesuffix("\n").split("\n"):
        assignment = line.removeprefix("set ")
        if assignment.startswith('"'):
            assert assignment.endswith('"')
            assignment = assignment[1:-1]
        else:
            assert set(assignment).isdisjoint(" &|<>()^;")
        assert set(assignment).isdisjoint('"%!\r\n')
        yield assignment.partition("=")[2]


def read_dotenv(text: str) -> Iterator[str]:
    """Read as Docker Compose and python-dotenv both do: bare, single quotes, double quotes."""
    for word in _assigned(text, ""):
        if word.startswith("'"):
            assert word.endswith("'")
            assert not any(special in word[1:-1] for special in ("'", "\\", "${"))
            yield word[1:-1]
        elif word.startswith('"'):
            assert set(word).isdisjoint("$`")
            yield json.loads(_visible(word))
        else:
            assert set(word).isdisjoint(" #$\"'`\\")
            yield word


def _visible(word: str) -> str:
    """JSON's double quotes have the same escapes, but no raw control characters."""
    return "".join(c if c >= " " else f"\\u{ord(c):04x}" for c in word)


def read_nushell(text: str) -> Iterator[str]:
    """Read `from json`."""
    yield from json.loads(text).values()


READERS: dict[str, Callable[[str], Iterator[str]]] = {
    "dotenv": read_dotenv,
    "fish": read_fish,
    "nushell": read_nushell,
    "powershell": read_powershell,
    "windows-cmd": read_windows_cmd,
}
