"""An adapter for use elsewhere: written, opened again, and asked the same as the one that it was made from."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from assistant import Adapter, Assistant, read_adapter
from assistant.adapters import called
from assistant.card import CARD, WEIGHTS
from assistant.language.embedded import READER
from assistant.language.telling import TellingModel
from assistant.opening import model_reader
from assistant.reading import Reader
from retrieval import Hit, MissingExtra, UsageError, resolve, storing
from tuning.examples.sides import readable, reader_of

Format = Literal["peft", "merged", "gguf"]
ROWS = 12
CONVERTER = "convert_hf_to_gguf.py"


@dataclass(frozen=True)
class Agreed:
    """How far what was exported agrees with the adapter, over so many questions to the Home's own passages."""

    rows: int
    decisions: int  # the same passage, or none
    answers: int  # the same words
    furthest: float  # largest difference of a confidence

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def export(assistant: Assistant, name: str, out: Path, form: Format) -> Agreed:
    adapter = called(assistant.library.home, name)
    if form == "gguf":
        raise MissingExtra(
            f"GGUF is written by llama.cpp's {CONVERTER}, which is no part of groundsmith.",
            f"Export with --format merged, then: python {CONVERTER} {out} --outfile {name}.gguf",
        )
    if out.exists():
        raise UsageError(f"{out} is already there.", "Name a folder that is not.")
    with storing(out):
        aside = out.with_name(f".{out.name}.unfinished")
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        _write(assistant, adapter, aside, form)
        aside.rename(out)
    return agreed(assistant, adapter, _opened(assistant, adapter, out, form))


def _write(assistant: Assistant, adapter: Adapter, out: Path, form: Format) -> None:
    if form == "peft":
        for file in (*WEIGHTS, CARD):
            shutil.copy(adapter.folder / file, out)
        return
    from tuning.teaching.merging import merge

    merge(resolve(assistant.spec.model.base, [READER]), adapter, out)


def _opened(assistant: Assistant, adapter: Adapter, out: Path, form: Format) -> Reader:
    if form == "peft":
        return model_reader(assistant.spec, read_adapter(out))
    own = replace(assistant.spec, model=replace(assistant.spec.model, answering=adapter.answering))
    return model_reader(own, None, TellingModel(str(out), out))


def agreed(assistant: Assistant, adapter: Adapter, exported: Reader) -> Agreed:
    """Every decision and every reading, whatever threshold there is."""
    first = model_reader(assistant.spec, adapter)
    rows = _rows(assistant, adapter)
    decisions = answers = 0
    furthest = 0.0
    for question, hits in rows:
        ours, theirs = (reader.decide(question, hits) for reader in (first, exported))
        decisions += ours.cited == theirs.cited
        answers += _said(first, question, hits) == _said(exported, question, hits)
        furthest = max(furthest, abs((ours.confidence or 0.0) - (theirs.confidence or 0.0)))
    return Agreed(len(rows), decisions, answers, furthest)


def _said(reader: Reader, question: str, hits: Sequence[Hit]) -> list[object]:
    """What it reads in the best hit."""
    return list(reader.say(question, hits, 0))


def _rows(assistant: Assistant, adapter: Adapter) -> list[tuple[str, list[Hit]]]:
    """Headings, titles and sentences of passages, asked of what the search finds for them."""
    principal = reader_of(adapter.domain)
    passages = readable(assistant.library, principal)
    asked = [passage.heading[-1] for passage in passages if passage.heading]
    asked += [passage.quote(unit) for passage in passages for unit in passage.units]
    questions = list(dict.fromkeys(" ".join(one.split()) for one in asked if one.strip()))
    if not questions:
        raise UsageError("The Home holds nothing to try an export on.", "Sync documents into it first.")
    step = max(1, len(questions) // ROWS)
    many, search = assistant.spec.retrieval.passages, assistant.library.searcher.search
    return [(question, search(question, many, principal)) for question in islice(questions, 0, ROWS * step, step)]
