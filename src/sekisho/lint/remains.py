"""What is left of a file that botocore refuses, so that the other rules have something to read."""

from sekisho.awsconfig.document import Document, Fault, FaultKind, parse, render

__all__ = ["without_faults"]

_BOM = "\ufeff"
_ROUNDS = 8
"""Taking a line out can bring another fault to light; a file this bad says nothing any more."""


def without_faults(document: Document) -> bytes:
    """Return the file's bytes without the faulty stretches; every line keeps its number.

    Of a section or key that is there twice the first one stays. What is returned has no faults;
    a file that is all faults comes back empty.
    """
    for _ in range(_ROUNDS):
        if not document.faults:
            return render(document)
        document = parse(_commented(document).encode("utf-8", "surrogateescape"))
    return b""


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
                for number in _stretch(document, fault):
                    line = lines[number - 1]
                    lines[number - 1] = "#" + line[len(line.rstrip("\r\n")) :]
    return "".join(lines)


def _stretch(document: Document, fault: Fault) -> range:
    """Return the numbers of the lines that go: a whole section, a whole value, or one line."""
    section = next((s for s in reversed(document.sections) if s.line <= fault.line), None)
    if fault.kind is FaultKind.BEFORE_HEADER:
        first = document.sections[0].line if document.sections else len(document.lines) + 1
        return range(fault.line, first)
    if section is not None and fault.kind is FaultKind.DUPLICATE_SECTION:
        return range(section.line, section.last + 1)
    if section is not None and fault.kind is FaultKind.DUPLICATE_KEY:
        last = next(entry.last for entry in section.entries if entry.first == fault.line)
        return range(fault.line, last + 1)
    return range(fault.line, fault.line + 1)
