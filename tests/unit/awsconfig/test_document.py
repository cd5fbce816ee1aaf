import pytest

from sekisho.awsconfig.document import FaultKind, SectionKind, parse

DEV = "[profile dev]\nregion = x\n"


def _fault(text: str | bytes) -> tuple[FaultKind, int, int]:
    data = text if isinstance(text, bytes) else text.encode()
    (fault,) = parse(data).faults
    return fault.kind, fault.line, fault.column


def test_a_byte_order_mark_is_a_fault_and_what_follows_is_still_read() -> None:
    document = parse(b"\xef\xbb\xbf" + DEV.encode())

    assert [fault.kind for fault in document.faults] == [FaultKind.BOM]
    assert "byte order mark" in document.faults[0].message
    assert [section.name for section in document.sections] == ["dev"]


@pytest.mark.parametrize(
    "text, expected",
    [
        (DEV + "\n[profile dev]\noutput = json\n", (FaultKind.DUPLICATE_SECTION, 4, 1)),
        (DEV + "  # note\nREGION = y\n", (FaultKind.DUPLICATE_KEY, 4, 1)),
        ("[DEFAULT]\na = 1\n[DEFAULT]\nA = 2\n", (FaultKind.DUPLICATE_KEY, 4, 1)),
        ("# note\n  region = x\n" + DEV, (FaultKind.BEFORE_HEADER, 2, 3)),
        (DEV + "nonsense\n", (FaultKind.NONSENSE, 3, 1)),
        (DEV + "[]\n", (FaultKind.NONSENSE, 3, 1)),
        (DEV + "= value\n", (FaultKind.NONSENSE, 3, 1)),
        ("[a]\n  x = 1\n  ]\n", (FaultKind.NONSENSE, 3, 3)),
        (DEV + "s3 =\n  a = b\n\n    nonsense\n", (FaultKind.NESTED_WITHOUT_EQUALS, 6, 5)),
        (DEV.encode() + b"a = \xff\n", (FaultKind.UNDECODABLE, 3, 5)),
    ],
)
def test_a_fault_is_found_at_its_line_and_column(
    text: str | bytes, expected: tuple[FaultKind, int, int]
) -> None:
    assert _fault(text) == expected


def test_the_message_of_a_duplicate_names_the_line_of_the_first_one() -> None:
    section, key = parse(f"{DEV}\n[profile dev]\na = 1\na = 2\n".encode()).faults

    assert section.message == "section [profile dev] is here twice; the first is at line 1"
    assert key.message == "key a is in this section twice; the first is at line 5"


def test_every_fault_is_found_and_not_only_the_first() -> None:
    document = parse(b"\xef\xbb\xbf[a]\nx = 1\nX = 2\n???\n[a]\n")

    assert [fault.line for fault in document.faults] == [1, 3, 4, 5]


def test_text_before_the_first_header_is_one_fault_however_long_it_is() -> None:
    assert _fault("a = 1\nb = 2\n") == (FaultKind.BEFORE_HEADER, 1, 1)


def test_no_message_of_a_fault_holds_a_value() -> None:
    secret = "wJalrXUtnFEMI-obviously-fake"
    text = f"{secret}\n[a]\nk = {secret}\nk = {secret}\n{secret}\n= {secret}\nn =\n  {secret}\n"

    assert parse(text.encode()).faults
    assert not [fault for fault in parse(text.encode()).faults if secret in fault.message]


def test_a_nested_block_of_default_is_at_fault_only_where_a_section_inherits_it() -> None:
    wrong = b"[DEFAULT]\ns3 =\n  nonsense\n"

    assert not parse(wrong).faults
    assert not parse(wrong + b"[profile a]\ns3 = own\n").faults
    assert parse(wrong + b"[profile a]\n").faults


@pytest.mark.parametrize(
    "header, kind, name",
    [
        ("default", SectionKind.DEFAULT, "default"),
        ("DEFAULT", SectionKind.COMMON, None),
        ("profile dev", SectionKind.PROFILE, "dev"),
        ("profile\tdev  ", SectionKind.PROFILE, "dev"),
        ('profile "a b"', SectionKind.PROFILE, "a b"),
        (r"profile a\ b", SectionKind.PROFILE, "a b"),
        ("profile a]b", SectionKind.PROFILE, "a]b"),
        ("profilefoo bar", SectionKind.PROFILE, "bar"),
        ("profile 開発", SectionKind.PROFILE, "開発"),
        ("profile a b", SectionKind.PROFILE, None),
        ("profile", SectionKind.PROFILE, None),
        ('profile "a', SectionKind.PROFILE, None),
        ("sso-session hoge", SectionKind.SSO_SESSION, "hoge"),
        ("services local", SectionKind.SERVICES, "local"),
        ("sekisho-session hoge", SectionKind.SEKISHO_SESSION, "hoge"),
        ('sekisho-session "a b"', SectionKind.SEKISHO_SESSION, "a b"),
        ("sekisho-session a b", SectionKind.SEKISHO_SESSION, None),
        ("sekisho-sessions a", SectionKind.OTHER, "sekisho-sessions a"),
        (" profile dev", SectionKind.OTHER, " profile dev"),
        ("Profile dev", SectionKind.OTHER, "Profile dev"),
        ("dev", SectionKind.OTHER, "dev"),
    ],
)
def test_a_header_means_what_botocore_takes_it_for(
    header: str, kind: SectionKind, name: str | None
) -> None:
    (section,) = parse(f"[{header}]\n".encode()).sections

    assert (section.kind, section.name, section.header) == (kind, name, header)


def test_a_setting_knows_its_lines_and_its_nested_block() -> None:
    (section,) = parse(b"[a]\nS3 =\n  Path = x\n\n  # note\n  b = c = d\n\n# end\n").sections
    (entry,) = section.entries

    assert (entry.key, entry.name, entry.first, entry.last) == ("S3", "s3", 2, 6)
    assert [(one.key, one.value, one.first) for one in entry.nested] == [
        ("Path", "x", 3),
        ("b", "c = d", 6),
    ]


def test_lines_end_as_in_a_text_file_and_nowhere_else() -> None:
    document = parse(b"[a]\r\nx = 1\ry = 2\x0b\x0c\n" + "z = a\u2028b\x85".encode())

    assert len(document.lines) == 4
    assert [entry.key for entry in document.sections[0].entries] == ["x", "y", "z"]
