"""Templates for names: fields, filters, and what is none."""

import pytest

from sekisho.configure.generate_names import DEFAULT_TEMPLATE, FIELDS, parse_template
from sekisho.errors import UsageError

VALUES = {
    "account_name": " Hoge Dev/EU ",
    "account_id": "123456789012",
    "account_email": "dev@example.com",
    "role_name": "AdministratorAccess",
    "session": "hoge",
}


@pytest.mark.parametrize(
    "template, name",
    [
        (DEFAULT_TEMPLATE, "Hoge-Dev-EU-AdministratorAccess"),
        ("{account_name}-{role_name}", " Hoge Dev/EU -AdministratorAccess"),
        ("{account_name|trim|lower}", "hoge dev/eu"),
        ("{role_name|upper}", "ADMINISTRATORACCESS"),
        ("{role_name|trim:Access}", "Administrator"),
        ("{role_name|trim:Admin}", "istratorAccess"),
        ("{account_name|trim|trim:Hoge |slug}", "Dev-EU"),
        ("{role_name|map:AdministratorAccess=admin,ReadOnlyAccess=ro}", "admin"),
        ("{role_name|map:ReadOnlyAccess=ro}", "AdministratorAccess"),
        ("{role_name|map:AdministratorAccess=}{account_id}", "123456789012"),
        ("aws/{session}.{account_email}", "aws/hoge.dev@example.com"),
    ],
)
def test_a_template_makes_a_name(template: str, name: str) -> None:
    assert parse_template(template).name(VALUES) == name


def test_every_field_can_be_used() -> None:
    for field in FIELDS:
        assert parse_template(f"{{{field}}}").name(VALUES) == VALUES[field]


def test_letters_of_any_script_stay_in_a_slug() -> None:
    values = {**VALUES, "account_name": "開発 (東京)"}

    assert parse_template("{account_name|slug}").name(values) == "開発-東京"


@pytest.mark.parametrize(
    "template, named",
    [
        ("{account}", 'no field "account"'),
        ("{}", 'no field ""'),
        ("{role_name|small}", 'no filter "small"'),
        ("{role_name|trim:}", 'no filter "trim:"'),
        ("{role_name|map:a}", '"a" in its map'),
        ("{role_name|lower:x}", 'no filter "lower:x"'),
        ("{role_name", 'the brace "{"'),
        ("role_name}", 'the brace "}"'),
        ("everything", "no field in it"),
        ("", "no field in it"),
    ],
)
def test_what_is_no_template_is_said_with_its_place(template: str, named: str) -> None:
    with pytest.raises(UsageError) as refusal:
        parse_template(template)

    assert named in refusal.value.what
