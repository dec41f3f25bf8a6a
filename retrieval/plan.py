"""What a sync will do: the files there are, beside what the catalogue knows of them. Nothing is written here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from importlib.metadata import version
from pathlib import Path

from retrieval.access import Access
from retrieval.catalogue import Catalogue
from retrieval.encoding import Encoder
from retrieval.errors import ReadError
from retrieval.home import Home
from retrieval.readers import can_read
from retrieval.readers.scan import engine
from retrieval.sources import File, digest, is_there, locate, walk
from retrieval.spec import RetrievalSpec
from retrieval.split import OWN, Splitter
from retrieval.workers.bounds import bounds_for

READING = 3  # goes up when readers or splitter improve, so that files are read anew
LEAST_HELD = 10  # documents: fewer may always go

Progress = Callable[[str, int, int], None]  # what is being done, how far, of how many


@dataclass
class SyncReport:
    """What one sync did, by name; or, where it was only foreseen, what it would do."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    renamed: list[tuple[str, str]] = field(default_factory=list)  # from, to
    deleted: list[str] = field(default_factory=list)
    held: dict[str, str] = field(default_factory=dict)  # of the files that are gone, but stay: why
    unchanged: int = 0
    problems: list[tuple[str, str]] = field(default_factory=list)
    idle_rules: list[str] = field(default_factory=list)  # folders of [access] in which no file lies
    superseded: dict[str, str | None] = field(default_factory=dict)  # newly so: by which document, where one says so
    unheeded: list[str] = field(default_factory=list)  # what was said of who supersedes whom and can't be followed
    encoded: int = 0
    sealed: bool = False


@dataclass(frozen=True)
class Run:
    """One sync: what it works with, and what it will have done."""

    home: Home
    catalogue: Catalogue
    encoder: Encoder
    spec: RetrievalSpec
    access: Access
    progress: Progress
    split: Splitter = OWN
    report: SyncReport = field(default_factory=SyncReport)


@dataclass(frozen=True)
class Task:
    """A file to be read: a new one, or one that is no longer what was read of it."""

    file: File
    fingerprint: str
    size: int  # bytes
    changed: bool  # the catalogue holds an earlier state of it


@dataclass
class Plan:
    files: list[File] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    unreadable: list[tuple[File, str]] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)  # of a task's file: what it was called before


@dataclass(frozen=True)
class _Look:
    """What the catalogue knows of a source's files: name → fingerprint, by whether they are still there."""

    root: Path
    present: dict[str, str]
    missing: dict[str, str]


def survey(run: Run, sources: Sequence[str], confirmed: bool = False) -> Plan:
    """Compares every file with what is known of it. `confirmed`: all that is gone may be deleted."""
    plan = Plan()
    looks = [_look(run, plan, source) for source in sources]
    sizes = run.catalogue.sizes()
    known = {name: fingerprint for look in looks for name, fingerprint in look.present.items()}
    for number, file in enumerate(plan.files):
        run.progress("Comparing", number, len(plan.files))
        _compare(run, plan, file, known.get(file.name), file.name in sizes)
    run.progress("Comparing", len(plan.files), len(plan.files))
    _match(plan, {name: fingerprint for look in looks for name, fingerprint in look.missing.items()})
    for look in looks:
        _let_go(run, plan, look, sizes, confirmed)
    run.report.idle_rules = run.access.idle(file.name for file in plan.files)
    return plan


def count(run: Run, plan: Plan, task: Task) -> None:
    """Notes a task that is done, or foreseen, under what it is."""
    name = task.file.name
    if name in plan.renamed:
        run.report.renamed.append((plan.renamed[name], name))
    else:
        (run.report.changed if task.changed else run.report.added).append(name)


# Sources


def _look(run: Run, plan: Plan, source: str) -> _Look:
    """Adds a source's files to the plan."""
    root, known = locate(run.home, source), run.catalogue.files(source)
    if not is_there(root):
        run.report.problems.append((str(root), "The source is not there; its documents stay until it is back."))
        return _Look(root, known, {})
    found = walk(root, source)
    for folder, reason in found.closed.items():
        problem = f"{folder or root} cannot be listed: {reason}. Its documents stay until it can."
        run.report.problems.append((folder or str(root), problem))
    _add(run, plan, found.files)
    names = {file.name for file in found.files}
    missing = {name: known[name] for name in sorted(known) if name not in names and not found.may_hold(name)}
    return _Look(root, {name: known[name] for name in known.keys() - missing.keys()}, missing)


def _add(run: Run, plan: Plan, files: Iterable[File]) -> None:
    taken = {file.name: file for file in plan.files}
    for file in files:
        if first := taken.get(file.name):
            problem = f"{file.path} and {first.path} are both called {file.name} here. Rename one of them."
            run.report.problems.append((file.name, problem))
        else:
            plan.files.append(file)


def _let_go(run: Run, plan: Plan, look: _Look, sizes: Mapping[str, int], confirmed: bool) -> None:
    """A share that is not mounted looks like an empty folder: so many documents are not deleted unasked."""
    moved = look.missing.keys() & plan.renamed.values()
    lost = [name for name in look.missing if name not in moved]
    gone = sum(sizes.get(name, 0) for name in lost)
    before = gone + sum(sizes.get(name, 0) for name in look.present.keys() | moved)
    plan.gone += sorted(moved)
    if confirmed or gone < LEAST_HELD or gone <= run.spec.deletions * before:
        plan.gone += lost
        return
    problem = (
        f"{look.root}: {gone:,} of its {before:,} documents are gone, the limit for one sync is"
        f" {run.spec.deletions:.0%}; they stay. If they are meant to go: groundsmith sync {run.home.root} --yes"
    )
    run.report.held |= dict.fromkeys(lost, problem)


# Files


def _compare(run: Run, plan: Plan, file: File, known: str | None, holds: bool) -> None:
    try:
        _check(file, run.spec)
        fingerprint = digest(file.path) + _settings(run, file.path)
        size = file.path.stat().st_size
    except ReadError as error:
        plan.unreadable.append((file, str(error)))
    except OSError as error:
        problem = f"{file.name} cannot be read: {error.strerror}. The next sync tries again."
        plan.unreadable.append((file, problem))
    else:
        if fingerprint == known:
            run.report.unchanged += 1
        elif known is not None and known == given_up(fingerprint, size):
            run.report.problems.append((file.name, run.catalogue.problem_of(file.name)))
        else:
            plan.tasks.append(Task(file, fingerprint, size, changed=bool(known) or holds))


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


def _settings(run: Run, path: Path) -> str:
    """What besides its bytes decides a file's passages: with another setting it is read anew."""
    seen = ":ocr" if path.suffix.lower() == ".pdf" and engine() else ""
    cut = f":{run.split.identity}" if run.split.identity else ""
    return f":{READING}:{run.spec.passage_tokens}:{run.encoder.limit}:{run.encoder.identity}{cut}{seen}"


def given_up(fingerprint: str, size: int) -> str:
    """Kept in the place of a fingerprint, of a file that ran out of these bounds with this release."""
    bounds = "/".join(map(str, astuple(bounds_for(size))))
    return f"!{fingerprint}:{bounds}:{version('groundsmith')}"


def _match(plan: Plan, missing: Mapping[str, str]) -> None:
    """A new file with the bytes of one that is missing is that one, under another name."""
    old = {_content(fingerprint): name for name, fingerprint in missing.items() if fingerprint}
    for task in plan.tasks:
        if not task.changed and (before := old.pop(_content(task.fingerprint), None)):
            plan.renamed[task.file.name] = before


def _content(fingerprint: str) -> str:
    return fingerprint.partition(":")[0]
