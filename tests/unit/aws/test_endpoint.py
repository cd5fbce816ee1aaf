"""Where a service is: AWS's own endpoints as botocore has them, overrides, and what is refused."""

import itertools
import json
from collections.abc import Mapping
from pathlib import Path

import botocore.session
import pytest
from botocore.config import Config
from botocore.endpoint_provider import EndpointProvider

from sekisho.aws.endpoint import Endpoint, Service, refuse_plain_http, resolve
from sekisho.errors import EndpointInvalid, PlainHttpRefused
from sekisho.model import Region

SESSION = botocore.session.Session()
LOADER = SESSION.get_component("data_loader")
PARTITIONS = LOADER.load_data("partitions")
EVERY_REGION = sorted(
    {region for partition in PARTITIONS["partitions"] for region in partition["regions"]}
)
UNKNOWN_REGIONS = ["local", "xx-moon-1", "us-east-99", "cn-x-1", "eusc-fr-west-1", "us-isox-a-1"]
FLAGS = list(itertools.product([False, True], repeat=2))


def at(
    service: Service,
    region: str = "us-east-1",
    environ: Mapping[str, str] | None = None,
    overrides: Mapping[str, str] | None = None,
) -> Endpoint:
    return resolve(service, Region(region), environ=environ or {}, overrides=overrides or {})


def session_of_the_environment() -> botocore.session.Session:
    """A new session, which reads the environment anew but not AWS's models."""
    session = botocore.session.Session(profile="dev")
    session.register_component("data_loader", LOADER)
    return session


def of_botocore(service: Service, region: str, *, fips: bool, dual_stack: bool) -> str:
    rules = LOADER.load_service_model(service.value, "endpoint-rule-set-1")
    resolved = EndpointProvider(rules, PARTITIONS).resolve_endpoint(
        Region=region, UseFIPS=fips, UseDualStack=dual_stack
    )
    return str(resolved.url)


@pytest.mark.parametrize("service", Service)
@pytest.mark.parametrize(("fips", "dual_stack"), FLAGS)
def test_every_region_s_endpoint_is_the_one_of_botocore_s_rules(
    service: Service, *, fips: bool, dual_stack: bool
) -> None:
    flags = {"use_fips_endpoint": str(fips), "use_dualstack_endpoint": str(dual_stack)}
    regions = EVERY_REGION + UNKNOWN_REGIONS
    ours = {region: at(service, region, overrides=flags).url for region in regions}

    assert ours == {
        region: of_botocore(service, region, fips=fips, dual_stack=dual_stack) for region in regions
    }


@pytest.mark.parametrize("service", Service)
@pytest.mark.parametrize("partition", SESSION.get_available_partitions())
def test_the_regions_that_a_service_lists_are_where_botocore_s_client_goes(
    service: Service, partition: str
) -> None:
    regions = SESSION.get_available_regions(service.value, partition, allow_non_regional=True)
    clients = {
        region: SESSION.create_client(
            service.value, region, aws_access_key_id="fake", aws_secret_access_key="fake"
        )
        for region in regions[:2] + [each for each in regions if "fips" in each or "global" in each]
    }

    assert {region: at(service, region).url for region in clients} == {
        region: client.meta.endpoint_url for region, client in clients.items()
    }


@pytest.mark.parametrize("region", ["fips-us-west-2", "us-west-2-fips", "us-west-2"])
def test_a_pseudo_region_of_fips_is_signed_for_as_its_region(region: str) -> None:
    assert at(Service.STS, region).region == "us-west-2"


def test_the_global_sts_endpoint_is_signed_for_us_east_1() -> None:
    client = SESSION.create_client(
        "sts", "aws-global", aws_access_key_id="fake", aws_secret_access_key="fake"
    )
    endpoint = at(Service.STS, "aws-global")

    assert endpoint.url == client.meta.endpoint_url
    assert endpoint.region == "us-east-1"


def test_aws_s_own_endpoint_says_so() -> None:
    endpoint = at(Service.SSO)

    assert (endpoint.overridden, endpoint.source) == (False, "AWS")


@pytest.mark.parametrize(
    "region", ["", "-us", "us-", "12345", "us_east_1", "us east", "us.east", "a" * 64, "é", "us\n"]
)
def test_a_region_that_is_no_host_label_is_refused_in_aws_s_words(region: str) -> None:
    with pytest.raises(EndpointInvalid) as refused:
        at(Service.SSO, region)

    assert f"Provided region_name '{region}' doesn't match a supported format." in str(
        refused.value
    )


def test_a_region_is_checked_even_where_an_override_makes_it_unimportant() -> None:
    with pytest.raises(EndpointInvalid):
        at(Service.SSO, "no region", {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"})


EVERYWHERE = {
    "environ": {
        "AWS_ENDPOINT_URL_SSO_OIDC": "http://127.0.0.1:1",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:2",
    },
    "overrides": {"sso_oidc": "http://127.0.0.1:3", "": "http://127.0.0.1:4"},
}


@pytest.mark.parametrize(
    ("removed", "url", "source"),
    [
        (0, "http://127.0.0.1:1", "AWS_ENDPOINT_URL_SSO_OIDC"),
        (1, "http://127.0.0.1:2", "AWS_ENDPOINT_URL"),
        (2, "http://127.0.0.1:3", "endpoint_url of sso_oidc in the [services] section"),
        (3, "http://127.0.0.1:4", "endpoint_url of the profile"),
        (4, "https://oidc.us-east-1.amazonaws.com", "AWS"),
    ],
)
@pytest.mark.parametrize("gone", ["absent", "empty"])
def test_the_strongest_override_that_is_not_empty_counts_and_is_named(
    removed: int, url: str, source: str, gone: str
) -> None:
    places = [(kind, key) for kind, values in EVERYWHERE.items() for key in values]
    values = {kind: dict(each) for kind, each in EVERYWHERE.items()}
    for kind, key in places[:removed]:
        if gone == "empty":
            values[kind][key] = ""
        else:
            del values[kind][key]
    endpoint = at(Service.SSO_OIDC, "us-east-1", **values)

    assert (endpoint.url, endpoint.source) == (url, source)
    assert endpoint.overridden is (source != "AWS")


def test_an_override_of_one_service_leaves_the_others_alone() -> None:
    assert not at(
        Service.SSO, environ={"AWS_ENDPOINT_URL_SSO_OIDC": "http://127.0.0.1:1"}
    ).overridden


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/prefix/", "http://127.0.0.1:9/prefix"])
def test_the_path_of_an_override_is_kept_without_a_slash_at_its_end(url: str) -> None:
    endpoint = at(Service.SSO, environ={"AWS_ENDPOINT_URL": url})

    assert endpoint.url == "http://127.0.0.1:9/prefix"
    assert endpoint.origin == "http://127.0.0.1:9"


@pytest.mark.parametrize("flag", ["use_fips_endpoint", "use_dualstack_endpoint"])
def test_an_override_leaves_fips_and_dual_stack_no_say(flag: str) -> None:
    endpoint = at(
        Service.SSO, environ={"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, overrides={flag: "true"}
    )

    assert endpoint.url == "http://127.0.0.1:9"


@pytest.mark.parametrize(
    "url",
    [
        "127.0.0.1:9",
        "localhost:9",
        "//127.0.0.1:9",
        "ftp://127.0.0.1",
        "https://",
        "https://-bad.example",
        "https://under_score.example",
        "https://a b.example",
        "https://a.example/\n",
        "https://a.example:port",
        "https://a.example:99999",
        "https://[::1",
        "https://a.example/?q=1",
        "https://a.example/#f",
        "\thttps://a.example",
    ],
)
def test_an_override_that_is_no_url_is_refused_and_named(url: str) -> None:
    with pytest.raises(EndpointInvalid) as refused:
        at(Service.SSO, environ={"AWS_ENDPOINT_URL_SSO": url})

    assert str(refused.value).startswith(f"Invalid endpoint: {url}")
    assert refused.value.do == "correct AWS_ENDPOINT_URL_SSO"


def test_a_password_in_an_override_is_refused_and_not_shown() -> None:
    with pytest.raises(EndpointInvalid) as refused:
        at(Service.SSO, environ={"AWS_ENDPOINT_URL": "https://me:not-real@a.example"})

    assert "not-real" not in str(refused.value) + refused.value.do


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://127.0.0.1:8765", True),
        ("http://127.1.2.3", True),
        ("http://[::1]:8765", True),
        ("http://localhost:8765", True),
        ("http://LOCALHOST", True),
        ("http://127.0.0.1.example", False),
        ("http://127.0.0.256", False),
        ("http://127.0.0.\uff11", False),
        ("http://localhost.example", False),
        ("http://10.0.0.1", False),
        ("http://[::2]", False),
    ],
)
def test_plain_http_stays_on_this_machine(url: str, *, loopback: bool) -> None:
    endpoint = at(Service.SSO, environ={"AWS_ENDPOINT_URL": url})

    assert endpoint.is_loopback is loopback
    if loopback:
        refuse_plain_http(endpoint)
    else:
        with pytest.raises(PlainHttpRefused) as refused:
            refuse_plain_http(endpoint)
        assert url in str(refused.value)


def test_https_may_go_anywhere() -> None:
    refuse_plain_http(at(Service.SSO, environ={"AWS_ENDPOINT_URL": "https://center.example"}))


CONFIG = """\
[profile dev]
services = local
endpoint_url = http://127.0.0.1:4
{setting}

[services local]
sso =
  endpoint_url = http://127.0.0.1:3
"""
OVERRIDES = {"sso": "http://127.0.0.1:3", "": "http://127.0.0.1:4"}


@pytest.mark.parametrize("service", [Service.SSO, Service.SSO_OIDC])
@pytest.mark.parametrize("in_config", ["", "TRUE", "false", "1"])
@pytest.mark.parametrize("in_environ", [None, "", "true", "False", "yes"])
def test_configured_endpoints_are_ignored_when_botocore_ignores_them(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    service: Service,
    in_config: str,
    in_environ: str | None,
) -> None:
    key = "ignore_configured_endpoint_urls"
    setting = f"{key} = {in_config}" if in_config else ""
    (tmp_path / "config").write_text(CONFIG.format(setting=setting))
    environ = {} if in_environ is None else {f"AWS_{key.upper()}": in_environ}
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    theirs = session_of_the_environment().create_client(
        service.value, "us-east-1", aws_access_key_id="fake", aws_secret_access_key="fake"
    )
    overrides = OVERRIDES | ({key: in_config} if in_config else {})

    assert at(service, "us-east-1", environ, overrides).url == theirs.meta.endpoint_url


@pytest.mark.parametrize("name", ["USE_FIPS_ENDPOINT", "USE_DUALSTACK_ENDPOINT"])
@pytest.mark.parametrize("in_config", ["", "true", "false"])
@pytest.mark.parametrize("in_environ", [None, "true", "false", "True"])
def test_fips_and_dual_stack_are_chosen_where_botocore_chooses_them(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    in_config: str,
    in_environ: str | None,
) -> None:
    setting = f"{name.lower()} = {in_config}\n" if in_config else ""
    (tmp_path / "config").write_text(f"[profile dev]\nregion = us-east-1\n{setting}")
    environ = {} if in_environ is None else {f"AWS_{name}": in_environ}
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    for variable, value in environ.items():
        monkeypatch.setenv(variable, value)
    theirs = session_of_the_environment().create_client(
        "sso", "us-east-1", config=Config(signature_version=botocore.UNSIGNED)
    )
    overrides = {name.lower(): in_config} if in_config else {}

    assert at(Service.SSO, "us-east-1", environ, overrides).url == theirs.meta.endpoint_url


def test_the_partition_table_has_every_partition_of_botocore() -> None:
    suffixes = {
        partition["id"]: partition["outputs"]["dnsSuffix"] for partition in PARTITIONS["partitions"]
    }

    assert {
        name: at(Service.SSO, f"{name}-global").url.removeprefix(
            f"https://portal.sso.{name}-global."
        )
        for name in suffixes
    } == suffixes, json.dumps(suffixes)
