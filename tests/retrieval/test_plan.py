"""What a sync will do is known before it does it: foreseen without a trace, and held back where too much would go."""

from __future__ import annotations

import hashlib
import random
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval import (
    Home,
    Library,
    RetrievalSpec,
    StorageError,
    SyncReport,
    foresee,
    read_access,
    read_section,
    read_toml,
)
from retrieval.database import Snapshot
from retrieval.schema import MIGRATIONS
from retrieval.split import OwnSplitter, Splitter
from tests.fakes import WordEncoder
from tests.retrieval.homes import HR, SEED, found, make, opened, python, records, rule, spec_text, synced, write

MANY = {f"d{number}.md": f"# D{number}\n\nAbout word{number}.\n" for number in range(20)}


@pytest.fixture
def library(shelf: Path) -> Library:
    return synced(make(shelf / "home", MANY))


def foreseen(
    home: Home, brought: tuple[Path, ...] = (), confirmed: bool = False, splitter: Splitter | None = None
) -> SyncReport:
    table = read_toml(home.spec)
    spec = read_section(RetrievalSpec, table["retrieval"], home.spec, "retrieval")
    access = read_access(table["access"], home.spec)
    return foresee(home, spec, access, WordEncoder(), brought, confirmed=confirmed, splitter=splitter)


def bytes_of(home: Home) -> dict[str, str]:
    """Every file and folder of the Home, with the digest of what it holds."""
    found = sorted(path for path in home.root.rglob("*"))
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "" for path in found}


def remove(home: Home, many: int) -> None:
    for number in range(many):
        (home.documents / f"d{number}.md").unlink()


# A share that vanished


def test_more_than_the_share_is_not_deleted_unasked(library: Library) -> None:
    remove(library.home, 11)
    report = library.sync()
    assert report.deleted == []
    assert sorted(report.held) == sorted(f"d{number}.md" for number in range(11))
    (problem,) = set(report.held.values())
    assert "11 of its 20 documents" in problem
    assert "50%" in problem
    assert f"groundsmith sync {library.home.root} --yes" in problem
    assert found(library, "word3")[0] == "d3.md"


def test_what_is_confirmed_goes(library: Library) -> None:
    remove(library.home, 20)
    report = library.sync(confirmed=True)
    assert (len(report.deleted), report.held) == (20, {})
    assert found(library, "word3") == []


@pytest.mark.parametrize(
    ("share", "gone", "held"), [(0.5, 10, 0), (0.5, 11, 11), (0.0, 9, 0), (0.0, 10, 10), (1.0, 20, 0)]
)
def test_the_share_is_the_owners(share: float, gone: int, held: int, shelf: Path) -> None:
    home = make(shelf / "home", MANY)
    home.spec.write_text(spec_text(dials=RetrievalSpec(encoder="words-1", deletions=share)), encoding="utf-8")
    synced(home)
    remove(home, gone)
    report = opened(home).sync()
    assert (len(report.held), len(report.deleted)) == (held, gone - held)


def test_records_count_as_documents(shelf: Path) -> None:
    faq = records({f"r{number}": f"Record {number}." for number in range(30)})
    library = synced(make(shelf / "home", {"a.md": "A.", "b.md": "B.", "c.md": "C.", "faq.jsonl": faq}))
    (library.home.documents / "faq.jsonl").unlink()
    assert list(library.sync().held) == ["faq.jsonl"]


def test_each_source_has_its_own_share(library: Library, shelf: Path) -> None:
    manuals = shelf / "manuals"
    manuals.mkdir()
    for number in range(12):
        (manuals / f"m{number}.md").write_text(f"# M{number}\n\nAbout pump{number}.\n", encoding="utf-8")
    library.sync([manuals])
    for path in manuals.iterdir():
        path.unlink()
    (library.home.documents / "d1.md").unlink()
    (library.home.documents / "new.md").write_text("# New\n\nAbout quince.\n", encoding="utf-8")
    report = library.sync()
    assert (len(report.held), report.deleted, report.added) == (12, ["d1.md"], ["new.md"])
    assert all(problem.startswith(f"{manuals}: 12 of its 12 documents") for problem in report.held.values())
    assert found(library, "pump3")[0] == "manuals/m3.md"


def test_what_only_moved_is_not_gone(library: Library) -> None:
    folder = library.home.documents / "archive"
    folder.mkdir()
    for name in MANY:
        (library.home.documents / name).rename(folder / name)
    report = library.sync()
    assert sorted(report.renamed) == sorted((name, f"archive/{name}") for name in MANY)
    assert (report.added, report.deleted, report.held) == ([], [], {})
    assert found(library, "word3")[0] == "archive/d3.md"


def test_what_moved_to_where_nothing_reads_it_is_gone(library: Library) -> None:
    (library.home.documents / "d3.md").rename(library.home.documents / "d3.bak")
    report = library.sync()
    assert (report.renamed, report.deleted) == ([], ["d3.md"])


def test_of_two_copies_one_is_the_renamed_file(library: Library) -> None:
    text = (library.home.documents / "d3.md").read_bytes()
    (library.home.documents / "d3.md").unlink()
    for name in ("copy1.md", "copy2.md"):
        (library.home.documents / name).write_bytes(text)
    report = library.sync()
    assert (report.renamed, report.added, report.deleted) == ([("d3.md", "copy1.md")], ["copy2.md"], [])


# A sync that is only foreseen


class Changes:
    """A folder that changes from round to round, all by one seed."""

    def __init__(self, home: Home, seed: int) -> None:
        self.home = home
        self.random = random.Random(seed)
        self.named = 0

    def next(self) -> None:
        names = sorted(path.name for path in self.home.documents.glob("*.md"))
        self.random.shuffle(names)
        changed, renamed, gone = names[:3], names[3:5], names[5 : 5 + self.random.randrange(14)]
        write(self.home, {name: f"# {name}\n\nAbout {self.random.random()}.\n" for name in changed})
        for name in renamed:
            (self.home.documents / name).rename(self.home.documents / self.name())
        for name in gone:
            (self.home.documents / name).unlink()
        write(self.home, {self.name(): f"# New\n\nAbout {self.random.random()}.\n" for _ in range(8)})
        write(self.home, {"empty.xyz": ""})

    def name(self) -> str:
        self.named += 1
        return f"n{self.named}.md"


def test_what_is_foreseen_is_what_is_done(library: Library) -> None:
    changes = Changes(library.home, SEED)
    for number in range(6):
        changes.next()
        before = bytes_of(library.home)
        expected = foreseen(library.home, confirmed=number % 2 == 1)
        assert bytes_of(library.home) == before
        done = library.sync(confirmed=number % 2 == 1)
        assert expected == replace(done, encoded=0, sealed=False)


def test_nothing_is_written_while_rules_are_new_and_folders_brought(library: Library, shelf: Path) -> None:
    manuals = shelf / "manuals"
    manuals.mkdir()
    (manuals / "heron.md").write_text("# Heron\n\nText.\n", encoding="utf-8")
    rule(library.home, '"d1.md" = ["HR"]')
    library.database.close()
    before = bytes_of(library.home)
    report = foreseen(library.home, (manuals,))
    assert (report.added, report.unchanged) == (["manuals/heron.md"], 20)
    assert bytes_of(library.home) == before
    assert opened(library.home).sync().unchanged == 20  # nor was the folder remembered


def test_a_home_that_was_never_synced_foresees_all(shelf: Path) -> None:
    home = make(shelf / "home", MANY)
    before = bytes_of(home)
    assert len(foreseen(home).added) == 20
    assert bytes_of(home) == before


def test_a_splitter_of_ones_own_is_foreseen(shelf: Path) -> None:
    library = opened(make(shelf / "home", MANY))
    library.splitter = OwnSplitter("by hand")
    library.sync()
    assert foreseen(library.home, splitter=library.splitter).unchanged == 20
    assert len(foreseen(library.home).changed) == 20


def test_another_who_writes_is_neither_disturbed_nor_waited_for(library: Library) -> None:
    remove(library.home, 1)
    with library.home.writing(), library.database.transaction() as connection:
        connection.execute("INSERT INTO sources (path) VALUES ('/nowhere')")
        assert foreseen(library.home).deleted == ["d0.md"]


CRASHED = """
import os, sys
from pathlib import Path
from retrieval import open_home
from tests.retrieval.homes import opened

library = opened(open_home(Path(sys.argv[1])))
library.catalogue.forget_file("d7.md")
os._exit(0)
"""


def test_what_a_crash_left_to_be_written_counts(library: Library) -> None:
    library.database.close()
    with python(CRASHED, library.home.root) as crashed:
        assert crashed.wait(timeout=60) == 0
    log = library.home.database.with_name("home.sqlite-wal")
    assert log.stat().st_size
    before = bytes_of(library.home)
    assert foreseen(library.home).added == ["d7.md"]
    assert {name: digest for name, digest in bytes_of(library.home).items() if not name.endswith("-shm")} == {
        name: digest for name, digest in before.items() if not name.endswith("-shm")
    }


def test_a_snapshot_refuses_to_write(library: Library) -> None:
    library.database.close()
    snapshot = Snapshot(library.home.database, {"retrieval": MIGRATIONS})
    with pytest.raises(StorageError, match="readonly"), snapshot.transaction() as connection:
        connection.execute("DELETE FROM documents")
    snapshot.close()
    assert found(opened(library.home), "word3", HR)[0] == "d3.md"
