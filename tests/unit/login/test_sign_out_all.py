from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sekisho.aws.endpoint import Endpoint
from sekisho.login.sign_out_all import AllSignedOut, sign_out_all
from sekisho.secret import Secret
from sekisho.store import cachefile
from sekisho.store.interface import TokenRecord
from sekisho.store.keys import token_file
from sekisho.store.native import NativeStore
from sekisho.testing.http import success
from tests.unit.login.scene import (
    ELSEWHERE,
    PORTAL,
    SESSION,
    World,
    cached,
    recorded,
    scripted,
    sent,
)

KEY = SESSION.token_key
TOKEN = cached(left=timedelta(hours=1))
AT_AWS = recorded(TOKEN)
AT_ELSEWHERE = replace(AT_AWS, oidc_endpoint=ELSEWHERE.url, portal_endpoint=ELSEWHERE.url)


def _sign_out_all(world: World, folder: Path, portal: Endpoint = PORTAL) -> AllSignedOut:
    return sign_out_all(
        folder,
        folder / "state",
        http=world.http,
        clock=world.clock,
        portal_in=lambda _region: portal,
        local=False,
    )


def _refreshed_by_the_aws_cli(world: World, folder: Path, record: TokenRecord) -> Path:
    """A token that sekisho wrote, and in its place the one that the AWS CLI got for it."""
    store = NativeStore(folder, folder / "state", world.clock)
    store.put_token(KEY, TOKEN, record)
    path = token_file(folder, KEY)
    path.write_bytes(cachefile.render_token(replace(TOKEN, access_token=Secret("refreshed"))))
    return path


def test_a_token_that_another_tool_refreshed_is_ended_where_its_record_says(
    tmp_path: Path,
) -> None:
    world = scripted(success())
    path = _refreshed_by_the_aws_cli(world, tmp_path, AT_AWS)

    assert _sign_out_all(world, tmp_path) == AllSignedOut(1, (), (), None)
    assert len(sent(world)) == 1
    assert not path.exists()


@pytest.mark.parametrize("record, portal", [(AT_ELSEWHERE, PORTAL), (AT_AWS, ELSEWHERE)])
def test_a_token_that_another_tool_refreshed_goes_to_no_other_endpoint(
    tmp_path: Path, record: TokenRecord, portal: Endpoint
) -> None:
    world = scripted()
    path = _refreshed_by_the_aws_cli(world, tmp_path, record)
    outcome = _sign_out_all(world, tmp_path, portal)

    assert sent(world) == []
    assert len(outcome.left_open) == 1
    assert not path.exists()
