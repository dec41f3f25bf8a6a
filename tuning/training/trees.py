"""Examples that share their sources are read as one tree: the sources once, and each question with its answer a branch.

A branch sees the trunk and itself, at the places where it would stand alone, so the numbers are those of reading each
example by itself. With ten questions of three passages that is a sixth of the work.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from assistant.format import ANSWER, CITED, Parsed, complete, labels, render
from assistant.language.forward import common
from assistant.language.wording import Wording
from retrieval import Passage, UsageError, bring
from tuning.nouns import Example


@dataclass(frozen=True)
class Branch:
    """One example. Places are those of the whole tree, and each is the place before what it foretells."""

    example: Example
    decision: int
    labels: tuple[int, ...]  # tokens of what may follow `Cited:`, the last one abstains
    right: tuple[int, ...]  # which of them are right
    answer: tuple[int, ...]  # places, none where it is to abstain
    said: tuple[int, ...]  # the tokens there


@dataclass(frozen=True)
class Tree:
    ids: tuple[int, ...]
    positions: tuple[int, ...]
    owners: tuple[int, ...]  # 0 for the trunk, else the branch's number
    branches: tuple[Branch, ...]

    @property
    def examples(self) -> int:
        return len(self.branches)

    @property
    def trunk(self) -> int:
        return self.owners.count(0)


@dataclass(frozen=True)
class _Row:
    """An example as tokens."""

    example: Example
    ids: list[int]
    label: int  # the place of the label
    labels: tuple[int, ...]
    frame: int  # where the answer begins


def trees(examples: Sequence[Example], wording: Wording, who: str, most: int) -> Iterator[Tree]:
    """Trees of no more than so many tokens, of examples that stand together and share their sources."""
    for sources, group in groupby(examples, key=lambda example: example.sources):
        passages = [bring(source.id, source.title, source.text) for source in sources]
        yield from _grown([_row(example, passages, wording, who) for example in group], most)


def _row(example: Example, passages: Sequence[Passage], wording: Wording, who: str) -> _Row:
    prompt = wording.text(render(example.question, passages, who))
    parsed = Parsed(example.gold[0], example.answer) if example.gold else Parsed(None, "")
    whole = wording.tokens(prompt + complete(parsed))
    begun = [wording.tokens(prompt + CITED + label) for label in labels(len(passages))]
    place = min(common(begun[0], other) for other in begun[1:])
    if any(len(one) != place + 1 for one in begun):
        raise UsageError("This tokenizer writes a label as several tokens.", "Choose another base model to train.")
    frame = common(whole, wording.tokens(f"{prompt}{CITED}{example.gold[0] + 1}\n{ANSWER}")) if example.gold else 0
    return _Row(example, [*whole, wording.last], place, tuple(one[-1] for one in begun), frame)


def _grown(rows: Sequence[_Row], most: int) -> Iterator[Tree]:
    """One tree, or as many as keep to the limit."""
    trunk = _shared(rows)
    size, taken = trunk, list[_Row]()
    for row in rows:
        if taken and size + len(row.ids) - trunk > most:
            yield _tree(taken)
            size, taken = trunk, []
        taken.append(row)
        size += len(row.ids) - trunk
    if taken:
        yield _tree(taken)


def _shared(rows: Sequence[_Row]) -> int:
    first = rows[0]
    return min([first.label - 1, *(min(common(first.ids, row.ids), row.label - 1) for row in rows[1:])])


def _tree(rows: Sequence[_Row]) -> Tree:
    trunk = _shared(rows)
    ids, positions, owners = rows[0].ids[:trunk], list(range(trunk)), [0] * trunk
    branches = []
    for number, row in enumerate(rows, 1):
        branches.append(_branch(row, len(ids) - trunk))
        own = _learned(row)[trunk:]
        ids, owners = [*ids, *own], [*owners, *[number] * len(own)]
        positions += range(trunk, trunk + len(own))
    return Tree(tuple(ids), tuple(positions), tuple(owners), tuple(branches))


def _learned(row: _Row) -> list[int]:
    """What is read of it: all but the last token, which is only foretold."""
    return row.ids[:-1] if row.example.gold else row.ids[: row.label]


def _branch(row: _Row, moved: int) -> Branch:
    gold = row.example.gold
    right = gold if gold else (len(row.labels) - 1,)
    places = range(row.frame, len(row.ids)) if gold else range(0)
    answer = tuple(place - 1 + moved for place in places)
    said = tuple(row.ids[place] for place in places)
    return Branch(row.example, row.label - 1 + moved, row.labels, right, answer, said)
