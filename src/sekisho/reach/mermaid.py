"""What logins open, as a Mermaid flowchart (https://mermaid.js.org/syntax/flowchart.html).

Gates are hexagons, profiles are boxes in the colour of their environment; what a login opens is a
solid arrow, what its token could open a dashed one. A portal with more profiles than a drawing can
hold is drawn in groups: logins that open the same environments, profiles of one environment.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from sekisho.model import Form
from sekisho.reach.gates import Gate, Picture, Portal, Room, beyond
from sekisho.reach.portal import portal_of
from sekisho.reach.wording import counted, listed

__all__ = ["mermaid"]

_MOST_ROOMS = 40
_MOST_ARROWS = 250
"""Mermaid itself refuses 500 in one drawing, and nobody can follow half of that."""
_MOST_ENVIRONMENTS = 12
_MOST_NAMES = 3
_PAINT = {
    "dev": "fill:#dcebe0,stroke:#2f6f4f,color:#211d1a",
    "stg": "fill:#f3e6c4,stroke:#8a6410,color:#211d1a",
    "prod": "fill:#f6dcd3,stroke:#b0321b,color:#211d1a",
    "gate": "fill:#211d1a,stroke:#211d1a,color:#f3ecdd",
    "role": "fill:#faf6ec,stroke:#867a69,color:#211d1a,stroke-dasharray:4 4",
}
"""By class; other environments have Mermaid's own colours, and their name in the text."""
_PLAIN = frozenset("-_.,:/@ =+()")
_JOINER = "\u2060"
"""Has no width."""
_MEANT = re.compile(r"(?<=\$)(?=\$)|(?<=:)(?=fa-)")
"""Inside of what means something to Mermaid even where it is spelt by number: formulas, icons."""
_LOOK = '%%{init: {"look": "classic"}}%%'
"""The newer look, where two arrows cross, draws a dashed one as if it were solid."""


def mermaid(drawn: Picture) -> str:
    """Return the flowchart's text, which ends in a newline. Names cannot leave their labels."""
    lines = ["flowchart LR", f"  {_LOOK}"]
    for number, portal in enumerate(drawn.portals):
        arrows = portal.size * len(portal.gates)
        whole = portal.size <= _MOST_ROOMS and arrows <= _MOST_ARROWS
        body = _one_by_one(portal, f"p{number}") if whole else _in_groups(portal, f"p{number}")
        lines.append(f"  subgraph p{number}[{_label(portal_of(portal.start_url))}]")
        lines += [f"    {line}" for line in body]
        lines.append("  end")
    for number, (title, rooms) in enumerate(_without_gate(drawn)):
        lines.append(f"  subgraph none{number or ''}[{title}]")
        names = listed([room.profile for room in rooms], _MOST_ROOMS)
        lines += [f"    n{number}[{_label(names)}]", "  end"]
    lines += [f"  classDef {name} {paint}" for name, paint in _PAINT.items()]
    return "\n".join(lines) + "\n"


def _without_gate(drawn: Picture) -> Iterator[tuple[str, list[Room]]]:
    """What stands beside the portals, with its title, if there is any of it."""
    others = [room for room in drawn.without_login if not room.guarded]
    guarded = [room for room in drawn.without_login if room.guarded]
    if others:
        yield "no SSO", others
    if guarded:
        yield _label("guarded: no token on the disk"), guarded


def _one_by_one(portal: Portal, prefix: str) -> Iterator[str]:
    ids: dict[str, str] = {}
    for rooms in portal.environments.values():
        for room in rooms:
            ids[room.profile] = f"{prefix}r{len(ids)}"
            yield f"{ids[room.profile]}[{_label(*_of_room(room))}]{_class(room.environment)}"
    for number, gate in enumerate(portal.gates):
        name = f"{prefix}g{number}"
        yield f"{name}{{{{{_label(*_of_gate(gate))}}}}}:::gate"
        for room in gate.rooms:
            yield f"{name} --> {ids[room.profile]}"
        for more in beyond(portal, gate, most=len(portal.environments), names=_MOST_ROOMS):
            for room in more.first:
                yield f"{name} -.-> {ids[room.profile]}"
        yield from _unnamed(gate, name)


def _in_groups(portal: Portal, prefix: str) -> Iterator[str]:
    shown = list(portal.environments)[:_MOST_ENVIRONMENTS]
    ids = {name: f"{prefix}e{number}" for number, name in enumerate(shown)}
    others = f"{prefix}rest"
    rest = portal.size - sum(len(portal.environments[name]) for name in shown)
    for name, node in ids.items():
        rooms = portal.environments[name]
        names = listed([room.profile for room in rooms], _MOST_NAMES)
        head = f"{name}: {counted(len(rooms), 'profile')}"
        yield f"{node}[{_label(head, names)}]{_class(name)}"
    if rest:
        said = f"other environments: {counted(rest, 'profile')}"
        yield f"{others}[{_label(said)}]"
    for number, (opened, gates) in enumerate(_alike(portal, ids, others).items()):
        crowd = f"{prefix}g{number}"
        names = listed([gate.key.value for gate in gates], _MOST_NAMES)
        each = ", one profile each" if all(len(gate.rooms) == 1 for gate in gates) else ""
        yield f"{crowd}{{{{{_label(counted(len(gates), 'login') + each, names)}}}}}:::gate"
        yield from (f"{crowd} --> {node}" for node in opened)
        further = {
            ids.get(more.environment, others)
            for gate in gates
            for more in beyond(portal, gate, most=_MOST_ENVIRONMENTS, names=0)
        }
        yield from (f"{crowd} -.-> {node}" for node in [*ids.values(), others] if node in further)


def _alike(
    portal: Portal, ids: Mapping[str, str], rest: str
) -> Mapping[tuple[str, ...], Sequence[Gate]]:
    """The gates of a portal, those that open the same nodes together."""
    found: dict[tuple[str, ...], list[Gate]] = {}
    for gate in portal.gates:
        opened = tuple(dict.fromkeys(ids.get(name, rest) for name in gate.environments))
        found.setdefault(opened, []).append(gate)
    return found


def _unnamed(gate: Gate, name: str) -> Iterator[str]:
    unnamed = () if gate.found is None else gate.found.unnamed
    if unnamed:
        said = f"{counted(len(unnamed), 'role')} that no profile names"
        roles = listed([f"{role.account_id} {role.role_name}" for role in unnamed], _MOST_NAMES)
        yield f"{name} -.-> {name}u[{_label(said, roles)}]:::role"


def _of_gate(gate: Gate) -> Sequence[str]:
    match gate.key.form:
        case Form.LEGACY:
            return gate.key.value, "legacy form"
        case Form.SSO_SESSION:
            return (gate.key.value,)


def _of_room(room: Room) -> Sequence[str]:
    if room.through is not None:
        return room.profile, f"role chain from {room.through}"
    role = "" if room.role is None else f"{room.role.account_id} {room.role.role_name}"
    return room.profile, role, room.environment


def _class(environment: str) -> str:
    word = environment.rstrip("0123456789")
    return f":::{word}" if word in _PAINT else ""


def _label(*lines: str) -> str:
    """A quoted label. What is neither letter nor digit nor `_PLAIN` is spelt by its number."""
    return '"' + "<br/>".join(_spelt(line) for line in lines if line) + '"'


def _spelt(text: str) -> str:
    return "".join(
        character if character.isalnum() or character in _PLAIN else _reference(character)
        for character in _MEANT.sub(_JOINER, text)
    )


def _reference(character: str) -> str:
    shown = character.isprintable() or character == _JOINER
    return f"#{ord(character)};" if shown else "�"
