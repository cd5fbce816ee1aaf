"""What logins open, as a Mermaid flowchart."""

import re

from hypothesis import given
from hypothesis import strategies as st

from sekisho.errors import ConfigUnreadable
from sekisho.reach.gates import picture
from sekisho.reach.mermaid import mermaid
from tests.unit.reach.test_gates import SHARED
from tests.unit.reach.test_live import DEV, PROD, SECTIONS, SESSION, config

_NODE = r"[a-z0-9]+"
_LABEL = r'"(?:\w|[-.,:/@ =+()]|#\d+;|<br/>|�)*"'
LINE = re.compile(
    rf"flowchart LR|  %%\{{init: .*\}}%%|  classDef .*|  end"
    rf"|  subgraph (?:{_NODE}\[{_LABEL}\]|none\[no SSO\])"
    rf"|    {_NODE}\[{_LABEL}\](?::::\w+)?|    {_NODE}\{{\{{{_LABEL}\}}\}}:::gate"
    rf"|    {_NODE} -(?:-|\.-)> {_NODE}"
)
"""All that a line may be: whatever a name holds, it stays inside its quotes."""


def test_solid_arrows_open_and_dashed_ones_could() -> None:
    drawn = mermaid(picture(SHARED))

    assert re.search(r'p0g0\{\{"a"\}\}', drawn)
    node = dict(re.findall(r'^    (p0r\d)\["(\w+)', drawn, flags=re.MULTILINE))
    arrows = re.findall(r"^    p0g0 (-->|-\.->) (p0r\d)", drawn, flags=re.MULTILINE)
    assert [(arrow, node[to]) for arrow, to in arrows] == [
        ("-->", "stg"), ("-->", "dev"), ("-->", "chain"), ("-.->", "prod"),
    ]  # fmt: skip


def test_a_thousand_profiles_are_drawn_in_groups() -> None:
    large = config(
        SESSION.format(name="a", portal="hoge")
        + "".join(
            SECTIONS.format(name=f"{env}-p{number}", session="a", account=account)
            for number in range(500)
            for env, account in (("dev", DEV), ("prod", PROD))
        )
    )

    drawn = mermaid(picture(large))

    assert '["dev: 500 profiles<br/>dev-p0, dev-p1, dev-p2 and 497 more"]:::dev' in drawn
    assert len(drawn.splitlines()) < 20


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_no_name_leaves_its_label(name: str) -> None:
    quoted = name.replace("\\", "").replace('"', '\\"')
    text = SECTIONS.format(name=f'"{quoted}"', session="a", account=DEV)
    try:
        read = config(text + SESSION.format(name="a", portal="hoge"))
    except ConfigUnreadable:  # a name that a config file cannot hold
        return

    assert [line for line in mermaid(picture(read)).splitlines() if not LINE.fullmatch(line)] == []
