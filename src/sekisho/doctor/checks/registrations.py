"""Client registrations: a sign-in refreshes no longer than its client is registered."""

import shlex
from collections.abc import Iterator
from datetime import timedelta

from sekisho.doctor.check import Check, Gravity, Result
from sekisho.doctor.subject import Subject
from sekisho.store.keys import registration_file

__all__ = ["CHECK"]

_SOON = timedelta(days=7)


def _look(subject: Subject) -> Iterator[Result]:
    now, home = subject.around.clock.now(), subject.around.home
    sessions = subject.status.sessions if subject.status else ()
    refreshing = [each for each in sessions if each.refreshable and each.registration_expires]
    soon = False
    for session in refreshing:
        ends = session.registration_expires
        if ends is None or ends - now > _SOON:
            continue
        soon = True
        name = session.target.token_key.value
        file = shlex.quote(str(registration_file(home, session.target)))
        yield Result(
            Gravity.WARNING,
            f"the client that signed in to {name} is registered until {ends:%Y-%m-%d %H:%M} UTC only",
            "After that the sign-in cannot refresh, and jobs that live on it stop. A sign-in with a "
            "new registration mends it.",
            f"rm -f {file} && {session.login}",
            about=name,
        )
    if not soon:
        ends_at = [each.registration_expires for each in refreshing if each.registration_expires]
        said = f"the first ends {min(ends_at):%Y-%m-%d}" if ends_at else "no sign-in depends on one"
        yield Result(Gravity.OK, said)


CHECK = Check("registrations", "client registrations that end within a week", _look)
