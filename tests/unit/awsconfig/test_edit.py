from pathlib import Path

import pytest

from sekisho.awsconfig.diff import unified_diff
from sekisho.awsconfig.document import Document, SectionKind, parse, render
from sekisho.awsconfig.edit import (
    AddSection,
    Change,
    RemoveKey,
    RemoveSection,
    RenameKey,
    RenameSection,
    SetValue,
    add_section,
    apply,
    header_for,
    remove_key,
    set_value,
)
from sekisho.errors import EditRefused

DEV = "[profile dev]\nregion = x\n"


def _set(text: str, key: str, value: str) -> str:
    """The text after a change in its first section."""
    document = parse(text.encode())
    return _text(set_value(document, document.sections[0], key, value))


def _text(document: Document) -> str:
    return render(document).decode()


@pytest.mark.parametrize(
    "before, after",
    [
        ("[a]\nk = x\n", "[a]\nk = new\n"),
        ("[a]\n  K=x  \n", "[a]\n  K=new\n"),
        ("[a]\r\nk\t:\tx\r\nl = 1\r\n", "[a]\r\nk\t:\tnew\r\nl = 1\r\n"),
        ("[a]\nk = x", "[a]\nk = new"),
        ("[a]\nk =\n", "[a]\nk = new\n"),
        ("[a]\nk=\n", "[a]\nk=new\n"),
        ("[a]\nk = x # note\n", "[a]\nk = new\n"),
        (
            "[a]\nk = x\n  more\n\n  # note\n  yet more\nl = 1\n",
            "[a]\nk = new\n\n  # note\nl = 1\n",
        ),
        ("[a]\nk =\n  n = 1\n  k = 2\nl = 1\n", "[a]\nk = new\nl = 1\n"),
        ("[a]\ns3 =\n  k = 1\n", "[a]\ns3 =\n  k = 1\nk = new\n"),
        ("[a]\nl = 1\n\n# next\n[b]\n", "[a]\nl = 1\nk = new\n\n# next\n[b]\n"),
        ("[a]", "[a]\nk = new\n"),
        ("[a]\r\nl = 1", "[a]\r\nl = 1\r\nk = new\r\n"),
        ("[a]\n  l = 1\n  [b]\n", "[a]\n  l = 1\n  k = new\n  [b]\n"),
        ("[a]\n# note\n  [b]\n", "[a]\n  k = new\n# note\n  [b]\n"),
    ],
)
def test_a_value_is_set_where_it_stands_or_after_the_last_one(before: str, after: str) -> None:
    assert _set(before, "k", "new") == after


def test_setting_what_is_already_there_changes_nothing() -> None:
    text = "[a]\nK =   x  \n"

    assert _set(text, "k", "x") == text


def test_an_empty_value_leaves_no_blank_behind() -> None:
    assert _set("[a]\nk = x\n", "k", "") == "[a]\nk =\n"
    assert _set("[a]\n", "k", "") == "[a]\nk =\n"


def test_bytes_of_others_stay_whatever_they_are() -> None:
    text = "; top\r\n[other thing]\n\tx:1\r[profile dev]\nregion = x\n\n\n# end"

    document = parse(text.encode())
    edited = set_value(document, document.sections[1], "region", "y")

    assert _text(edited) == text.replace("region = x", "region = y")


def test_removing_a_key_that_is_not_there_changes_nothing() -> None:
    document = parse(DEV.encode())

    assert remove_key(document, document.sections[0], "output") is document


def test_a_section_of_an_earlier_state_is_found_again() -> None:
    document = parse(f"[default]\n{DEV}".encode())
    dev = document.sections[1]

    document = set_value(document, document.sections[0], "output", "json")
    document = remove_key(document, dev, "region")
    document = set_value(document, dev, "sso_session", "hoge")

    assert _text(document) == "[default]\noutput = json\n[profile dev]\nsso_session = hoge\n"


def test_a_section_that_the_file_has_not_is_refused() -> None:
    section = parse(DEV.encode()).sections[0]

    with pytest.raises(EditRefused, match=r"section \[profile dev\]: the file has none"):
        set_value(parse(b"[default]\n"), section, "region", "x")


@pytest.mark.parametrize(
    "before, after",
    [
        ("", "[sso-session s]\nsso_region = r\n"),
        (DEV, f"{DEV}\n[sso-session s]\nsso_region = r\n"),
        (f"{DEV}# end\n\n", f"{DEV}# end\n\n[sso-session s]\nsso_region = r\n"),
        ("[a]\r\nk = 1", "[a]\r\nk = 1\r\n\r\n[sso-session s]\r\nsso_region = r\r\n"),
        ("[a]\n  k = 1\n", "[a]\n  k = 1\n\n  [sso-session s]\n  sso_region = r\n"),
    ],
)
def test_a_section_is_added_at_the_end(before: str, after: str) -> None:
    edited = add_section(parse(before.encode()), "sso-session s", [("sso_region", "r")], after=None)

    assert _text(edited) == after


def test_a_section_is_added_after_another_and_before_the_notes_of_the_next() -> None:
    document = parse(f"{DEV}\n# about stg\n[profile stg]\n".encode())

    edited = add_section(document, "sso-session s", [], after=document.sections[0])

    assert _text(edited) == f"{DEV}\n[sso-session s]\n\n# about stg\n[profile stg]\n"


@pytest.mark.parametrize(
    "there, header",
    [
        ("[profile dev]", "profile dev"),
        ("[profile 'a b']", 'profile "a b"'),
        ("[default]", "profile default"),
        ("[profile  dev]", "profile dev"),
    ],
)
def test_a_section_that_would_hide_another_is_refused_however_it_is_spelt(
    there: str, header: str
) -> None:
    with pytest.raises(EditRefused, match="there is one already"):
        add_section(parse(f"{there}\n".encode()), header, [], after=None)


@pytest.mark.parametrize("header", ["", "profile", "profile a b", 'profile "a'])
def test_a_header_that_botocore_would_drop_is_refused(header: str) -> None:
    with pytest.raises(EditRefused, match="botocore would not read it as one"):
        add_section(parse(b""), header, [], after=None)


def test_changes_made_at_once_are_those_made_one_after_the_other() -> None:
    document = parse(f"{DEV}output = json\n\n[profile stg]\nregion = y".encode())
    dev, stg = document.sections
    changes: list[Change] = [
        AddSection("sso-session hoge-dev", (("sso_region", "r"),), dev),
        SetValue(dev, "sso_session", "hoge-dev"),
        RemoveKey(dev, "output"),
        AddSection("sso-session hoge-stg", (("sso_region", "r"),), stg),
        SetValue(stg, "sso_session", "hoge-stg"),
    ]

    assert _text(apply(document, changes)) == (
        f"{DEV}sso_session = hoge-dev\n\n[sso-session hoge-dev]\nsso_region = r\n\n"
        "[profile stg]\nregion = y\nsso_session = hoge-stg\n\n"
        "[sso-session hoge-stg]\nsso_region = r\n"
    )


@pytest.mark.parametrize("text", ["[a]\nx = 1\nX = 2\n", "\ufeff[a]\n", "[a]\n???\n"])
def test_a_file_that_botocore_refuses_is_not_edited(text: str) -> None:
    document = parse(text.encode())

    with pytest.raises(EditRefused, match="botocore reads nothing of it"):
        set_value(document, document.sections[0], "k", "v")


@pytest.mark.parametrize("key", ["", " k", "k ", "a=b", "a:b", "#k", ";k", "[k"])
def test_a_key_that_would_be_read_as_something_else_is_refused(key: str) -> None:
    with pytest.raises(EditRefused):
        _set(DEV, key, "v]")


@pytest.mark.parametrize("value", [" v", "v ", "\u3000v"])
def test_a_value_with_blanks_at_its_ends_is_refused_because_they_would_be_lost(value: str) -> None:
    with pytest.raises(EditRefused, match="blanks at its ends would be lost"):
        _set(DEV, "k", value)


def test_a_newline_is_refused_in_awss_words_and_the_value_is_not_shown() -> None:
    with pytest.raises(EditRefused) as refused:
        _set(DEV, "aws_secret_access_key", "obviously-fake\nregion = z")

    assert refused.value.what == (
        "Invalid value for key aws_secret_access_key: newline characters and carriage returns "
        "are not allowed; nothing was written"
    )


def test_two_values_for_one_new_key_at_once_are_refused() -> None:
    document = parse(DEV.encode())
    twice = [SetValue(document.sections[0], "k", "1"), SetValue(document.sections[0], "K", "2")]

    with pytest.raises(EditRefused, match="key k is in this section twice"):
        apply(document, twice)


@pytest.mark.parametrize(
    "kind, name, header",
    [
        (SectionKind.PROFILE, "dev", "profile dev"),
        (SectionKind.PROFILE, "a b", "profile 'a b'"),
        (SectionKind.PROFILE, "開発", "profile 開発"),
        (SectionKind.PROFILE, "default", "default"),
        (SectionKind.DEFAULT, "default", "default"),
        (SectionKind.COMMON, "", "DEFAULT"),
        (SectionKind.SSO_SESSION, "default", "sso-session default"),
        (SectionKind.OTHER, "plugins", "plugins"),
    ],
)
def test_a_header_is_spelt_as_the_aws_cli_spells_it(
    kind: SectionKind, name: str, header: str
) -> None:
    assert header_for(kind, name) == header


def test_a_diff_shows_what_changed_and_a_missing_last_newline() -> None:
    diff = unified_diff(b"[a]\nk = \xff", b"[a]\nk = y\n", Path("/home/you/.aws/config"))

    assert diff == (
        "--- /home/you/.aws/config\n+++ /home/you/.aws/config\n@@ -1,2 +1,2 @@\n [a]\n"
        "-k = \\xff\n\\ No newline at end of file\n+k = y\n"
    )


def test_without_a_change_there_is_no_diff() -> None:
    assert not unified_diff(b"[a]\n", b"[a]\n", Path("config"))


@pytest.mark.parametrize(
    "before, after",
    [
        ("[a]\nouput = json\n", "[a]\noutput = json\n"),
        ("[a]\n  OUPUT:json  \r\n", "[a]\n  output:json  \r\n"),
        ("[a]\nouput =\n  x = 1\n  # why\n  y = 2\n", "[a]\noutput =\n  x = 1\n  # why\n  y = 2\n"),
        ("[a]\nregion = x\n", "[a]\nregion = x\n"),
    ],
)
def test_a_renamed_key_keeps_value_spacing_and_what_goes_on_below_it(
    before: str, after: str
) -> None:
    document = parse(before.encode())

    changed = apply(document, [RenameKey(document.sections[0], "ouput", "output")])

    assert render(changed).decode() == after


def test_a_key_cannot_be_renamed_to_one_that_is_there() -> None:
    document = parse(b"[a]\nouput = json\noutput = text\n")

    with pytest.raises(EditRefused):
        apply(document, [RenameKey(document.sections[0], "ouput", "output")])


def test_a_renamed_section_keeps_what_stands_around_its_brackets() -> None:
    document = parse(b"  [dev]  ; mine\n  region = x\n")

    changed = apply(document, [RenameSection(document.sections[0], "profile dev")])

    assert render(changed) == b"  [profile dev]  ; mine\n  region = x\n"


@pytest.mark.parametrize("header", ["profile b", 'profile "b"', "profile a\n"])
def test_a_section_cannot_take_a_name_that_is_taken_or_that_nobody_reads(header: str) -> None:
    document = parse(b"[profile a]\n[profile b]\n")

    with pytest.raises(EditRefused):
        apply(document, [RenameSection(document.sections[0], header)])


def test_a_removed_section_leaves_the_comments_of_its_owner() -> None:
    document = parse(b"[a]\n# one\nx = 1\n  2\n# two\ny =\n  k = v\n# three\n\n[b]\nz = 1\n")

    changed = apply(document, [RemoveSection(document.sections[0])])

    assert render(changed) == b"# one\n# two\n# three\n\n[b]\nz = 1\n"
