"""Questions that people asked, whose answer they approved of: rows as good as any, for somebody checked them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from retrieval import Passage
from tuning.examples.distractors import drawn
from tuning.examples.making import Making
from tuning.examples.setting import showing
from tuning.examples.shape import seated
from tuning.examples.shelf import Shelf
from tuning.examples.showing import evidence_of, source_of, worded
from tuning.nouns import Example

ORIGIN = "conversations"
GONE = "approved by somebody, but its document changed, left, or is kept for the exam or the calibration"
SEVERAL = "approved by somebody, but no span of one passage"
APPROVED = (
    "SELECT a.id, a.answer, a.trace FROM answers a JOIN feedback f ON f.answer = a.id"
    " WHERE f.thumb = 'up' AND f.correction IS NULL ORDER BY a.asked_at, a.id"
)


def confirmed(making: Making) -> Iterator[Example]:
    """What was cited must stand in a teaching document as it did. What was said before goes in as one question."""
    shelf = making.shelf
    passages = {passage.id: passage for passage in shelf.passages}
    for row in shelf.library.database.rows(APPROVED):
        answer, trace = json.loads(row["answer"]), json.loads(row["trace"])
        if answer.get("abstained", True) or answer.get("kind", "answer") != "answer":
            continue
        made = _row(making, row["id"], _asked(answer, trace), answer, passages)
        if isinstance(made, Example):
            yield made
        else:
            making.left_out[made] += 1


def _asked(answer: Mapping[str, Any], trace: Mapping[str, Any]) -> str:
    """A follow-up as it was understood."""
    return str(trace.get("condensed", {}).get("question") or answer["question"])


def _row(
    making: Making, id: str, asked: str, answer: Mapping[str, Any], passages: Mapping[str, Passage]
) -> Example | str:
    cited = answer["citations"]
    if len(cited) != 1:
        return SEVERAL
    first = passages.get(cited[0].get("passage", ""))
    if first is None or cited[0]["quote"] not in first.text:
        return GONE
    verdict, _, told = str(answer["answer"]).partition(": ")
    said = verdict if told and verdict in ("Yes", "No") else worded(answer["answer"], source_of(first), asked)
    if said is None:
        return SEVERAL
    chance = making.chance(id)
    others = drawn(first, _near(making.shelf, first, asked, said), making.shape, chance)
    shown = seated(first, others, making.seats.next(len(others) + 1, chance))
    evidence = (cited[0]["quote"],) if said == verdict else evidence_of(first, said, asked)
    row = Example(f"asked-{id[:12]}", asked, (), answer=said, origin=ORIGIN, slice="asked", evidence=evidence)
    return showing(row, shown, (shown.index(first),))


def _near(shelf: Shelf, first: Passage, asked: str, said: str) -> list[Passage]:
    found = [hit.passage for hit in shelf.find(asked) if hit.passage.id != first.id]
    return [passage for passage in found if said in ("Yes", "No") or said.lower() not in passage.text.lower()]
