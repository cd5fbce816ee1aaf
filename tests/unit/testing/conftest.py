from pathlib import Path

import boto3
import pytest

from sekisho.testing import AwsHome, open_identity_center
from sekisho.testing.aws_home import environ_of


@pytest.fixture(scope="session")
def everything_is_imported(tmp_path_factory: pytest.TempPathFactory) -> None:
    """pytester forgets the modules that a run in this process imported, and what is compiled
    does not bear to be imported twice: so all of it is here before the first run."""
    folder = tmp_path_factory.mktemp("center")
    with open_identity_center(folder) as center:
        environ = environ_of(folder / "home", center.environ, {})
        home = AwsHome(
            Path(environ["HOME"]), environ, start_url=center.start_url, region=center.region
        )
        center.person().sign_in(home)
        sts = boto3.client(
            "sts",
            region_name="us-east-1",
            endpoint_url=center.url,
            aws_access_key_id="AKIAOBVIOUSLYNOTREAL",
            aws_secret_access_key="obviously-not-a-real-one",
        )
        with pytest.raises(sts.exceptions.ClientError, match="InvalidClientTokenId"):
            sts.get_caller_identity()
