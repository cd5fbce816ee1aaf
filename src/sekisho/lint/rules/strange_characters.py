"""A value or a name has characters in it that nobody sees.

What it finds
-------------
In section headers, and in values of SSO keys, `region`, `output`, `role_arn`, `source_profile`:
tabs, control characters, blanks that are not the space bar's (a no-break space), marks without a
width, and letters that only look like ASCII ones (full-width digits).

Why it matters
--------------
They come with what is copied from chats, wikis and PDF files. `dev` with a mark of no width behind
it is another profile than `dev`: `The config profile (dev) could not be found`, although it stands
there for all to see.

What to do
----------
Type the value again by hand.
"""

import re
import unicodedata
from collections.abc import Iterator

from sekisho.lint.mending import rewritten
from sekisho.lint.rule import Case, Found, Rule, Severity
from sekisho.lint.subject import Subject
from sekisho.lint.wording import where

__all__ = ["RULE"]

_KEYS = re.compile(r"sso_(?!account_id).*|region|output|role_arn|source_profile")
_UNSEEN = {"Cc", "Cf", "Zs", "Zl", "Zp"}
_JOINERS = "\u200c\u200d"
"""Marks without a width that some scripts cannot be written without."""


def _check(subject: Subject) -> Iterator[Found]:
    for source in (subject.config, subject.credentials):
        for section in source.document.sections:
            strange = _strange(section.header, ignoring=_JOINERS)
            if strange is not None:
                yield Found(
                    place=source.point(section.line),
                    message=f"the name in this header has {_named(strange)} in it",
                    effect="The name without it is another one: it could not be found.",
                    do=f"type line {section.line} of {source.path} again by hand",
                )
    for said in subject.texts_like(_KEYS):
        strange = _strange(said.value) or _look_alike(said.value)
        if strange is not None:
            yield Found(
                place=subject.value(said.setting),
                message=f"the value of {said.key} has {_named(strange)} in it",
                effect="AWS tools take it for a part of the value.",
                do=f"type the value in {where(said.setting)} again by hand",
                profiles=said.profiles,
                fix=rewritten(subject, said.setting, said.key, _meant(said.value)),
            )


def _strange(text: str, ignoring: str = "") -> str | None:
    """The first character of `text` that nobody sees, but for the space bar's."""
    if text.isascii() and text.isprintable():
        return None  # as nearly all are
    return next(
        (c for c in text if c not in f" {ignoring}" and unicodedata.category(c) in _UNSEEN), None
    )


def _look_alike(text: str) -> str | None:
    if text.isascii():
        return None
    return next((c for c in text if not c.isascii() and _plain(c).isascii()), None)


def _plain(text: str) -> str:
    """`text` with look-alikes made ASCII, and without what nobody sees at its ends."""
    return unicodedata.normalize("NFKC", text).strip()


def _named(character: str) -> str:
    if character == "\t":
        return "a tab"
    return f"U+{ord(character):04X} ({unicodedata.name(character, 'a control character')})"


def _meant(value: str) -> str | None:
    """What `value` was meant to be, where that is plain."""
    meant = "".join(c for c in _plain(value) if unicodedata.category(c) not in {"Cc", "Cf"})
    return meant if meant.isascii() and meant.isprintable() else None


RULE = Rule(
    id="SK307",
    name="strange-characters",
    severity=Severity.ERROR,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "a mark without a width behind a role's name, and one in a header",
            "[profile dev\u200b]\nsso_role_name = AdministratorAccess\u200b\n",
            lines=(1, 2),
            says=("U+200B (ZERO WIDTH SPACE)",),
            fixed="[profile dev\u200b]\nsso_role_name = AdministratorAccess\n",
        ),
        Case(
            "full-width digits, and a tab",
            "[profile dev]\nregion = ap-northeast-\uff11\noutput = j\tson\n",
            lines=(2, 3),
            says=("U+FF11 (FULLWIDTH DIGIT ONE)",),
            fixed="[profile dev]\nregion = ap-northeast-1\noutput = json\n",
        ),
    ),
    good=(
        Case(
            "names in any script, and blanks as the space bar makes them",
            """\
[profile 開発]
sso_role_name = 管理者
region = ap-northeast-1

[profile "my dev"]
region = us-east-1
""",
        ),
    ),
)
