"""What a purge takes out of what feedback became: an Owner's answer that rests on what is purged goes with it."""

from __future__ import annotations

import json

from retrieval import Database, Home, IndexDamaged, Purge
from retrieval.catalogue import Catalogue
from retrieval.index.building import build
from retrieval.index.generation import newest, sweep
from retrieval.index.manifest import read_manifest
from retrieval.life.purge import erasing
from tuning.feedback.shelf import files_of


def resting_on(database: Database, purge: Purge) -> list[str]:
    """The Owner's answers that a purge will take along."""
    rows = database.rows("SELECT id, evidence FROM owner_answers ORDER BY id")
    return [row["id"] for row in rows if any(map(purge.names, (row["id"], *json.loads(row["evidence"]))))]


def erase(home: Home, database: Database, purge: Purge) -> None:
    """Its file first: what was interrupted finds it in the table once more."""
    gone = resting_on(database, purge)
    for path in files_of(home, gone):
        path.unlink()
    with erasing(database) as connection:
        for id in gone:
            from_it = "(SELECT answer FROM owner_answers WHERE id = ?)"
            connection.execute(
                f"UPDATE feedback SET comment = NULL, correction = NULL WHERE answer IN {from_it}", (id,)
            )
            connection.execute("DELETE FROM files WHERE path IN (SELECT file FROM documents WHERE id = ?)", (id,))
            connection.execute("DELETE FROM documents WHERE id = ?", (id,))
            connection.execute("DELETE FROM owner_answers WHERE id = ?", (id,))
        connection.execute(
            "DELETE FROM corrections WHERE answer NOT IN (SELECT answer FROM feedback WHERE correction IS NOT NULL)"
        )
        for row in database.rows("SELECT rowid, shown FROM gaps"):
            if any(map(purge.names, json.loads(row["shown"]))):
                connection.execute("DELETE FROM gaps WHERE rowid = ?", (row["rowid"],))
    if gone:
        _rebuild(home, Catalogue(database))


def _rebuild(home: Home, catalogue: Catalogue) -> None:
    """The index was made anew before, when these were still in the catalogue."""
    folder = newest(home)
    try:
        manifest = read_manifest(folder) if folder else None
    except IndexDamaged:  # the next sync builds it from the catalogue
        return
    if manifest is not None:
        build(home, catalogue, manifest.encoder, manifest.dimension, manifest.rules, anew=True)
    sweep(home)
