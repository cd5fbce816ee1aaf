"""A profile's Regions, or its Region and its start URL, belong to different partitions of AWS.

What it finds
-------------
An SSO profile whose `region` is in another partition than its `sso_region` (`aws`, `aws-cn`,
`aws-us-gov`, `aws-eusc`, …), and a start URL of China's domains with an `sso_region` elsewhere, or
the other way round.

Why it matters
--------------
Credentials of one partition mean nothing in another: the sign-in works, and every command fails
with `The security token included in the request is invalid`.

What to do
----------
Correct the Region that is wrong.
"""

from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urlsplit

from sekisho.aws.regions import KNOWN_REGIONS, partition_of
from sekisho.awsconfig.profiles import SsoProfile
from sekisho.lint.rule import Case, Found, Rule, Severity
from sekisho.lint.subject import Subject
from sekisho.lint.wording import where

__all__ = ["RULE"]

_DOMAINS = {".awsapps.cn": "aws-cn", ".com.cn": "aws-cn", ".eu": "aws-eusc"}
"""How hosts of start URLs end that belong to one partition; `awsapps.com` serves several."""


def _check(subject: Subject) -> Iterator[Found]:
    for profile in subject.sso:
        sso_region = profile.target.region
        of_url = _partition_of_url(profile.target.start_url)
        if of_url not in (None, partition_of(sso_region)):
            yield _found(subject, profile, "sso_region", f"the start URL is {of_url}'s", sso_region)
        region = profile.region
        if region is None or profile.role is None:
            continue
        if region in KNOWN_REGIONS and partition_of(region) != partition_of(sso_region):
            other = f"sso_region {sso_region} is {partition_of(sso_region)}'s"
            yield _found(subject, profile, "region", other, region)


def _found(subject: Subject, profile: SsoProfile, key: str, other: str, region: str) -> Found:
    settings = subject.facts.profiles[profile.name].settings
    session = profile.target.session
    if key not in settings and session is not None:
        settings = subject.facts.sessions[session].settings
    return Found(
        place=subject.value(settings[key]),
        message=f"{key} {region} of profile {profile.name} is in {partition_of(region)}, and "
        f"{other}",
        effect="The security token included in the request is invalid.\nCredentials of one "
        "partition mean nothing in another.",
        do=f"correct {where(settings[key])}",
        profiles=(profile.name,),
    )


@lru_cache(maxsize=1024)  # thousands of profiles ask for the same few
def _partition_of_url(url: str) -> str | None:
    host = urlsplit(url).hostname or ""
    return next((name for end, name in _DOMAINS.items() if host.endswith(end)), None)


RULE = Rule(
    id="SK303",
    name="partitions-disagree",
    severity=Severity.ERROR,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "a sign-in in China for a Region that is not",
            """\
[profile dev]
sso_session = hoge
sso_account_id = 123456789012
sso_role_name = AdministratorAccess
region = ap-northeast-1

[sso-session hoge]
sso_start_url = https://hoge.awsapps.cn/start
sso_region = cn-north-1
""",
            lines=(5,),
            says=("region ap-northeast-1 of profile dev is in aws, and sso_region cn-north-1",),
        ),
        Case(
            "a start URL of China's, signed in to elsewhere",
            """\
[profile dev]
sso_session = hoge

[sso-session hoge]
sso_start_url = https://hoge.awsapps.cn/start
sso_region = us-east-1
""",
            lines=(6,),
            says=("the start URL is aws-cn's",),
        ),
    ),
    good=(
        Case(
            "two Regions of one partition",
            """\
[profile dev]
sso_session = hoge
sso_account_id = 123456789012
sso_role_name = AdministratorAccess
region = us-gov-east-1

[sso-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-gov-west-1
""",
        ),
    ),
)
