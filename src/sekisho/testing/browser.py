"""A browser that only notes what it was asked to show."""

__all__ = ["FakeBrowser"]


class FakeBrowser:
    """Satisfies `ports.Browser`. What the person does then is up to the test (`Visitor`)."""

    def __init__(self, *, opens: bool = True) -> None:
        """`opens` is what `open` answers: whether there is a browser at all."""
        self._opens = opens
        self.opened: list[str] = []
        """Every URL that was to be shown, in order."""

    def open(self, url: str) -> bool:
        """Note `url`."""
        self.opened.append(url)
        return self._opens
