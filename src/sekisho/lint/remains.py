"""What is left of a file that botocore refuses, so that the other rules have something to read."""

from sekisho.awsconfig.document import Document, FaultKind, parse
from sekisho.awsconfig.repair import stretch_of

__all__ = ["without_faults"]

_BOM = "\ufeff"
_ROUNDS = 8
"""Taking a line out can bring another fault to light; a file this bad says nothing any more."""


def without_faults(document: Document) -> Document:
    """Return the file without the faulty stretches; every line keeps its number.

    Of a section or key that is there twice the first one stays. What is returned has no faults;
    a file that is all faults comes back empty.
    """
    for _ in range(_ROUNDS):
        if not document.faults:
            return document
        document = parse(_commented(document).encode("utf-8", "surrogateescape"))
    return parse(b"")


def _commented(document: Document) -> str:
    lines = list(document.lines)
    for fault in document.faults:
        match fault.kind:
            case FaultKind.BOM:
                lines[0] = lines[0].removeprefix(_BOM)
            case FaultKind.UNDECODABLE:
                number = fault.line - 1
                lines[number] = (
                    lines[number].encode("utf-8", "surrogateescape").decode("utf-8", "replace")
                )
            case _:
                for number in stretch_of(document, fault):
                    line = lines[number - 1]
                    lines[number - 1] = "#" + line[len(line.rstrip("\r\n")) :]
    return "".join(lines)
