"""What can be a Region, and which Regions there are.

Source: AWS's `partitions.json`, as botocore 1.44 has it; the tests compare them.
"""

from functools import lru_cache

from sekisho.aws.endpoint import Service, resolve
from sekisho.errors import EndpointInvalid
from sekisho.model import Region

__all__ = ["KNOWN_REGIONS", "doubt_about_region", "partition_of", "wrong_region"]

KNOWN_REGIONS = tuple(
    """
    af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1
    ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5
    ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1
    eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1
    me-west-1 mx-central-1 sa-east-1 sa-west-1 us-east-1 us-east-2 us-west-1 us-west-2
    cn-north-1 cn-northwest-1 eusc-de-east-1 us-gov-east-1 us-gov-west-1
    us-iso-east-1 us-iso-west-1 us-isob-east-1 us-isob-west-1 eu-isoe-west-1
    us-isof-east-1 us-isof-south-1
    """.split()  # noqa: SIM905  # a list of names reads best as one
)
"""The Regions of every partition. A new one may be missing: that is worth a warning, no more."""


_PARTITIONS = {
    "cn-": "aws-cn",
    "us-gov-": "aws-us-gov",
    "eusc-": "aws-eusc",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
    "eu-isoe-": "aws-iso-e",
    "us-isof-": "aws-iso-f",
}


@lru_cache(maxsize=1024)  # thousands of profiles ask for the same few
def partition_of(region: str) -> str:
    """Return the partition of `region` by what its name begins with; any other is in `aws`."""
    return next((name for start, name in _PARTITIONS.items() if region.startswith(start)), "aws")


def wrong_region(text: str) -> str | None:
    """Say why `text` cannot be a Region at all; `None` when it can: it goes into a host name."""
    try:
        resolve(Service.SSO, Region(text), environ={}, overrides={})
    except EndpointInvalid:
        return f"{text} is no Region: one is spelt like us-east-1"
    return None


def doubt_about_region(region: str) -> str | None:
    """Say that no Region of this name is known, and which one is near; `None` when it is known."""
    if region in KNOWN_REGIONS:
        return None
    import difflib  # for what goes wrong

    near = difflib.get_close_matches(region, KNOWN_REGIONS, n=1)
    meant = f"; did you mean {near[0]}?" if near else ", unless it is new"
    return f"There is no Region {region} that sekisho knows{meant}"
