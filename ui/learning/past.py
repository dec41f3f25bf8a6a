"""Rows of past conversations: of what was replied, that which the documents say, too."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator

from assistant.spec import Spec
from assistant.voice.instructions import in_voice
from retrieval import UsageError
from tuning.examples.located import balanced
from tuning.examples.making import Making
from tuning.examples.past.columns import told as columns_told
from tuning.examples.past.learning import DOUBTFUL, GAP, LEARNED, Learned, everywhere, learned
from tuning.examples.past.nouns import Exchanges
from tuning.examples.past.reading import read
from tuning.feedback.gaps import keep_gaps
from ui.exams.words import counted
from ui.learning.gathering import Gathered, Teaching


def from_conversations(teaching: Teaching, options: argparse.Namespace) -> Gathered:
    """Doubtful rows wait for a person; questions that the documents are silent about are kept as gaps."""
    spec, library = teaching.assistant.spec, teaching.assistant.library
    exchanges = read(options.conversations, columns_told(options.columns or ""), _called(spec), teaching.progress)
    if not exchanges.found:
        why = "; ".join(f"{many} × {reason}" for reason, many in exchanges.left_out.most_common(3))
        raise UsageError(
            f"{', '.join(map(str, options.conversations))} holds no question with a reply ({why or 'nothing at all'}).",
            "Look at one of its rows; --columns says which column is which.",
        )
    making = Making(teaching.shelf, teaching.shape, teaching.seed, teaching.progress)
    prose = in_voice(spec) if spec.model.answering == "prose" else None
    found = learned(making, exchanges, everywhere(library), prose)
    keep_gaps(library.database, found.gaps)
    rows = balanced(found.rows, teaching.shape, teaching.many, making.left_out) if prose is None else found.rows
    others = {fate: many for fate, many in found.fates.items() if fate not in (LEARNED, DOUBTFUL, GAP)}
    left_out = exchanges.left_out + making.left_out
    left_out.update(others)
    return Gathered(rows, left_out, list(_told(exchanges, found)), doubtful=found.doubtful, why=found.why)


def _told(exchanges: Exchanges, found: Learned) -> Iterator[str]:
    many = {fate: found.fates[fate] for fate in (LEARNED, DOUBTFUL, GAP)}
    said = ", ".join(f"{number:,} × {fate}" for fate, number in many.items() if number)
    yield f"{counted(len(exchanges.found), 'question')} with a reply: {said or 'none could be used'}."
    if found.gaps:
        yield "The gaps are kept in the Home: groundsmith gaps names them."


def _called(spec: Spec) -> frozenset[str]:
    """Words that the company itself is called by: they are nobody's name."""
    return frozenset(re.findall(r"\w+", f"{spec.assistant.organisation} {spec.assistant.name}".lower()))
