"""The keys that AWS tools know in a profile or an sso-session, and what a wrong one meant."""

from functools import lru_cache

__all__ = ["KNOWN_KEYS", "misspelt"]

_CUTOFF = 0.8
"""difflib's likeness: one wrong, missing or swapped letter in a key of six passes."""

_SSO = """
    sso_session sso_start_url sso_region sso_account_id sso_role_name sso_registration_scopes
"""

_CREDENTIALS = """
    aws_access_key_id aws_secret_access_key aws_session_token aws_security_token aws_account_id
    account_id account_id_endpoint_mode credential_process credential_source login_session
    role_arn role_session_name source_profile external_id duration_seconds mfa_serial
    web_identity_token_file
"""

# what botocore and the AWS CLI v2 read, and the SDKs' reference guide lists
_SETTINGS = """
    api_versions auth_scheme_preference ca_bundle cli_auto_prompt cli_binary_format cli_error_format
    cli_follow_urlparam cli_help_output cli_history cli_pager cli_timestamp_format
    csm_client_id csm_enabled csm_host csm_port data_path defaults_mode
    disable_host_prefix_injection disable_request_compression ec2_metadata_service_endpoint
    ec2_metadata_service_endpoint_mode ec2_metadata_v1_disabled endpoint_discovery_enabled
    endpoint_url ignore_configured_endpoint_urls imds_use_ipv6 max_attempts
    metadata_service_num_attempts metadata_service_timeout output parameter_validation
    proxy_ca_bundle proxy_client_cert proxy_use_forwarding_for_https region
    request_checksum_calculation request_min_compression_size_bytes response_checksum_validation
    retry_mode s3_disable_express_session_auth s3_disable_multiregion_access_points
    s3_us_east_1_regional_endpoint s3_use_arn_region sdk_ua_app_id services
    sigv4a_signing_region_set sts_regional_endpoints tcp_keepalive use_dualstack_endpoint
    use_fips_endpoint user_agent_appid
"""

_NESTED_BLOCKS = "cloudwatch codecommit dynamodb ec2 emr emr-containers iot-data s3 s3api"

# keys that other tools put beside AWS's, and that are like one of them
_OTHER_TOOLS = "sso_account_name sso_auto_populated sso_interactive_auth"
_OWN_PREFIX = "sekisho_"

KNOWN_KEYS = frozenset(f"{_SSO} {_CREDENTIALS} {_SETTINGS} {_NESTED_BLOCKS} {_OTHER_TOOLS}".split())
"""Every key that is no misspelling."""


@lru_cache(maxsize=16_384)
def misspelt(key: str) -> str | None:
    """Return the known key that `key` was probably meant to be: `sso_sssion` → `sso_session`.

    `None` for a known key, in any case, for sekisho's own, and where none is near.
    """
    name = key.lower()
    if name in KNOWN_KEYS or name.startswith(_OWN_PREFIX):
        return None
    # sorted, so that the answer does not depend on the order of a set
    import difflib  # for what goes wrong

    matches = difflib.get_close_matches(name, sorted(KNOWN_KEYS), n=1, cutoff=_CUTOFF)
    return next(iter(matches), None)
