"""A sync may be killed at any moment: nothing that was found is lost, and the next sync makes everything whole."""

from __future__ import annotations

import random
import re
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from retrieval import EVERYONE, Home, Library, Where
from retrieval.index.generation import newest
from retrieval.index.manifest import MANIFEST, read_manifest, verify
from tests.retrieval.homes import HR, SEED, SHARE, make, opened, python, records, rule, synced, write

ROUNDS = max(5, round(50 * SHARE))
RULES = ('hr = ["HR"]', '"hr/board" = ["HR"]')
SYNC = """
import sys
from pathlib import Path
from retrieval import Home
from retrieval.index.dense import check_faiss
from tests.retrieval.homes import opened

check_faiss()
sys.stdin.readline()
print("go", flush=True)
library = opened(Home(Path(sys.argv[1])))
library.sync(progress=lambda what, done, total: print(what if done < total else f"{what} done", flush=True))
print("done", flush=True)
"""
STAGES = {"go": "comparing", "Comparing": "comparing", "Comparing done": "deleting", "Reading": "updating"}
AFTER = ("go", "Comparing done", "Reading", "Encoding", "Encoding done")
STAGES |= {"Reading done": "updating", "Encoding": "encoding", "Encoding done": "sealing", "done": "nothing"}


class Folder:
    """Files that change from round to round; each document has a word of its own, in each version another."""

    def __init__(self, home: Home, seed: int) -> None:
        self.home = home
        self.random = random.Random(seed)
        self.versions: dict[str, int] = {}
        self.rules = 0
        for number in range(24):
            self.change(f"{'hr/' * (number % 3 == 0)}d{number}.md")

    def change(self, name: str) -> None:
        self.versions[name] = self.versions.get(name, 0) + 1
        about = f"About {own_word(name)} in version{self.versions[name]}."
        write(self.home, {name: f"# {own_word(name)}\n\n{about}\n\n## More\n\n{about}\n"})

    def next(self) -> set[str]:
        """Changes some, adds one, deletes one, now and then the rules; and says which must stay found."""
        names = sorted(self.versions)
        for name in self.random.sample(names, 4):
            self.change(name)
        self.change(f"n{self.random.randrange(10**9)}.md")
        gone = self.random.choice(names)
        del self.versions[gone]
        (self.home.documents / gone).unlink()
        rows = {f"r{n}": f"About record{n} in {self.random.random()}." for n in self.random.sample(range(60), 40)}
        write(self.home, {"faq.jsonl": records(rows)})
        if self.random.random() < 0.3:
            self.rules = 1 - self.rules
            rule(self.home, RULES[self.rules])
        return set(names) - {gone}


def own_word(name: str) -> str:
    return "w" + name.rsplit("/", 1)[-1].removesuffix(".md")


def kill_within(home: Home, seconds: float, after: str = "go") -> str:
    """Syncs in another process, killed so long after it said this; what it was doing then."""
    with python(SYNC, home.root) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write("\n")
        child.stdin.flush()
        said = [child.stdout.readline().strip()]
        while said[-1] not in ("", "done") and not said[-1].startswith(after):
            said.append(child.stdout.readline().strip())
        time.sleep(seconds)
        child.send_signal(signal.SIGKILL)
        said += child.stdout.read().splitlines()
        return STAGES[[line for line in said if line][-1]]


def duration(home: Home) -> float:
    """How long the part of a sync takes that may be killed."""
    with python(SYNC, home.root) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write("\n")
        child.stdin.flush()
        assert child.stdout.readline() == "go\n"
        began = time.monotonic()
        assert child.stdout.read().endswith("done\n")
        return time.monotonic() - began


def check_after_kill(home: Home, acknowledged: set[str]) -> None:
    library = opened(home)
    folder = newest(home)
    assert folder is not None
    verify(folder, read_manifest(folder))
    assert library.database.rows("PRAGMA integrity_check")[0][0] == "ok"
    assert library.database.rows("PRAGMA foreign_key_check") == []
    for name in acknowledged:
        hits = library.searcher.search(own_word(name), 1, HR)
        assert [hit.passage.document for hit in hits] == [name]
        assert half(library, name) is None
        if library.access.audience(name):
            assert name not in [hit.passage.document for hit in library.searcher.search(own_word(name), 3, EVERYONE)]


def half(library: Library, name: str) -> str | None:
    """What is found of a document, where that is not one version of it, whole."""
    hits = library.searcher.search(own_word(name), 9, HR, where=Where(documents=name))
    versions = {word for hit in hits for word in re.findall(r"version\d+", hit.passage.text)}
    return None if len(hits) in (0, 2) and len(versions) <= 1 else f"{name}: {len(hits)} passages of {versions}"


def answers(library: Library, words: list[str]) -> list[object]:
    """All that is found for each word, with its score; among equals the order is that of their coming."""
    told: list[object] = [library.catalogue.counts(EVERYONE), library.catalogue.titles(HR)]
    for word in words:
        for principal in (EVERYONE, HR):
            hits = library.searcher.search(f"about {word}", 200, principal)
            told.append(sorted((hit.passage.id, hit.passage.text, round(hit.score, 5)) for hit in hits))
    return told


def check_after_sync(home: Home, fresh: Path, folder: Folder) -> None:
    library = opened(home)
    report = library.sync()
    assert report.problems == []
    assert library.in_step()
    assert len(list(home.index.iterdir())) == 1
    files = {
        path.relative_to(home.documents).as_posix(): path.read_text(encoding="utf-8")
        for path in home.documents.rglob("*")
        if path.is_file()
    }
    clean = synced(make(fresh, files, RULES[folder.rules]))
    words = [own_word(name) for name in folder.versions]
    assert answers(library, words) == answers(clean, words)


@pytest.mark.slow
def test_a_sync_that_is_killed_loses_nothing(shelf: Path) -> None:
    home = make(shelf / "home", {}, RULES[0])
    folder = Folder(home, SEED)
    whole = duration(home)
    moments = Counter[str]()
    for number in range(ROUNDS):
        acknowledged = folder.next()
        after = AFTER[number % len(AFTER)]
        moments[kill_within(home, folder.random.expovariate(20 / whole), after)] += 1
        check_after_kill(home, acknowledged)
        check_after_sync(home, shelf / f"fresh{number}", folder)
    print(f"Killed while {dict(moments)}: 0 acknowledged documents lost, 0 half-indexed.")
    assert moments["nothing"] < ROUNDS  # else nothing was interrupted


@pytest.mark.slow
def test_a_first_sync_that_is_killed_again_and_again_gets_there(shelf: Path) -> None:
    whole = duration(Folder(make(shelf / "twin", {}, RULES[0]), SEED + 1).home)
    home = make(shelf / "home", {}, RULES[0])
    folder = Folder(home, SEED + 1)
    for _ in range(ROUNDS):
        kill_within(home, folder.random.uniform(0, whole / 2))
        opened(home).catalogue.counts(HR)
        assert all((path / MANIFEST).is_file() or path != newest(home) for path in home.index.iterdir())
    check_after_sync(home, shelf / "fresh", folder)
