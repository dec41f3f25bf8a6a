"""A file becomes answerable: walk → read → split → catalogue → encode → seal. What is known is skipped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from retrieval.access import Access
from retrieval.catalogue import Catalogue, Kept
from retrieval.encoding import Encoder
from retrieval.errors import IndexDamaged, ReadError
from retrieval.home import Home
from retrieval.index.dense import check_faiss
from retrieval.index.generation import build, contents, newest, read_manifest, verify
from retrieval.nouns import Document, Passage
from retrieval.readers import can_read, read_with_problems
from retrieval.sources import OWN, File, digest, locate, name_source, walk
from retrieval.spec import RetrievalSpec
from retrieval.split import encoded_text, split

ENCODE_AT_ONCE = 256  # passages a transaction: what an interruption can cost

Progress = Callable[[str, int, int], None]  # what is being done, how far, of how many


@dataclass
class SyncReport:
    """What one sync did, by name."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    unchanged: int = 0
    problems: list[tuple[str, str]] = field(default_factory=list)
    encoded: int = 0
    sealed: bool = False


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
    with home.writing():
        for source in [OWN, *(name_source(home, path) for path in brought)]:
            catalogue.add_source(source)
        report = SyncReport()
        catalogue.apply(access)
        for source in catalogue.sources():
            _sync_source(home, catalogue, encoder, spec, access, source, report, progress)
        report.encoded = _encode(catalogue, encoder, progress)
        report.sealed = _seal(home, catalogue, encoder)
    return report


def _sync_source(
    home: Home,
    catalogue: Catalogue,
    encoder: Encoder,
    spec: RetrievalSpec,
    access: Access,
    source: str,
    report: SyncReport,
    progress: Progress,
) -> None:
    root = locate(home, source)
    if not root.exists():
        report.problems.append((str(root), "The source is not there; its documents stay until it is back."))
        return
    known = catalogue.files(source)
    files = list(walk(home, source))
    for number, file in enumerate(files):
        progress("Reading", number, len(files))
        _sync_file(catalogue, encoder, spec, access, file, known.get(file.name), report)
    progress("Reading", len(files), len(files))
    for name in known.keys() - {file.name for file in files}:
        catalogue.forget_file(name)
        report.deleted.append(name)


def _sync_file(
    catalogue: Catalogue,
    encoder: Encoder,
    spec: RetrievalSpec,
    access: Access,
    file: File,
    known: str | None,
    report: SyncReport,
) -> None:
    try:
        fingerprint = digest(file.path) + _settings(spec, encoder)
        if fingerprint == known:
            report.unchanged += 1
            return
        documents, problems = _read(file, spec)
        pieces = {document.id: (document, _split(document, encoder, spec)) for document in documents}
        problem = " ".join(map(str, problems)) or None
        catalogue.put(file.source, file.name, fingerprint, pieces, access, problem)
    except (ReadError, OSError) as error:
        catalogue.note_problem(file.source, file.name, str(error))
        report.problems.append((file.name, str(error)))
        return
    report.problems += [(file.name, str(error)) for error in problems]
    (report.changed if known else report.added).append(file.name)


def _settings(spec: RetrievalSpec, encoder: Encoder) -> str:
    """What besides its bytes decides a file's passages: with another setting it is read anew."""
    return f":{spec.passage_tokens}:{encoder.limit}"


def _read(file: File, spec: RetrievalSpec) -> tuple[list[Document], list[ReadError]]:
    if not can_read(file.path):
        raise ReadError(f"{file.name}: there is no reader for {file.path.suffix or 'files without a suffix'}.")
    size, most = file.path.stat().st_size, spec.largest_file_mb * 2**20
    if size > most:
        raise ReadError(
            f"{file.name} has {size / 2**20:.0f} MB, the limit is {spec.largest_file_mb} MB.",
            "Split it, or raise largest_file_mb in assistant.toml.",
        )
    return read_with_problems(file.path, file.name)


def _split(document: Document, encoder: Encoder, spec: RetrievalSpec) -> list[Passage]:
    return split(document, encoder.measure, budget=spec.passage_tokens, limit=encoder.limit)


def _encode(catalogue: Catalogue, encoder: Encoder, progress: Progress) -> int:
    waiting = catalogue.unencoded(encoder.identity)
    done = 0
    for batch in _batches(waiting):
        progress("Encoding", done, len(waiting))
        vectors = encoder.encode([encoded_text(kept.passage) for kept in batch])
        written = {kept.key: vector.tobytes() for kept, vector in zip(batch, vectors, strict=True)}
        catalogue.put_vectors(encoder.identity, written)
        done += len(batch)
    if waiting:
        progress("Encoding", done, len(waiting))
    return done


def _batches(waiting: Sequence[Kept]) -> Iterable[Sequence[Kept]]:
    return (waiting[start : start + ENCODE_AT_ONCE] for start in range(0, len(waiting), ENCODE_AT_ONCE))


def _seal(home: Home, catalogue: Catalogue, encoder: Encoder) -> bool:
    if in_step(home, catalogue, encoder):
        return False
    build(home, catalogue, encoder)
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
    return manifest.encoder == encoder.identity and manifest.contents == contents(catalogue)
