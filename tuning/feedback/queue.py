"""Corrections as they are kept: what somebody would have had, what was decided of it, and what it became."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from assistant.personal import masked
from retrieval import Database, UsageError
from retrieval.database import Row
from tuning.feedback.nouns import Correction, OwnerAnswer, State, Verdict

LEAST = 4  # characters of an id that name it
CORRECTED = (
    "SELECT f.answer AS id, f.correction, f.given_at, a.answer, a.trace, o.id AS document,"
    " c.state, c.verdict, c.why, c.decided_by, c.decided_at FROM feedback f JOIN answers a ON a.id = f.answer"
    " LEFT JOIN corrections c ON c.answer = f.answer AND c.text = f.correction"
    " LEFT JOIN owner_answers o ON o.answer = f.answer AND c.state = 'accepted'"
    " WHERE f.correction IS NOT NULL ORDER BY f.given_at DESC, f.rowid DESC"
)
# What stays though the conversation that it came from was erased.
LASTING = (
    "SELECT o.* FROM owner_answers o WHERE o.answer NOT IN (SELECT answer FROM feedback WHERE correction IS NOT NULL)"
    " ORDER BY o.date DESC, o.id"
)


def corrections(database: Database, *states: State) -> list[Correction]:
    """The latest first; without a state, all."""
    found = [_correction(row) for row in database.rows(CORRECTED)]
    found += [_lasting(row) for row in database.rows(LASTING)]
    return [each for each in found if not states or each.state in states]


def named(database: Database, id: str) -> Correction:
    """By its id, the beginning of it, or the document that it became."""
    known = corrections(database)
    meant = [each for each in known if each.id == id or each.document == id]
    meant = meant or [each for each in known if len(id) >= LEAST and each.id.startswith(id)]
    if not meant:
        raise UsageError(f"There is no correction {id!r}.", "`groundsmith corrections HOME` lists them.")
    if len(meant) > 1:
        raise UsageError(f"{len(meant)} corrections begin with {id!r}.", "Give more of the id.")
    return meant[0]


def record(
    database: Database, correction: Correction, state: State, verdict: Verdict | None, why: str, by: str
) -> None:
    with database.transaction() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO corrections (answer, text, state, verdict, why, decided_by)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (correction.id, correction.text, state, verdict, why, by),
        )


def keep(database: Database, answer: OwnerAnswer, correction: str) -> None:
    row = (answer.id, correction, answer.question, answer.text, answer.date)
    with database.transaction() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO owner_answers (id, answer, question, text, date, groups, evidence, supersedes)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (*row, *(_listed(names) for names in (answer.groups, answer.evidence, answer.supersedes))),
        )


def forget(database: Database, correction: str) -> None:
    """The decision, and the Owner's answer that came of it."""
    with database.transaction() as connection:
        connection.execute("DELETE FROM corrections WHERE answer = ?", (correction,))
        connection.execute("DELETE FROM owner_answers WHERE answer = ?", (correction,))


def correction_of(database: Database, document: str) -> str:
    return str(database.rows("SELECT answer FROM owner_answers WHERE id = ?", document)[0]["answer"])


def owner_answers(database: Database) -> list[OwnerAnswer]:
    return [_owners(row) for row in database.rows("SELECT * FROM owner_answers ORDER BY date, written_at, id")]


def _correction(row: Row) -> Correction:
    answer, trace = json.loads(row["answer"]), json.loads(row["trace"])
    return Correction(
        id=row["id"],
        question=asked(answer, trace),
        answer="" if answer.get("abstained") else answer["answer"],
        text=row["correction"],
        given_at=row["given_at"],
        cited=_passages(answer.get("citations", ())),
        shown=_passages(trace.get("found", ())),
        state=row["state"] or "waiting",
        verdict=row["verdict"],
        why=row["why"] or "",
        decided_by=row["decided_by"] or "",
        decided_at=row["decided_at"] or "",
        document=row["document"],
    )


def asked(answer: dict[str, Any], trace: dict[str, Any]) -> str:
    """A question as it was understood, without what tells of a person: others will read it."""
    return masked(str(trace.get("condensed", {}).get("question") or answer["question"]))


def _passages(found: Iterable[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one["passage"] for one in found if "passage" in one))


def _lasting(row: Row) -> Correction:
    return Correction(
        id=row["answer"],
        question=row["question"],
        answer="",
        text=row["text"],
        given_at=row["date"],
        state="accepted",
        decided_at=row["written_at"],
        document=row["id"],
    )


def _owners(row: Row) -> OwnerAnswer:
    groups, evidence, supersedes = (json.loads(row[name]) for name in ("groups", "evidence", "supersedes"))
    told = (row["id"], row["question"], row["text"], row["date"])
    return OwnerAnswer(*told, frozenset(groups), tuple(evidence), tuple(supersedes))


def _listed(names: Iterable[str]) -> str:
    return json.dumps(sorted(names), ensure_ascii=False)
