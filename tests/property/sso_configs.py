"""Config files with profiles and sessions in them, and botocore to read them: what edits are made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from hypothesis import strategies as st

from sekisho.awsconfig.locate import ConfigFiles

NAMES = ConfigFiles(Path("config"), Path("credentials"))

urls = st.sampled_from(
    [
        "https://hoge.awsapps.com/start",
        "https://hoge.awsapps.com/start/",
        "https://d-92670a1b2c.awsapps.com/start",
    ]
)
regions = st.sampled_from(["us-east-1", "eu-west-1"])
sessions = st.sampled_from(["hoge", "hoge-dev", "hoge-stg", "undefined"])
profiles = st.sampled_from(["dev", "stg", "default", "hoge-dev", "dev-2", '"a b"', "本番", "prod"])
roles = st.builds(
    "sso_account_id = {}\nsso_role_name{}\n".format,
    st.sampled_from(["123456789012", "210987654321", "1234567891011"]),
    st.sampled_from([" = R", ": R", "=R", " = Other Role"]),
)
portals = st.builds("sso_start_url = {}\nSSO_Region:{}\n".format, urls, regions)
scopes = st.sampled_from(
    ["", "", "sso_registration_scopes = sso:account:access\n", "sso_registration_scopes = a, b\n"]
)
rest = st.sampled_from(
    [
        "",
        "region = ap-northeast-1\noutput = json\n",
        "# a comment\n\n  ; another\nregion=us-west-2\n",
        "s3 =\n  addressing_style = path\n\n  # inside\n  use_accelerate_endpoint = true\n",
        "region = us-west-2\ncustom = first\n  second\n",
    ]
)
bodies = st.one_of(
    st.builds("{}{}{}".format, portals, roles, rest),
    st.builds("{}{}{}".format, roles, rest, portals),
    st.builds("sso_session = {}\n{}{}".format, sessions, roles, rest),
    st.builds("{}{}SSO_session={}\n".format, rest, portals, sessions),
    st.builds("{}sso_session = {}\n{}{}".format, portals, sessions, roles, scopes),
    st.just("role_arn = arn:aws:iam::123456789012:role/x\nsource_profile = dev\n"),
    st.just("sso_sssion = hoge\n"),
    rest,
)
defined = st.builds(
    "[sso-session {}]\nsso_start_url = {}\nsso_region = {}\n{}\n".format,
    st.sampled_from(["hoge", "hoge-dev", "hoge-stg", "'hoge-prod'"]),
    urls,
    regions,
    scopes,
)
common = st.sampled_from(
    ["", "", "", "[DEFAULT]\noutput = text\n", "[DEFAULT]\nregion = us-east-1\n"]
)


def _section(name: str, body: str) -> str:
    return f"[default]\n{body}\n" if name == "default" else f"[profile {name}]\n{body}\n"


@st.composite
def configs(draw: st.DrawFn) -> bytes:
    """A config file of several profiles and sessions, in any order."""
    names = draw(st.lists(profiles, min_size=1, max_size=5, unique=True))
    sections = [_section(name, draw(bodies)) for name in names]
    sections += draw(st.lists(defined, max_size=3, unique_by=lambda text: text.partition("\n")[0]))
    text = draw(common) + "".join(draw(st.permutations(sections)))
    text = draw(st.sampled_from([text, text.rstrip("\n"), f"# first\n\n{text}# last"]))
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"]))).encode()


credentials = st.one_of(
    st.none(),
    st.builds("[{}]\n{}".format, st.sampled_from(["dev", "keys"]), roles | rest).map(str.encode),
)


@dataclass(frozen=True)
class Oracle:
    """botocore with two files of its own; making its session costs more than all else here."""

    files: ConfigFiles
    session: botocore.session.Session

    @classmethod
    def make(cls, folder: Path) -> "Oracle":
        """Let botocore read the two files in `folder`."""
        files = ConfigFiles(folder / "config", folder / "credentials")
        session = botocore.session.Session()
        session.set_config_variable("config_file", str(files.config))
        session.set_config_variable("credentials_file", str(files.credentials))
        return cls(files, session)

    def full(self, config: bytes, credentials_: bytes | None) -> Mapping[str, Any]:
        self.files.config.write_bytes(config)
        self.files.credentials.write_bytes(credentials_ or b"")
        self.session._config = None  # what it has read before
        full: Mapping[str, Any] = self.session.full_config
        return full


@pytest.fixture(scope="module")
def botocores(tmp_path_factory: pytest.TempPathFactory) -> Oracle:
    return Oracle.make(tmp_path_factory.mktemp("aws"))
