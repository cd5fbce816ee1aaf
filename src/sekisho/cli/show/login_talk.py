"""What `login` says while it runs: on stderr, and with what a careful person compares."""

import sys
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

import click

from sekisho.cli.show.ink import Ink
from sekisho.cli.show.printable import printable, printable_lines
from sekisho.cli.show.prose import wrapped
from sekisho.login.interface import Flow
from sekisho.model import Delivery, Form, ProfileName, Region, SignInTarget

__all__ = ["LoginTalk"]


_ADVICE = {
    False: "`sekisho isolate` parts them.",
    True: "A section [sekisho-session] for each of them parts them.",
}


class LoginTalk:
    """Tells the person what a sign-in does, as `login.interface.Progress` asks for it."""

    def __init__(self, color: str) -> None:
        """`color` is the option's value: auto, always or never."""
        self._ink = Ink(color, stderr=True)
        self._region: Region | None = None

    def _say(self, text: str = "", paint: Callable[[str], str] = str) -> None:
        click.echo(paint(wrapped(text, sys.stderr)), err=True, color=True)

    def begins(self, target: SignInTarget) -> None:
        """Note where the service is, to be said beside the URL."""
        self._region = target.region

    def will_open(
        self, target: SignInTarget, opens: Sequence[ProfileName], sharing: Sequence[ProfileName]
    ) -> None:
        """Say, before anything happens, which profiles this login opens, and why.

        `sharing` are those of them that could have a session of their own.
        """
        self.begins(target)
        sealed = target.delivery is Delivery.SEALED
        session = "sekisho-session" if sealed else "sso-session"
        shared = "start URL" if target.form is Form.LEGACY else session
        names = printable(", ".join(opens)) or "no profile"
        self._say(f"This login opens: {self._ink.strong(names)}")
        if len(sharing) > 1:
            who = "They" if tuple(sharing) == tuple(opens) else printable(", ".join(sharing))
            self._say(
                f"{who} share one token, because they share the {shared} "
                f"{printable(target.token_key.value)}. {_ADVICE[sealed]}",
                self._ink.warn,
            )

    def has_opened(self, opens: Sequence[ProfileName], person: str | None, note: str) -> None:
        """Say, when it is done, who signed in and what is open now."""
        who = f"Signed in as {self._ink.strong(printable(person))}. " if person else ""
        names = printable(", ".join(opens)) or "no profile"
        self._say(f"{who}Open now: {self._ink.good(names)}")
        if note:
            self._say(f"Who signed in is not known: {printable_lines(note)}", self._ink.warn)

    def choose(self, flow: Flow, why: str) -> None:
        """Say why the device code was chosen; the other flow needs no reason."""
        if flow is Flow.DEVICE_CODE:
            self._say(f"Signing in with a device code: {printable_lines(why)}.", self._ink.dim)

    def show_url(self, url: str, *, opened: bool) -> None:
        """Show the URL on a line of its own."""
        self._say()
        self._say(
            "Your browser opens. If it does not, open this URL on this machine:"
            if opened
            else "No browser opened. Open this URL in one that can come back to this machine:"
        )
        self._address(url)
        region = f"; the service is in {self._region}" if self._region else ""
        host = printable(urlsplit(url).hostname or "")
        self._say(f"The page is on {host}{region}.", self._ink.dim)

    def show_code(
        self,
        user_code: str,
        url: str,
        complete_url: str,
        host: str,
        region: Region,
        *,
        opened: bool,
    ) -> None:
        """Show the code and the URL, each on a line of its own, and what to compare."""
        self._say()
        self._say(
            "Your browser opens. If it does not, open this URL on any device:"
            if opened
            else "No browser opened. Open this URL in one, on any device:"
        )
        self._address(complete_url)
        if complete_url != url:
            self._say(f"or open {printable(url)} and type the code.")
        self._say("Allow it only if the page shows this code:")
        self._address(user_code)
        where = printable(f"{host}; the service is in {region}")
        self._say(f"The page is on {where}.", self._ink.dim)

    def waiting(self, seconds: float) -> None:
        """Say that the next move is the person's."""
        self._say(
            f"Waiting for you, up to {seconds / 60:.0f} minutes. Ctrl-C ends it.", self._ink.dim
        )

    def may_paste(self) -> None:
        """Say how to go on where the browser is on another machine."""
        self._say(
            "If the browser then ends at a page of 127.0.0.1 that it cannot open, copy its "
            "address, paste it here, and press Enter.",
            self._ink.dim,
        )

    def trouble(self, reason: str) -> None:
        """Say what went wrong without ending the wait."""
        self._say(printable_lines(reason), self._ink.warn)

    def _address(self, text: str) -> None:
        click.echo(f"\n{self._ink.link(printable(text))}\n", err=True, color=True)
