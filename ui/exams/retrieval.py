"""groundsmith exam HOME --retrieval FILE…: how well each way of searching finds what holds the answers."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator

from retrieval import UsageError
from tuning.exam.ranking import MEASURES, Paired
from tuning.exam.retrieving import RetrievalReport, examine_retrieval
from tuning.nouns import Metric
from tuning.opening import open_whole
from ui.exams.files import usable, write
from ui.terminal import Progress, printable

BY_SLICE = "recall_at_5"
LABEL = 28  # characters of a slice's name
NAMED = 3  # questions, one by one
OF_ANSWERS = ("html", "adapter", "against")


def run(options: argparse.Namespace) -> int:
    for name in OF_ANSWERS:
        if vars(options)[name]:
            raise UsageError(f"--{name} belongs to an exam of answers.", "Leave it out, or examine --questions.")
    questions = usable(options.retrieval, options.skip_bad)
    questions = questions[: options.limit] if options.limit else questions
    library = open_whole(options.home).library
    found = examine_retrieval(library, questions, options.retrieval, Progress(), options.seed)
    print(text(found))
    if options.json:
        write(options.json, json.dumps(found.to_json(), ensure_ascii=False, indent=1) + "\n")
    return 0


def text(found: RetrievalReport) -> str:
    parts = (_about(found), _table(found), _compared(found), _by_slice(found))
    return "\n\n".join("\n".join(lines) for part in parts if (lines := list(part)))


def _about(found: RetrievalReport) -> Iterator[str]:
    yield f"{len(found.rows)} questions, encoder {found.encoder}"
    if several := found.mix["several_gold"]:
        yield f"With several gold ids: {several} (recall is the share of them that is found, success whether one is)"
    if follow_ups := found.mix["follow_ups"]:
        yield f"Follow-ups: {follow_ups} (asked by their last turn as it stands)"
    for reason, many in sorted(Counter(found.skipped.values()).items()):
        yield printable(f"Skipped: {many} ({reason})")
    if found.missing:
        named = [f"{id}: {', '.join(gold)}" for id, gold in list(found.missing.items())[:NAMED]]
        more = ["…"] if len(found.missing) > NAMED else []
        yield f"With gold that their asker can't find here: {len(found.missing)} (it counts as not found)"
        yield from (printable(f"  {line}") for line in named + more)


def _table(found: RetrievalReport) -> Iterator[str]:
    yield f"{'':<15}" + "".join(f"{how:<22}" for how in found.metrics).rstrip()
    for name in _told(found):
        yield f"{name:<15}" + "".join(f"{_shown(of[name]):<22}" for of in found.metrics.values()).rstrip()


def _told(found: RetrievalReport) -> list[str]:
    """Where no question has several gold ids, success is recall by another name."""
    return [name for name in MEASURES if found.mix["several_gold"] or not name.startswith("success")]


def _compared(found: RetrievalReport) -> Iterator[str]:
    for how, against in found.paired.items():
        yield f"{how} minus the better of its parts, over groups of questions about the same documents:"
        for name in _told(found):
            one = against[name]
            yield f"{name:<15}{one.against:<9}{_shown(one.difference, '+.3f'):<26}{_sides(one)}"


def _sides(one: Paired) -> str:
    return f"better {one.better:>3}, worse {one.worse:>3}, sign test p = {one.p:.3f}"


def _by_slice(found: RetrievalReport) -> Iterator[str]:
    if found.slices:
        yield f"{BY_SLICE:<{LABEL}}{'n':>5}  " + "".join(f"{how:<22}" for how in found.metrics).rstrip()
    for label, metrics in found.slices.items():
        name, taken = _clipped(printable(label)), [of[BY_SLICE] for of in metrics.values()]
        yield f"{name:<{LABEL}}{taken[0].n:>5}  " + "".join(f"{_shown(one):<22}" for one in taken).rstrip()


def _clipped(label: str) -> str:
    return label if len(label) < LABEL else label[: LABEL - 2] + "…"


def _shown(metric: Metric, form: str = ".3f") -> str:
    return f"{metric.value:{form}} [{metric.low:{form}}, {metric.high:{form}}]"
