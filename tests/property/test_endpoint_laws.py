"""Endpoints with botocore's own resolvers as the oracle, for any Region and any mix of overrides."""

import re

import botocore.session
from botocore.configprovider import ConfiguredEndpointProvider
from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import InvalidRegionError
from botocore.utils import validate_region_name
from hypothesis import example, given
from hypothesis import strategies as st

from sekisho.aws.endpoint import Service, resolve
from sekisho.errors import EndpointInvalid
from sekisho.model import Region

LOADER = botocore.session.Session().get_component("data_loader")
PARTITIONS = LOADER.load_data("partitions")
PROVIDERS = {
    service: EndpointProvider(
        LOADER.load_service_model(service.value, "endpoint-rule-set-1"), PARTITIONS
    )
    for service in Service
}

prefixes = st.sampled_from(
    [
        "us",
        "eu",
        "ap",
        "sa",
        "ca",
        "me",
        "af",
        "il",
        "mx",
        "cn",
        "eusc-de",
        "us-iso",
        "us-isob",
        "eu-isoe",
        "us-isof",
        "us-gov",
        "xx",
        "eusc",
        "us-isox",
    ]
)
likely_regions = st.builds(
    "{}-{}-{}".format,
    prefixes,
    st.sampled_from(["east", "west", "north", "global", "central"]),
    st.integers(0, 120),
)
any_regions = st.from_regex(r"[a-zA-Z0-9-]{1,20}", fullmatch=True)
services = st.sampled_from(Service)


def without_fips_names(region: str) -> bool:
    """botocore's client, not its resolver, knows the pseudo Regions of FIPS."""
    return "fips" not in region


def accepted(region: str) -> bool:
    try:
        validate_region_name(region)
    except InvalidRegionError:
        return False
    return True


@given(
    services,
    (likely_regions | any_regions).filter(without_fips_names).filter(accepted),
    st.booleans(),
    st.booleans(),
)
@example(Service.SSO, "us-iso-east-1", False, False)
def test_any_region_leads_where_botocore_s_rules_lead(
    service: Service, region: str, fips: bool, dual_stack: bool
) -> None:
    theirs = PROVIDERS[service].resolve_endpoint(
        Region=region, UseFIPS=fips, UseDualStack=dual_stack
    )
    ours = resolve(
        service,
        Region(region),
        environ={
            "AWS_USE_FIPS_ENDPOINT": str(fips),
            "AWS_USE_DUALSTACK_ENDPOINT": str(dual_stack),
        },
        overrides={},
    )

    assert ours.url == theirs.url


@given(services, st.text(max_size=70) | any_regions)
@example(Service.SSO, "us-east-1\n")
def test_a_region_is_refused_where_botocore_refuses_it(service: Service, region: str) -> None:
    try:
        resolve(service, Region(region), environ={}, overrides={})
    except EndpointInvalid:
        refused = True
    else:
        refused = False

    # botocore lets the empty Region and a newline at the end pass, and fails later.
    lenient = region == "" or region.endswith("\n")
    assert refused is (lenient or not accepted(region))


urls = st.sampled_from(["", *(f"http://127.0.0.1:{port}" for port in range(1, 9))])
places = {
    "AWS_ENDPOINT_URL": urls,
    "AWS_ENDPOINT_URL_SSO": urls,
    "AWS_ENDPOINT_URL_SSO_OIDC": urls,
    "AWS_ENDPOINT_URL_STS": urls,
}
keys = {"sso": urls, "sso_oidc": urls, "sts": urls, "": urls}


@given(
    services,
    st.fixed_dictionaries({}, optional=places),
    st.fixed_dictionaries({}, optional=keys),
)
def test_any_mix_of_overrides_leads_where_botocore_s_provider_leads(
    service: Service, environ: dict[str, str], overrides: dict[str, str]
) -> None:
    section = {key: {"endpoint_url": url} for key, url in overrides.items() if key}
    scoped = {"services": "local"} if section else {}
    if "" in overrides:
        scoped["endpoint_url"] = overrides[""]
    theirs = ConfiguredEndpointProvider(
        full_config={"services": {"local": section}},
        scoped_config=scoped,
        client_name=service.value,
        environ=environ,
    ).provide()
    ours = resolve(service, Region("us-east-1"), environ=environ, overrides=overrides)

    assert ours.url == (theirs or PROVIDERS[service].resolve_endpoint(Region="us-east-1").url)
    assert ours.overridden is bool(theirs)
    assert re.fullmatch(r"AWS|AWS_ENDPOINT_URL\w*|endpoint_url of .+", ours.source)
