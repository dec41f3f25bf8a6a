"""The index: whole or absent, checked before it is believed, rebuilt from the catalogue, swapped under its readers."""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from retrieval import EVERYONE, Home, IndexDamaged, Library
from retrieval.index.generation import Generation, newest
from retrieval.index.manifest import MANIFEST, read_manifest, verify
from tests.fakes import WordEncoder
from tests.retrieval.homes import HR, CountingEncoder, found, make, opened, records, rule, synced, write

FILES = {
    "kettle.md": "# Kettle\n\nThe kettle whistles when it boils.\n",
    "boiler.md": "# Boiler\n\nThe boiler needs water every autumn.\n",
    "hr/pay.md": "# Pay\n\nThe tamarisk band is paid monthly.\n",
}
RULES = 'hr = ["HR"]'


class OtherEncoder(CountingEncoder):
    identity = "words-2"


class CountsLetters(WordEncoder):
    identity = "letters-1"

    def measure(self, texts: Sequence[str]) -> list[int]:
        return [len(text) // 2 for text in texts]


@pytest.fixture
def library(shelf: Path) -> Library:
    return synced(make(shelf / "home", FILES, RULES))


def sealed(library: Library) -> Path:
    folder = newest(library.home)
    assert folder is not None
    return folder


def replace(path: Path, content: bytes) -> None:
    """By a new file of that name: the old one may still be mapped into memory, where it must not shrink."""
    path.with_name("new").write_bytes(content)
    path.with_name("new").replace(path)


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    replace(path, bytes(content))


def cut(path: Path) -> None:
    replace(path, path.read_bytes()[:-1])


def empty(path: Path) -> None:
    replace(path, b"")


DAMAGES: dict[str, Callable[[Path], None]] = {"flipped": flip, "cut": cut, "emptied": empty, "missing": Path.unlink}


# Whole or absent


def test_a_generation_is_named_by_its_encoder_and_says_what_it_holds(library: Library) -> None:
    folder = sealed(library)
    manifest = read_manifest(folder)
    assert folder.name == "words-1.1"
    assert (manifest.encoder, manifest.dimension, manifest.rules) == ("words-1", 512, library.access.digest)
    assert [(part.audience, part.passages) for part in manifest.parts] == [('["HR"]', 1), ("[]", 2)]
    verify(folder, manifest)


def test_the_manifest_is_written_after_all_it_speaks_of(library: Library) -> None:
    folder = sealed(library)
    written = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    assert max(written.values()) == written[folder / MANIFEST]
    assert len(written) > 4


def test_every_file_is_in_the_manifest_but_locks(library: Library) -> None:
    folder = sealed(library)
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    listed = set(read_manifest(folder).files)
    assert listed <= there
    assert all(name == MANIFEST or name.endswith(".lock") for name in there - listed)


def test_a_generation_without_its_manifest_does_not_exist(library: Library) -> None:
    (sealed(library) / MANIFEST).unlink()
    assert newest(library.home) is None


def test_a_generation_under_construction_does_not_exist(library: Library) -> None:
    folder = sealed(library)
    shutil.copytree(folder, library.home.index / "building-1")
    assert newest(library.home) == folder


def test_only_the_newest_generation_stays(library: Library) -> None:
    for number in range(3):
        write(library.home, {"kettle.md": f"# Kettle\n\nThe kettle whistles {number} times.\n"})
        library.sync()
        assert [path.name for path in library.home.index.iterdir()] == [f"words-1.{number + 2}"]


@pytest.mark.parametrize("changed", [True, False])
def test_what_an_interruption_left_is_swept(changed: bool, library: Library) -> None:
    index = library.home.index
    shutil.copytree(sealed(library), index / "building-4242")
    shutil.copytree(sealed(library), index / "words-0.0")
    (index / "words-1.0" / "part-0").mkdir(parents=True)
    if changed:
        write(library.home, {"new.md": "# New\n\nSomething new.\n"})
    library.sync()
    assert [path.name for path in index.iterdir()] == ["words-1.2" if changed else "words-1.1"]
    assert found(library, "kettle whistles")[0] == "kettle.md"


def test_no_name_is_used_twice(library: Library) -> None:
    (sealed(library) / MANIFEST).unlink()
    library.sync()
    assert [path.name for path in library.home.index.iterdir()] == ["words-1.2"]


# Damage


@pytest.mark.parametrize("damage", DAMAGES)
def test_each_damaged_file_is_noticed_and_mended_from_the_catalogue(damage: str, library: Library) -> None:
    number = len(read_manifest(sealed(library)).files)
    assert number > 8
    for position in range(number + 1):
        name = sorted([*read_manifest(sealed(library)).files, MANIFEST])[position]
        DAMAGES[damage](sealed(library) / name)
        encoder = CountingEncoder()
        again = opened(library.home, encoder)
        assert not again.in_step()
        with pytest.raises(IndexDamaged, match="groundsmith sync"):
            found(again, "kettle whistles")
        encoder.texts.clear()
        assert again.sync().sealed, name
        assert encoder.texts == []
        assert again.in_step()
        assert found(again, "kettle whistles")[0] == "kettle.md"


@pytest.mark.parametrize(
    "change",
    [
        lambda stated: stated["parts"][0].update(audience="[]"),
        lambda stated: stated.update(contents=stated["contents"][::-1]),
        lambda stated: stated.update(rules=""),
        lambda stated: stated["files"].popitem(),
    ],
)
def test_a_manifest_that_was_edited_is_not_believed(
    change: Callable[[dict[str, object]], None], library: Library
) -> None:
    path = sealed(library) / MANIFEST
    whole = json.loads(path.read_text(encoding="utf-8"))
    change(whole["manifest"])
    path.write_text(json.dumps(whole), encoding="utf-8")
    with pytest.raises(IndexDamaged, match="manifest"):
        found(opened(library.home), "kettle")


@pytest.mark.parametrize("content", ["[]", "{}", "null", '{"manifest": [], "sha256": ""}'])
def test_a_manifest_of_something_else_is_damage(content: str, library: Library) -> None:
    (sealed(library) / MANIFEST).write_text(content, encoding="utf-8")
    with pytest.raises(IndexDamaged, match="manifest"):
        found(opened(library.home), "kettle")


def test_an_index_of_another_layout_is_made_anew(library: Library) -> None:
    path = sealed(library) / MANIFEST
    stated = json.loads(path.read_text(encoding="utf-8"))["manifest"]
    del stated["parts"][0]["leaves"]
    digest = hashlib.sha256(json.dumps(stated, sort_keys=True).encode()).hexdigest()
    path.write_text(json.dumps({"manifest": stated, "sha256": digest}), encoding="utf-8")
    with pytest.raises(IndexDamaged, match=r"another version.*groundsmith sync"):
        found(opened(library.home), "kettle")
    assert opened(library.home).sync().sealed
    assert found(opened(library.home), "kettle whistles")[0] == "kettle.md"


def test_an_index_that_was_thrown_away_is_made_anew_without_encoding(library: Library) -> None:
    shutil.rmtree(library.home.index)
    encoder = CountingEncoder()
    again = opened(library.home, encoder)
    with pytest.raises(IndexDamaged, match="no index yet"):
        found(again, "kettle")
    encoder.texts.clear()
    assert again.sync().sealed
    assert encoder.texts == []
    assert found(again, "kettle whistles")[0] == "kettle.md"


def test_who_may_read_nothing_is_not_told_that_an_index_is_missing(shelf: Path) -> None:
    library = synced(make(shelf / "home", {"hr/pay.md": FILES["hr/pay.md"]}, RULES))
    shutil.rmtree(library.home.index)
    assert found(opened(library.home), "tamarisk") == []
    with pytest.raises(IndexDamaged):
        found(opened(library.home), "tamarisk", HR)


# Encoders


def test_vectors_of_two_encoders_are_never_compared(library: Library) -> None:
    other = opened(library.home, OtherEncoder())
    assert not other.in_step()
    with pytest.raises(IndexDamaged, match=r"words-1, the Spec names words-2.*groundsmith sync"):
        found(other, "kettle")


def test_another_encoder_encodes_all_and_the_way_back_is_free(library: Library) -> None:
    encoder, back = OtherEncoder(), CountingEncoder()
    report = opened(library.home, encoder).sync()
    assert (report.encoded, report.sealed) == (3, True)
    assert found(opened(library.home, encoder), "kettle whistles")[0] == "kettle.md"
    report = opened(library.home, back).sync()
    assert (report.encoded, report.sealed, back.texts) == (0, True, [])


def test_another_encoder_cuts_by_its_own_measure(shelf: Path) -> None:
    text = " ".join(f"Sentence number {number} says something about kettles of all kinds." for number in range(12))
    home = make(shelf / "home", {"long.md": text})
    before = synced(home).catalogue.counts(EVERYONE).passages
    library = opened(home, CountsLetters())
    assert library.sync().changed == ["long.md"]
    assert library.catalogue.counts(EVERYONE).passages > before


def test_rules_that_change_with_the_encoder_do_not_empty_the_index(library: Library) -> None:
    rule(library.home, 'hr = ["board"]')
    other = opened(library.home, OtherEncoder())
    assert read_manifest(sealed(library)).encoder == "words-1"
    with pytest.raises(IndexDamaged, match="words-2"):
        found(other, "kettle")
    assert other.sync().sealed
    assert found(other, "kettle whistles")[0] == "kettle.md"


def interrupt(what: str, done: int, total: int) -> None:
    if what == "Encoding":
        raise KeyboardInterrupt


def test_rules_that_change_between_two_halves_of_a_sync_lose_nothing(library: Library) -> None:
    write(library.home, {"new.md": "# New\n\nThe quince is new.\n"})
    with pytest.raises(KeyboardInterrupt):
        library.sync(progress=interrupt)
    rule(library.home, 'hr = ["board"]')
    again = opened(library.home)
    assert not again.in_step()
    assert found(again, "kettle whistles")[0] == "kettle.md"
    assert again.sync().sealed
    assert found(again, "quince")[0] == "new.md"


def test_an_interruption_right_after_new_rules_does_not_hide_them(library: Library) -> None:
    library.catalogue.apply(type(library.access)({}))  # as far as a process came before it was killed
    rule(library.home, "")
    again = opened(library.home)
    assert found(again, "tamarisk band")[0] == "hr/pay.md"
    assert again.in_step()


# Under running readers


def test_a_serving_searcher_takes_up_what_was_sealed_since(library: Library) -> None:
    assert found(library, "quince", k=1) != ["new.md"]
    write(library.home, {"new.md": "# New\n\nThe quince is new.\n"})
    opened(library.home).sync()
    assert found(library, "quince", k=1) == ["new.md"]


def test_a_generation_that_is_open_answers_on_though_its_files_are_gone(library: Library) -> None:
    folder = sealed(library)
    held = Generation(folder).readable(HR)
    write(library.home, {"kettle.md": "# Kettle\n\nThe kettle sings.\n"})
    library.sync()
    assert not folder.exists()
    vector = WordEncoder().encode(["kettle whistles"])[0]
    assert max(score for part in held for score in part.dense(vector, 9).values()) > 0.5
    assert sum(len(part.lexical("kettle whistles", 9)) for part in held) == 1


def test_readers_are_never_disturbed_by_the_syncs_beside_them(shelf: Path) -> None:
    rows = {f"r{number}": f"Record {number} speaks of word{number}." for number in range(60)}
    library = synced(make(shelf / "home", {**FILES, "many.jsonl": records(rows)}, RULES))
    done, failures, answered = threading.Event(), [], [0]

    def read() -> None:
        while not done.is_set():
            try:
                hits = found(library, "kettle whistles", EVERYONE)
                assert hits[0] == "kettle.md", hits
                assert len(hits) == 6, hits
                assert len(set(hits)) == 6, hits
                answered[0] += 1
            except Exception as error:
                failures.append(error)
        library.database.close()

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    writer = opened(library.home)
    for number in range(12):
        write(library.home, {"boiler.md": f"# Boiler\n\nThe boiler needs water {number} times.\n"})
        assert writer.sync().sealed
    done.set()
    for reader in readers:
        reader.join(timeout=60)
    assert failures == []
    assert answered[0] > 12


def test_a_reader_that_opens_a_generation_while_it_is_swept_takes_the_next(library: Library) -> None:
    """Many opens against many seals: whoever comes late to a folder finds the newer one."""
    done, failures, opens = threading.Event(), [], [0]

    def read() -> None:
        while not done.is_set():
            try:
                assert found(opened(Home(library.home.root)), "kettle whistles", k=1) == ["kettle.md"]
                opens[0] += 1
            except Exception as error:
                failures.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(15):
        write(library.home, {"boiler.md": f"# Boiler\n\nThe boiler needs water {number} times.\n"})
        library.sync()
    done.set()
    for reader in readers:
        reader.join(timeout=60)
    assert failures == []
    assert opens[0] > 0
