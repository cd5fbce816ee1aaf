"""What logins open, as a page to look at: gates, and the rooms behind them.

A gate is a login, a room is a profile, its colour and its lane's name are its environment. A solid
line leads to what a login opens, a dashed one to what its token could open. A portal with many
gates shows them small, in groups; a lane with many rooms is folded. Nothing is left out but names
along dashed lines, which end in a count.
"""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from sekisho.model import Form
from sekisho.reach.environments import ENVIRONMENTS
from sekisho.reach.findings import Marks, Remark, placed, remark_list
from sekisho.reach.gates import Beyond, Gate, Picture, Portal, Room, beyond
from sekisho.reach.page import element, page
from sekisho.reach.portal import portal_of
from sekisho.reach.wording import counted, listed

__all__ = ["View", "html"]

_MANY_GATES = 12
_MANY_ROOMS = 24
_MOST_CROWDS = 24
_OPEN_CROWD = 24
"""A group with more gates than this is folded."""
_MOST_LANES = 8
_MOST_GHOSTS = 6
_PREVIEW = 3
_ROW = 60
"""Squares in a row of `_field`."""


@dataclass(frozen=True, slots=True)
class View:
    """A state of the config: as it is, or as it would be."""

    title: str
    drawn: Picture
    remarks: tuple[Remark, ...]
    note: str = ""
    """A sentence about this state."""


def html(views: Sequence[View], foot: Sequence[str]) -> str:
    """Return the page of up to four `views`, with paragraphs at its `foot`; all of it is ASCII.

    The first is the config as it is, the others are what could become of it. What stands between backticks, there and in notes, is a command.
    """
    body = [_tools(views), *([_choice(views)] if len(views) > 1 else [])]
    body += [_view(view, f"view-{number}") for number, view in enumerate(views)]
    return page(body, [element("p", *_prose(text)) for text in foot])


def _tools(views: Sequence[View]) -> Element:
    shown = dict.fromkeys(
        name for view in views for portal in view.drawn.portals for name in portal.environments
    )
    swatches = [
        element("li", element("span", _swatch(), _called(name)), class_=_paint(name))
        for name in list(shown)[:_MOST_LANES]
    ]
    legend = element(
        "ul",
        element("li", element("span", class_="way"), "a login opens it"),
        element("li", element("span", class_="way dashed"), "the token could open it"),
        *swatches,
        class_="legend",
    )
    finder = element(
        "div",
        element("label", "Find a profile, account, role or login", for_="search"),
        element("input", type="search", id="search", autocomplete="off", spellcheck="false"),
        element("output", id="found", for_="search"),
        class_="finder",
        id="searching",
        hidden="hidden",
    )
    return element("div", legend, finder, class_="tools")


def _choice(views: Sequence[View]) -> Element:
    """A radio button for each; the style sheet shows the view that is chosen."""
    labels = []
    for number, view in enumerate(views):
        button = element("input", type="radio", name="view", id=f"show-{number}")
        if number == 0:
            button.set("checked", "checked")
        labels.append(element("label", button, view.title))
    return element("fieldset", element("legend", "Before and after"), *labels, class_="views")


def _view(view: View, name: str) -> Element:
    drawn = view.drawn
    gates = [gate for portal in drawn.portals for gate in portal.gates]
    lists, marks, elsewhere = placed(view.remarks, gates, name)
    portals = [_portal(portal, lists, marks) for portal in drawn.portals]
    return element(
        "div",
        _sum(gates),
        element("p", *_prose(view.note), class_="note") if view.note else None,
        *portals,
        *_without_login(drawn.without_login, marks),
        remark_list(elsewhere, "Other findings") if elsewhere else None,
        class_="view",
        id=name,
    )


def _sum(gates: Sequence[Gate]) -> Element:
    opened = sum(len(gate.rooms) for gate in gates)
    across = sum(1 for gate in gates if len(gate.environments) > 1)
    said = f"{counted(len(gates), 'login')} {_opens(len(gates))} {counted(opened, 'profile')}. "
    if not across:
        return element("p", said, "None opens more than one environment.", class_="sum")
    who = "It opens" if len(gates) == 1 else f"{across:,} of them {_opens(across)}"
    more = f"{who} more than one environment."
    return element("p", said, element("span", more, class_="bad"), class_="sum")


def _opens(number: int) -> str:
    return "opens" if number == 1 else "open"


def _prose(text: str) -> Iterator[Element | str]:
    for number, part in enumerate(text.split("`")):
        yield element("code", part) if number % 2 else part


_Lists = Mapping[int, Element]
"""The findings of a gate, by its `id()`."""


def _portal(portal: Portal, lists: _Lists, marks: Marks) -> Element:
    facts = f"{counted(len(portal.gates), 'login')}, {counted(portal.size, 'profile')}"
    head = element(
        "header",
        element("h2", portal_of(portal.start_url).removeprefix("https://")),
        element("p", f"One access portal: {facts}.", class_="faded"),
    )
    if len(portal.gates) <= _MANY_GATES:
        gates = [_gate(portal, gate, lists, marks) for gate in portal.gates]
        return element("section", head, element("ul", *gates, class_="gates"), class_="portal")
    any_one = "Whoever holds one of these tokens could open all that is behind the others, too: "
    any_one += f"{counted(portal.size, 'profile')}. So each gate has a dashed line."
    crowds = [_crowd(name, gates, portal, lists, marks) for name, gates in _crowds(portal).items()]
    return element("section", head, element("p", any_one, class_="any"), *crowds, class_="portal")


def _crowds(portal: Portal) -> Mapping[str, Sequence[Gate]]:
    """Group gates by what they open: several environments first, then one after the other."""
    several = "several environments"
    groups: dict[str, list[Gate]] = {several: []}
    order = {name: number for number, name in enumerate(portal.environments)}
    for gate in sorted(portal.gates, key=lambda gate: [order[each] for each in gate.environments]):
        environments = gate.environments
        name = _called(environments[0]) if environments else "nothing"
        if len(environments) > 1:
            name = several
        elif name not in groups and len(groups) > _MOST_CROWDS:
            name = "further environments"
        groups.setdefault(name, []).append(gate)
    return {name: found for name, found in groups.items() if found}


def _crowd(
    name: str, gates: Sequence[Gate], portal: Portal, lists: _Lists, marks: Marks
) -> Element:
    opened = sum(len(gate.rooms) for gate in gates)
    much = f"{counted(len(gates), 'login')}, {counted(opened, 'profile')}"
    environment = gates[0].environments[:1]
    wide = len(gates[0].environments) > 1
    head = element(
        "summary",
        None if wide or not environment else _swatch(),
        element("span", f"into {name}", class_="wide" if wide else "into"),
        element("span", much, class_="much"),
        _field(len(gates)),
    )
    small = [_gate(portal, gate, lists, marks, small=True) for gate in gates]
    made = element("details", head, element("ul", *small, class_="gates many"))
    made.set("class", f"crowd {_paint(environment[0])}" if environment else "crowd")
    if wide or len(gates) <= _OPEN_CROWD:
        made.set("open", "open")
    return made


def _gate(
    portal: Portal, gate: Gate, lists: _Lists, marks: Marks, *, small: bool = False
) -> Element:
    opens = [_lane(name, rooms, marks) for name, rooms in _by_environment(gate.rooms).items()]
    could = _counted_beyond(portal, gate) if small else _beyond(portal, gate)
    unnamed = _unnamed_lane(gate)
    if unnamed is not None:
        could.append(unnamed)
    ways = element(
        "div",
        element("ul", *opens, class_="opens") if opens else None,
        element("ul", *could, class_="could") if could else None,
        class_="ways",
    )
    return element("li", _lintel(gate, small=small), ways, lists.get(id(gate)), class_="gate")


def _beyond(portal: Portal, gate: Gate) -> list[Element]:
    found = beyond(portal, gate, most=_MOST_LANES, names=_MOST_GHOSTS)
    return [_could_lane(more) for more in found]


def _counted_beyond(portal: Portal, gate: Gate) -> list[Element]:
    """The same as one number; `most=0` makes one of all environments."""
    return [
        element("li", element("p", f"its token: {more.count:,} more"), class_="lane")
        for more in beyond(portal, gate, most=0, names=0)
    ]


def _lintel(gate: Gate, *, small: bool) -> Element:
    legacy = gate.key.form is Form.LEGACY
    name = gate.key.value.removeprefix("https://") if legacy else gate.key.value
    environments = len(gate.environments)
    said = f"opens {counted(len(gate.rooms), 'profile')}"
    if environments > 1:
        said += f" in {environments:,} environments"
    about: list[Element | None] = [
        element("h3", name, class_="name"),
        element("p", element("span", "legacy form", class_="tag")) if legacy else None,
        None
        if small and environments == 1 and len(gate.rooms) == 1
        else element("p", said, class_="wide" if environments > 1 else "faded"),
    ]
    if gate.found is not None:
        who = gate.found.person or "who signed in"
        about.append(
            element(
                "p", f"Asked: {who} has {counted(len(gate.found.roles), 'role')}.", class_="faded"
            )
        )
    elif gate.asked is not None:
        about.append(element("p", "Could not be asked: dashed lines are assumed.", class_="faded"))
    if gate.closed:
        names = listed(gate.closed, _MOST_GHOSTS)
        about.append(element("p", f"Gets no role: {names}", class_="faded"))
    return element("div", *about, class_="lintel")


def _by_environment(rooms: Sequence[Room]) -> Mapping[str, Sequence[Room]]:
    lanes: dict[str, list[Room]] = {}
    for room in rooms:
        lanes.setdefault(room.environment, []).append(room)
    return lanes


def _lane(environment: str, rooms: Sequence[Room], marks: Marks) -> Element:
    much = element("span", counted(len(rooms), "profile"), class_="much")
    inside = element("ul", *(_room(room, marks) for room in rooms), class_="rooms")
    name = _called(environment)
    if len(rooms) <= _MANY_ROOMS:
        return element(
            "li", element("h4", _swatch(), name, much), inside, class_=f"lane {_paint(environment)}"
        )
    preview = ", ".join(room.profile for room in rooms[:_PREVIEW])
    head = element(
        "summary",
        _swatch(),
        name,
        much,
        element("span", f": {preview}, …", class_="faded"),
        _field(len(rooms)),
    )
    return element("li", element("details", head, inside), class_=f"lane {_paint(environment)}")


def _field(number: int) -> Element:
    """Draw as many squares as there are doors, so that a number can be seen: one dashed path."""
    whole, rest = divmod(number, _ROW)
    widths = [_ROW] * whole + ([rest] if rest else [])
    drawn = "".join(f"M0 {8 * row + 3}h{8 * width - 2}" for row, width in enumerate(widths))
    path = element("path", d=drawn, **{"stroke-dasharray": "6 2", "stroke-width": "6"})
    size = {"width": str(8 * min(number, _ROW) - 2), "height": str(8 * len(widths) - 2)}
    size["viewBox"] = f"0 0 {size['width']} {size['height']}"
    return element("svg", path, class_="field", **{"aria-hidden": "true"}, **size)


def _could_lane(more: Beyond) -> Element:
    if not more.environment:
        text = f"{counted(more.count, 'more profile')} in further environments"
        return element("li", element("p", text), class_="lane")
    ghosts = [_chip(room, "ghost") for room in more.first]
    left = more.count - len(more.first)
    much = element("span", f"{more.count:,} by its token", class_="much")
    return element(
        "li",
        element("h4", _swatch(), _called(more.environment), much),
        element("ul", *ghosts, class_="rooms") if ghosts else None,
        element("p", f"and {left:,} more") if left else None,
        class_=f"lane {_paint(more.environment)}",
    )


def _unnamed_lane(gate: Gate) -> Element | None:
    found = gate.found
    if found is None or not found.unnamed:
        return None
    ghosts = [
        element(
            "li",
            element("b", role.role_name),
            element("span", found.accounts.get(role.account_id) or "", " ", role.account_id),
            class_="ghost",
        )
        for role in found.unnamed[:_MANY_ROOMS]
    ]
    left = len(found.unnamed) - len(ghosts)
    said = f"{counted(len(found.unnamed), 'role')} that no profile names"
    return element(
        "li",
        element("h4", said),
        element("ul", *ghosts, class_="rooms"),
        element("p", f"and {left:,} more") if left else None,
        class_="lane",
    )


def _room(room: Room, marks: Marks) -> Element:
    made = _chip(room, "room")
    if linked := marks.get(room.profile):
        links = [element("a", rule, href=f"#{ident}") for ident, rule in linked]
        made.append(element("span", *links, class_="marks"))
    return made


def _chip(room: Room, kind: str) -> Element:
    if room.through is not None:
        about = f"role chain from {room.through}"
    elif room.role is not None:
        about = f"{room.role.account_id} {room.role.role_name}"
    else:
        about = "no SSO"
    return element(
        "li",
        element("b", room.profile),
        element("span", about),
        class_=f"{kind} {_paint(room.environment)}",
    )


def _without_login(rooms: Sequence[Room], marks: Marks) -> Iterator[Element]:
    others = [room for room in rooms if not room.guarded]
    guarded = [room for room in rooms if room.guarded]
    if others:
        about = "Profiles that use no SSO, or whose settings do not resolve."
        yield _beside(others, marks, "No login", about)
    if guarded:
        about = "sekisho login opens them one gate at a time; their tokens are the agent's alone."
        yield _beside(guarded, marks, "Guarded: no token on the disk", about)


def _beside(rooms: Sequence[Room], marks: Marks, title: str, about: str) -> Element:
    inside = element("ul", *(_room(room, marks) for room in rooms), class_="rooms")
    if len(rooms) > _MANY_ROOMS:
        inside = element("details", element("summary", counted(len(rooms), "profile")), inside)
    head = element(
        "header",
        element("h2", title),
        element("p", about, class_="faded"),
    )
    return element("section", head, inside, class_="portal")


def _swatch() -> Element:
    return element("span", class_="swatch")


def _called(environment: str) -> str:
    return f"account {environment}" if environment.isdigit() else environment


def _paint(environment: str) -> str:
    word = environment.rstrip("0123456789")
    if word in ENVIRONMENTS:
        return f"env-{word}"
    return f"env-e{zlib.crc32(environment.encode(errors='replace')) % 5}"
