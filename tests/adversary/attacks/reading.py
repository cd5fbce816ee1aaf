"""Read all that there is to read, and keep what looks like a secret of the center's.

    python reading.py FOLDER...    every file below the folders
    python reading.py              environment, command line, open files of every process

It prints what it found, as JSON: each secret once, with where it was.
"""

import contextlib
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

_SECRET = re.compile(rb"sks_(?:at|rt|cs|ac|dc|st)_[A-Za-z0-9_.-]{20,}")
_MOST_BYTES = 50_000_000


def files(folders: list[str]) -> Iterator[tuple[str, bytes]]:
    """Every regular file that can be read; links are not followed, they lead to files as well."""
    for folder in folders:
        for path, _, names in os.walk(folder):
            for name in names:
                file = Path(path, name)
                with contextlib.suppress(OSError):
                    if file.is_file() and not file.is_symlink():
                        with file.open("rb") as stream:
                            yield str(file), stream.read(_MOST_BYTES)


def processes() -> Iterator[tuple[str, bytes]]:
    """What `/proc` tells of every process but this one."""
    for pid in [name for name in os.listdir("/proc") if name.isdigit()]:  # noqa: PTH208
        if int(pid) == os.getpid():
            continue
        for name in ("environ", "cmdline", "comm"):
            with contextlib.suppress(OSError):
                yield f"/proc/{pid}/{name}", Path(f"/proc/{pid}/{name}").read_bytes()
        with contextlib.suppress(OSError):
            for descriptor in Path(f"/proc/{pid}/fd").iterdir():
                with contextlib.suppress(OSError):
                    if descriptor.is_file():  # a deleted one, too
                        yield str(descriptor), descriptor.read_bytes()[:_MOST_BYTES]


if __name__ == "__main__":
    found: dict[str, str] = {}
    for place, data in files(sys.argv[1:]) if len(sys.argv) > 1 else processes():
        for secret in _SECRET.findall(data):
            found.setdefault(secret.decode(), place)
    sys.stdout.write(json.dumps(found))
