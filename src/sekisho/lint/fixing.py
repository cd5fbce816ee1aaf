"""`lint --fix`: make the changes that findings carry, until none is left to make.

1. Findings with a fix of the wanted safety are taken, one for each line.
2. A file that botocore refuses is repaired first: edits need its meaning.
3. A fix that would be refused, or that changes nothing, is passed over, and not tried again.
4. What was called safe is compared with what both files meant before: one that changes what any
   profile resolves to is not made.
5. The result is linted again, since a change can bring another finding to light.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sekisho.awsconfig import edit
from sekisho.awsconfig.changes import Change
from sekisho.awsconfig.document import Document, parse, render
from sekisho.awsconfig.locate import ConfigFiles
from sekisho.awsconfig.profiles import AwsConfig, interpret_documents
from sekisho.awsconfig.repair import Repair, repair
from sekisho.errors import EditRefused
from sekisho.lint.catalogue import RULES
from sekisho.lint.engine import lint
from sekisho.lint.remains import without_faults
from sekisho.lint.rule import Finding, Fix, Fixable, Rule

__all__ = ["Fixed", "fix"]

_ROUNDS = 50
"""Each round changes a line at least; a file that needs more is mended by a second run."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """Both files after the fixes, and which findings they mended."""

    config: bytes | None
    credentials: bytes | None
    mended: tuple[Finding, ...]
    """In the order in which they were mended; places are those of the file at that time."""


def fix(
    files: ConfigFiles,
    *,
    config: bytes | None,
    credentials: bytes | None,
    unsafe: bool,
    rules: Sequence[Rule] = RULES,
) -> Fixed:
    """Return both files with what `rules` find mended; `None` is a file that is absent.

    Only what cannot change what a profile resolves to, unless `unsafe`. Raises nothing.
    """
    state = Fixed(config, credentials, ())
    refused: set[tuple[str, str, str]] = set()
    for _ in range(_ROUNDS):
        found = lint(files, config=state.config, credentials=state.credentials, rules=rules)
        wanted = [
            one for one in found if _is_wanted(one, unsafe=unsafe) and _sort(one) not in refused
        ]
        if not wanted:
            break
        chosen = _one_a_line(wanted)
        if together := _made(files, state, chosen):
            state = together
            continue
        for finding in chosen:
            if alone := _made(files, state, [finding]):
                state = alone
            else:
                refused.add(_sort(finding))
    return state


def _is_wanted(finding: Finding, *, unsafe: bool) -> bool:
    return finding.fixable is Fixable.SAFE or (unsafe and finding.fixable is Fixable.UNSAFE)


def _sort(finding: Finding) -> tuple[str, str, str]:
    """What makes a finding the same one, although lines above it have come or gone."""
    return finding.rule, finding.source, finding.message


def _one_a_line(findings: Sequence[Finding]) -> list[Finding]:
    """The first finding of each line; repairs alone where there are any."""
    by_place = {(finding.file, finding.line): finding for finding in reversed(findings)}
    chosen = [by_place[place] for place in sorted(by_place, key=lambda place: place[1])]
    repairs = [finding for finding in chosen if _is_repair(finding.fix)]
    return repairs or chosen


def _is_repair(fix_: Fix | None) -> bool:
    return fix_ is not None and any(isinstance(c, Repair) for c in fix_.changes)


def _made(files: ConfigFiles, state: Fixed, findings: Sequence[Finding]) -> Fixed | None:
    """Return `state` with the fixes of `findings`; `None` where they do not go, or do nothing."""
    config = _changed(state.config, [f for f in findings if f.file == files.config])
    credentials = _changed(state.credentials, [f for f in findings if f.file == files.credentials])
    if (config, credentials) in ((None, None), (state.config, state.credentials)):
        return None
    after = replace(
        state,
        config=state.config if config is None else config,
        credentials=state.credentials if credentials is None else credentials,
        mended=(*state.mended, *findings),
    )
    is_safe = all(finding.fixable is Fixable.SAFE for finding in findings)
    if is_safe and _meaning(files, state) != _meaning(files, after):
        return None
    return after


def _changed(data: bytes | None, findings: Sequence[Finding]) -> bytes | None:
    """Return the bytes of one file with the fixes made; `None` where they are refused."""
    changes = [change for one in findings if one.fix for change in one.fix.changes]
    if data is None or not changes:
        return data
    document = parse(data)
    try:
        return render(_applied(document, changes))
    except EditRefused:
        return None


def _applied(document: Document, changes: Sequence[object]) -> Document:
    repairs = [change for change in changes if isinstance(change, Repair)]
    if repairs:
        return repair(document, repairs)
    return edit.apply(document, [change for change in changes if isinstance(change, Change)])


def _meaning(files: ConfigFiles, state: Fixed) -> Mapping[str, object]:
    """What every profile resolves to, whichever lines say so: its keys, with its session's laid
    over them as the AWS CLI does, and all that is beside the profiles.
    """
    facts = interpret_documents(
        without_faults(parse(state.config or b"")),
        without_faults(parse(state.credentials or b"")),
        files,
    )
    sessions: dict[str, Mapping[str, object]] = {
        name: {key: setting.value for key, setting in session.settings.items()}
        for name, session in facts.sessions.items()
    }
    services = {
        name: {key: setting.value for key, setting in settings.items()}
        for name, settings in facts.services.items()
    }
    return {
        "profiles": _profiles(facts, sessions),
        "sessions": sessions,
        "services": services,
    }


def _profiles(
    facts: AwsConfig, sessions: Mapping[str, Mapping[str, object]]
) -> Mapping[str, Mapping[str, object]]:
    resolved: dict[str, Mapping[str, object]] = {}
    for name, profile in facts.profiles.items():
        own = {key: setting.value for key, setting in profile.settings.items()}
        resolved[name] = {**own, **sessions.get(str(own.get("sso_session")), {})}
    return resolved
