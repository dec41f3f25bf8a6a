"""After a purge nothing of a document is left in the Home, byte by byte; whenever the purge was stopped."""

from __future__ import annotations

import json
import random
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import Assistant, create_home
from retrieval import EVERYONE, Database, Home, HomeBusy, Principal, Purge, UsageError, open_library
from retrieval.schema import MIGRATIONS
from tests.conftest import MATCHING
from tests.fakes import WordEncoder
from tests.retrieval.conftest import shelf as shelf
from tests.retrieval.homes import SEED, SHARE, python
from tuning.exam.kept import Kept
from tuning.exam.questions import write_questions
from tuning.exam.run import examine
from tuning.exam.systems import Examined
from tuning.examples.formats import FORMATS, write_as
from tuning.nouns import Example, Question, Source
from tuning.opening import open_whole
from tuning.training.workplace import PLAN, workplace

ROUNDS = max(2, round(20 * SHARE))
ADA = Principal("ada", frozenset({"HR"}))
CANARIES = [f"qzx{number:02}vk" for number in range(27)]
C = CANARIES
KETTLE = "# Kettle\n\n## Care\n\nDescale the kettle every 3 months. Rinse it twice afterwards.\n"
SECRET = f"# Secret {C[1]}\n\n## Kept {C[2]}\n\nThe password of the vault is {C[3]} until May.\n"
GONE = ["secret", "brought.md", "hr/gone.md"]
PURGE = """
import sys
from pathlib import Path
from tests.tuning.test_purge import GONE, opened

assistant = opened(Path(sys.argv[1]))
assistant.library.searcher.search("kettle", 1)
print("ready", flush=True)
sys.stdin.readline()
print("go", flush=True)
assistant.library.purge(GONE)
print("done", flush=True)
"""


def opened(root: Path) -> Assistant:
    found = open_whole(root, WordEncoder())
    found.spec = replace(found.spec, decision=replace(found.spec.decision, threshold=0.5))
    return found


def write(home: Home, name: str, text: str | bytes) -> Path:
    path = home.documents / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def row(name: str, text: str, *gold: str) -> Question:
    return Question(id=name, question=text, answerable=True, answers=("x",), gold_ids=gold)


def lived_in(root: Path) -> Home:
    """A Home with canaries wherever it keeps anything. The files that held them are gone, as they must be."""
    home = create_home(root / "home", MATCHING)
    write(home, "kettle.md", KETTLE)
    name = f"secret/{C[0]}.md"
    write(home, f"drafts/{C[4]}.md", f"# Once\n\nIt was called otherwise, and said {C[5]}.\n")
    write(home, "secret/rows.jsonl", json.dumps({"id": C[6], "title": C[7], "text": f"A record of {C[8]}."}) + "\n")
    write(home, f"secret/{C[9]}.pdf", b"torn")
    write(home, "hr/gone.md", f"# Band\n\nThe band {C[10]} is paid well.\n")
    write(home, name, f"---\nauthor: {C[11]}\n---\n\n# Draft\n\nAn earlier wording, {C[12]}.\n")
    brought = root / C[13] / "brought.md"
    brought.parent.mkdir()
    brought.write_text(f"# Brought\n\nFrom elsewhere, {C[14]}.\n", encoding="utf-8")
    library = opened(home.root).library
    library.sync([brought])
    write(home, name, SECRET)
    (home.documents / f"drafts/{C[4]}.md").rename(home.documents / "secret/renamed.md")
    library.sync()
    write(home, "secret/renamed.md", "# Now\n\nNothing of that any more.\n")
    library.sync()
    talk(home)
    examined(home, name)
    leftovers(home, name)
    taught(home, name)
    for path in (home.documents / "secret", brought.parent):
        shutil.rmtree(path)
    (home.documents / "hr/gone.md").unlink()
    library.database.close()
    return home


def talk(home: Home) -> None:
    assistant = opened(home.root)
    conversation = assistant.memory.begin(ADA)
    questions = ["What is the password of the vault until May?", "Descale the kettle every how many months?"]
    questions.append(f"Who whispered {C[15]} about the vault?")
    answers = [assistant.ask(question, ADA, conversation=conversation) for question in questions]
    assert [answer.abstention is None for answer in answers] == [True, True, False]
    assistant.memory.rate(answers[0].id, ADA, "down", "outdated", f"{C[16]} it is")
    assistant.library.database.close()


def examined(home: Home, name: str) -> None:
    """An exam's answers, rankings that were interrupted, and question sets as JSON lines and as a table."""
    assistant = opened(home.root)
    asked = [row("a", "What is the password of the vault?", name), row("b", "How often is it rinsed?", "kettle.md")]
    examine(Examined("served", assistant), asked, home.exams / "answers", lambda what, done, total: None)
    place = f"Secret {C[1]} › Kept {C[2]}"
    Kept(home.exams / "rankings", ["dense"]).once("asked", lambda: [{"place": place, "document": name}])
    write_questions(home.exams / "mine.jsonl", [*asked, row("c", f"Who is {C[17]}?", f"{name}@0123456789ab:0-9")])
    write_questions(home.exams / "draft.csv", [*asked, row("d", f"What of {C[18]}?", "kettle.md", name)])
    assistant.library.database.close()


def leftovers(home: Home, name: str) -> None:
    """An adapter that learned from it, a copy from before an update, and an index that was never finished."""
    (home.adapters / "first").mkdir()
    card = {"base": "b", "answering": "span", "format": 1, "threshold": 0.5, "documents": ["kettle.md", name]}
    (home.adapters / "first" / "card.json").write_text(json.dumps(card), encoding="utf-8")
    (home.database.parent / "home.sqlite.retrieval-1").write_text(C[19], encoding="utf-8")
    (home.index / "building-99").mkdir()
    (home.index / "building-99" / "part").write_text(C[3], encoding="utf-8")


def taught(home: Home, name: str) -> None:
    """Exported rows, one of which shows it as what does not answer; and trainings and a teaching that are not done."""
    secret = Source(f"{name}@0123456789ab:0-9", f"Secret {C[20]}", f"Of {C[21]}.")
    kettle = Source("kettle.md@0123456789ab:0-9", "Kettle", "Rinse it twice.")
    said = ({"role": "user", "content": f"What of {C[22]}?"}, {"role": "assistant", "content": "Nothing."})
    rows = [
        Example("1", "How often is it rinsed?", (kettle, secret), (0,), "twice", history=said),
        Example("2", "Rinse it how often?", (kettle,), (0,), "twice"),
    ]
    (home.root / "examples").mkdir()
    for form in FORMATS:
        for ending in ("jsonl", "json") if form != "examples" else ("jsonl",):
            write_as(home.root / "examples" / f"{form}.{ending}", rows, form, "You are Ada.")
    for training, documents in (("second", ["kettle.md", name]), ("third", ["kettle.md"]), ("torn", None)):
        folder = workplace(home) / training
        (folder / "checkpoint").mkdir(parents=True)
        (folder / "checkpoint" / "learned.safetensors").write_text("" if training == "third" else C[23])
        plan = json.dumps({"course": "c", "planned": {}, "documents": documents})
        (folder / PLAN).write_text(plan if documents else f"{C[24]}{{")
    (workplace(home) / "replies-0123.jsonl").write_text(json.dumps({"said": C[25]}) + "\n")
    teaching = home.adapters / ".teaching" / "everyone"
    teaching.mkdir(parents=True)
    asked = replace(row("e", f"Who is {C[26]}?", f"{name}@0123456789ab:0-9"), passages=(secret,), gold_ids=(secret.id,))
    write_questions(teaching / "exam.jsonl", [asked, row("f", "Rinsed how often?", "kettle.md")])


def left(home: Home) -> dict[str, list[str]]:
    """Canary → the files that hold it, in their bytes or their names."""
    found: dict[str, list[str]] = {}
    for path in sorted(home.root.rglob("*")):
        held = str(path.relative_to(home.root)).encode() + (path.read_bytes() if path.is_file() else b"")
        for canary in CANARIES:
            if canary.encode() in held.lower():
                found.setdefault(canary, []).append(path.relative_to(home.root).as_posix())
    return found


def check(home: Home) -> None:
    """Whole after a purge: nothing of what is gone, all of what stays."""
    assistant = opened(home.root)
    library = assistant.library
    assert left(home) == {}
    assert library.database.rows("SELECT * FROM purges") == []
    assert library.database.rows("PRAGMA freelist_count")[0][0] == 0
    assert library.database.rows("PRAGMA integrity_check")[0][0] == "ok"
    assert library.database.rows("PRAGMA foreign_key_check") == []
    assert [path.name for path in home.database.parent.glob("home.sqlite.*")] == []
    assert library.catalogue.titles(ADA) == {"kettle.md": "Kettle"}
    assert library.database.rows("SELECT COUNT(*) FROM vectors")[0][0] == library.catalogue.counts(ADA).passages
    assert [hit.passage.document for hit in library.searcher.search("descale the kettle", 9, ADA)] == ["kettle.md"]
    assert library.in_step()
    card = json.loads((home.adapters / "first" / "card.json").read_text(encoding="utf-8"))
    assert (card["documents"], card["retrain"]["purged"]) == (["kettle.md"], 1)
    assert [path.name for path in workplace(home).iterdir()] == ["third"]
    report = library.sync()
    assert (report.deleted, report.problems, report.encoded) == ([], [], 0)
    library.database.close()


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    root = tmp_path_factory.mktemp("lived")
    yield lived_in(root)


@pytest.fixture
def home(lived: Home, shelf: Path) -> Home:
    """A copy of it, for a test of its own."""
    shutil.copytree(lived.root, shelf / "home")
    return Home(shelf / "home")


def test_the_canaries_are_there_before(home: Home) -> None:
    """Else their absence would prove nothing."""
    assert set(left(home)) == set(CANARIES)


def test_after_a_purge_a_byte_search_finds_no_canary(home: Home) -> None:
    assistant = opened(home.root)
    assert assistant.library.purge(GONE) == []
    assistant.library.database.close()
    check(home)


def test_what_is_purged_is_foreseen(home: Home) -> None:
    library = opened(home.root).library
    planned = library.plan_purge(GONE)
    assert planned.versions[f"secret/{C[0]}.md"] == 2
    assert f"drafts/{C[4]}.md" in planned.versions  # what a file was called before it was renamed
    assert f"secret/{C[9]}.pdf" in planned.purge.files
    assert [Path(source).name for source in planned.sources] == ["brought.md"]
    assert opened(home.root).memory.quoting(planned.purge) == 2
    assert {path.name: many for path, many in planned.lines.items() if path.parent == home.exams} == {
        "mine.jsonl": 2,
        "draft.csv": 2,
    }
    assert planned.purge.documents >= {C[6], "hr/gone.md", "brought.md"}
    assert library.catalogue.document(C[6], EVERYONE) is not None  # nothing is done yet


def test_of_a_conversation_the_turns_about_it_are_emptied_and_the_others_stay(home: Home) -> None:
    assistant = opened(home.root)
    assistant.library.purge(GONE)
    (conversation,) = (found["id"] for found in assistant.library.database.rows("SELECT id FROM conversations"))
    vault, kettle, whispered = assistant.memory.turns(conversation, ADA)
    assert (vault.question, vault.answer["answer"], vault.thumb) == ("", "", "down")
    assert vault.answer["citations"] == [{"number": 1, "state": "purged"}]
    assert (whispered.question, whispered.answer["citations"]) == ("", [])
    assert kettle.answer["answer"] == "Descale the kettle every 3 months."
    assert kettle.answer["citations"][0]["state"] == "live"


def test_question_sets_keep_the_rows_about_other_documents(home: Home) -> None:
    opened(home.root).library.purge(GONE)
    for name in ("mine.jsonl", "draft.csv"):
        assert "How often is it rinsed?" in (home.exams / name).read_text(encoding="utf-8")
    assert "id" in (home.exams / "draft.csv").read_text(encoding="utf-8").splitlines()[0]


def test_exported_examples_keep_the_rows_about_other_documents(home: Home) -> None:
    opened(home.root).library.purge(GONE)
    exported = sorted((home.root / "examples").iterdir())
    assert len(exported) == 2 * len(FORMATS) - 1
    for path in exported:
        said = path.read_text(encoding="utf-8")
        assert "Rinse it how often?" in said and "How often is it rinsed?" not in said
        assert path.suffix == ".jsonl" or len(json.loads(said)) == 1


def test_a_training_that_runs_finds_its_plan_gone_and_keeps_its_folder_until_then(home: Home) -> None:
    with home.training():
        opened(home.root).library.purge(GONE)
    assert sorted(path.name for path in workplace(home).iterdir()) == ["second", "third", "torn"]
    assert [path.parent.name for path in workplace(home).glob(f"*/{PLAN}")] == ["third"]


def test_a_document_whose_file_is_still_there_is_refused(home: Home) -> None:
    library = opened(home.root).library
    with pytest.raises(UsageError, match=r"kettle\.md.*still there.*Delete the file"):
        library.purge(["kettle.md"])
    assert library.catalogue.titles(ADA)["kettle.md"] == "Kettle"


def test_what_was_never_there_is_refused(home: Home) -> None:
    with pytest.raises(UsageError, match=r"has never held 'nothing\.md'"):
        opened(home.root).library.purge(["secret", "nothing.md"])
    assert left(home)


def test_what_still_names_it_is_told(home: Home) -> None:
    named = write(home, "about.md", f"# About\n\nSee secret/{C[0]}.md for the password.\n")
    assert opened(home.root).library.purge(GONE) == [named]


def test_a_copy_of_its_text_is_told_and_stays(home: Home) -> None:
    write(home, "copy.md", "# Now\n\nNothing of that any more.\n")
    library = opened(home.root).library
    library.sync(confirmed=True)
    assert library.plan_purge(GONE).copies == ["copy.md"]
    library.purge(GONE)
    assert "copy.md" in library.catalogue.titles(ADA)


def test_a_room_whose_rows_cannot_be_erased_is_not_passed_over(home: Home) -> None:
    library = opened(home.root).library
    library = open_library(home, library.spec, library.access, WordEncoder())
    with pytest.raises(UsageError, match="assistant, tuning has written"):
        library.purge(GONE)
    assert left(home)


# Interrupted


def stopped(home: Home, database: Database, purge: Purge) -> None:
    raise KeyboardInterrupt


def test_a_purge_that_is_stopped_is_finished_by_whoever_opens_the_home(home: Home) -> None:
    library = opened(home.root).library
    library.erasers = dict.fromkeys(library.erasers, stopped)
    with pytest.raises(KeyboardInterrupt):
        library.purge(GONE)
    assert library.catalogue.titles(ADA) == {"kettle.md": "Kettle"}  # gone from the first moment
    assert left(home)
    library = open_library(home, library.spec, library.access, WordEncoder())
    assert library.database.rows("SELECT * FROM purges") != []  # one who can't finish it leaves it
    library.database.close()
    check(home)


def test_while_somebody_reads_the_log_cannot_be_emptied_and_the_next_one_does_it(home: Home) -> None:
    library = opened(home.root).library
    library.database.connection.execute("PRAGMA busy_timeout = 20")
    reader = Database(home.database, {"retrieval": MIGRATIONS})
    reader.connection.execute("BEGIN")
    reader.rows("SELECT COUNT(*) FROM documents")
    with pytest.raises(HomeBusy):
        library.purge(GONE)
    reader.connection.execute("COMMIT")
    reader.close()
    library.database.close()
    check(home)


def kill_within(home: Home, seconds: float) -> None:
    """Purges in another process, killed after this long."""
    with python(PURGE, home.root) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        child.stdin.write("\n")
        child.stdin.flush()
        assert child.stdout.readline() == "go\n"
        time.sleep(seconds)
        with suppress(ProcessLookupError):
            child.send_signal(signal.SIGKILL)


@pytest.mark.slow
def test_a_purge_that_is_killed_is_finished_later(lived: Home, shelf: Path) -> None:
    chance = random.Random(SEED)
    shutil.copytree(lived.root, shelf / "timed")
    began = time.monotonic()
    opened(shelf / "timed").library.purge(GONE)
    whole = time.monotonic() - began
    for number in range(ROUNDS):
        home = Home(shelf / f"home{number}")
        shutil.copytree(lived.root, home.root)
        kill_within(home, chance.uniform(0, whole))
        library = opened(home.root).library
        if library.database.rows("SELECT 1 FROM documents WHERE id = 'hr/gone.md'"):
            library.purge(GONE)  # killed before anything was recorded
        library.database.close()
        check(home)
