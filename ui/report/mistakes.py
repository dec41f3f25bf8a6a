"""The worst mistakes: what was said most surely and should not have been, then what was kept back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tuning.exam.fates import Fate
from tuning.exam.report import Judged
from tuning.nouns import Cited, Source
from ui.exams.words import FATES, counted
from ui.exams.words import figure as number
from ui.report.elements import Content, Html, element, said, shortened, together
from ui.report.terms import LONGEST, terms, theirs, wanted

SAID: tuple[Fate, ...] = ("wrong_answer", "answered_unanswerable")
KEPT_BACK: Fate = "refused_answerable"
MOST = 10


def worst(rows: Sequence[Judged], most: int = MOST) -> list[Judged]:
    """Both by confidence, the highest first: the surest falsehood, and the refusal nearest to an answer."""
    wrong = [row for row in rows if row.fate in SAID]
    refused = [row for row in rows if row.fate == KEPT_BACK]
    ordered = (row for group in (wrong, refused) for row in sorted(group, key=lambda row: (-row.confidence, row.id)))
    return list(ordered)[:most]


def mistakes(rows: Sequence[Judged]) -> Html:
    many = sum(row.fate in (*SAID, KEPT_BACK) for row in rows)
    if not many:
        return element("p", "None.")
    found = worst(rows)
    order = "What it said most surely and should not have comes first, then what it kept back though it was there."
    return together(
        element("p", f"{len(found)} of {counted(many, 'mistake')}. {order}", class_="lede"),
        element("ol", map(_mistake, found), class_="mistakes"),
    )


def _mistake(row: Judged) -> Html:
    fate = FATES[row.fate] if row.fate else ""
    tag = element("p", fate, " · ", row.kind.replace("_", " "), _slice(row), class_="eyebrow")
    return element("li", tag, theirs(row.question, "h3"), terms(_terms(row)), _sources(row))


def _slice(row: Judged) -> Content:
    return (" · ", said(row.slice)) if row.slice else None


def _terms(row: Judged) -> Iterator[tuple[str, Content]]:
    yield "Wanted", wanted(row.answers)
    yield "It said", f"nothing ({row.reason})" if row.abstained else theirs(row.answer)
    if row.abstained and row.forced:
        yield "It would have said", theirs(row.forced)
    yield from (("It quoted", _quoted(cited, row.answer)) for cited in row.citations)
    yield "How sure", (number(row.confidence), _passage(row))
    yield "Row", said(row.id)


def _quoted(cited: Cited, answer: str) -> Content:
    where = element("cite", said(cited.document or cited.passage))
    untrue = None if cited.verbatim else " (not word for word)"
    quote = "these very words" if cited.quote == answer else theirs(cited.quote, "q")
    return (quote, untrue, " ", where)


def _passage(row: Judged) -> str | None:
    known = {True: "; a right passage came first", False: "; a wrong passage came first"}
    return known[row.best_is_gold] if row.best_is_gold is not None else None


# ------------------------------------------------------------------------------------- what it was shown


def _sources(row: Judged) -> Html | None:
    shown = [_brought(source, row) for source in row.sources or ()] or [
        element("li", said(place)) for place in row.found
    ]
    if not shown:
        return None
    heading = element("summary", f"The {counted(len(shown), 'passage')} it was shown")
    return element("details", heading, element("ol", shown, class_="sources"))


def _brought(source: Source, row: Judged) -> Html:
    quotes = [cited.quote for cited in row.citations if source.id in (cited.passage, cited.document)]
    gold = element("b", " (holds the answer)") if source.id in row.gold_ids else None
    title = element("p", said(source.title or source.id), gold)
    return element("li", title, element("p", _marked(source.text, quotes), dir="auto", class_="source"))


def _marked(text: str, quotes: Sequence[str]) -> Content:
    """The text with the first of the quotes marked that stands in it, cut around it where it is long."""
    quote = next((quote for quote in quotes if quote and quote in text), None)
    if quote is None:
        return shortened(text, LONGEST)
    before, _, after = text.partition(quote)
    start = before if len(before) <= LONGEST else f"… {before[-LONGEST:]}"
    return (start, element("mark", shortened(quote, LONGEST)), shortened(after, LONGEST))
