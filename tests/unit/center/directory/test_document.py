from pathlib import Path

import pytest

from sekisho.center.directory.document import Directory, parse, read
from sekisho.center.directory.principals import RoleKind
from sekisho.center.directory.trusts import DeclaredRole, TrustEntry
from sekisho.errors import DirectoryInvalid, FileUnreadable
from tests.unit.center.scene import ADMIN, DEV, DIRECTORY, PERSON

PATH = Path("directory.yaml")
EXAMPLE = Path(__file__).parents[4] / "docs/center/directory.example.yaml"
DESIGN = b"""\
instance: {start_urls: ["https://hoge.awsapps.com/start"], region: us-east-1, session_duration: 8h, account_ids: any}   # account_ids: any allows other lengths than 12
administrators: [platform]
accounts: [{id: "123456789012", name: hoge-dev, email: dev@example.com}]
permission_sets: [{name: AdministratorAccess, session_duration: 1h, managed_policies: [AdministratorAccess]}]
groups: [{name: engineers}, {name: platform}]
users: [{name: hoge@hoge.com, password: "obviously-not-real", groups: [engineers]}]
assignments: [{group: engineers, accounts: [hoge-dev], permission_set: AdministratorAccess}]
roles: [{account: hoge-dev, name: deployer, trusted: [{account: hoge-dev, permission_set: AdministratorAccess}]}]
"""
BASE = """\
accounts:
- {id: "111122223333", name: dev}
permission_sets:
- {name: Admin}
groups:
- {name: engineers}
users:
- {name: me@example.com, groups: [engineers]}
"""
REFUSED = {
    "nonsense": ("{", 1, "it is not YAML"),
    "a list at the top": ("- a", 1, "it has to be a mapping"),
    "an unquoted id": ("accounts:\n- {id: 111122223333, name: dev}", 2, "id: 111122223333 has to stand in quotes"),
    "an octal id": ("accounts:\n- {id: 012345670123, name: dev}", 2, "id: 012345670123 has to stand in quotes"),
    "13 digits": ('accounts:\n- {id: "1234567891011", name: dev}', 2, "is no account id: 12 digits, unless"),
    "letters in an id": ('instance: {account_ids: any}\naccounts:\n- {id: "12a", name: dev}', 3, "is no account id"),
    "an account without an id": ("accounts:\n- {name: dev}", 2, "an entry lacks id"),
    "a misspelt key": ("permision_sets: []", 1, 'unknown key "permision_sets"; did you mean "permission_sets"?'),
    "a misspelt key inside": ("users:\n- {name: me@example.com, passwrd: x}", 2, 'did you mean "password"?'),
    "an unknown key": ("xyzzy: 1", 1, 'unknown key "xyzzy" (known: instance,'),
    "a key twice": ("groups: []\nusers: []\ngroups: []", 3, '"groups" occurs twice'),
    "a number for a name": ("groups:\n- {name: 7}", 2, "name: 7 has to stand in quotes"),
    "an empty name": ("groups:\n- {name: ''}", 2, "printable text, and not empty"),
    "a mapping for a list": ("groups: {a: b}", 1, "it has to be a list"),
    "a list for text": ("groups:\n- {name: []}", 2, "it has to be text"),
    "a user name with a blank": ("users:\n- {name: me and you}", 2, "is no user name"),
    "a user name of one letter": ("users:\n- {name: m}", 2, "is no user name"),
    "a user name in kanji": ("users:\n- {name: 関所}", 2, "is no user name"),
    "two passwords": ("users:\n- {name: me, password: a, password_hash: $argon2id$x}", 2, "both password and password_hash"),
    "another hash": ("users:\n- {name: me, password_hash: $2b$x}", 2, "has to begin with $argon2id$"),
    "an unknown group": ("groups: [{name: engineers}]\nusers:\n- {name: me, groups: [engineer]}", 3, 'there is no group "engineer"; did you mean "engineers"?'),
    "a user twice": ("users:\n- {name: me}\n- {name: me}", 3, '"me" occurs twice'),
    "a long permission set": (f"permission_sets:\n- {{name: {'x' * 33}}}", 2, "is no permission set's name"),
    "a session that is too long": ("permission_sets:\n- {name: a, session_duration: 13h}", 2, "from 15m to 12h"),
    "a session that is too short": ("instance: {session_duration: 14m}", 1, "from 15m to 2160h"),
    "a duration that is none": ("instance: {session_duration: soon}", 1, "a duration such as 8h"),
    "no start URL": ("instance: {start_urls: []}", 1, "at least one URL"),
    "a start URL that is none": ("instance: {start_urls: [hoge]}", 1, "is no URL"),
    "a start URL that no tool takes": (
        "instance: {start_urls: ['http://127.0.0.1:8765/start']}",
        1,
        "does not begin with https://",
    ),
    "a start URL of our own at which nothing is": (
        "instance: {start_urls: ['https://sso.hoge.example/']}",
        1,
        "has to be /start",
    ),
    "a misspelt mfa": ("\ninstance: {mfa: requird}", 2, 'one of off, optional, required; did you mean "required"?'),
    "another word for off": ("instance: {mfa: no}", 1, "one of off, optional, required"),
    "an mfa that is no word": ("instance: {mfa: [off]}", 1, "one of off, optional, required"),
    "a Region that is none": ("instance: {region: Tokyo}", 1, "is no Region"),
    "another account_ids": ("instance: {account_ids: some}", 1, "the only value is any"),
    "an unknown account": (f"{BASE}assignments:\n- {{user: me@example.com, accounts: [deb], permission_set: Admin}}", 10, 'there is no account "deb"; did you mean "dev"?'),
    "an unknown permission set": (f"{BASE}assignments:\n- {{user: me@example.com, accounts: [dev], permission_set: Root}}", 10, 'there is no permission set "Root"'),
    "an unknown user": (f"{BASE}assignments:\n- {{user: you, accounts: [dev], permission_set: Admin}}", 10, 'there is no user "you"'),
    "nobody": (f"{BASE}assignments:\n- {{accounts: [dev], permission_set: Admin}}", 10, "either a user or a group"),
    "both": (f"{BASE}assignments:\n- {{user: me@example.com, group: engineers, accounts: [dev], permission_set: Admin}}", 10, "either a user or a group"),
    "unknown administrators": (f"{BASE}administrators: [platform]", 9, 'there is no group "platform"'),
    "a role without a name": (f"{BASE}roles:\n- {{account: dev}}", 10, "an entry lacks name"),
    "a role's name with a slash": (f"{BASE}roles:\n- {{account: dev, name: a/b}}", 10, "is no name for a role"),
    "a role that looks like a permission set's": (f"{BASE}roles:\n- {{account: dev, name: AWSReservedSSO_x}}", 10, "is no name for a role"),
    "a role twice": (f"{BASE}roles:\n- {{account: dev, name: r}}\n- {{account: dev, name: r}}", 11, '"r" occurs twice in dev'),
    "a trust of a whole account": (f"{BASE}roles:\n- {{account: dev, name: r, trusted: [{{account: dev}}]}}", 10, "either a permission_set or a role"),
    "a trust of two": (f"{BASE}roles:\n- {{account: dev, name: r, trusted: [{{account: dev, permission_set: Admin, role: r}}]}}", 10, "either a permission_set or a role"),
    "a trusted role that is unknown": (f"{BASE}roles:\n- {{account: dev, name: r, trusted: [{{account: dev, role: s}}]}}", 10, 'there is no role "s"'),
    "a trust twice": (f"{BASE}roles:\n- account: dev\n  name: r\n  trusted:\n  - {{account: dev, role: r}}\n  - {{account: dev, role: r, external_id: ab}}", 14, '"r" occurs twice'),
    "an external id of one letter": (f"{BASE}roles:\n- {{account: dev, name: r, trusted: [{{account: dev, role: r, external_id: a}}]}}", 10, "is no external id"),
    "a trusted account that is unknown": (f"{BASE}roles:\n- {{account: dev, name: r, trusted: [{{account: x}}]}}", 10, 'there is no account "x"'),
}  # fmt: skip


def _parse(text: str | bytes) -> Directory:
    return parse(text.encode() if isinstance(text, str) else text, PATH)


@pytest.mark.parametrize("case", REFUSED)
def test_a_directory_file_is_refused_with_its_line_for(case: str) -> None:
    text, line, reason = REFUSED[case]

    with pytest.raises(DirectoryInvalid) as refused:
        _parse(text)

    assert refused.value.line == line
    assert reason in refused.value.reason


def test_bytes_that_are_no_text_are_refused_with_their_line() -> None:
    with pytest.raises(DirectoryInvalid) as refused:
        _parse(b"groups: []\nusers: [\xff]\n")

    assert refused.value.line == 2


def test_yaml_that_is_nested_without_end_is_refused() -> None:
    with pytest.raises(DirectoryInvalid):
        _parse("[" * 100_000)


def test_an_empty_file_is_an_empty_directory() -> None:
    found = _parse("")

    assert found.accounts + found.users + found.assignments == ()


def test_the_designs_own_example_reads() -> None:
    found = _parse(DESIGN)

    assert found.administrators == ("platform",)
    assert found.roles == (
        DeclaredRole(
            "hoge-dev",
            "deployer",
            (TrustEntry("hoge-dev", RoleKind.PERMISSION_SET, "AdministratorAccess", None),),
        ),
    )


def test_a_role_may_trust_one_that_is_declared_after_it() -> None:
    found = _parse(
        f"{BASE}roles:\n- {{account: dev, name: a, trusted: [{{account: dev, role: b}}]}}\n"
        "- {account: dev, name: b}\n"
    )

    assert found.roles[0].trusted == (TrustEntry("dev", RoleKind.ROLE, "b", None),)


def test_the_shipped_example_has_the_storys_organisation() -> None:
    found = read(EXAMPLE)

    assert [account.id for account in found.accounts] == ["1234567891011", "1234567891012"]
    assert [user.name for user in found.users] == ["hoge@hoge.com"]
    assert found.instance.start_urls == ("https://hoge.awsapps.com/start",)


def test_passwords_do_not_show_in_what_was_read() -> None:
    assert "obviously-not" not in repr(_parse(DIRECTORY))


def test_a_password_without_quotes_is_not_quoted_in_the_message() -> None:
    with pytest.raises(DirectoryInvalid, match="password: it has to stand in quotes") as refused:
        _parse("users:\n- {name: me, password: 20261122}")

    assert "20261122" not in refused.value.what


def test_what_a_file_leaves_out_has_the_defaults_of_aws() -> None:
    found = _parse(BASE)

    assert found.permission_sets[0].session_seconds == 3600
    assert found.users[0].display_name == "me@example.com"
    assert not found.instance.any_account_ids


def test_an_assignment_names_accounts_by_their_names() -> None:
    found = _parse(DIRECTORY)

    assert found.assignments[0].accounts == ("hoge-dev", "hoge-stg")
    assert (found.assignments[0].group, found.assignments[0].permission_set) == ("engineers", ADMIN)
    assert (found.accounts[0].id, found.users[0].name) == (DEV, PERSON)


def test_a_file_that_is_not_there_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable):
        read(tmp_path / "directory.yaml")
