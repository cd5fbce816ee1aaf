"""Where a finding stands on the page: at the gate that it is about, and as a mark at each room."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from sekisho.model import ProfileName
from sekisho.reach.gates import Gate
from sekisho.reach.page import element
from sekisho.reach.wording import counted

__all__ = ["Marks", "Remark", "placed", "remark_list"]

_FEW = 3
"""A list with more findings than this is folded."""

Marks = Mapping[ProfileName, Sequence[tuple[str, str]]]
"""By profile: the ids of the findings about it, and their rules."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding, as the page tells it."""

    rule: str
    severity: str
    place: str
    """File and line."""
    message: str
    effect: str
    do: str
    profiles: tuple[ProfileName, ...]
    """Whom it is about."""


_Named = tuple[str, Remark]
"""A finding, with its id on the page."""


def placed(
    remarks: Sequence[Remark], gates: Sequence[Gate], prefix: str
) -> tuple[Mapping[int, Element], Marks, Sequence[_Named]]:
    """Give each finding its place: the first gate with a profile that it is about, or none.

    Returns the list of each gate by the gate's `id()`, the marks of the rooms, and what is left.
    Ids on the page begin with `prefix`.
    """
    home = {name: gate for gate in reversed(gates) for name in _profiles(gate)}
    at: dict[int, list[_Named]] = {}
    marks: dict[ProfileName, list[tuple[str, str]]] = {}
    elsewhere: list[_Named] = []
    for number, remark in enumerate(remarks):
        ident = f"{prefix}-finding-{number}"
        gate = next((home[name] for name in remark.profiles if name in home), None)
        (elsewhere if gate is None else at.setdefault(id(gate), [])).append((ident, remark))
        for name in remark.profiles:
            marks.setdefault(name, []).append((ident, remark.rule))
    return {key: remark_list(found, "") for key, found in at.items()}, marks, elsewhere


def remark_list(found: Sequence[_Named], title: str) -> Element:
    """Draw findings as a list that folds, under `title` or their number."""
    made = element(
        "details",
        element("summary", title or counted(len(found), "finding")),
        element("ul", *(_item(ident, remark) for ident, remark in found)),
        class_="findings" if any(r.severity != "info" for _, r in found) else "findings quiet",
    )
    if len(found) <= _FEW:
        made.set("open", "open")
    return made


def _item(ident: str, remark: Remark) -> Element:
    return element(
        "li",
        element("b", f"{remark.rule} {remark.severity}"),
        element("span", f" {remark.place}", class_="faded"),
        element("p", remark.message if remark.message.endswith("?") else f"{remark.message}."),
        element("p", " ".join(remark.effect.split()), class_="faded"),
        element("p", "do: ", element("code", remark.do)),
        id=ident,
    )


def _profiles(gate: Gate) -> Sequence[ProfileName]:
    return [*(room.profile for room in gate.rooms), *gate.closed]
