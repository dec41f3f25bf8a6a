"""A file becomes answerable: plan → read → split → catalogue → encode → seal. What is known is skipped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from retrieval.access import Access, rules_in
from retrieval.catalogue import Catalogue
from retrieval.encoding import Encoder
from retrieval.errors import IndexDamaged
from retrieval.home import Home
from retrieval.index.building import build
from retrieval.index.dense import check_faiss
from retrieval.index.generation import contents, newest, sweep
from retrieval.index.manifest import Manifest, read_manifest, verify
from retrieval.intake import take_in
from retrieval.life.succession import owners_word, settle
from retrieval.plan import Run, SyncReport, count, survey
from retrieval.rows import Kept
from retrieval.sources import OWN, name_source
from retrieval.split import encoded_text

ENCODE_AT_ONCE = 256  # passages a transaction: what an interruption can cost


def sync(run: Run, brought: Sequence[Path] = (), confirmed: bool = False) -> SyncReport:
    """Bring catalogue and index in step with the files. Whatever was done before an interruption stays done.

    The rules are those of the Spec at this moment: what opened the Home before they changed must not undo them.
    """
    check_faiss()
    with run.home.writing():
        run = replace(run, access=rules_in(run.home.spec))
        _check(run)
        for source in _sources(run, brought):
            run.catalogue.add_source(source)
        enforce(run.home, run.catalogue, run.access)
        take_in(run, survey(run, run.catalogue.sources(), confirmed))
        _settle(run)
        run.report.encoded = _encode(run)
        run.report.sealed = _seal(run)
    return run.report


def _check(run: Run) -> None:
    """What is indexed and what is there are the same before anything is done, but after an interruption or damage."""
    run.catalogue.check()
    manifest = _manifest(run.home)
    if manifest is not None and manifest.contents != contents(run.catalogue.live_keys()):
        run.catalogue.database.check()


def foreseen(run: Run, brought: Sequence[Path] = (), confirmed: bool = False) -> SyncReport:
    """What `sync` would report."""
    plan = survey(run, _sources(run, brought), confirmed)
    run.report.deleted += [name for name in plan.gone if name not in plan.renamed.values()]
    run.report.problems += [(file.name, problem) for file, problem in plan.unreadable]
    for task in plan.tasks:
        count(run, plan, task)
    return run.report


def _sources(run: Run, brought: Sequence[Path]) -> list[str]:
    known = run.catalogue.sources()
    new = {OWN, *(name_source(run.home, path, known) for path in brought)}
    return [*known, *sorted(new.difference(known))]


# Rules


def in_force(home: Home, catalogue: Catalogue, access: Access) -> bool:
    """Whether catalogue and index already keep to these rules."""
    manifest = _manifest(home)
    return catalogue.obeys(access) and (manifest is None or manifest.rules == access.digest)


def enforce(home: Home, catalogue: Catalogue, access: Access) -> None:
    """Rules that changed act before anything else is done. The caller holds the Home for writing."""
    catalogue.apply(access)
    manifest = _manifest(home)
    if manifest is not None and manifest.rules != access.digest:
        build(home, catalogue, manifest.encoder, manifest.dimension, access.digest)


def _manifest(home: Home) -> Manifest | None:
    folder = newest(home)
    try:
        return read_manifest(folder) if folder else None
    except IndexDamaged:  # a search will say so, and a sync build it anew
        return None


def _settle(run: Run) -> None:
    """Documents that others took the place of are not searched any more."""
    found, run.report.superseded = settle(run.catalogue, owners_word(run.home))
    run.report.unheeded += found.unheeded


# Vectors and index


def _encode(run: Run) -> int:
    waiting = run.catalogue.unencoded(run.encoder.identity)
    done = 0
    for batch in _batches(waiting):
        run.progress("Encoding", done, len(waiting))
        vectors = run.encoder.encode([encoded_text(kept.passage) for kept in batch])
        written = {kept.key: vector.tobytes() for kept, vector in zip(batch, vectors, strict=True)}
        run.catalogue.put_vectors(run.encoder.identity, written)
        done += len(batch)
    if waiting:
        run.progress("Encoding", done, len(waiting))
    return done


def _batches(waiting: Sequence[Kept]) -> Iterator[Sequence[Kept]]:
    """No batch mixes audiences: a vector owes its last bits to its neighbours, and would tell of them."""
    for _, group in groupby(waiting, key=lambda kept: kept.audience):
        together = list(group)
        yield from (together[start : start + ENCODE_AT_ONCE] for start in range(0, len(together), ENCODE_AT_ONCE))


def _seal(run: Run) -> bool:
    wanted = contents(run.catalogue.live_keys())
    if _holds(run.home, run.encoder, wanted):
        sweep(run.home)
        return False
    if _built(run) != wanted:  # vectors that were damaged are left out, and forgotten
        run.report.encoded += _encode(run)
        _built(run)
    return True


def _built(run: Run) -> str:
    folder = build(run.home, run.catalogue, run.encoder.identity, run.encoder.dimension, run.access.digest)
    return read_manifest(folder).contents


def in_step(home: Home, catalogue: Catalogue, encoder: Encoder) -> bool:
    """Whether the newest generation is whole and holds just what the catalogue does."""
    return _holds(home, encoder, contents(catalogue.live_keys()))


def _holds(home: Home, encoder: Encoder, wanted: str) -> bool:
    folder = newest(home)
    if folder is None:
        return False
    try:
        manifest = read_manifest(folder)
        if (manifest.encoder, manifest.contents) != (encoder.identity, wanted):
            return False
        verify(folder, manifest)
    except IndexDamaged:
        return False
    return True
