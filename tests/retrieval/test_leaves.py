"""Generations share what did not change: the same files, the answers of an index made anew, no trace of what went."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import EVERYONE, Home, Library, Passage, Vectors, terms
from retrieval.index.building import build
from retrieval.index.exact import FEW
from retrieval.index.generation import Generation, explained, newest
from retrieval.index.leaves import LEAST, MOST_LEAVES, Ranges, cut, expand, leaf_size, ranges_of
from retrieval.index.manifest import MANIFEST, Manifest, Part, read_manifest, verify
from tests.fakes import WordEncoder
from tests.retrieval.homes import HR, SEED, document, make, opened, records, synced, write

ROWS = {
    f"r{number:03}": f"Record {number} speaks of word{number % 50} and of topic{number % 7}."
    for number in range(2 * LEAST + 100)
}
QUESTIONS = ("topic3 record", "speaks of word7 and quince1")
RULES = 'hr = ["HR"]'


def leaf(first: int, last: int) -> Ranges:
    return ((first, last),)


# How wanted keys are cut


def test_a_partition_has_few_leaves_whatever_its_size() -> None:
    assert leaf_size(10) == leaf_size(LEAST * MOST_LEAVES) == LEAST
    assert leaf_size(1_000_000) == 16_384


def test_what_is_still_whole_stays_and_what_lost_a_passage_is_cut_anew() -> None:
    wanted = np.delete(np.arange(3 * LEAST), LEAST + 5)
    before = [leaf(0, LEAST - 1), leaf(LEAST, 2 * LEAST - 1), leaf(2 * LEAST, 3 * LEAST - 1)]
    pieces = cut(wanted, before)
    assert [piece.before for piece in pieces] == [0, None, 2]
    assert len(pieces[1].keys) == LEAST - 1


def test_a_small_leaf_is_joined_with_what_comes_after_it() -> None:
    wanted = np.arange(LEAST + 30)
    (first, last) = cut(wanted, [leaf(0, LEAST - 1), leaf(LEAST, LEAST + 9)])
    assert (first.before, last.before) == (0, None)
    assert len(last.keys) == 30


def test_a_small_leaf_stays_where_nothing_can_be_joined_with_it() -> None:
    wanted = np.concatenate([np.arange(10), np.arange(100, 100 + LEAST)])
    assert [piece.before for piece in cut(wanted, [leaf(0, 9), leaf(100, 99 + LEAST)])] == [0, 1]


def test_a_key_that_comes_back_between_others_makes_their_leaf_anew() -> None:
    wanted = np.arange(LEAST)
    before = [ranges_of(np.delete(wanted, 17))]
    assert [piece.before for piece in cut(wanted, before)] == [None]


@given(st.lists(st.sets(st.integers(0, 4000), max_size=1500), min_size=1, max_size=5))
def test_cutting_loses_nothing_and_never_makes_too_many_leaves(rounds: list[set[int]]) -> None:
    before: list[Ranges] = []
    for wanted in rounds:
        keys = np.array(sorted(wanted), dtype=np.int64)
        pieces = cut(keys, before)
        assert [int(key) for piece in pieces for key in piece.keys] == keys.tolist()
        assert all(
            np.array_equal(piece.keys, expand(before[piece.before])) for piece in pieces if piece.before is not None
        )
        assert len(pieces) <= 4 * len(keys) / leaf_size(len(keys)) + 2
        before = [ranges_of(piece.keys) for piece in pieces]


@given(st.sets(st.integers(0, 200), min_size=1))
def test_ranges_say_which_keys_there_are(keys: set[int]) -> None:
    wanted = np.array(sorted(keys), dtype=np.int64)
    assert expand(ranges_of(wanted)).tolist() == wanted.tolist()


# Generations


def sealed(library: Library) -> Path:
    folder = newest(library.home)
    assert folder is not None
    return folder


def manifest(library: Library) -> Manifest:
    return read_manifest(sealed(library))


def inodes(library: Library) -> set[int]:
    return {path.stat().st_ino for path in sealed(library).rglob("*") if path.suffix not in ("", ".json", ".lock")}


def files(rows: dict[str, str]) -> dict[str, str]:
    return {"faq.jsonl": records(rows), "hr/pay.md": "# Pay\n\nThe tamarisk band is paid monthly.\n"}


def told(library: Library) -> list[object]:
    """All that is found, with every score to the last bit. Keys differ between Homes, what they stand for must not."""
    return [
        sorted((hit.passage.id, hit.score, *hit.found_by.items()) for hit in library.searcher.search(*asked, how=how))
        for asked in ((question, len(ROWS) + 100, HR) for question in QUESTIONS)
        for how in ("dense", "lexical", "hybrid")
    ]


def traces(library: Library, word: str, vector: Vectors) -> tuple[int, int]:
    """In how many passages the index counts this word, and in how many files this vector lies."""
    counted = sum(part.held(terms(word))[terms(word)[0]] for part in Generation(sealed(library)).readable(HR))
    return counted, sum(vector.tobytes() in path.read_bytes() for path in sealed(library).rglob("*.faiss"))


@pytest.fixture
def library(shelf: Path) -> Library:
    return synced(make(shelf / "home", files(ROWS), RULES))


def change(library: Library, rows: dict[str, str]) -> Library:
    write(library.home, files(rows))
    return synced(Home(library.home.root))


def test_a_changed_record_leaves_the_other_leaves_as_they_are(library: Library) -> None:
    before, parts = inodes(library), manifest(library).parts
    assert sorted(len(part.leaves) for part in parts) == [1, 3]
    after = change(library, {**ROWS, "r300": "The quince is new."})
    carried = inodes(after) & before
    leaves = {leaf.vectors for part in manifest(after).parts for leaf in part.leaves}
    assert len(leaves) == 5
    assert (
        len(carried) == 3 * 8
    )  # two of three, and the other partition's, each with vectors, checksums and six of words
    verify(sealed(after), manifest(after))


def test_what_was_carried_answers_as_what_is_made_anew(library: Library, shelf: Path) -> None:
    random = np.random.default_rng(SEED)
    rows, asked = dict(ROWS), library
    for round in range(2):
        for name in random.choice(sorted(rows), 12, replace=False).tolist():
            rows[name] = f"Record {name} speaks of word{random.integers(50)} and of quince{round}."
        for name in random.choice(sorted(rows), 40, replace=False).tolist():
            del rows[name]
        rows |= {f"n{round}-{number}": f"New record of topic{number % 7}." for number in range(30)}
        asked = change(asked, rows)
        fresh = synced(make(shelf / f"fresh{round}", files(rows), RULES))
        assert told(asked) == told(fresh)
        assert len(inodes(asked)) >= len(inodes(fresh))


def test_nothing_is_left_of_what_was_deleted(library: Library) -> None:
    expected, (vector,) = told(library), WordEncoder().encode(["r301 The quibblewort is new."])
    with_it = change(library, {**ROWS, "r301": "The quibblewort is new."})
    assert traces(with_it, "quibblewort", vector) == (1, 1)
    without = change(with_it, ROWS)
    assert traces(without, "quibblewort", vector) == (0, 0)
    assert told(without) == expected


def test_made_anew_shares_no_file(library: Library) -> None:
    before = inodes(library)
    old = manifest(library)
    build(library.home, library.catalogue, old.encoder, old.dimension, old.rules, anew=True)
    assert not inodes(library) & before
    assert opened(library.home).in_step()


def test_a_leaf_that_is_damaged_is_not_carried_on(library: Library) -> None:
    folder = sealed(library)
    expected = told(library)
    for name in sorted(read_manifest(folder).files):
        if name.endswith((".faiss", ".pos")):
            path = folder / name
            content = path.read_bytes()[:-1] + b"?"
            path.unlink()
            path.write_bytes(content)
    write(library.home, {"new.md": "# New\n\nSomething else altogether.\n"})
    after = synced(library.home)
    verify(sealed(after), manifest(after))
    (after.home.documents / "new.md").unlink()
    assert told(synced(library.home)) == expected


def test_where_there_are_no_hard_links_files_are_copied(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, target: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    before = inodes(library)
    after = change(library, {**ROWS, "r300": "The quince is new."})
    assert not inodes(after) & before
    verify(sealed(after), manifest(after))


def test_passages_that_change_their_readers_change_their_partition(library: Library) -> None:
    home = library.home
    home.spec.write_text(home.spec.read_text(encoding="utf-8").replace(RULES, 'hr = ["board"]'), encoding="utf-8")
    after = opened(home)
    assert [(part.audience, part.passages) for part in manifest(after).parts] == [('["board"]', 1), ("[]", len(ROWS))]
    assert after.searcher.search("tamarisk", 1, HR)[0].passage.document != "hr/pay.md"


def test_what_is_explained_counts_only_what_the_asker_may_read(library: Library) -> None:
    told = [explained(library.home, asker, "balanced") for asker in (EVERYONE, HR)]
    assert told == [f"exact over {len(ROWS) + one:,} passages; approximate from 20,001 on" for one in (0, 1)]
    (sealed(library) / MANIFEST).write_text("{}", encoding="utf-8")
    assert explained(library.home, HR, "balanced") is None


# Codes


def seal(library: Library, name: str, numbers: range) -> Part:
    """A document of as many passages, straight into the catalogue, and a generation that holds them."""
    texts = [f"About word{number}." for number in numbers]
    whole = document(name, *texts)
    starts = np.cumsum([0, *(len(text) + 1 for text in texts)]).tolist()
    passages = [
        Passage(f"{name}@{start}", name, name, (), None, start, start + len(text), text, ())
        for start, text in zip(starts, texts, strict=False)
    ]
    catalogue, encoder = library.catalogue, library.encoder
    catalogue.put("documents", name, "digest", {name: (whole, passages)}, library.access)
    waiting = catalogue.unencoded(encoder.identity)
    vectors = encoder.encode([kept.passage.text for kept in waiting])
    written = {kept.key: vector.tobytes() for kept, vector in zip(waiting, vectors, strict=True)}
    catalogue.put_vectors(encoder.identity, written)
    build(library.home, catalogue, encoder.identity, encoder.dimension, library.access.digest)
    (part,) = manifest(library).parts
    return part


@pytest.mark.slow
def test_a_large_partition_is_searched_by_codes_that_are_carried_on(shelf: Path) -> None:
    library = synced(make(shelf / "home", {}))
    before, shared = seal(library, "many", range(FEW + 500)), inodes(library)
    after = seal(library, "more", range(FEW + 500, FEW + 510))
    assert after.trained == before.trained == FEW + 500
    assert all(leaf.codes for leaf in after.leaves)
    assert len(inodes(library) & shared) == 1 + 9 * len(before.leaves)
    fast, exact = (opened(library.home, quality=quality) for quality in ("fast", "exact"))
    for number in (3, 700, FEW + 505):
        (hit,) = fast.searcher.search(f"word{number}", 1)
        assert hit.passage.text == f"About word{number}."
        scores = [
            [hit.score for hit in asked.searcher.search(f"word{number}", 9, how="dense")] for asked in (fast, exact)
        ]
        assert scores[0] == scores[1]
    small = seal(library, "many", range(30))
    assert (small.trained, small.passages, [leaf.codes for leaf in small.leaves]) == (0, 40, [None])
