"""A file becomes answerable: walk → read → split → catalogue → encode → seal. What is known is skipped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from retrieval.access import Access
from retrieval.catalogue import Catalogue
from retrieval.encoding import Encoder
from retrieval.errors import IndexDamaged, ReadError
from retrieval.home import Home
from retrieval.index.dense import check_faiss
from retrieval.index.generation import Manifest, build, contents, newest, read_manifest, sweep, verify
from retrieval.nouns import Document, Passage
from retrieval.readers import can_read, read_with_problems
from retrieval.rows import IdTaken, Kept
from retrieval.sources import OWN, File, digest, is_there, locate, name_source, walk
from retrieval.spec import RetrievalSpec
from retrieval.split import encoded_text, split

READING = 1  # goes up when readers or splitter improve, so that files are read anew
ENCODE_AT_ONCE = 256  # passages a transaction: what an interruption can cost

Progress = Callable[[str, int, int], None]  # what is being done, how far, of how many
Pieces = dict[str, tuple[Document, list[Passage]]]


@dataclass
class SyncReport:
    """What one sync did, by name."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    unchanged: int = 0
    problems: list[tuple[str, str]] = field(default_factory=list)
    idle_rules: list[str] = field(default_factory=list)  # folders of [access] in which no file lies
    encoded: int = 0
    sealed: bool = False


@dataclass(frozen=True)
class _Run:
    """One sync: what it works with, and what it will have done."""

    home: Home
    catalogue: Catalogue
    encoder: Encoder
    spec: RetrievalSpec
    access: Access
    progress: Progress
    report: SyncReport = field(default_factory=SyncReport)


def sync(
    home: Home,
    catalogue: Catalogue,
    encoder: Encoder,
    spec: RetrievalSpec,
    access: Access,
    brought: Sequence[Path] = (),
    progress: Progress = lambda what, done, total: None,
) -> SyncReport:
    """Bring catalogue and index in step with the files. Whatever was done before an interruption stays done."""
    check_faiss()
    run = _Run(home, catalogue, encoder, spec, access, progress)
    with home.writing():
        for source in [OWN, *(name_source(home, path, catalogue.sources()) for path in brought)]:
            catalogue.add_source(source)
        enforce(home, catalogue, access)
        _read_all(run, _survey(run))
        run.report.encoded = _encode(run)
        run.report.sealed = _seal(run)
    return run.report


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


# Files


def _survey(run: _Run) -> list[tuple[File, str | None]]:
    """Every file with the digest of what is known of it. What is gone leaves first, and its ids are free again."""
    found: dict[str, tuple[File, str | None]] = {}
    for source in run.catalogue.sources():
        known = run.catalogue.files(source)
        for file in _present(run, source, known):
            first, _ = found.setdefault(file.name, (file, known.get(file.name)))
            if first is not file:
                problem = f"{file.path} and {first.path} are both called {file.name} here. Rename one of them."
                run.report.problems.append((file.name, problem))
    run.report.idle_rules = run.access.idle(found)
    return list(found.values())


def _present(run: _Run, source: str, known: dict[str, str]) -> list[File]:
    root = locate(run.home, source)
    if not is_there(root):
        run.report.problems.append((str(root), "The source is not there; its documents stay until it is back."))
        return []
    found = walk(run.home, source)
    for folder, reason in found.closed.items():
        problem = f"{folder or root} cannot be listed: {reason}. Its documents stay until it can."
        run.report.problems.append((folder or str(root), problem))
    for name in sorted(known.keys() - {file.name for file in found.files}):
        if not found.may_hold(name):
            run.catalogue.forget_file(name)
            run.report.deleted.append(name)
    return found.files


def _read_all(run: _Run, files: Sequence[tuple[File, str | None]]) -> None:
    """Each file in turn; those that want ids which others held once more, for these may have let go of them."""
    waiting: list[tuple[File, str | None]] = []
    for number, (file, known) in enumerate(files):
        run.progress("Reading", number, len(files))
        if _sync_file(run, file, known):
            waiting.append((file, known))
    while waiting:
        problems = [(item, _sync_file(run, *item)) for item in waiting]
        left = [(item, problem) for item, problem in problems if problem]
        if len(left) == len(waiting):
            for (file, _), problem in left:
                _note(run, file, str(problem), problem.other)
            break
        waiting = [item for item, _ in left]
    run.progress("Reading", len(files), len(files))


def _sync_file(run: _Run, file: File, known: str | None) -> IdTaken | None:
    """Read one file, unless it is known. An id that another file holds is handed back, to be tried again."""
    try:
        _check(file, run.spec)
        fingerprint = digest(file.path) + _settings(run.spec, run.encoder)
        if fingerprint == known:
            run.report.unchanged += 1
            return None
        documents, problems = _read(file, run.spec)
    except ReadError as error:
        _note(run, file, str(error))
        return None
    except OSError as error:
        _note(run, file, f"{file.name} cannot be read: {error.strerror}. The next sync tries again.")
        return None
    pieces = {document.id: (document, _split(run, document)) for document in documents}
    return _put(run, file, known, fingerprint, pieces, problems)


def _put(
    run: _Run, file: File, known: str | None, fingerprint: str, pieces: Pieces, problems: Sequence[ReadError]
) -> IdTaken | None:
    problem = " ".join(map(str, problems)) or None
    try:
        held = run.catalogue.put(file.source, file.name, fingerprint, pieces, run.access, problem)
    except IdTaken as taken:
        run.catalogue.release(file.name, pieces)
        return taken
    run.report.problems += [(file.name, str(error)) for error in problems]
    (run.report.changed if known or held else run.report.added).append(file.name)
    return None


def _note(run: _Run, file: File, problem: str, beside: str | None = None) -> None:
    run.catalogue.note_problem(file.source, file.name, problem, beside)
    run.report.problems.append((file.name, problem))


def _settings(spec: RetrievalSpec, encoder: Encoder) -> str:
    """What besides its bytes decides a file's passages: with another setting it is read anew."""
    return f":{READING}:{spec.passage_tokens}:{encoder.limit}:{encoder.identity}"


def _check(file: File, spec: RetrievalSpec) -> None:
    """Refuse what would not be read anyway, before a long look at its bytes."""
    if not can_read(file.path):
        raise ReadError(f"{file.name}: there is no reader for {file.path.suffix or 'files without a suffix'}.")
    size, most = file.path.stat().st_size, spec.largest_file_mb * 2**20
    if not file.path.is_file():
        raise ReadError(f"{file.name} is a device or a pipe, not a file.", "Remove it from the folder.")
    if size > most:
        raise ReadError(
            f"{file.name} has {size / 2**20:.0f} MB, the limit is {spec.largest_file_mb} MB.",
            "Split it, or raise largest_file_mb in assistant.toml.",
        )


def _read(file: File, spec: RetrievalSpec) -> tuple[list[Document], list[ReadError]]:
    try:
        documents, problems = read_with_problems(file.path, file.name, spec.largest_file_mb * 2**20)
    except Exception as error:  # a reader's own fault costs this file, not the others
        raise ReadError(
            f"{file.name} cannot be read ({type(error).__name__}: {error}).", "Report this, with the file if you can."
        ) from error
    if problems and not documents:
        raise problems[0]
    return documents, problems


def _split(run: _Run, document: Document) -> list[Passage]:
    return split(document, run.encoder.measure, budget=run.spec.passage_tokens, limit=run.encoder.limit)


# Vectors and index


def _encode(run: _Run) -> int:
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


def _seal(run: _Run) -> bool:
    if in_step(run.home, run.catalogue, run.encoder):
        sweep(run.home)
        return False
    build(run.home, run.catalogue, run.encoder.identity, run.encoder.dimension, run.access.digest)
    return True


def in_step(home: Home, catalogue: Catalogue, encoder: Encoder) -> bool:
    """Whether the newest generation is whole and holds just what the catalogue does."""
    folder = newest(home)
    if folder is None:
        return False
    try:
        manifest = read_manifest(folder)
        verify(folder, manifest)
    except IndexDamaged:
        return False
    return manifest.encoder == encoder.identity and manifest.contents == contents(catalogue.live_keys())
