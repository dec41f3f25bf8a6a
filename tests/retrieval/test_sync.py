"""Sync: the catalogue follows the files, whatever they do, and whatever interrupts it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from retrieval import (
    EVERYONE,
    Home,
    HomeBusy,
    Library,
    StorageError,
    SyncReport,
    UsageError,
)
from retrieval.sync import ENCODE_AT_ONCE
from tests.retrieval.homes import (
    HR,
    CountingEncoder,
    found,
    make,
    opened,
    python,
    records,
    rule,
    synced,
    told,
    write,
)

FILES = {
    "kettle.md": "# Kettle\n\nThe kettle whistles when it boils.\n",
    "boiler.md": "# Boiler\n\nThe boiler needs water every autumn.\n",
    "hr/pay.md": "# Pay\n\nThe tamarisk band is paid monthly.\n",
}
RULES = 'hr = ["HR"]'
MANY = records({f"r{number}": f"Record {number} speaks of word{number}." for number in range(2 * ENCODE_AT_ONCE + 40)})


@pytest.fixture
def home(shelf: Path) -> Home:
    return make(shelf / "home", FILES, RULES)


@pytest.fixture
def library(home: Home) -> Library:
    return synced(home)


def texts(library: Library) -> list[str]:
    return sorted(library.catalogue.titles(HR))


def said(report: SyncReport) -> dict[str, str]:
    return dict(report.problems)


def at(what: str, number: int) -> Callable[[str, int, int], None]:
    """Someone presses Ctrl-C when this much is done."""

    def progress(doing: str, done: int, total: int) -> None:
        if (doing, done) == (what, number):
            raise KeyboardInterrupt

    return progress


# Files come, change and go


def test_what_is_there_is_found(home: Home) -> None:
    library = opened(home)
    report = library.sync()
    assert (sorted(report.added), report.changed, report.deleted, report.unchanged) == (sorted(FILES), [], [], 0)
    assert (report.encoded, report.sealed, report.problems, report.idle_rules) == (3, True, [], [])
    assert found(library, "kettle whistles", HR)[0] == "kettle.md"
    assert library.in_step()


def test_nothing_is_done_twice(library: Library) -> None:
    encoder = CountingEncoder()
    again = opened(library.home, encoder)
    report = again.sync()
    assert (report.unchanged, report.encoded, report.sealed) == (3, 0, False)
    assert (report.added, report.changed, report.deleted) == ([], [], [])
    assert encoder.texts == []


def test_a_file_that_was_only_touched_is_not_read(library: Library) -> None:
    os.utime(library.home.documents / "kettle.md", (1, 1))
    assert library.sync().unchanged == 3


def test_one_new_file_costs_one_file(library: Library) -> None:
    write(library.home, {"pump.md": "# Pump\n\nThe pump hums.\n"})
    report = library.sync()
    assert (report.added, report.unchanged, report.encoded, report.sealed) == (["pump.md"], 3, 1, True)
    assert found(library, "the pump hums")[0] == "pump.md"


PUMP = "# Pump\n\n## Noise\n\nThe pump hums.\n\n## Care\n\nThe pump is {}.\n"


def test_of_a_changed_file_what_says_what_it_said_is_not_encoded_again(library: Library) -> None:
    write(library.home, {"pump.md": PUMP.format("rinsed")})
    library.sync()
    write(library.home, {"pump.md": "A new first line.\n\n" + PUMP.format("descaled")})
    encoder = CountingEncoder()
    again = opened(library.home, encoder)
    assert again.sync().changed == ["pump.md"]
    assert not [text for text in encoder.texts if "hums" in text]
    assert [text for text in encoder.texts if "descaled" in text]
    assert found(again, "the pump hums")[0] == found(again, "descaled pump")[0] == "pump.md"
    assert again.in_step()


def test_a_changed_file_is_found_by_its_new_words_alone(library: Library) -> None:
    write(library.home, {"kettle.md": "# Kettle\n\nThe kettle sings a hymn.\n"})
    report = library.sync()
    assert (report.changed, report.unchanged, report.encoded) == (["kettle.md"], 2, 1)
    assert found(library, "hymn")[0] == "kettle.md"
    for how in ("dense", "lexical", "hybrid"):
        hits = library.searcher.search("kettle whistles boils", 9, how=how)
        assert all("whistles" not in hit.passage.text for hit in hits)


def test_a_deleted_file_is_gone(library: Library) -> None:
    (library.home.documents / "kettle.md").unlink()
    report = library.sync()
    assert (report.deleted, report.unchanged, report.encoded, report.sealed) == (["kettle.md"], 2, 0, True)
    assert "kettle.md" not in found(library, "kettle whistles boils", HR, k=9)
    assert texts(library) == ["boiler.md", "hr/pay.md"]


def test_a_renamed_file_is_found_by_its_new_name(library: Library) -> None:
    (library.home.documents / "kettle.md").rename(library.home.documents / "teapot.md")
    report = library.sync()
    assert (report.renamed, report.added, report.deleted) == ([("kettle.md", "teapot.md")], [], [])
    assert found(library, "kettle whistles")[0] == "teapot.md"
    assert texts(library) == ["boiler.md", "hr/pay.md", "teapot.md"]


def test_a_file_that_moves_into_a_restricted_folder_is_restricted(library: Library) -> None:
    documents = library.home.documents
    (documents / "kettle.md").rename(documents / "hr" / "kettle.md")
    library.sync()
    assert "hr/kettle.md" not in found(library, "kettle whistles")
    assert found(library, "kettle whistles", HR)[0] == "hr/kettle.md"


def test_an_empty_folder_is_in_step_and_answers_nothing(shelf: Path) -> None:
    library = synced(make(shelf / "home", {}))
    assert library.in_step()
    assert found(library, "anything") == []
    assert library.catalogue.live_keys() == []


def test_a_home_that_lost_all_its_files_answers_nothing(library: Library) -> None:
    shutil.rmtree(library.home.documents)
    library.home.documents.mkdir()
    assert sorted(library.sync().deleted) == sorted(FILES)
    assert found(library, "kettle", HR) == []


def test_other_dials_split_anew_and_the_documents_stay_found(shelf: Path) -> None:
    words = " ".join(f"Sentence {number} is about topic{number} and about nothing else." for number in range(40))
    home = make(shelf / "home", {"long.md": f"# Long\n\n{words}\n"})
    many = synced(home).catalogue.counts(EVERYONE).passages
    library = opened(home, passage_tokens=40)
    report = library.sync()
    assert (report.changed, report.unchanged) == (["long.md"], 0)
    assert library.catalogue.counts(EVERYONE).passages > many
    assert library.catalogue.counts(EVERYONE).documents == 1
    (hit, *_) = library.searcher.search("topic33", 1)
    assert "topic33" in hit.passage.text
    assert library.in_step()


def test_rules_for_folders_that_hold_nothing_are_named(home: Home) -> None:
    rule(home, 'hr = ["HR"]\n"documents/hr" = ["HR"]')
    assert opened(home).sync().idle_rules == ["documents/hr"]


# What can't be read is named, and the rest goes on


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("torn.pdf", b"%PDF-1.7 torn", "torn.pdf"),
        ("song.mp3", b"ID3", "no reader for .mp3"),
        ("README", b"text", "no reader for files without a suffix"),
        ("empty.md", b"", "empty"),
        ("lines.jsonl", b"{not json", "line 1"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_the_reason(
    name: str, content: bytes, reason: str, home: Home
) -> None:
    (home.documents / name).write_bytes(content)
    library = opened(home)
    report = library.sync()
    assert list(said(report)) == [name]
    assert reason in said(report)[name]
    assert len(report.added) == 3
    assert library.catalogue.problems(library.access, EVERYONE) == report.problems
    assert library.in_step()


def test_what_could_not_be_read_is_tried_again_every_time(home: Home) -> None:
    (home.documents / "late.jsonl").write_text("{not json", encoding="utf-8")
    library = opened(home)
    for _ in range(2):
        assert list(said(library.sync())) == ["late.jsonl"]
    write(home, {"late.jsonl": records({"late": "The late record speaks of quince."})})
    report = library.sync()
    assert (report.problems, report.added) == ([], ["late.jsonl"])
    assert library.catalogue.problems(library.access, HR) == []
    assert found(library, "quince")[0] == "late"


def test_a_file_that_became_unreadable_keeps_what_it_held(library: Library) -> None:
    encoder = CountingEncoder()
    again = opened(library.home, encoder)
    before = (library.home.documents / "kettle.md").read_bytes()
    (library.home.documents / "kettle.md").write_bytes(b"")
    report = again.sync()
    assert list(said(report)) == ["kettle.md"]
    assert found(again, "kettle whistles")[0] == "kettle.md"
    (library.home.documents / "kettle.md").write_bytes(before)
    encoder.texts.clear()
    assert again.sync().changed == ["kettle.md"]
    assert encoder.texts == []


def test_some_bad_lines_cost_those_lines(home: Home) -> None:
    lines = records({"a": "The first speaks of quince."}) + "{torn\n" + records({"b": "The second speaks of medlar."})
    write(home, {"faq.jsonl": lines})
    library = opened(home)
    report = library.sync()
    assert [name for name, _ in report.problems] == ["faq.jsonl"]
    assert "line 2" in said(report)["faq.jsonl"]
    assert found(library, "quince")[0] == "a"
    assert found(library, "medlar")[0] == "b"
    assert library.catalogue.problems(library.access, EVERYONE) == [("faq.jsonl", said(report)["faq.jsonl"])]


def test_a_file_above_the_limit_is_named_and_read_once_the_limit_allows(home: Home) -> None:
    write(home, {"huge.txt": "The huge file speaks of quince. " + "x" * 80 + " " * 2**21})
    report = opened(home, largest_file_mb=1).sync()
    assert "has 2 MB, the limit is 1 MB" in said(report)["huge.txt"]
    assert "largest_file_mb" in said(report)["huge.txt"]
    library = opened(home, largest_file_mb=3)
    assert library.sync().added == ["huge.txt"]
    assert found(library, "quince")[0] == "huge.txt"


@pytest.mark.slow
def test_a_limit_above_the_readers_own_is_kept(home: Home) -> None:
    write(home, {"huge.txt": "The huge file speaks of quince. " + (" " * 79 + "\n") * (65 * 2**20 // 80)})
    assert said(opened(home, largest_file_mb=64).sync()).keys() == {"huge.txt"}
    assert opened(home, largest_file_mb=66).sync().added == ["huge.txt"]


def test_a_pipe_among_the_files_is_named_and_nobody_waits_for_it(home: Home) -> None:
    os.mkfifo(home.documents / "pipe.md")
    report = opened(home).sync()
    assert "not a file" in said(report)["pipe.md"]
    assert len(report.added) == 3


def test_a_name_in_a_broken_encoding_is_read_under_a_name_that_can_be_written(home: Home) -> None:
    path = home.documents / os.fsdecode(b"caf\xe9.md")
    path.write_bytes(b"# Cafe\n\nThe cafe serves quince.\n")
    library = opened(home)
    report = library.sync()
    assert "caf\ufffd.md" in report.added
    assert found(library, "cafe quince")[0] == "caf\ufffd.md"
    assert library.sync().unchanged == 4


def test_half_a_character_in_a_record_harms_nobody(home: Home) -> None:
    write(home, {"faq.jsonl": '{"id": "x\\ud800", "title": "\\udfff", "text": "It speaks of quince \\ud83d."}\n'})
    library = opened(home)
    library.sync()
    assert len(found(library, "quince")) == 3


SHUT = """
import ctypes, os, sys
from pathlib import Path

if os.geteuid() == 0 and sys.argv[2] == "unbound":
    for privilege in (1, 2):  # root's: to read whatever permissions say, and to look into any folder
        ctypes.CDLL(None).prctl(24, privilege)
    os.execv(sys.executable, [*sys.orig_argv[:-1], "bound"])
from retrieval import EVERYONE
from tests.retrieval.homes import make, opened

files = {"a.md": "# A\\n\\nFirst.\\n", "sub/b.md": "# B\\n\\nSecond.\\n", "c.md": "C.\\n"}
home = make(Path(sys.argv[1]) / "home", files)
opened(home).sync()
for shut in (home.documents / "sub", home.documents / "c.md", home.documents):
    rights = shut.stat().st_mode
    shut.chmod(0)
    library = opened(home)
    report = library.sync()
    print(report.problems, report.deleted, sorted(library.catalogue.titles(EVERYONE)))
    shut.chmod(rights)
report = opened(home).sync()
print(report.problems, report.deleted, report.encoded)
"""


def test_what_may_not_be_looked_into_keeps_what_it_held(shelf: Path) -> None:
    folder, file, all_of_it, after = told(SHUT, shelf, "unbound").splitlines()
    for line, named in (
        (folder, "sub cannot be listed"),
        (file, "c.md cannot be read"),
        (all_of_it, "cannot be listed"),
    ):
        assert named in line
        assert "Permission denied" in line
        assert line.endswith("[] ['a.md', 'c.md', 'sub/b.md']")
    assert after == "[] [] 0"


def test_links_that_lead_out_are_left_out(home: Home, shelf: Path) -> None:
    outside = shelf / "outside"
    outside.mkdir()
    (outside / "secret.md").write_text("# Secret\n\nThe quince is secret.\n", encoding="utf-8")
    (home.documents / "out.md").symlink_to(outside / "secret.md")
    (home.documents / "folder").symlink_to(outside)
    (home.documents / "store.md").symlink_to(home.database)
    (home.documents / "alias.md").symlink_to("kettle.md")
    library = opened(home)
    report = library.sync()
    assert sorted(report.added) == sorted([*FILES, "alias.md"])
    assert report.problems == []
    assert not any("quince" in hit.passage.text for hit in library.searcher.search("quince secret", 9, HR))


def test_links_that_lead_nowhere_are_named(home: Home) -> None:
    (home.documents / "gone.md").symlink_to("nothing.md")
    (home.documents / "loop.md").symlink_to("loop.md")
    report = opened(home).sync()
    assert set(said(report)) <= {"gone.md", "loop.md"}
    assert "gone.md" in said(report)
    assert len(report.added) == 3


def test_hidden_files_and_folders_are_left_out(home: Home) -> None:
    write(home, {".hidden.md": "Hidden.", ".git/config.md": "Hidden."})
    assert sorted(opened(home).sync().added) == sorted(FILES)


# Records


def test_records_are_documents_of_their_own(home: Home) -> None:
    write(home, {"faq.jsonl": records({"faq-1": "About quince.", "faq-2": "About medlar."})})
    library = synced(home)
    assert found(library, "quince")[0] == "faq-1"
    write(home, {"faq.jsonl": records({"faq-2": "About medlar.", "faq-3": "About sloe."})})
    report = library.sync()
    assert (report.changed, report.encoded) == (["faq.jsonl"], 1)
    assert {"faq-2", "faq-3"} <= set(texts(library))
    assert "faq-1" not in texts(library)


def test_a_renamed_file_of_records_keeps_them(home: Home) -> None:
    write(home, {"z.jsonl": records({"faq-1": "About quince."})})
    library = synced(home)
    (home.documents / "z.jsonl").rename(home.documents / "a.jsonl")
    report = library.sync()
    assert (report.problems, report.renamed, report.deleted) == ([], [("z.jsonl", "a.jsonl")], [])
    assert found(library, "quince")[0] == "faq-1"


@pytest.mark.parametrize(("one", "two"), [("a.jsonl", "b.jsonl"), ("b.jsonl", "a.jsonl")])
def test_a_record_may_move_between_files(one: str, two: str, home: Home) -> None:
    write(home, {one: records({"x": "About quince.", "y": "About sloe."}), two: records({"z": "About medlar."})})
    library = synced(home)
    write(home, {one: records({"y": "About sloe."}), two: records({"z": "About medlar.", "x": "About quince."})})
    assert library.sync().problems == []
    assert {"x", "y", "z"} <= set(texts(library))


def test_files_may_swap_their_records(home: Home) -> None:
    write(home, {"a.jsonl": records({"x": "About quince."}), "b.jsonl": records({"y": "About medlar."})})
    library = synced(home)
    write(home, {"a.jsonl": records({"y": "About medlar."}), "b.jsonl": records({"x": "About quince."})})
    assert library.sync().problems == []
    assert {"x", "y"} <= set(texts(library))
    assert found(library, "quince")[0] == "x"


def test_an_id_in_two_files_is_named_with_both_until_one_lets_go(home: Home) -> None:
    write(home, {"a.jsonl": records({"x": "About quince."}), "hr/b.jsonl": records({"x": "About medlar."})})
    library = opened(home)
    for _ in range(2):
        ((name, problem),) = library.sync().problems
        assert name == "hr/b.jsonl"
        assert "'x'" in problem
        assert "a.jsonl" in problem
    assert library.catalogue.problems(library.access, EVERYONE) == []
    assert [file for file, _ in library.catalogue.problems(library.access, HR)] == ["hr/b.jsonl"]
    assert found(library, "quince")[0] == "x"
    write(home, {"a.jsonl": records({"y": "About quince."})})
    assert library.sync().problems == []
    assert found(library, "medlar", HR)[0] == "x"


def test_a_record_may_not_take_the_name_of_a_file(home: Home) -> None:
    write(home, {"z.jsonl": records({"kettle.md": "About quince."})})
    report = opened(home).sync()
    assert "'kettle.md' is taken by kettle.md" in said(report)["z.jsonl"]


# Sources


@pytest.fixture
def manuals(shelf: Path) -> Path:
    folder = shelf / "manuals"
    folder.mkdir()
    (folder / "heron.md").write_text("# Heron\n\nThe heron pump needs grease.\n", encoding="utf-8")
    return folder


def test_a_folder_that_was_brought_once_is_followed(home: Home, manuals: Path) -> None:
    library = opened(home)
    assert "manuals/heron.md" in library.sync([manuals]).added
    (manuals / "egret.md").write_text("# Egret\n\nThe egret pump needs oil.\n", encoding="utf-8")
    assert library.sync().added == ["manuals/egret.md"]
    assert found(library, "egret oil")[0] == "manuals/egret.md"


def test_rules_hold_for_folders_that_were_brought(home: Home, manuals: Path) -> None:
    rule(home, 'manuals = ["HR"]')
    library = opened(home)
    library.sync([manuals])
    assert "manuals/heron.md" not in found(library, "heron grease")
    assert found(library, "heron grease", HR)[0] == "manuals/heron.md"


def test_a_single_file_can_be_brought(home: Home, manuals: Path) -> None:
    library = opened(home)
    assert "heron.md" in library.sync([manuals / "heron.md"]).added
    assert library.sync().unchanged == 4


def test_a_source_that_vanished_keeps_its_documents(home: Home, manuals: Path) -> None:
    library = opened(home)
    library.sync([manuals])
    away = manuals.rename(manuals.with_name("unmounted"))
    report = library.sync()
    assert report.deleted == []
    assert "is not there" in said(report)[str(manuals)]
    assert found(library, "heron grease")[0] == "manuals/heron.md"
    away.rename(manuals)
    assert library.sync().problems == []


def test_documents_that_vanished_as_a_whole_stay_too(library: Library) -> None:
    library.home.documents.rename(library.home.root / "elsewhere")
    assert library.sync().deleted == []
    assert found(library, "kettle whistles")[0] == "kettle.md"


def test_a_part_of_a_source_is_not_a_second_source(home: Home, manuals: Path) -> None:
    (manuals / "birds").mkdir()
    (manuals / "birds" / "ibis.md").write_text("# Ibis\n\nThe ibis pump.\n", encoding="utf-8")
    library = opened(home)
    library.sync([manuals])
    report = library.sync([manuals / "birds", home.documents / "hr", manuals])
    assert (report.added, report.unchanged) == ([], 5)


def test_one_name_in_two_sources_is_named_with_both(home: Home, manuals: Path, shelf: Path) -> None:
    other = shelf / "other" / "manuals"
    other.mkdir(parents=True)
    (other / "heron.md").write_text("# Heron\n\nAnother heron.\n", encoding="utf-8")
    library = opened(home)
    library.sync([manuals])
    for brought in ([other], []):
        report = library.sync(brought)
        assert str(manuals / "heron.md") in said(report)["manuals/heron.md"]
        assert str(other / "heron.md") in said(report)["manuals/heron.md"]
        assert (report.changed, report.encoded) == ([], 0)
    (manuals / "heron.md").unlink()
    report = library.sync()
    assert report.problems == []
    assert found(library, "another heron")[0] == "manuals/heron.md"


@pytest.mark.parametrize("which", ["the root", "above", "store", "nowhere"])
def test_what_cannot_be_a_source_is_refused(which: str, home: Home) -> None:
    path = {
        "the root": home.root,
        "above": home.root.parent,
        "store": home.database.parent,
        "nowhere": home.root / "nowhere",
    }[which]
    with pytest.raises(UsageError):
        opened(home).sync([path])


def test_a_home_that_moved_is_not_read_again(library: Library, shelf: Path) -> None:
    moved = Home(library.home.root.rename(shelf / "moved"))
    assert opened(moved).sync().unchanged == 3


# Interruptions


def test_an_interruption_while_reading_loses_nothing(home: Home) -> None:
    library = opened(home)
    with pytest.raises(KeyboardInterrupt):
        library.sync(progress=at("Reading", 2))
    assert len(texts(library)) == 2
    report = opened(home).sync()
    assert (report.unchanged, len(report.added), report.encoded) == (2, 1, 3)
    assert opened(home).in_step()


def test_an_interruption_while_encoding_goes_on_where_it_was(home: Home) -> None:
    write(home, {"many.jsonl": MANY})
    first, second = CountingEncoder(), CountingEncoder()
    with pytest.raises(KeyboardInterrupt):
        opened(home, first).sync(progress=at("Encoding", ENCODE_AT_ONCE + 1))
    assert len(first.texts) == ENCODE_AT_ONCE + 1  # HR's one passage is a batch of its own
    report = opened(home, second).sync()
    assert report.unchanged == 4
    assert set(first.texts).isdisjoint(second.texts)
    assert len(first.texts) + len(second.texts) == len(opened(home).catalogue.live_keys())
    assert opened(home).in_step()


def test_what_was_found_before_an_interruption_still_is(library: Library) -> None:
    write(library.home, {"boiler.md": "# Boiler\n\nThe boiler needs water every spring.\n", "new.md": "New.\n"})
    for stage in (at("Reading", 2), at("Encoding", 0)):
        with pytest.raises(KeyboardInterrupt):
            library.sync(progress=stage)
        assert found(library, "kettle whistles")[0] == "kettle.md"
        assert found(library, "boiler water")[0] == "boiler.md"
    library.sync()
    (hit, *_) = library.searcher.search("boiler water", 1)
    assert "spring" in hit.passage.text


def test_what_was_deleted_before_an_interruption_is_gone(library: Library) -> None:
    write(library.home, {"boiler.md": "# Boiler\n\nThe boiler needs water every spring.\n"})
    with pytest.raises(KeyboardInterrupt):
        library.sync(progress=at("Encoding", 0))
    (library.home.documents / "boiler.md").unlink()
    write(library.home, {"new.md": "New.\n"})
    with pytest.raises(KeyboardInterrupt):
        library.sync(progress=at("Reading", 0))
    assert "boiler.md" not in found(library, "boiler water", k=9)


WAIT = """
import sys
from pathlib import Path
from retrieval import Home
from tests.retrieval.homes import opened

def wait(what, done, total):
    if (what, done) == (sys.argv[2], 1) or (what == sys.argv[2] == "Encoding"):
        print("in the middle", flush=True)
        sys.stdin.readline()

library = opened(Home(Path(sys.argv[1])))
print("ready", flush=True)
print(library.sync(progress=wait).added)
"""


@pytest.mark.parametrize("stage", ["Reading", "Encoding"])
def test_of_two_processes_that_sync_one_is_told_to_wait_and_nothing_is_lost(stage: str, home: Home) -> None:
    library = opened(home)
    with python(WAIT, home.root, stage) as other:
        assert other.stdout is not None
        assert [other.stdout.readline() for _ in range(2)] == ["ready\n", "in the middle\n"]
        with pytest.raises(HomeBusy):
            library.sync()
        opened(home)  # asking is not writing
        out, err = other.communicate("go on\n" * 9, timeout=60)
    assert other.returncode == 0, err
    assert all(name in out for name in FILES)
    report = library.sync()
    assert (report.unchanged, report.encoded, report.sealed) == (3, 0, False)
    assert found(library, "kettle whistles")[0] == "kettle.md"


# No room


@pytest.mark.parametrize("pages", [0, 1, 2, 5, 10, 20, 40])
def test_a_database_without_room_is_an_error_of_storage_and_the_next_sync_completes(pages: int, home: Home) -> None:
    write(home, {"many.jsonl": MANY})
    library = opened(home)
    connection = library.database.connection
    (used,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {used + pages}")
    with pytest.raises(StorageError, match="full"):
        library.sync()
    connection.execute("PRAGMA max_page_count = 1000000")
    assert library.sync().problems == []
    assert library.in_step()
    assert found(library, "word77")[0] == "r77"


TIGHT = """
import resource, sys
from pathlib import Path
import numpy as np
from retrieval import Home, StorageError
from tests.fakes import WordEncoder
from tests.retrieval.homes import opened

class Narrow(WordEncoder):
    identity, dimension = "narrow-1", 4
    def encode(self, texts):
        return np.ascontiguousarray(super().encode(texts)[:, :4])

home = Home(Path(sys.argv[1]))
encoder = Narrow() if sys.argv[2] == "words" else WordEncoder()
opened(home, encoder).sync()
for path in home.index.iterdir():
    (path / "manifest.json").unlink()
for kib in map(int, sys.argv[3:]):
    resource.setrlimit(resource.RLIMIT_FSIZE, (kib * 1024, resource.RLIM_INFINITY))
    try:
        opened(home, encoder).sync()
        print("all fitted")
    except StorageError as error:
        print(error)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
library = opened(home, encoder)
library.sync()
print(library.in_step(), len(library.searcher.search("word77", 9)))
"""


@pytest.mark.parametrize(
    ("most", "files", "fails"),
    [
        ("vectors", {"many.jsonl": MANY}, "File too large"),
        ("words", {"long.txt": " ".join(f"word{number}" for number in range(3000))}, "IO error"),
    ],
)
def test_an_index_without_room_is_an_error_of_storage_and_the_next_sync_completes(
    most: str, files: dict[str, str], fails: str, shelf: Path
) -> None:
    *refused, after = told(TIGHT, make(shelf / "home", files).root, most, 0, 1, 2, 4, 8).splitlines()
    assert all("index could not be written" in line for line in refused)
    assert any(fails in line for line in refused)
    assert after == "True 9"


def test_an_index_that_may_not_be_written_is_an_error_of_storage(home: Home) -> None:
    shutil.rmtree(home.index)
    home.index.write_text("in the way", encoding="utf-8")
    library = opened(home)
    with pytest.raises(StorageError, match="index could not be written"):
        library.sync()
    home.index.unlink()
    encoder = CountingEncoder()
    again = opened(home, encoder)
    assert again.sync().sealed
    assert encoder.texts == []
    assert found(again, "kettle whistles")[0] == "kettle.md"
