"""Clean rows for the filters' tests: drafted of a few papers and the sample's sources, among near passages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from assistant.format import neutralise
from retrieval import Passage
from tests.tuning.papers import PAPERS, passages
from tuning.drafting.drafts import drafts_of, sound
from tuning.drafting.nouns import Draft
from tuning.drafting.wording import names_in
from tuning.nouns import Example, Source

SAMPLE = Path(__file__).parents[2] / "docs" / "sample" / "sources"
FILES = ("hr/employee-handbook.md", "manuals/heron-300.md", "policies/travel-and-expenses.md")


def files() -> Mapping[str, str]:
    return PAPERS | {Path(name).name: (SAMPLE / name).read_text(encoding="utf-8") for name in FILES}


@cache
def clean() -> tuple[Example, ...]:
    """A row for each draft that the drafting itself would keep, and a twin of every third."""
    found = passages(files())
    drafts = sound(drafts_of(found, names_in(passage.text for passage in found)), Counter())
    rows = [row for number, draft in enumerate(drafts) for row in _rows(number, draft, found)]
    return tuple(rows)


def _rows(number: int, draft: Draft, found: list[Passage]) -> list[Example]:
    place = found.index(draft.passage)
    others = [found[(place + step) % len(found)] for step in (7, 19, 31)]
    asked = draft.question if draft.way == "faq" else _told_apart(draft)
    shown = list(map(_source, others[:2]))
    shown.insert(number % 3, _source(draft.passage))
    answered = Example(
        f"{draft.way}-{number}",
        asked,
        tuple(shown),
        (number % 3,),
        draft.polarity or neutralise(draft.span),
        origin="documents",
        evidence=(draft.said,),
        documents=(draft.passage.document,),
        slice=draft.way,
    )
    twin = replace(
        answered,
        id=f"{answered.id}-twin",
        sources=tuple(map(_source, others)),
        gold=(),
        answer="",
        kind="twin",
        evidence=(),
        twin_of=answered.id,
    )
    return [answered, twin] if number % 3 == 0 else [answered]


def _told_apart(draft: Draft) -> str:
    """Of several products' manuals each asks for the same: the title says whose."""
    return f"{draft.question.rstrip('?')} ({draft.passage.title})?"


def _source(passage: Passage) -> Source:
    return Source(passage.id, passage.place, passage.text)
