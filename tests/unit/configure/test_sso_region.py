"""The Region of a sign-in goes where the old one stood, and nowhere else."""

from pathlib import Path

from sekisho.awsconfig.locate import ConfigFiles
from sekisho.awsconfig.profiles import interpret
from sekisho.configure.sso_region import with_sso_region
from sekisho.model import Form, Region, TokenKey

FILES = ConfigFiles(Path("/home/you/.aws/config"), Path("/home/you/.aws/credentials"))
URL = "https://login.hoge.example/start"
LEGACY = TokenKey(Form.LEGACY, URL)
SESSION = TokenKey(Form.SSO_SESSION, "hoge")


def _changed(text: str, key: TokenKey, credentials: str = "") -> dict[Path, str]:
    config = interpret(text.encode(), credentials.encode(), FILES)
    contents = {FILES.config: text.encode(), FILES.credentials: credentials.encode()}
    after = with_sso_region(config, contents, key, Region("eu-west-1"))
    return {path: data.decode() for path, data in after.items()}


def test_the_default_profile_keeps_its_section() -> None:
    before = f"# mine\n[default]\nregion = us-west-2\nsso_start_url = {URL}\nsso_region=us-east-1\n"

    assert _changed(before, LEGACY) == {
        FILES.config: before.replace("sso_region=us-east-1", "sso_region=eu-west-1")
    }


def test_every_profile_of_one_start_url_changes_and_no_other() -> None:
    before = "".join(
        f"[profile {name}]\nsso_start_url = {url}\nsso_region = us-east-1\n"
        for name, url in (("dev", URL), ("other", f"{URL}/"), ("stg", URL))
    )
    after = _changed(before, LEGACY)[FILES.config]

    assert after.count("eu-west-1") == 2
    assert f"{URL}/\nsso_region = us-east-1\n" in after


def test_a_session_changes_with_the_profiles_that_repeat_its_region() -> None:
    before = (
        "[profile dev]\nsso_session = hoge\nsso_region = us-east-1\n"
        f"[profile stg]\nsso_session = hoge\n"
        f"[sso-session hoge]\nsso_start_url = {URL}\nsso_region = us-east-1 ; mine\n"
        f"[sso-session other]\nsso_start_url = {URL}\nsso_region = us-east-1\n"
    )
    after = _changed(before, SESSION)[FILES.config]

    assert after.count("eu-west-1") == 2
    assert after.endswith("sso_region = us-east-1\n")
    config = interpret(after.encode(), b"", FILES)
    assert {name: one.text("sso_region") for name, one in config.sessions.items()} == {
        "hoge": "eu-west-1",
        "other": "us-east-1",
    }


def test_what_stands_in_the_credentials_file_changes_there() -> None:
    config, credentials = (
        f"[profile dev]\nsso_start_url = {URL}\n",
        "[dev]\nsso_region = us-east-1\n",
    )

    assert _changed(config, LEGACY, credentials) == {
        FILES.credentials: "[dev]\nsso_region = eu-west-1\n"
    }


def test_a_value_that_all_sections_share_stays_for_the_others() -> None:
    before = (
        "[DEFAULT]\nsso_region = us-east-1\n"
        f"[profile dev]\nsso_start_url = {URL}\n[profile other]\nsso_start_url = https://x.awsapps.com\n"
    )
    config = interpret(_changed(before, LEGACY)[FILES.config].encode(), b"", FILES)

    assert {name: one.text("sso_region") for name, one in config.profiles.items()} == {
        "dev": "eu-west-1",
        "other": "us-east-1",
    }


def test_where_the_region_is_right_nothing_changes() -> None:
    assert _changed(f"[default]\nsso_start_url = {URL}\nsso_region = eu-west-1\n", LEGACY) == {}
