"""A remark asks lint not to say what it would not say anyway.

What it finds
-------------
`# sekisho: ignore SK104` where SK104 finds nothing, or names of rules in such a remark that find
nothing there, whether or not they were chosen for this run. A word that speaks of several rules
(`SK1`) is used when one of them finds something. Rules that look at more than the file, such as
its mode, are left out: what they find differs from machine to machine.

Why it matters
--------------
The remark stays when the fault is long gone, and will silence the next one, which nobody has looked
at. And who reads it believes that there is something to know.

What to do
----------
Take the remark away, or the name: `sekisho lint --fix` does, since a comment is no setting. To keep
it, name `remark-unused` in it as well.
"""

from collections.abc import Iterator

from sekisho.awsconfig.repair import Reword
from sekisho.awsconfig.shown import shown
from sekisho.lint.ignored import Verdict
from sekisho.lint.rule import Case, Fix, Fixable, Found, Rule, Severity
from sekisho.lint.subject import Source, Subject
from sekisho.lint.wording import listed

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Found]:
    for source in (subject.config, subject.credentials):
        for verdict in source.verdicts:
            if verdict.unused:
                yield _found(source, verdict)


def _found(source: Source, verdict: Verdict) -> Found:
    remark, unused = verdict.remark, set(verdict.unused)
    left = tuple(word for word in remark.words if word not in unused)
    text = remark.reworded(left) if left else None
    where = f"line {remark.line} of {source.path}"
    return Found(
        place=source.point(remark.line),
        message=f"nothing to ignore here: {listed(verdict.unused)}",
        effect="It would silence whatever comes to stand there.",
        do=f"remove {where}" if text is None else f"write `{shown(text.strip())}` in {where}",
        fix=Fix((Reword(remark.line, text),), Fixable.SAFE),
    )


RULE = Rule(
    id="SK218",
    name="remark-unused",
    severity=Severity.INFO,
    doc=__doc__,
    check=_check,
    of_remarks=True,
    bad=(
        Case(
            "the key was mended, and the remark stayed",
            """\
[profile dev]
# sekisho: ignore SK201
output = json
""",
            lines=(2,),
            says=("nothing to ignore here: SK201",),
            fixed="""\
[profile dev]
output = json
""",
        ),
        Case(
            "one of two names",
            """\
[profile dev]
  ; sekisho: ignore SK301, misspelt-key -- our tool wants it so
ouput = json
""",
            lines=(2,),
            says=("nothing to ignore here: SK301",),
            fixed="""\
[profile dev]
  ; sekisho: ignore misspelt-key -- our tool wants it so
ouput = json
""",
        ),
    ),
    good=(
        Case(
            "something is silenced",
            """\
# sekisho: ignore SK2
[profile dev]
ouput = json
""",
        ),
        Case(
            "what it silences may be found on another machine, and one is to stay",
            """\
[profile dev]
# sekisho: ignore process-missing
credential_process = fetch --all
# sekisho: ignore SK201, remark-unused
output = json
""",
        ),
    ),
)
