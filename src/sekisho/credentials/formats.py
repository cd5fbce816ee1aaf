"""Role credentials as other programs read them."""

import json

from sekisho.model import RoleCredentials
from sekisho.store.cachefile import spell_time

__all__ = ["process_json"]


def process_json(credentials: RoleCredentials) -> str:
    """Return the JSON of a `credential_process` on one line, without the newline.

    `Version` is the integer 1, and `Expiration` ends in `Z`, which the oldest SDKs read too
    (`spec/aws-cli.md` §9.1). This is where the secrets leave: it goes to stdout and nowhere else.
    """
    return json.dumps(
        {
            "Version": 1,
            "AccessKeyId": credentials.access_key_id,
            "SecretAccessKey": credentials.secret_access_key.reveal(),
            "SessionToken": credentials.session_token.reveal(),
            "Expiration": spell_time(credentials.expires_at),
            "AccountId": credentials.role.account_id,
        }
    )
