"""Laws of the lossless document."""

from hypothesis import example, given
from hypothesis import strategies as st

from sekisho.awsconfig.document import Entry, indent_of, is_blank_or_comment, parse, render
from tests.property.config_files import STORY, config_files


@given(config_files | st.binary(max_size=80))
@example(STORY.replace("\n", "\r\n").encode())
@example(b"\xef\xbb\xbf[default]\r\rx=1\n\r\n  \xff\xed\xa0\x80")
def test_any_bytes_come_back_as_they_were(data: bytes) -> None:
    assert render(parse(data)) == data


@given(config_files)
def test_every_setting_stands_where_it_says(data: bytes) -> None:
    document = parse(data)

    for section in document.sections:
        assert section.header in document.lines[section.line - 1]
        for entry in section.entries:
            assert entry.key in document.lines[entry.first - 1]
            assert section.line < entry.first <= entry.last <= section.last
            assert not is_blank_or_comment(document.lines[entry.last - 1])


@given(config_files)
def test_settings_stand_one_after_the_other_and_own_no_line_twice(data: bytes) -> None:
    document = parse(data)

    owned = [0]
    for section in document.sections:
        owned.append(section.line)
        for entry in section.entries:
            owned += _span(entry)
    assert owned == sorted(set(owned))


@given(config_files)
def test_every_fault_points_into_the_file(data: bytes) -> None:
    document = parse(data)

    for fault in document.faults:
        assert 1 <= fault.line <= len(document.lines)
        assert 1 <= fault.column <= len(document.lines[fault.line - 1])
    assert list(document.faults) == sorted(document.faults, key=lambda one: (one.line, one.column))


@given(st.sampled_from(["", " ", "\t", "\u3000"]), st.text("x#;[ \n", max_size=4))
def test_an_indent_is_what_stripping_takes_away_at_the_front(blanks: str, text: str) -> None:
    line = blanks + text

    assert indent_of(line) + line.lstrip() == line


def _span(entry: Entry) -> range:
    return range(entry.first, entry.last + 1)
