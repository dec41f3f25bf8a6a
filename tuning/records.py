"""What teaching keeps in the Home's database: which documents are for what, and the examples made so far."""

from __future__ import annotations

from retrieval import Database, Home, Purge
from retrieval.life.purge import erasing
from tuning.examples.erasing import erase as erase_exported
from tuning.feedback.erasing import erase as erase_feedback
from tuning.training.workplace import erase as erase_trainings

MIGRATIONS = (
    """
CREATE TABLE sides (
    document TEXT NOT NULL,
    section TEXT NOT NULL DEFAULT '',
    side TEXT NOT NULL CHECK (side IN ('train', 'calibrate', 'exam')),
    assigned_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (document, section)
);
CREATE TABLE examples (
    id TEXT PRIMARY KEY,
    row TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'accepted', 'corrected', 'rejected')),
    why TEXT NOT NULL DEFAULT '',
    made_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    decided_at TEXT
);
CREATE TABLE examples_documents (
    example TEXT NOT NULL REFERENCES examples(id) ON DELETE CASCADE,
    document TEXT NOT NULL,
    PRIMARY KEY (example, document)
)
""",
    """
CREATE TABLE corrections (
    answer TEXT PRIMARY KEY REFERENCES answers(id) ON DELETE CASCADE,
    text TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('accepted', 'rejected')),
    verdict TEXT CHECK (verdict IN ('supported', 'contradicted', 'unsupported')),
    why TEXT NOT NULL DEFAULT '',
    decided_by TEXT NOT NULL DEFAULT '',
    decided_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE owner_answers (
    id TEXT PRIMARY KEY,
    answer TEXT NOT NULL UNIQUE,
    question TEXT NOT NULL,
    text TEXT NOT NULL,
    date TEXT NOT NULL,
    groups TEXT NOT NULL,
    evidence TEXT NOT NULL,
    supersedes TEXT NOT NULL,
    written_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE gaps (
    question TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    origin TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    person TEXT NOT NULL DEFAULT '',
    shown TEXT NOT NULL DEFAULT '[]',
    PRIMARY KEY (question, asked_at, origin, person)
);
CREATE TABLE gaps_dismissed (
    wording TEXT PRIMARY KEY,
    dismissed_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
)
""",
)


def erase(home: Home, database: Database, purge: Purge) -> None:
    """Examples that show anything of a purged document go with it, and what was begun with them."""
    with erasing(database) as connection:
        known = [row["document"] for row in connection.execute("SELECT DISTINCT document FROM examples_documents")]
        for document in filter(purge.names, known):
            connection.execute(
                "DELETE FROM examples WHERE id IN (SELECT example FROM examples_documents WHERE document = ?)",
                (document,),
            )
        assigned = [row["document"] for row in connection.execute("SELECT DISTINCT document FROM sides")]
        for document in filter(purge.names, assigned):
            connection.execute("DELETE FROM sides WHERE document = ?", (document,))
    erase_exported(home, purge)
    erase_trainings(home, purge)
    erase_feedback(home, database, purge)
