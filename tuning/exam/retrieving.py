"""The exam of retrieval alone: each way of searching is asked for what holds the answer.

A follow-up is asked by its last turn as it stands, and sources that a row brings along are left aside. Gold that the
asker can't find in the Home, because it isn't there or isn't theirs to read, is named, and counts as not found.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from assistant.assistant import asked
from retrieval import Catalogue, Library, Principal, Progress, UsageError
from retrieval.search import How
from tuning.exam.ranking import Found, Paired, Values, credited, measured, paired, together, values
from tuning.exam.searching import asker, search
from tuning.nouns import Metric, Question

# A way, and those it is made of.
PARTS: Mapping[How, tuple[How, ...]] = {"hybrid": ("dense", "lexical"), "reranked": ("hybrid",)}
UNANSWERABLE = "not answerable: there is nothing to be found"
NO_GOLD = "names no gold_ids: what should be found is not known"

Figures = dict[How, dict[str, Metric]]


@dataclass(frozen=True)
class RetrievalReport:
    metrics: Figures
    slices: dict[str, Figures]
    paired: dict[How, dict[str, Paired]]
    rows: list[dict[str, Any]]
    mix: dict[str, int]
    skipped: dict[str, str]  # id → why
    missing: dict[str, list[str]]  # id → the gold that its asker can't find
    encoder: str
    questions_sha256: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def examine_retrieval(
    library: Library, questions: Sequence[Question], files: Sequence[Path], progress: Progress, seed: int = 0
) -> RetrievalReport:
    skipped = {question.id: why for question in questions if (why := _unfit(question))}
    rows = _sought([question for question in questions if question.id not in skipped], library.catalogue)
    rankings = search(library, library.searcher.ways, [row.question.asked for row in rows], progress)
    golds = [row.question.gold_ids for row in rows]
    ranked = Ranked(rows, {how: values(golds, found) for how, found in rankings.items()}, seed)
    return RetrievalReport(
        metrics=ranked.figures,
        slices={label: ranked.of(places).figures for label, places in _slices(rows).items()},
        paired=ranked.paired,
        rows=[_row(row, {how: rankings[how][place] for how in rankings}) for place, row in enumerate(rows)],
        mix=_mix(rows),
        skipped=skipped,
        missing={row.question.id: row.missing for row in rows if row.missing},
        encoder=library.encoder.identity,
        questions_sha256=hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest(),
    )


# ------------------------------------------------------------------------------------- what is sought


@dataclass(frozen=True)
class Sought:
    """A question, and the document in which each of its gold ids lies: None where its asker can find no such id."""

    question: Question
    lies: Mapping[str, str | None]

    @property
    def missing(self) -> list[str]:
        return [id for id, document in self.lies.items() if document is None]

    @property
    def documents(self) -> set[str]:
        return {document or id for id, document in self.lies.items()}

    @property
    def labels(self) -> set[str]:
        """What it may be reported by: its own slice, the folders of its gold, and whether it goes on from others."""
        folders = {f"folder: {id.split('/')[0]}" for id in self.documents if "/" in id}
        turn = "turn: follow-up" if self.question.history else "turn: first"
        return {turn, *folders, *filter(None, (self.question.slice,))}


def _unfit(question: Question) -> str | None:
    if not question.answerable:
        return UNANSWERABLE
    if not question.gold_ids:
        return NO_GOLD
    try:
        asked(question.question)
    except UsageError as error:
        return str(error)
    return None


def _sought(questions: Sequence[Question], catalogue: Catalogue) -> list[Sought]:
    """By id: the order of the rows says nothing."""
    if not questions:
        raise UsageError("No question can be asked of a search.", "Bring answerable ones that name their gold_ids.")
    titles = cache(catalogue.titles)

    def document(id: str, asker: Principal) -> str | None:
        if id in titles(asker):
            return id
        kept = catalogue.open_passage(id, asker)
        return kept.passage.document if kept and kept.state == "live" else None

    ordered = sorted(questions, key=lambda question: question.id)
    rows = [Sought(one, {id: document(id, asker(one.asked)) for id in one.gold_ids}) for one in ordered]
    if all(len(row.missing) == len(row.lies) for row in rows):
        raise UsageError(
            f"This Home has none of the gold that {len(rows)} questions name, such as {rows[0].missing[0]!r}.",
            "Sync the documents that they are about; gold_ids are ids of documents or of passages.",
        )
    return rows


# ------------------------------------------------------------------------------------- what is reported


@dataclass(frozen=True)
class Ranked:
    """Rows with the values of each way's rankings."""

    rows: Sequence[Sought]
    values: Mapping[How, Values]
    seed: int

    def of(self, places: Sequence[int]) -> Ranked:
        chosen = {how: {name: column[places] for name, column in found.items()} for how, found in self.values.items()}
        return Ranked([self.rows[place] for place in places], chosen, self.seed)

    @cached_property
    def keys(self) -> list[str]:
        return together([row.documents for row in self.rows])

    @property
    def figures(self) -> Figures:
        return {how: measured(found, self.keys, self.seed) for how, found in self.values.items()}

    @property
    def paired(self) -> dict[How, dict[str, Paired]]:
        return {
            how: paired(self.values[how], {part: self.values[part] for part in parts}, self.keys, self.seed)
            for how, parts in PARTS.items()
            if how in self.values
        }


def _slices(rows: Sequence[Sought]) -> dict[str, list[int]]:
    """Label → places of its rows. What all rows have in common is no slice, unless they call it so."""
    labelled: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        for label in row.labels:
            labelled.setdefault(label, []).append(place)
    named = {row.question.slice for row in rows}
    return {label: labelled[label] for label in sorted(labelled) if label in named or len(labelled[label]) < len(rows)}


def _row(row: Sought, rankings: Mapping[How, Sequence[Found]]) -> dict[str, Any]:
    """At which places each way found gold."""
    gold = {how: credited(row.question.gold_ids, found) for how, found in rankings.items()}
    ranks = {how: [place for place, id in enumerate(found, 1) if id is not None] for how, found in gold.items()}
    return {"id": row.question.id, "ranks": ranks}


def _mix(rows: Sequence[Sought]) -> dict[str, int]:
    several = sum(len(row.lies) > 1 for row in rows)
    follow_ups = sum(bool(row.question.history) for row in rows)
    return {"single_gold": len(rows) - several, "several_gold": several, "follow_ups": follow_ups}
