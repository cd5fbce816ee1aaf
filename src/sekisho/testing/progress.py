"""What a sign-in told the person, noted."""

from sekisho.login.interface import Flow
from sekisho.model import Region

__all__ = ["NotedProgress"]


class NotedProgress:
    """Satisfies `login.interface.Progress`."""

    def __init__(self) -> None:
        """Start with nothing said."""
        self.chosen: list[tuple[Flow, str]] = []
        self.urls: list[str] = []
        """The URLs shown: for the device flow the complete one."""
        self.codes: list[tuple[str, str, str, Region]] = []
        """What was shown of each device sign-in: user code, URL to type, host, Region."""
        self.opened: list[bool] = []
        self.waits: list[float] = []
        self.pasting = False
        """Whether the redirected URL could be pasted."""
        self.troubles: list[str] = []

    def choose(self, flow: Flow, why: str) -> None:
        """Note the flow."""
        self.chosen.append((flow, why))

    def show_url(self, url: str, *, opened: bool) -> None:
        """Note the URL."""
        self.urls.append(url)
        self.opened.append(opened)

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
        """Note all of it."""
        self.codes.append((user_code, url, host, region))
        self.urls.append(complete_url)
        self.opened.append(opened)

    def waiting(self, seconds: float) -> None:
        """Note the length."""
        self.waits.append(seconds)

    def may_paste(self) -> None:
        """Note that it may be."""
        self.pasting = True

    def trouble(self, reason: str) -> None:
        """Note the reason."""
        self.troubles.append(reason)
