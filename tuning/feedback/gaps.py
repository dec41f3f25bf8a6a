"""Knowledge gaps: what people asked and nobody could answer, grouped by meaning, for whoever writes the documents.

A gap tells what was asked, never by whom. For the owner's eyes; another principal is shown what was asked over passages
that they may read themselves.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from assistant import Assistant
from assistant.personal import masked
from retrieval import Database, Library, Passage, Principal, UsageError
from tuning.feedback.deciding import checked, owner
from tuning.feedback.grouping import grouped
from tuning.feedback.nouns import Correction, Gap, GapGroup
from tuning.feedback.queue import asked, corrections

UNANSWERED = ("nothing_found", "insufficient", "off_topic")  # reasons that tell of the documents, not of the machine
UNSUPPORTED = "corrected, and no document says so"
PAST = "answered by people, and no document says so"
ABSTAINED = (
    "SELECT a.id, a.answer, a.trace, a.asked_at, COALESCE(c.user, c.id) AS person FROM answers a"
    " JOIN conversations c ON c.id = a.conversation WHERE json_extract(a.answer, '$.abstained')"
    " AND COALESCE(json_extract(a.answer, '$.kind'), 'answer') = 'answer' AND a.question <> ''"
    " ORDER BY a.asked_at, a.id"
)
UNDOCUMENTED = (
    "SELECT o.id FROM owner_answers o JOIN corrections c ON c.answer = o.answer WHERE c.verdict = 'unsupported'"
)
LEAST = 4  # characters of an id that name it


def gaps(assistant: Assistant, principal: Principal | None = None, since: str = "") -> list[GapGroup]:
    """The most often asked first, open ones before those that a later document answers. Without a principal, the
    owner's view."""
    library = assistant.library
    reader = owner(library) if principal is None else principal
    away = {row["wording"] for row in library.database.rows("SELECT wording FROM gaps_dismissed")}
    known = [gap for gap in _known(assistant) if gap.when >= since and wording(gap.question) not in away]
    mine = known if principal is None else [gap for gap in known if _theirs(library, gap, principal)]
    groups = [_group(assistant, group, reader) for group in grouped(mine, library.encoder)]
    return sorted(groups, key=lambda one: (one.closed, -one.people, -one.times, one.question))


def keep_gaps(database: Database, found: Iterable[Gap]) -> int:
    """What others came upon, as in replies of the past; how many were new."""
    with database.transaction() as connection:
        return sum(
            connection.execute(
                "INSERT OR IGNORE INTO gaps (question, asked_at, origin, reason, person, shown)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (masked(gap.question), gap.when, gap.origin, gap.reason, gap.person, json.dumps(gap.shown)),
            ).rowcount
            for gap in found
        )


def dismiss(database: Database, groups: Sequence[GapGroup], id: str) -> GapGroup:
    """The owner will not have it answered: none of its wordings is shown again."""
    meant = [group for group in groups if len(id) >= LEAST and group.id.startswith(id)]
    if len(meant) != 1:
        problem = f"There is no gap {id!r}." if not meant else f"{len(meant)} gaps begin with {id!r}."
        raise UsageError(problem, "`groundsmith gaps HOME --all` names them.")
    with database.transaction() as connection:
        rows = [(wording(each),) for each in meant[0].wordings]
        connection.executemany("INSERT OR IGNORE INTO gaps_dismissed (wording) VALUES (?)", rows)
    return meant[0]


def wording(question: str) -> str:
    """What tells one wording from another, and not what it says."""
    plain = " ".join("".join(letter if letter.isalnum() else " " for letter in question.casefold()).split())
    return hashlib.sha256(plain.encode()).hexdigest()[:12]


# ------------------------------------------------------------------------------------- what is known


def _known(assistant: Assistant) -> Iterator[Gap]:
    """One for each answer, though it was corrected, too; and what was handed over."""
    database = assistant.library.database
    found = dict(_abstained(database))
    for each in _unsupported(assistant):
        known = found.get(each.id) or Gap(each.question, each.given_at, "correction", shown=each.shown)
        found[each.id] = replace(known, reason=UNSUPPORTED)
    yield from found.values()
    for row in database.rows("SELECT * FROM gaps ORDER BY asked_at, question"):
        told = (row["reason"] or PAST, row["person"], tuple(json.loads(row["shown"])))
        yield Gap(row["question"], row["asked_at"], row["origin"], *told)


def _abstained(database: Database) -> Iterator[tuple[str, Gap]]:
    for row in database.rows(ABSTAINED):
        answer, trace = json.loads(row["answer"]), json.loads(row["trace"])
        if answer["reason"] in UNANSWERED:
            shown = tuple(one["passage"] for one in trace.get("found", ()))
            person = hashlib.sha256(row["person"].encode()).hexdigest()[:12]
            yield row["id"], Gap(asked(answer, trace), row["asked_at"], "asked", answer["reason"], person, shown)


def _unsupported(assistant: Assistant) -> Iterator[Correction]:
    """Of one that waits it is found out now what the documents say to it."""
    for each in corrections(assistant.library.database):
        verdict = each.verdict if each.state != "waiting" else checked(assistant, each).verdict
        if verdict == "unsupported" and each.state != "rejected":
            yield each


def _theirs(library: Library, gap: Gap, principal: Principal) -> bool:
    """Whether all that was found for it is theirs to read; where nothing tells, it is the owner's to see."""
    return bool(gap.shown) and all(library.catalogue.open_passage(id, principal) for id in gap.shown)


# ------------------------------------------------------------------------------------- a group of them


def _group(assistant: Assistant, group: Sequence[Gap], reader: Principal) -> GapGroup:
    wordings = tuple(dict.fromkeys(gap.question for gap in group))
    found = GapGroup(
        id=wording(wordings[0]),
        question=wordings[0],
        wordings=wordings,
        times=len(group),
        people=len({gap.person for gap in group if gap.person}) or 1,
        last=max(gap.when for gap in group),
        reasons=dict(Counter(gap.reason for gap in group).most_common()),
    )
    return _today(assistant, found, reader)


def _today(assistant: Assistant, group: GapGroup, reader: Principal) -> GapGroup:
    """What comes nearest, and what answers it now. An Owner's answer that no document bears out closes nothing."""
    database = assistant.library.database
    lone = {row["id"] for row in database.rows(UNDOCUMENTED)}
    near = [hit.passage for hit in assistant.library.searcher.search(group.question, 1, reader, without=lone)]
    passage = _answering(assistant, group, reader)
    said = _placed(passage) if passage else ""
    by_owner = passage is not None and passage.document in lone
    return replace(
        group,
        nearest=_placed(near[0]) if near else "",
        answered_by="" if by_owner else said,
        meanwhile=said if by_owner else "",
    )


def _answering(assistant: Assistant, group: GapGroup, reader: Principal) -> Passage | None:
    """The passage of a document that came since it was last asked, where the assistant answers from one now."""
    fresh = _added_since(assistant.library.database, group.last)
    cited = assistant.ask(group.question, reader).citations if fresh else ()
    return next((one.passage for one in cited if one.passage.document in fresh), None)


def _placed(passage: Passage) -> str:
    return f"{passage.place} ({passage.document})"


def _added_since(database: Database, when: str) -> set[str]:
    rows = database.rows("SELECT id FROM documents WHERE state = 'live' AND added_at >= ?", when)
    return {row["id"] for row in rows}
