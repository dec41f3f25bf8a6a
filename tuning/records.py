"""What teaching keeps in the Home's database: which documents are for what, and the examples made so far."""

from __future__ import annotations

from retrieval import Database, Home, Purge
from retrieval.life.purge import erasing

MIGRATIONS = (
    """
CREATE TABLE sides (
    family TEXT PRIMARY KEY,
    side TEXT NOT NULL CHECK (side IN ('train', 'calibrate', 'exam')),
    assigned_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
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
)


def erase(home: Home, database: Database, purge: Purge) -> None:
    """Examples that show anything of a purged document go with it."""
    with erasing(database) as connection:
        known = [row["document"] for row in connection.execute("SELECT DISTINCT document FROM examples_documents")]
        for document in filter(purge.names, known):
            connection.execute(
                "DELETE FROM examples WHERE id IN (SELECT example FROM examples_documents WHERE document = ?)",
                (document,),
            )
        for family in [row["family"] for row in connection.execute("SELECT family FROM sides")]:
            if purge.names(family):
                connection.execute("DELETE FROM sides WHERE family = ?", (family,))
