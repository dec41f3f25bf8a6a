"""Reading in processes of their own: what befalls one file's reader costs that file, and nothing else."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval import SyncReport, intake, plan
from retrieval.nouns import Block, Document
from retrieval.readers import read_with_problems
from retrieval.workers.bounds import Bounds, bounds_for
from retrieval.workers.pool import Outcome, Workers, workers_for
from retrieval.workers.wire import Overlong, from_json, pack, receive, to_json
from tests.retrieval.homes import make, opened, python, told
from tests.retrieval.tempers import MANY, PROGRAM

TIGHT = Bounds(work=0.5, wait=60, memory_mb=300, characters=10_000, blocks=1_000)
GOOD = "good"


def hurried(size: int) -> Bounds:
    return TIGHT


def patient(size: int) -> Bounds:
    return replace(TIGHT, work=60)


def read_all(folder: Path, words: list[str], most: int = 1, bounds: Callable[[int], Bounds] = patient) -> list[Outcome]:
    """What comes of files that say these words, of the first one first."""
    paths = [folder / f"{number:03}.txt" for number in range(len(words))]
    for path, word in zip(paths, words, strict=True):
        path.write_text(word, encoding="utf-8")
    with Workers(most, PROGRAM, bounds) as workers:
        return list(workers.in_turn(lambda path: workers.read(path, path.name), paths))


def text_of(outcome: Outcome) -> str:
    (document,) = outcome[0]
    return document.text


# Bounds


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("backtrack", "reading took more than 0.5 s of the processor's time"),
        ("segfault", "the reader crashed (signal 11)"),
        ("abort", "the reader crashed (signal 6)"),
        ("exit 3", "the reader crashed (exit 3): the last words"),
        ("kill", "the system ended its reader, most likely for want of memory"),
        ("eat", "the reader used more than 300 MB"),
        ("gulp", "the reader used more than 300 MB"),
        ("fault", "(ZeroDivisionError: a fault)"),
        ("nothing", "001.txt holds no text"),
        ("flood 10001", "holds 10,015 characters; the limit is 10,000"),
        ("blocks", "holds 2,000 paragraphs, items and rows; the limit is 1,000"),
    ],
)
def test_what_befalls_a_reader_costs_its_file_alone(word: str, reason: str, tmp_path: Path) -> None:
    # Whatever else it runs into, a reader on a slow machine must not run out of time first.
    bounds = hurried if word == "backtrack" else patient
    before, bad, after = read_all(tmp_path, [GOOD, word, GOOD], bounds=bounds)
    assert text_of(before) == text_of(after) == "Nothing happened."
    assert bad[0] == []
    (problem,) = bad[1]
    assert problem.problem.startswith("001.txt")
    assert reason in problem.problem
    assert problem.remedy


def test_no_reader_is_waited_for_that_does_nothing_and_does_not_say_why(tmp_path: Path) -> None:
    words = ["sleep 60", "patience 3", GOOD]
    bad, patient, good = read_all(tmp_path, words, most=2, bounds=lambda size: replace(TIGHT, wait=2))
    assert text_of(patient) == text_of(good) == "Nothing happened."
    assert re.match(r"000\.txt cannot be read: reading took longer than \d+ s\.", str(bad[1][0]))


def test_no_file_pays_for_what_was_read_before_it(tmp_path: Path) -> None:
    assert [text_of(outcome) for outcome in read_all(tmp_path, ["tired"] * 3)] == ["Nothing happened."] * 3


def test_large_files_may_cost_more() -> None:
    small, large, huge = (bounds_for(mb * 2**20) for mb in (0, 16, 4096))
    assert (small.work, small.wait, small.memory_mb) == (10, 60, 1024)
    assert small.work < large.work < huge.work == 300
    assert small.memory_mb < large.memory_mb
    assert small.characters < large.characters


def test_endless_problems_are_counted(tmp_path: Path) -> None:
    ((documents, problems),) = read_all(tmp_path, ["problems"])
    assert len(documents) == 1
    assert [str(problem) for problem in problems[:2]] == ["000.txt: row 0 is odd.", "000.txt: row 1 is odd."]
    assert len(problems) == 21
    assert str(problems[-1]) == f"000.txt has {MANY - 20:,} more such problems."


# What a reader sees of the world


def test_what_a_reader_prints_disturbs_nobody(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert [text_of(outcome) for outcome in read_all(tmp_path, ["print", GOOD])] == ["Nothing happened."] * 2
    assert capfd.readouterr() == ("", "")


def test_a_reader_has_no_standard_input(tmp_path: Path) -> None:
    assert text_of(*read_all(tmp_path, ["stdin"])) == "read ''"


def test_a_worker_imports_readers_and_nothing_heavy(tmp_path: Path) -> None:
    modules = set(text_of(*read_all(tmp_path, ["modules"], bounds=lambda size: bounds_for(2**20))).split())
    assert "retrieval.workers.worker" in modules
    assert not modules & {"numpy", "faiss", "torch", "tantivy", "sqlite3", "filelock", "retrieval.sync", "pickle"}


# Beside one another


def test_results_come_in_the_order_of_the_files(tmp_path: Path) -> None:
    words = [f"sleep {0.3 if number % 4 == 0 else 0}" if number % 5 else "segfault" for number in range(15)]
    outcomes = read_all(tmp_path, words, most=4)
    named = [(documents[0].id if documents else str(problems[0])[:7]) for documents, problems in outcomes]
    assert named == [f"{number:03}.txt" for number in range(15)]
    assert [not documents for documents, _ in outcomes] == [number % 5 == 0 for number in range(15)]


def test_files_are_read_beside_one_another(tmp_path: Path) -> None:
    pids = [text_of(outcome) for outcome in read_all(tmp_path, ["pid"] * 40, most=2)]
    assert len(set(pids)) == min(2, os.cpu_count() or 1)


def test_a_few_small_files_are_worth_one_worker(tmp_path: Path) -> None:
    for name, size in (("small.txt", 100), ("large.txt", 2**21)):
        (tmp_path / name).write_bytes(b"x" * size)
    with workers_for([tmp_path / "small.txt"] * 100) as few, workers_for([tmp_path / "large.txt"]) as many:
        assert (few.most, many.most) == (1, min(4, os.cpu_count() or 1))


def test_the_real_reader_gives_in_a_worker_what_it_gives_here(tmp_path: Path) -> None:
    files = {
        "a.md": "---\ntitle: Ä\nteam: x\n---\n# A\n\n- b\n",
        "b.jsonl": '{"id": "1", "text": "A."}\n{torn\n',
        "c.md": "",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    with Workers(2) as workers:
        for name in (*files, "gone.md", "odd.xyz"):
            documents, problems = workers.read(tmp_path / name, name)
            expected, wrong = read_with_problems(tmp_path / name, name)
            assert documents == expected
            assert list(map(str, problems)) == list(map(str, wrong))


def test_a_name_that_is_no_text_is_read(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.md")
    path.write_bytes(b"# Cafe\n\nThe cafe serves quince.\n")
    with Workers(1) as workers:
        assert "quince" in text_of(workers.read(path, "cafe.md"))


# Nothing is left behind


def is_gone(pid: int, within: float = 10.0) -> bool:
    """Whether that process ends, or is only still to be waited for."""
    ended = time.monotonic() + within
    while time.monotonic() < ended:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.02)
    return False


def lingering(folder: Path, word: str) -> tuple[subprocess.Popen[str], int]:
    """A process that reads a file which takes a minute, and the number of the worker that is at it."""
    told_there = folder / "pid"
    (folder / "slow.txt").write_text(f"{word} {told_there}", encoding="utf-8")
    parent = python(LINGER, folder / "slow.txt", PROGRAM)
    while not (told_there.exists() and told_there.read_text().strip()):
        assert parent.poll() is None
        time.sleep(0.02)
    return parent, int(told_there.read_text())


LINGER = """
import sys
from pathlib import Path
from retrieval.workers.bounds import Bounds
from retrieval.workers.pool import Workers

bounds = Bounds(work=50, wait=50, memory_mb=400, characters=10_000, blocks=1_000)
with Workers(1, sys.argv[2], lambda size: bounds) as workers:
    paths = [Path(sys.argv[1])] * 3
    list(workers.in_turn(lambda path: workers.read(path, "slow"), paths))
"""
needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc")


@needs_proc
@pytest.mark.parametrize("word", ["linger", "delegate"])
def test_a_worker_ends_with_the_process_that_was_killed(word: str, tmp_path: Path) -> None:
    parent, worker = lingering(tmp_path, word)
    with parent:
        parent.kill()
    assert is_gone(worker)


@needs_proc
@pytest.mark.parametrize("word", ["linger", "delegate"])
def test_an_interruption_ends_the_workers_at_once(word: str, tmp_path: Path) -> None:
    parent, worker = lingering(tmp_path, word)
    with parent:
        began = time.monotonic()
        parent.send_signal(signal.SIGINT)
        _, err = parent.communicate(timeout=20)
    assert time.monotonic() - began < 10
    assert err.rstrip().endswith("KeyboardInterrupt")
    assert is_gone(worker)


@needs_proc
def test_none_is_left_when_all_is_read(tmp_path: Path) -> None:
    pids = {int(text_of(outcome)) for outcome in read_all(tmp_path, ["pid"] * 4, most=2)}
    assert all(is_gone(pid, within=1) for pid in pids)


COUNTED = """
import sys
from pathlib import Path
from retrieval import Home
from tests.retrieval.homes import opened

started = []
sys.addaudithook(lambda event, given: started.append(given) if event == "subprocess.Popen" else None)
for _ in range(2):
    opened(Home(Path(sys.argv[1]))).sync()
    print(len(started))
"""


def test_no_worker_is_started_where_there_is_nothing_to_read(shelf: Path) -> None:
    home = make(shelf / "home", {f"{number}.md": "# A\n\nText.\n" for number in range(20)})
    assert told(COUNTED, home.root).split() == ["1", "1"]


# The wire

blocks = st.builds(
    Block,
    st.sampled_from(("heading", "paragraph", "item", "row", "code")),
    st.integers(0, 2**40),
    st.integers(0, 2**40),
    st.integers(0, 6),
    st.none() | st.integers(1, 10**6),
)
words = st.text(max_size=20) | st.text(st.characters(categories=["Cs", "Cc", "So", "Zl"]), max_size=5)
documents = st.builds(
    Document,
    id=words,
    title=words,
    text=words,
    blocks=st.lists(blocks, max_size=5).map(tuple),
    media=words,
    date=st.none() | words,
    version=st.none() | words,
    language=st.none() | words,
    metadata=st.dictionaries(words, words, max_size=3).map(MappingProxyType),
)


@settings(deadline=None)
@given(documents)
def test_a_document_comes_back_as_it_went(document: Document) -> None:
    sent = BytesIO(pack(to_json(document)))
    found = from_json(receive(sent, 2**20))
    assert found == document
    assert list(found.metadata) == list(document.metadata)
    assert type(found.metadata) is MappingProxyType
    assert receive(sent, 2**20) is None


@given(st.integers(0, 40))
def test_a_frame_that_is_cut_short_is_none(length: int) -> None:
    frame = pack({"a": "b" * 20})
    assert receive(BytesIO(frame[: min(length, len(frame) - 1)]), 2**20) is None


def test_a_frame_that_is_too_long_is_not_taken() -> None:
    with pytest.raises(Overlong):
        receive(BytesIO(pack("x" * 100)), 99)


# What costs more than it may


@pytest.fixture
def syncs(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], tuple[SyncReport, int]]:
    """Syncs a Home whose reader does what files say, and tells how many of them it was given."""
    home = make(shelf / "home", {"bad.txt": "backtrack", "good.txt": GOOD})
    given: list[str] = []

    class Counting(Workers):
        def read(self, path: Path, id: str, max_bytes: int = 0) -> Outcome:
            given.append(id)
            return super().read(path, id, max_bytes)

    def sync() -> tuple[SyncReport, int]:
        given.clear()
        tight = lambda size: replace(bounds_for(size), work=0.5)  # noqa: E731
        monkeypatch.setattr(intake, "workers_for", lambda paths: Counting(1, PROGRAM, tight))
        return opened(home).sync(), len(given)

    return sync


def test_what_ran_out_of_its_bounds_is_not_tried_again_until_it_changes(
    shelf: Path, syncs: Callable[[], tuple[SyncReport, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    report, given = syncs()
    assert (report.added, given) == (["good.txt"], 2)
    ((name, problem),) = report.problems
    assert (name, "until then it is not tried again" in problem) == ("bad.txt", True)
    for _ in range(2):
        report, given = syncs()
        assert (report.problems, report.unchanged, given) == ([(name, problem)], 1, 0)
    monkeypatch.setattr(plan, "bounds_for", lambda size: replace(bounds_for(size), work=99))
    assert syncs()[1] == 1
    monkeypatch.setattr(plan, "version", lambda name: "another")
    assert syncs()[1] == 1
    assert syncs()[1] == 0
    (shelf / "home" / "documents" / "bad.txt").write_text("well", encoding="utf-8")
    report, given = syncs()
    assert (report.changed, report.problems, given) == (["bad.txt"], [], 1)


@pytest.mark.parametrize("word", ["kill", "exit 3", "fault"])
def test_what_may_go_well_the_next_time_is_tried_again(
    word: str, shelf: Path, syncs: Callable[[], tuple[SyncReport, int]]
) -> None:
    (shelf / "home" / "documents" / "bad.txt").write_text(word, encoding="utf-8")
    assert syncs()[1] == 2
    assert syncs()[1] == 1
