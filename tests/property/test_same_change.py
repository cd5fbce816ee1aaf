"""Two people edit one config: what each was shown is written, or nothing is."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from sekisho.awsconfig.document import parse, render
from sekisho.awsconfig.edit import AddSection, Change, RemoveKey, SetValue, apply
from sekisho.configure.same_change import is_same_change
from sekisho.errors import EditRefused
from tests.property.config_files import STORY

ENDINGS = ["\n", "\r\n"]
NAMES = ["profile dev", "profile b", "profile 関", "sso-session hoge-dev", "default"]

headers = st.sampled_from(NAMES)
keys = st.sampled_from(["region", "output", "sso_region", "s3"])
values = st.sampled_from(["a", "b", "関"])
settings = st.tuples(headers, keys, values | st.none())
edits = st.lists(settings, min_size=1, max_size=3)
bases = st.builds(
    lambda text, ending: text.replace("\n", ending).encode(),
    st.sampled_from(["", STORY, "[profile dev]\nregion = a\n", "[profile b]\noutput = b"]),
    st.sampled_from(ENDINGS),
)

Edit = list[tuple[str, str, str | None]]


@dataclass(frozen=True)
class Rewritten:
    """A file before and after an edit."""

    read: bytes | None
    after: bytes


def rewritten(data: bytes, edit: Edit) -> Rewritten:
    """Set keys, or take them out with `None`; a section that is not there is added."""
    made = data
    for header, key, value in edit:
        document = parse(made)
        section = next((one for one in document.sections if one.header == header), None)
        change: Change | None
        if section is None:
            change = AddSection(header, ((key, value),), after=None) if value else None
        else:
            change = SetValue(section, key, value) if value else RemoveKey(section, key)
        made = render(apply(document, [change] if change else []))
    return Rewritten(data, made)


def touched(rewrite: Rewritten) -> set[str]:
    """Which sections an edit changes, by its lines."""
    before, after = (split(data) for data in (rewrite.read or b"", rewrite.after))
    return {header for header in before | after if before.get(header) != after.get(header)}


def split(data: bytes) -> dict[str, list[str]]:
    """The lines under each header that say something, and comments between them."""
    found: dict[str, list[str]] = {}
    here: list[str] = []
    for line in data.decode().splitlines():
        if line.startswith("["):
            here = found.setdefault(line.strip("[]"), [])
        if line.strip():
            here.append(line)
    return found


@given(bases, edits, edits)
def test_edits_of_different_sections_are_both_there_in_either_order(
    data: bytes, mine: Edit, theirs: Edit
) -> None:
    about = {header for header, _, _ in mine}
    theirs = [one for one in theirs if one[0] not in about]
    shown, later = rewritten(data, mine), rewritten(rewritten(data, theirs).after, mine)

    assert is_same_change(shown, later)
    assert split(later.after) == split(rewritten(shown.after, theirs).after)


@given(bases, edits, edits)
def test_what_is_the_same_change_ends_every_section_as_shown_or_as_the_other_left_it(
    data: bytes, mine: Edit, theirs: Edit
) -> None:
    shown, other = rewritten(data, mine), rewritten(data, theirs)
    try:
        later = rewritten(other.after, mine)
    except EditRefused:
        return
    if is_same_change(shown, later):
        ends, approved, left = split(later.after), split(shown.after), split(other.after)

        for header in ends | approved | left:
            wanted = approved if header in touched(shown) else left
            assert ends.get(header) == wanted.get(header)
