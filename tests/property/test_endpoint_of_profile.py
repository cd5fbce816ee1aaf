"""From a config file and an environment to a host: botocore's own clients are the oracle.

The pieces have laws of their own (`test_endpoint_laws`, `test_explain`); this is all of the way, with
`[services]`, `endpoint_url`, FIPS, dual stack and the Regions of every partition.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

import botocore.session
import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.exceptions import EndpointVariantError
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sekisho.aws.endpoint import Service, resolve
from sekisho.awsconfig.endpoints import endpoint_overrides
from sekisho.awsconfig.locate import ConfigFiles
from sekisho.awsconfig.profiles import interpret
from sekisho.model import Region

LOADER = botocore.session.Session().get_component("data_loader")
REGIONS = sorted(
    region
    for each in LOADER.load_data("partitions")["partitions"]
    for region in each["regions"]
    if not region.endswith("-global")
)

flags = st.sampled_from(["true", "True", "false", "no", ""])
urls = st.integers(1, 9).map("http://127.0.0.1:{}".format)
settings_of_a_profile = st.fixed_dictionaries(
    {},
    optional={
        "services": st.just("local"),
        "endpoint_url": urls,
        "use_fips_endpoint": flags,
        "use_dualstack_endpoint": flags,
        "ignore_configured_endpoint_urls": flags,
    },
)
blocks = st.fixed_dictionaries(
    {"s3": urls}, optional=dict.fromkeys(["sso", "sso_oidc", "sts"], urls)
)
environments = st.fixed_dictionaries(
    {},
    optional={
        "AWS_ENDPOINT_URL": urls,
        "AWS_ENDPOINT_URL_SSO_OIDC": urls,
        "AWS_ENDPOINT_URL_STS": urls,
        "AWS_USE_FIPS_ENDPOINT": flags,
        "AWS_USE_DUALSTACK_ENDPOINT": flags,
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": flags,
    },
)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> ConfigFiles:
    folder = tmp_path_factory.mktemp("aws")
    return ConfigFiles(folder / "config", folder / "credentials")


def written(profile: Mapping[str, str], common: Mapping[str, str], block: Mapping[str, str]) -> str:
    lines = ["[DEFAULT]", *(f"{key} = {value}" for key, value in common.items())]
    lines += ["[profile dev]", *(f"{key} = {value}" for key, value in profile.items())]
    lines += ["[services local]"]
    for service, url in block.items():
        lines += [f"{service} =", f"  endpoint_url = {url}"]
    return "\n".join(lines) + "\n"


class Sent(Exception):  # it is no error: it ends a call before it leaves
    """The URL that a client was about to send a request to."""


def stop(request: AWSPreparedRequest, **_: object) -> None:
    raise Sent(request.url)


CALLS: Mapping[Service, tuple[str, dict[str, str]]] = {
    Service.SSO_OIDC: ("register_client", {"clientName": "x", "clientType": "public"}),
    Service.SSO: ("list_accounts", {"accessToken": "fake"}),
    Service.STS: ("get_caller_identity", {}),
}


def of_botocore(
    files: ConfigFiles, environ: Mapping[str, str], service: Service, region: str
) -> str:
    """Where a new client sends a request to.

    `client.meta.endpoint_url` is another resolver's, which knows less.
    """
    operation, parameters = CALLS[service]
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environ.items():
            patch.setenv(name, value)
        session = botocore.session.Session(profile="dev")
        session.register_component("data_loader", LOADER)
        session.set_config_variable("config_file", str(files.config))
        session.set_credentials("fake", "fake")
        try:
            client = session.create_client(service.value, region_name=region)
            client.meta.events.register("before-send", stop)
            getattr(client, operation)(**parameters)
        except Sent as sent:
            parts = urlsplit(str(sent))
            return f"{parts.scheme}://{parts.netloc}"
    raise AssertionError("no request was made")


@settings(max_examples=30)
@given(
    service=st.sampled_from(Service),
    region=st.sampled_from(REGIONS),
    profile=settings_of_a_profile,
    common=st.sampled_from([{}, {"use_fips_endpoint": "true"}, {"endpoint_url": "http://x.test"}]),
    block=blocks,
    environ=environments,
)
@example(
    service=Service.SSO_OIDC,
    region="eusc-de-east-1",
    profile={"services": "local"},
    common={},
    block={"s3": "http://127.0.0.1:2", "sso_oidc": "http://127.0.0.1:1"},
    environ={},
)
def test_a_service_is_where_a_client_of_botocore_goes(
    service: Service,
    region: str,
    profile: dict[str, str],
    common: dict[str, str],
    block: dict[str, str],
    environ: dict[str, str],
    files: ConfigFiles,
) -> None:
    text = written(profile, common, block)
    files.config.write_text(text)
    config = interpret(text.encode(), None, files)

    overrides = endpoint_overrides(config, "dev")
    ours = resolve(service, Region(region), environ=environ, overrides=overrides).url
    try:
        theirs = of_botocore(files, environ, service, region)
    except EndpointVariantError:
        return  # an older table, asked first, lacks what the rules have; nothing is sent
    assert ours == theirs
