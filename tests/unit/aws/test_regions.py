import json
from pathlib import Path

import botocore
import pytest

from sekisho.aws.regions import KNOWN_REGIONS, doubt_about_region, wrong_region


def test_the_regions_are_those_that_botocore_knows() -> None:
    data = Path(botocore.__file__).parent / "data/partitions.json"
    partitions = json.loads(data.read_text(encoding="utf-8"))["partitions"]

    assert sorted(KNOWN_REGIONS) == sorted(
        region
        for partition in partitions
        for region in partition["regions"]
        if not region.endswith("-global")
    )


@pytest.mark.parametrize("text", ["us east 1", "us-east-1.", "a" * 64, "-us", "12", "us_east_1"])
def test_what_is_no_host_label_is_no_region(text: str) -> None:
    assert wrong_region(text) == f"{text} is no Region: one is spelt like us-east-1"


def test_a_region_that_is_not_known_may_be_one_and_is_doubted() -> None:
    assert wrong_region("ap-norteast-1") is None
    assert doubt_about_region("ap-norteast-1") == (
        "There is no Region ap-norteast-1 that sekisho knows; did you mean ap-northeast-1?"
    )
    assert doubt_about_region("moon") == (
        "There is no Region moon that sekisho knows, unless it is new"
    )
    assert doubt_about_region("us-east-1") is None
