"""What a training learns from: the examples of a Home that still stand, or those of files; and a part kept back."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from assistant import Adapter, Assistant
from assistant.card import read_card
from retrieval import EVERYONE, Principal, ReadError, UsageError
from tuning.examples.formats import read_any
from tuning.examples.showing import alone
from tuning.examples.store import documents_of, kept, standing
from tuning.nouns import Example
from tuning.training.course import Lesson

KEPT_BACK = 12  # one question in so many, to see how far the learning has come


def lesson_of_home(assistant: Assistant, name: str, continued: Adapter | None, domain: str | None = None) -> Lesson:
    """Of what was made, brought or corrected here, what everyone may read, or the group that this is for."""
    reader = Principal(None, frozenset({domain})) if domain else EVERYONE
    stands = standing(assistant.library, kept(assistant.library.database), reader)
    return lesson(stands.examples, name, continued, domain)


def lesson_from_files(
    paths: Sequence[Path],
    name: str,
    continued: Adapter | None = None,
    skip_bad: bool = False,
    held: Sequence[Path] = (),
) -> Lesson:
    """`held` are files of their own to check with; without them, a part of the others is kept back."""
    learned = _read(paths, skip_bad)
    found = lesson(learned, name, continued)
    return replace(found, learned=_alone(learned), held=_alone(_read(held, skip_bad))) if held else found


def _read(paths: Sequence[Path], skip_bad: bool) -> list[Example]:
    examples, problems = read_any(paths)
    if problems and not skip_bad:
        first = problems[0]
        others = f" (and {len(problems) - 1} more rows)" if len(problems) > 1 else ""
        raise ReadError(
            f"{first.file}, line {first.line}: {first.reason}{others}.", "Mend the rows, or pass --skip-bad."
        )
    return examples


def lesson(
    examples: Sequence[Example], name: str, continued: Adapter | None = None, domain: str | None = None
) -> Lesson:
    back = [example for example in examples if _kept_back(example)]
    learned = [example for example in examples if not _kept_back(example)]
    before = _begun(continued, domain) if continued else ()
    documents = sorted({*before, *(document for example in examples for document in documents_of(example))})
    return Lesson(name, _alone(learned), _alone(back), documents=documents, domain=domain, continued=continued)


def _alone(examples: Sequence[Example]) -> list[Example]:
    return [alone(example) for example in examples]


def _begun(continued: Adapter, domain: str | None) -> tuple[str, ...]:
    """The documents that are in its weights already, if these may go on from it."""
    if continued.domain not in (None, domain):
        raise UsageError(
            f"The adapter {continued.name} learned from what the group {continued.domain} may read.",
            f"Pass --domain {continued.domain}, or go on from another one with --base.",
        )
    if read_card(continued.folder).retrain:
        raise UsageError(
            f"The adapter {continued.name} learned from documents that have been purged.", "Begin anew: --base none."
        )
    return continued.documents


def _kept_back(example: Example) -> bool:
    """A question and its twin together."""
    digest = hashlib.sha256((example.twin_of or example.id).encode()).hexdigest()
    return int(digest, 16) % KEPT_BACK == 0
