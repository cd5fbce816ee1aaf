"""Whatever is edited, by sekisho and by hand: an undo loses nothing that sekisho did not write."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from sekisho.configure.backups import keep, mark_undone, newest
from sekisho.errors import NotUndone

AT = datetime(2026, 1, 2, tzinfo=UTC)
contents = st.sampled_from([b"", b"a", b"b", b"\xff\r\n"]) | st.binary(max_size=20)
steps = st.lists(
    st.tuples(st.sampled_from(["edit", "edit", "hand", "killed", "undo"]), contents), max_size=12
)


class Disk:
    """A config file, and what a model remembers of it."""

    def __init__(self, folder: Path) -> None:
        self.config = folder / "config"
        self.backups = folder / "backups"
        self.written: set[tuple[bytes, bytes]] = set()
        """What sekisho wrote, or was about to, and over what."""
        self.config.write_bytes(b"at first")

    @property
    def held(self) -> bytes:
        return self.config.read_bytes()

    def edit(self, data: bytes, *, killed: bool = False) -> None:
        if data != self.held:
            keep(self.config, self.held, data, self.backups, at=AT)
            self.written.add((self.held, data))
            if not killed:
                self.config.write_bytes(data)

    def undo(self) -> bool:
        """Undo as the command does; return whether anything was."""
        try:
            backup = newest(self.config, self.held, self.backups)
        except NotUndone:
            return False
        if not backup.is_what_was_written(self.held):
            return False
        before, held = backup.contents(), self.held
        assert (before, held) in self.written
        keep(self.config, held, before, self.backups, at=AT, undoing=True)
        self.config.write_bytes(before)
        mark_undone(backup)
        return True


@given(steps=steps)
def test_an_undo_restores_what_sekisho_wrote_over_and_nothing_else(
    steps: list[tuple[str, bytes]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        disk = Disk(Path(folder))
        for step, data in steps:
            match step:
                case "edit":
                    disk.edit(data)
                case "killed":
                    disk.edit(data, killed=True)
                case "hand":
                    disk.config.write_bytes(data)
                case _:
                    disk.undo()


@given(edits=st.lists(st.binary(max_size=20), unique=True, max_size=6))
def test_as_many_undos_as_there_were_edits_lead_back_to_the_beginning(edits: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        disk = Disk(Path(folder))
        states = [disk.held]
        for data in edits:
            disk.edit(data)
            states.append(data)
        for state in states[-2::-1]:
            assert disk.undo()
            assert disk.held == state
        assert not disk.undo()
