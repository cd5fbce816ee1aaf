"""A role chain leads back into itself.

What it finds
-------------
A `source_profile` that is its own source, by way of others or at once. A profile with static keys
may name itself: its keys assume its role.

Why it matters
--------------
No credentials ever come of it: `Infinite loop in credential configuration detected.`

What to do
----------
Let `source_profile` of one of them name a profile that has credentials.
"""

from collections.abc import Iterator

from sekisho.awsconfig.profiles import Profile
from sekisho.lint.rule import Case, Found, Rule, Severity
from sekisho.lint.subject import Subject
from sekisho.lint.wording import where
from sekisho.model import ProfileName

__all__ = ["RULE"]

_KEY = "source_profile"
_STATIC_KEYS = ("aws_access_key_id", "aws_secret_access_key")


def _check(subject: Subject) -> Iterator[Found]:
    seen: set[ProfileName] = set()
    for profile in subject.facts.profiles.values():
        loop = () if profile.name in seen else _loop_from(subject, profile, seen)
        if loop:
            setting = loop[-1].settings[_KEY]
            names = [one.name for one in loop]
            yield Found(
                place=subject.value(setting),
                message=f"a role chain leads back into itself: {' → '.join([*names, names[0]])}",
                effect="Infinite loop in credential configuration detected.",
                do=f"name another {_KEY} in {where(setting)}",
                profiles=tuple(names),
            )


def _loop_from(subject: Subject, start: Profile, seen: set[ProfileName]) -> tuple[Profile, ...]:
    """The profiles of the loop that the chain from `start` runs into; each is looked at once."""
    followed: list[Profile] = []
    profile: Profile | None = start
    while profile is not None and profile.name not in seen:
        seen.add(profile.name)
        followed.append(profile)
        if "role_arn" not in profile.settings:
            return ()
        profile = subject.facts.profiles.get(ProfileName(profile.text(_KEY) or ""))
        if profile is followed[-1] and any(key in profile.settings for key in _STATIC_KEYS):
            return ()
    if profile is None or profile not in followed:
        return ()
    return tuple(followed[followed.index(profile) :])


RULE = Rule(
    id="SK217",
    name="source-profile-loop",
    severity=Severity.ERROR,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "two that wait for each other, and a third that waits for them",
            """\
[profile deploy]
role_arn = arn:aws:iam::123456789012:role/deployer
source_profile = release

[profile release]
role_arn = arn:aws:iam::123456789012:role/releaser
source_profile = deploy

[profile night]
role_arn = arn:aws:iam::123456789012:role/night
source_profile = release
""",
            lines=(7,),
            says=("deploy → release → deploy", "Infinite loop"),
        ),
        Case(
            "one that is its own source",
            """\
[profile deploy]
role_arn = arn:aws:iam::123456789012:role/deployer
source_profile = deploy
""",
            lines=(3,),
        ),
    ),
    good=(
        Case(
            "its own static keys assume its role",
            """\
[profile deploy]
role_arn = arn:aws:iam::123456789012:role/deployer
source_profile = deploy
aws_access_key_id = AKIAFAKEFAKEFAKEFAKE
aws_secret_access_key = fake
""",
        ),
        Case(
            "a chain that ends",
            """\
[profile deploy]
role_arn = arn:aws:iam::123456789012:role/deployer
source_profile = dev

[profile dev]
sso_session = hoge
sso_account_id = 123456789012
sso_role_name = AdministratorAccess
""",
        ),
    ),
)
