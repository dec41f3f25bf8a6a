"""A small exam that can be worked out by hand, and its report; and the same exam asked by somebody hostile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from assistant.reading.extractive import ExtractiveReader
from tests.fakes import WordEncoder
from tuning.exam.comparing import Comparison, comparison
from tuning.exam.report import Judged, Report, report
from tuning.exam.run import Examination
from tuning.nouns import Cited, Outcome, Question, Source

LASTS = Source("w", "Warranty", "It covers the boiler. The warranty lasts 24 months from delivery.")
CARE = Source("c", "Care", "Descale the kettle every 3 months.")
SOURCES = (LASTS, CARE)
QUESTION = Question(
    "a1", "How long does the warranty last?", True, ("24 months",), passages=SOURCES, gold_ids=("w",), slice="shop"
)
DESCALE = replace(QUESTION, id="a2", question="How often to descale?", answers=("before each use",), gold_ids=("c",))
COVERED = replace(QUESTION, id="a3", question="Is the boiler covered?", answers=("Yes",), yes_no=True, slice="care")
TWIN = replace(
    QUESTION, id="a1~twin", answerable=False, answers=(), gold_ids=(), kind="twin", twin_of="a1", passages=(CARE,)
)
WHERE = replace(TWIN, id="h2", question="Where is the boiler made?", kind="hard", twin_of=None, slice="care")
QUESTIONS = (
    QUESTION, DESCALE, COVERED, TWIN, replace(TWIN, id="a2~twin", twin_of="a2"),
    replace(WHERE, id="h1", passages=None, gold_ids=()), WHERE,
)  # fmt: skip


def cited(source: Source, quote: str) -> Cited:
    return Cited(source.id, source.id, quote, source.text, quote in source.text)


def said(id: str, confidence: float, answer: str, source: Source, quote: str = "") -> Outcome:
    best = {"best": source.id, "best_document": source.id, "forced": answer}
    return Outcome(id, False, confidence, answer, (cited(source, quote or answer),), seconds=1, **best)  # type: ignore[arg-type]


def silent(id: str, confidence: float, forced: str, source: Source) -> Outcome:
    best = {"best": source.id, "best_document": source.id, "forced": forced}
    return Outcome(id, True, confidence, "", (), "insufficient", seconds=2, found=("Care, p. 1",), **best)  # type: ignore[arg-type]


OUTCOMES = (
    said("a1", 0.9, "24 months", LASTS, "The warranty lasts 24 months from delivery."),
    said("a2", 0.8, "3 months", CARE, "Descale the kettle every 3 months."),
    silent("a3", 0.3, "Yes: It covers the boiler.", LASTS),
    silent("a1~twin", 0.2, "3 months", CARE),
    said("a2~twin", 0.7, "every 3 months", CARE),
    silent("h1", 0.1, "3 months", CARE),
    said("h2", 0.6, "Descale the kettle every 3 months.", CARE),
)
FATES = {
    "a1": "right_answer", "a2": "wrong_answer", "a3": "refused_answerable", "a1~twin": "right_refusal",
    "a2~twin": "answered_unanswerable", "h1": "right_refusal", "h2": "answered_unanswerable",
}  # fmt: skip


def abstained(questions: Sequence[Question]) -> list[Outcome]:
    return [Outcome(question.id, True, 0.0, "", (), "insufficient") for question in questions]


def reported(
    folder: Path,
    questions: Sequence[Question] = QUESTIONS,
    outcomes: Sequence[Outcome] = OUTCOMES,
    name: str = "The assistant",
    skipped: dict[str, str] | None = None,
    against: Comparison | None = None,
) -> Report:
    file = folder / "questions.jsonl"
    file.write_text("one\n", encoding="utf-8")
    examined = Examination("extractive", list(outcomes), skipped or {})
    silence = Examination("always abstain", abstained(questions), {})
    return report(examined, [silence], questions, [file], ExtractiveReader(WordEncoder), 0, against, name)


def compared(name: str = "always abstain") -> Comparison:
    here, there = (Examination(name, list(made), {}) for made in (OUTCOMES, abstained(QUESTIONS)))
    return comparison(QUESTIONS, here, there)


# ------------------------------------------------------------------------------------- strangers' words

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)' x='",
    "</title></style><script>alert(1)</script>",
    "</svg></details></table><form action=https://example.org>",
    "--><!--<![CDATA[<b>]]>",
    "javascript:alert(1)",
    "&lt;b&gt;&#60;script&#62; {{7*7}} ${7*7}",
    "\u202etxt.exe\u2066\u200f\x00\x1b[31m\x9b\ufeff",
    "half \ud800 a character",
]


def told_by(stranger: str, folder: Path) -> Report:
    """The same report with the stranger's words in every place that a stranger can write in."""
    found = reported(folder, against=compared())
    assert found.against is not None
    changed = replace(found.against.lost[0], question=stranger, answers=(stranger,), here=stranger)
    return replace(
        found,
        rows=[_told_by(stranger, row) for row in found.rows],
        against=replace(found.against, against=stranger, lost=(changed,)),
        slices={f"{label}{stranger}": metrics for label, metrics in found.slices.items()},
        baselines={stranger: found.baselines["always abstain"]},
        margins={stranger: found.margins["always abstain"]},
        skipped={stranger: stranger},
        name=stranger,
        system=stranger,
        model=stranger,
        adapter=stranger,
        files=[stranger],
    )


def _told_by(stranger: str, row: Judged) -> Judged:
    sources = tuple(replace(one, title=stranger, text=f"{one.text}{stranger}") for one in row.sources or ())
    citations = tuple(replace(one, quote=f"{one.quote}{stranger}", document=stranger) for one in row.citations)
    return replace(
        row,
        id=f"{row.id}{stranger}",
        question=stranger,
        slice=stranger,
        answers=(*row.answers, stranger),
        answer=row.answer and f"{row.answer}{stranger}",
        forced=stranger,
        found=(stranger,),
        citations=citations,
        sources=sources if row.id == "a2" else None,
    )
