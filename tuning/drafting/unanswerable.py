"""What an exam must not have answered: twins, near misses and questions off the topic, in their shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from tuning.drafting.answerable import Accepted, Job
from tuning.drafting.choosing import Known
from tuning.drafting.hard import Swapped, swapped
from tuning.drafting.naming import placed
from tuning.drafting.nouns import Draft
from tuning.drafting.offtopic import off_topic
from tuning.drafting.twins import hidden

MISSING = "near misses were wanted, and nothing could be swapped for them"
TRIED = 20  # drafts for each near miss wanted, besides those that are asked


@dataclass(frozen=True)
class Unanswerable:
    twins: Mapping[str, tuple[str, ...]]  # question → the documents to be hidden
    hard: Sequence[Swapped]
    off_topic: Sequence[str]


def unanswerable(job: Job, accepted: Sequence[Accepted], drafts: Sequence[Draft], many: int) -> Unanswerable:
    """Half of them twins, a sixth off the topic, the rest near misses; twins make up for what is missing of those."""
    far = many // 6
    near = many - many // 2 - far
    hard = _hard(job, accepted, drafts, near)
    job.left_out[MISSING] += near - len(hard)
    twins = _twins(job, accepted, many - len(hard) - far)
    off = islice(off_topic(job.corpus, job.random), many - len(hard) - len(twins))
    return Unanswerable(twins, hard, list(off))


def _hard(job: Job, accepted: Sequence[Accepted], drafts: Sequence[Draft], many: int) -> list[Swapped]:
    """Swapped out of what is asked, and of some drafts that are not."""
    asked = [(one.draft, one.asked) for one in accepted]
    used = {one.draft.question for one in accepted}
    others = job.random.sample(drafts, min(len(drafts), TRIED * many))
    asked += [(draft, _placed(job, draft)) for draft in others if draft.question not in used]
    found, known = list[Swapped](), Known()
    for one in swapped(job.corpus, asked, drafts, job.random):
        if len(found) >= many:
            break
        if not known.asks(one.question):
            known.add(one.draft, one.question)
            found.append(one)
            job.progress("Swapping what they ask of", len(found), many)
    return found


def _placed(job: Job, draft: Draft) -> str:
    name = job.corpus.documents.get(draft.passage.document)
    return placed(draft, name, 0, False) if name else draft.question


def _twins(job: Job, accepted: Sequence[Accepted], many: int) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for one in job.random.sample(accepted, len(accepted)):
        if len(found) >= many:
            break
        without = hidden(job.corpus, one.draft, one.asked, one.gold)
        if isinstance(without, str):
            job.left_out[without] += 1
        else:
            found[one.asked] = without
            job.progress("Hiding what answers", len(found), many)
    return found
