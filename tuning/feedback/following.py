"""Owner's answers follow their evidence: who may no longer read that may not read them either."""

from __future__ import annotations

from dataclasses import replace

from retrieval import Library
from retrieval.access import Audience
from retrieval.rows import read
from tuning.feedback.granting import common, within
from tuning.feedback.nouns import OwnerAnswer
from tuning.feedback.queue import correction_of, forget, keep, owner_answers
from tuning.feedback.shelf import put, remove


def keep_within(library: Library) -> list[str]:
    """Rules may have changed: what more people could read than its evidence is for fewer from now on.

    Where no group may read all of the evidence any more, the answer leaves, and its correction waits again.
    """
    outside = [each for each in owner_answers(library.database) if not _kept(library, each)]
    for answer in outside:
        correction = correction_of(library.database, answer.id)
        bound = common(library.catalogue.audiences_of(answer.evidence))
        groups = None if bound is None else common([bound, answer.groups])
        if groups is None:
            remove(library, answer.id)
            forget(library.database, correction)
        else:
            narrower = replace(answer, groups=groups)
            put(library, narrower)
            keep(library.database, narrower, correction)
    return [answer.id for answer in outside]


def _kept(library: Library, answer: OwnerAnswer) -> bool:
    """Whether nobody reads it who may not read its evidence; one whose file was deleted nobody reads."""
    bound = common(library.catalogue.audiences_of(answer.evidence))
    return all(bound is not None and within(groups, bound) for groups in _audiences(library, answer.id))


def _audiences(library: Library, document: str) -> list[Audience]:
    """Of what is live of it; of earlier states nobody finds anything."""
    rows = library.database.rows("SELECT audience FROM documents WHERE id = ? AND state = 'live'", document)
    return [read(row["audience"]) for row in rows]
