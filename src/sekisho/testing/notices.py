"""A desktop that a test looks at."""

__all__ = ["SeenNotices"]


class SeenNotices:
    """Satisfies `ports.Notices`: keeps what was shown."""

    def __init__(self) -> None:
        """Begin with a bare desktop."""
        self.seen: list[tuple[str, str]] = []
        """Title and text of every notice, in order."""

    def tell(self, title: str, text: str) -> None:
        """Keep the notice."""
        self.seen.append((title, text))
