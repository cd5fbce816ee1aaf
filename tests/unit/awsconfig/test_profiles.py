from collections.abc import Callable
from pathlib import Path

import pytest

from sekisho.awsconfig.locate import ConfigFiles
from sekisho.awsconfig.profiles import chosen_profile, profile_named, read
from sekisho.awsconfig.settings import AwsConfig
from sekisho.errors import ConfigUnreadable, FileUnreadable, ProfileNotFound
from sekisho.model import ProfileName, SessionName

ConfigOf = Callable[..., AwsConfig]


@pytest.fixture
def files(tmp_path: Path) -> ConfigFiles:
    return ConfigFiles(tmp_path / "config", tmp_path / "credentials")


def test_absent_files_say_nothing(files: ConfigFiles) -> None:
    assert not read(files).profiles


def test_a_path_without_a_name_is_an_absent_file() -> None:
    assert not read(ConfigFiles(Path(), Path())).profiles


def test_a_file_that_cannot_be_read_is_named(files: ConfigFiles) -> None:
    files.config.mkdir()

    with pytest.raises(FileUnreadable, match=f"cannot read {files.config}"):
        read(files)


def test_a_file_behind_a_symlink_is_read_and_named_by_the_link(
    files: ConfigFiles, tmp_path: Path
) -> None:
    real = tmp_path / "dotfiles"
    real.write_text("[profile dev]\nregion = x\n")
    files.config.symlink_to(real)

    profile = read(files).profiles[ProfileName("dev")]

    assert (profile.text("region"), profile.file) == ("x", files.config)


@pytest.mark.parametrize(
    "data, line, reason",
    [
        (b"\xef\xbb\xbf[default]\n", 1, "byte order mark"),
        (b"[a]\n\n[a]\n", 3, "section [a] is here twice; the first is at line 1"),
        (b"[a]\nx = 1\nX = 2\n", 3, "key x is in this section twice; the first is at line 2"),
        (b"x = 1\n", 1, "text before the first [section]"),
        (b"[a]\n\xff\n", 2, "not UTF-8"),
        (b"[a]\nnonsense\n", 2, "neither a [section] nor `key = value`"),
    ],
)
@pytest.mark.parametrize("which", ["config", "credentials"])
def test_a_file_that_botocore_refuses_is_refused_with_its_line(
    which: str, data: bytes, line: int, reason: str, files: ConfigFiles
) -> None:
    path: Path = getattr(files, which)
    path.write_bytes(data)

    with pytest.raises(ConfigUnreadable) as refused:
        read(files)

    what = refused.value.what
    assert what.startswith(f"Unable to parse config file: {path}\n{path}:{line}: ")
    assert reason in what


def test_the_first_of_several_faults_is_the_one_that_is_named(files: ConfigFiles) -> None:
    files.config.write_text("[a]\nx = 1\n???\nx = 2\n[a]\n")

    with pytest.raises(ConfigUnreadable) as refused:
        read(files)

    assert refused.value.line == 3


def test_the_credentials_file_wins_key_by_key_and_each_value_says_where_it_stands(
    config_of: ConfigOf,
) -> None:
    config = config_of("[profile a]\nregion = x\noutput = json\n", "# note\n[a]\nregion = y\n")
    profile = config.profiles[ProfileName("a")]

    assert (profile.text("region"), profile.text("output")) == ("y", "json")
    assert profile.settings["region"].place == "/home/you/.aws/credentials:3"
    assert profile.settings["output"].place == "/home/you/.aws/config:3"
    assert profile.place == "/home/you/.aws/config:1"


def test_a_header_of_the_credentials_file_is_a_profile_as_it_stands(config_of: ConfigOf) -> None:
    config = config_of("", "[sso-session x]\na = 1\n[profile b]\na = 1\n")

    assert list(config.profiles) == ["sso-session x", "profile b"]
    assert not config.sessions


def test_of_two_spellings_of_one_profile_the_later_counts_alone(config_of: ConfigOf) -> None:
    config = config_of('[profile a]\nregion = x\n[profile "a"]\noutput = json\n')

    assert list(config.profiles[ProfileName("a")].settings) == ["output"]
    assert config.profiles[ProfileName("a")].line == 3


def test_what_stands_under_default_in_capitals_is_in_every_section(config_of: ConfigOf) -> None:
    config = config_of("[profile a]\n[DEFAULT]\nregion = x\n[sso-session s]\nREGION = y\n")

    assert config.profiles[ProfileName("a")].settings["region"].line == 3
    assert config.sessions[SessionName("s")].text("region") == "y"


def test_a_nested_block_is_a_mapping_and_no_text(config_of: ConfigOf) -> None:
    profile = profile_named(config_of("[default]\ns3 =\n  A = b\n"), "default")

    assert profile.settings["s3"].value == {"A": "b"}
    assert profile.text("s3") is None


def test_names_need_not_be_ascii(config_of: ConfigOf) -> None:
    profile = profile_named(config_of("[profile 開発]\nmemo = é\n"), "開発")

    assert profile.text("memo") == "é"


def test_an_unknown_profile_is_refused_with_the_nearest_name(config_of: ConfigOf) -> None:
    config = config_of("[profile hoge-dev]\n[profile hoge-stg]\n")

    with pytest.raises(ProfileNotFound) as refused:
        profile_named(config, "hoge-dve")

    assert refused.value.what == (
        'The config profile (hoge-dve) could not be found; did you mean "hoge-dev"?'
    )


def test_an_unknown_profile_that_is_like_none_gets_no_suggestion(config_of: ConfigOf) -> None:
    with pytest.raises(ProfileNotFound) as refused:
        profile_named(config_of("[profile hoge-dev]\n"), "x")

    assert refused.value.what == "The config profile (x) could not be found"


@pytest.mark.parametrize(
    "explicit, environ, expected",
    [
        (None, {}, ("default", False)),
        (None, {"AWS_DEFAULT_PROFILE": "a"}, ("a", True)),
        (None, {"AWS_DEFAULT_PROFILE": "a", "AWS_PROFILE": "b"}, ("b", True)),
        ("c", {"AWS_DEFAULT_PROFILE": "a", "AWS_PROFILE": "b"}, ("c", True)),
        (None, {"AWS_DEFAULT_PROFILE": "a", "AWS_PROFILE": ""}, ("", True)),
        ("default", {}, ("default", True)),
    ],
)
def test_the_profile_is_chosen_in_the_order_of_the_aws_cli(
    explicit: str | None, environ: dict[str, str], expected: tuple[str, bool]
) -> None:
    assert chosen_profile(explicit, environ) == expected


def test_a_file_of_ten_thousand_profiles_is_read_whole(files: ConfigFiles) -> None:
    section = "[profile p{}]\nsso_session = hoge\nregion = us-east-1\n\n"
    files.config.write_text("".join(section.format(number) for number in range(10_000)))

    config = read(files)

    assert len(config.profiles) == 10_000
    assert config.profiles[ProfileName("p9999")].line == 39_997
