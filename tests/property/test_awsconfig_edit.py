"""Laws of edits: they touch only their own lines, and are read as they were meant."""

import configparser

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sekisho.awsconfig.document import (
    Document,
    Section,
    SectionKind,
    is_blank_or_comment,
    parse,
    render,
)
from sekisho.awsconfig.edit import add_section, header_for, remove_key, set_value
from sekisho.errors import EditRefused
from tests.property.config_files import KEYS, tidy_files, untidy_files

NEW_KEYS = ["region", "sso_session", "S3", "output", "ключ", "new_key", "key with blanks"]
NEW_VALUES = ["", "v", "a=b:c", "# no comment", "[x]", "%", "日本", '"q" ', "1 ; 2", "a  b"]
SPOILING = [
    "\n",
    "\r",
    "a\nb = c",
    "\r\n[profile x]",
    "\x00",
    "\x0b",
    "\x85",
    "\u2028",
    "\t",
    "\udc80",
]

brief = settings(max_examples=settings().max_examples // 2)
documents = st.one_of(tidy_files, tidy_files, untidy_files).map(parse)
new_keys = st.sampled_from(NEW_KEYS + KEYS[:8])
new_values = st.sampled_from(NEW_VALUES).map(str.strip)


def _meaning(document: Document) -> dict[str, dict[str, str]]:
    """What configparser reads, section by section, with `[DEFAULT]` as one like the others."""
    parser = configparser.RawConfigParser(default_section="no section has this name")
    parser.read_string(render(document).decode().replace("\r\n", "\n").replace("\r", "\n"))
    return {name: dict(parser[name]) for name in parser.sections()}


def _readable(document: Document) -> Document:
    headers = [section.header for section in document.sections]
    assume(not document.faults and len(headers) == len(set(headers)))
    return document


def _any_section(data: st.DataObject, document: Document) -> Section:
    assume(document.sections)
    return data.draw(st.sampled_from(document.sections))


def _kept(document: Document, section: Section, key: str) -> list[str]:
    """The lines that an edit of `key` does not own."""
    owned = {
        number
        for entry in section.entries
        if entry.name == key.lower()
        for number in range(entry.first, entry.last + 1)
        if not is_blank_or_comment(document.lines[number - 1])
    }
    return [line for number, line in enumerate(document.lines, 1) if number not in owned]


@brief
@given(documents, new_keys, new_values, st.data())
def test_setting_a_value_is_read_as_meant_and_changes_nothing_else(
    document: Document, key: str, value: str, data: st.DataObject
) -> None:
    section = _any_section(data, _readable(document))
    expected = _meaning(document)
    expected[section.header][key.lower()] = value

    edited = set_value(document, section, key, value)

    assert _meaning(edited) == expected


@brief
@given(documents, new_keys, new_values, st.data())
def test_setting_a_value_keeps_every_line_that_it_does_not_own(
    document: Document, key: str, value: str, data: st.DataObject
) -> None:
    section = _any_section(data, _readable(document))

    edited = set_value(document, section, key, value)

    before = _kept(document, section, key)
    own = next(one for one in edited.sections if one.header == section.header)
    after = _kept(edited, own, key)
    assert after[: len(before) - 1] == before[:-1]
    assert [line.rstrip("\r\n") for line in after] == [line.rstrip("\r\n") for line in before]


@brief
@given(documents, new_keys, new_values, st.data())
def test_no_edit_brings_in_a_line_ending_that_the_file_does_not_use(
    document: Document, key: str, value: str, data: st.DataObject
) -> None:
    section = _any_section(data, _readable(document))
    assume(_endings(document))

    edited = set_value(document, section, key, value)
    edited = add_section(edited, "profile wholly-new", [(key, value)], after=None)

    assert _endings(edited) <= _endings(document)


@brief
@given(documents, st.data())
def test_removing_a_key_takes_its_lines_and_no_other(
    document: Document, data: st.DataObject
) -> None:
    section = _any_section(data, _readable(document))
    assume(section.entries)
    key = data.draw(st.sampled_from([entry.key for entry in section.entries]))
    expected = _meaning(document)
    del expected[section.header][key.lower()]

    edited = remove_key(document, section, key)

    assert _meaning(edited) == expected
    assert list(edited.lines) == _kept(document, section, key)


@brief
@given(documents, new_values, st.data())
def test_what_is_added_and_removed_again_leaves_no_trace(
    document: Document, value: str, data: st.DataObject
) -> None:
    section = _any_section(data, _readable(document))
    assume(document.lines[-1] != document.lines[-1].rstrip("\r\n"))

    edited = remove_key(set_value(document, section, "new_key", value), section, "new_key")

    assert render(edited) == render(document)


@brief
@given(
    documents,
    st.lists(st.tuples(new_keys, new_values), unique_by=lambda e: e[0].lower()),
    st.data(),
)
def test_an_added_section_is_read_as_meant_and_every_old_line_stays(
    document: Document, entries: list[tuple[str, str]], data: st.DataObject
) -> None:
    after = data.draw(st.sampled_from([None, *_readable(document).sections]))
    expected = _meaning(document)
    expected["profile wholly-new"] = {key.lower(): value for key, value in entries}

    edited = add_section(document, "profile wholly-new", entries, after=after)

    assert _meaning(edited) == expected
    added = iter(edited.lines)
    assert all(
        any(new.rstrip("\r\n") == old.rstrip("\r\n") for new in added) for old in document.lines
    )


@given(
    st.sampled_from([SectionKind.PROFILE, SectionKind.SSO_SESSION, SectionKind.SERVICES]),
    st.text("ab -_.@+/'\"\\]#;[é開\u3000", max_size=8),
)
def test_a_header_is_read_as_the_name_that_it_was_made_for(kind: SectionKind, name: str) -> None:
    document = add_section(parse(b""), header_for(kind, name), [("region", "x")], after=None)

    assert [section.name for section in document.sections] == [name]


@given(st.sampled_from(SPOILING), st.sampled_from(["", "a"]), st.sampled_from(["", "b"]))
def test_no_text_with_a_newline_or_control_character_is_written(
    spoiling: str, before: str, after: str
) -> None:
    document = parse(b"[default]\nregion = x\n")
    text = before + spoiling + after

    with pytest.raises(EditRefused):
        set_value(document, document.sections[0], "key", text)
    with pytest.raises(EditRefused):
        set_value(document, document.sections[0], text, "value")
    with pytest.raises(EditRefused):
        add_section(document, f"profile {text}", [], after=None)
    with pytest.raises(EditRefused):
        header_for(SectionKind.PROFILE, text)


def _endings(document: Document) -> set[str]:
    return {line[len(line.rstrip("\r\n")) :] for line in document.lines} - {""}
