"""The AWS CLI's folder of tokens, and the sign-ins that the config leads to."""

import shlex
from collections.abc import Iterator

from sekisho.doctor.check import Check, Gravity, Result
from sekisho.doctor.subject import Subject
from sekisho.status import SessionStatus, State
from sekisho.store.keys import token_file
from sekisho.store.readings import is_token
from sekisho.store.sweep import SignedIn

__all__ = ["CHECK"]


def _look(subject: Subject) -> Iterator[Result]:
    sessions = subject.status.sessions if subject.status else ()
    by_file = {token_file(subject.around.home, s.target.token_key): s for s in sessions}
    found = [
        *(result for session in sessions for result in _session(session)),
        *_no_tokens(subject),
        *(
            result
            for each in subject.signed_in
            for result in _token(subject, each, by_file.get(each.path))
        ),
    ]
    yield from found
    if not found:
        good = sum(each.usable for each in sessions)
        yield Result(
            Gravity.OK, f"{good} of {len(sessions)} sign-ins open; nothing else lies there"
        )


def _session(session: SessionStatus) -> Iterator[Result]:
    name = session.target.token_key.value
    if session.state is State.MISMATCH and session.trouble is not None:
        trouble = session.trouble
        yield Result(
            Gravity.ERROR,
            f"the token of {name} is not for what the config asks for",
            f"{trouble.what}.",
            trouble.do or session.login,
            about=name,
        )
    if session.state is State.EXPIRED and not session.usable:
        yield Result(
            Gravity.INFO, f"the sign-in of {name} has expired", do=session.login, about=name
        )


def _no_tokens(subject: Subject) -> Iterator[Result]:
    """Torn files, and what is none of what belongs there."""
    for path, found in subject.tokens.items():
        if isinstance(found, str):
            yield Result(
                Gravity.WARNING,
                f"{path} is no token that can be read: {found}",
                "AWS tools that come upon it fail, or ask for a sign-in.",
                f"rm {shlex.quote(str(path))}",
                about=str(path),
            )
        elif not is_token(found) and not isinstance(found.get("clientId"), str):
            yield Result(
                Gravity.INFO,
                f"{path} is neither a token nor a client registration",
                about=str(path),
            )


def _token(subject: Subject, each: SignedIn, session: SessionStatus | None) -> Iterator[Result]:
    if each.token is None:
        yield Result(
            Gravity.WARNING,
            f"{each.path} has an access token, and is otherwise no token",
            "AWS tools that come upon it fail, or ask for a sign-in.",
            f"rm {shlex.quote(str(each.path))}",
            about=str(each.path),
        )
    elif session is not None:
        if each.record is None and session.state is State.OPEN:
            yield Result(
                Gravity.INFO,
                f"another tool wrote the token of {session.target.token_key.value}: "
                "whose it is, is not known",
                do=session.login,
                about=str(each.path),
            )
    elif subject.config is not None:
        yield from _of_nobody(subject, each)


def _of_nobody(subject: Subject, each: SignedIn) -> Iterator[Result]:
    """A token that no profile and no session of the config leads to."""
    if each.token is None:
        return
    of = each.token.start_url or "an unknown start URL"
    lives = each.token.expires_at > subject.around.clock.now()
    if lives or each.token.refresh_token is not None:
        yield Result(
            Gravity.WARNING,
            f"{each.path} is a token of {of}, and nothing in the config leads to it",
            "It still opens every role that its person has, for whoever reads it.",
            "sekisho logout --all",
            about=str(each.path),
        )
    else:
        yield Result(
            Gravity.INFO,
            f"{each.path} is an expired token of {of}, and nothing in the config leads to it",
            do=f"rm {shlex.quote(str(each.path))}",
            about=str(each.path),
        )


CHECK = Check(
    "tokens",
    "cached tokens: expired, torn, of another start URL, of another tool, of nobody",
    _look,
)
