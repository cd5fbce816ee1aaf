"""What some AWS tool takes before a `credential_process` of the same profile, or instead of it.

The orders differ (`spec/aws-cli.md` §1.7). botocore, and so boto3 and the AWS CLI, takes a role, a
web identity, an SSO account, the credentials file's keys and the console's login first. The SDKs
for JavaScript and Go take static keys of either file; the one for Go takes any SSO key.
"""

from collections.abc import Mapping

from sekisho.awsconfig.guarded import NATIVE_KEYS

__all__ = ["OTHER_WINNERS", "SSO_WINNERS"]

_STATIC = "static keys win over a credential_process in most SDKs"
_ROLE = "a role is assumed before a credential_process is asked"
_SSO = "SSO keys win over a credential_process in some SDKs"

OTHER_WINNERS: Mapping[str, str] = {
    "aws_access_key_id": _STATIC,
    "aws_secret_access_key": _STATIC,
    "aws_session_token": _STATIC,
    "role_arn": _ROLE,
    "source_profile": _ROLE,
    "credential_source": _ROLE,
    "web_identity_token_file": "a web identity wins over a credential_process",
    "login_session": "the console's login wins over a credential_process",
}
"""By key: why the process would not be asked, or not by every tool."""
SSO_WINNERS: Mapping[str, str] = dict.fromkeys(
    (key for key in NATIVE_KEYS if key != "sso_registration_scopes"), _SSO
)
"""The same of IAM Identity Center's own keys."""
