"""The system's keyring, asked who it is in a process of its own: it may hang."""

from collections.abc import Iterator

from sekisho.doctor.check import Check, Gravity, Result
from sekisho.doctor.subject import Subject
from sekisho.errors import UsageError
from sekisho.store.backends import keeps_nothing, keeps_plain_text

__all__ = ["CHECK"]

_SECONDS = 5.0
_ASK = """\
import keyring
found = keyring.get_keyring()
parts = getattr(found, "backends", None) or [found]
print("keyring:", *[f"{type(each).__module__}.{type(each).__qualname__}" for each in parts])
"""
"""No item is read, so that nothing asks to be unlocked."""


def _look(subject: Subject) -> Iterator[Result]:
    around = subject.around
    try:
        # -P: the folder it runs in must not lend it modules.
        said = around.programs.run([around.python, "-P", "-c", _ASK], seconds=_SECONDS)
    except UsageError as error:
        yield Result(Gravity.WARNING, error.what, do=error.do, about="keyring")
        return
    if said is None:
        yield Result(
            Gravity.WARNING,
            f"the keyring did not answer within {_SECONDS:.0f} seconds",
            "Programs that ask it hang. sekisho needs none for the tokens that it shares with the "
            "AWS CLI.",
            "export PYTHON_KEYRING_BACKEND=keyring.backends.fail.Keyring",
            about="keyring",
        )
        return
    names = _names(said.output)
    if plain := [name for name in names if keeps_plain_text(name)]:
        yield Result(
            Gravity.WARNING,
            f"the keyring keeps secrets as plain text: {plain[0]}",
            "Whoever reads the disk reads them.",
            "python -m pip uninstall keyrings.alt",
            about="keyring",
        )
    elif names:
        yield Result(Gravity.OK, ", ".join(names))
    else:
        yield Result(
            Gravity.INFO,
            "this system has no keyring that can be used",
            "Tokens are kept as the AWS CLI keeps them, which needs none; those of sealed profiles by "
            "a passphrase.",
            about="keyring",
        )


def _names(output: str) -> list[str]:
    lines = (line for line in output.splitlines() if line.startswith("keyring: "))
    words = next(lines, "keyring: ").split()[1:]
    return [word for word in words if not keeps_nothing(word)]


CHECK = Check(
    "keyring", "which keyring answers, within five seconds; it reads nothing in it", _look
)
