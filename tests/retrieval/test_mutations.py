"""300 damaged files: each is noticed and said, and the index rebuilt from the catalogue; or no answer is another."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest

from retrieval import EVERYONE, HomeError
from retrieval.index.generation import newest
from tests.retrieval.homes import HR, SHARE, CountingEncoder, found, make, opened, python, records, synced
from tests.retrieval.mutations import told

MUTATIONS = max(30, round(300 * SHARE))
ROWS = {f"r{number}": f"Record {number} speaks of word{number % 50} and of topic{number % 7}." for number in range(300)}
LEAF = 13  # the kind of a page of SQLite's that holds rows
PROGRAM = "import runpy; runpy.run_module('tests.retrieval.mutations', run_name='__main__', alter_sys=True)"


@pytest.mark.slow
def test_every_damage_is_noticed_and_mended_or_harmless(shelf: Path) -> None:
    files = {"faq.jsonl": records(ROWS), "hr/pay.md": "# Pay\n\nThe tamarisk band is paid monthly.\n"}
    library = synced(make(shelf / "home", files, 'hr = ["HR"]'))
    library.database.close()
    with python(PROGRAM, library.home.root, shelf, 0, MUTATIONS) as child:
        out, err = child.communicate(timeout=3000)
    verdicts = [json.loads(line) for line in out.splitlines()]
    assert [verdict for verdict in verdicts if verdict[2].startswith("failed")] == []
    assert (child.returncode, len(verdicts)) == (0, MUTATIONS), (err, verdicts[-1:])
    counted = Counter(verdict for _, _, verdict in verdicts)
    assert counted["rebuilt"] > MUTATIONS // 2  # all of the index's, but those that swapped two equal files
    assert counted["refused"] >= MUTATIONS // 15  # a single bit of the catalogue mostly lies where nothing is read


# What a checksum of pages would notice


def test_a_passage_that_says_something_else_than_it_did_is_not_shown(shelf: Path) -> None:
    library = synced(
        make(shelf / "home", {"kettle.md": "# Kettle\n\nIt boils for 3 minutes.\n", "pump.md": "# Pump\n"})
    )
    with library.database.transaction() as connection:
        connection.execute("UPDATE passages SET text = replace(text, '3', '8')")
    with pytest.raises(HomeError, match=r"home.sqlite is damaged: kettle.md .* from a backup"):
        found(library, "boils")


def test_a_citation_whose_passage_says_something_else_is_not_opened(shelf: Path) -> None:
    library = synced(make(shelf / "home", {"kettle.md": "# Kettle\n\nIt boils for 3 minutes.\n"}, 'hr = ["HR"]'))
    (id,) = [kept.passage.id for kept in library.catalogue.passages(frozenset())]
    with library.database.transaction() as connection:
        connection.execute("UPDATE passages SET text = replace(text, '3', '8')")
        connection.execute("UPDATE documents SET text = replace(text, '3', '8')")
    for opens in (library.catalogue.open_passage, library.catalogue.document):
        with pytest.raises(HomeError, match=r"home.sqlite is damaged: kettle.md .* from a backup"):
            opens(id if opens == library.catalogue.open_passage else "kettle.md", EVERYONE)


def test_who_may_not_read_a_damaged_passage_is_not_told_of_it(shelf: Path) -> None:
    library = synced(make(shelf / "home", {"hr/pay.md": "# Pay\n\nThe tamarisk band.\n"}, 'hr = ["HR"]'))
    (id,) = [kept.passage.id for kept in library.catalogue.passages(frozenset({"HR"}))]
    with library.database.transaction() as connection:
        connection.execute("UPDATE passages SET text = 'The quince band.'")
    assert library.catalogue.open_passage(id, EVERYONE) is None
    with pytest.raises(HomeError, match=r"hr/pay.md does not say"):
        library.catalogue.open_passage(id, HR)


def test_a_damaged_passage_is_not_taken_over_by_an_index_made_anew(shelf: Path) -> None:
    library = synced(make(shelf / "home", {"kettle.md": "# Kettle\n\nIt boils for 3 minutes.\n"}))
    with library.database.transaction() as connection:
        connection.execute("UPDATE passages SET text = replace(text, '3', '8')")
    shutil.rmtree(library.home.index)
    with pytest.raises(HomeError, match=r"home.sqlite is damaged: kettle.md"):
        library.sync()
    assert newest(library.home) is None


def test_a_damaged_vector_is_encoded_anew_when_the_index_is_made_of_it(shelf: Path) -> None:
    files = {"kettle.md": "# Kettle\n\nIt boils for 3 minutes.\n", "pump.md": "# Pump\n\nIt hums.\n"}
    library = synced(make(shelf / "home", files))
    expected = told(library)
    with library.database.transaction() as connection:
        connection.execute("UPDATE vectors SET vector = zeroblob(length(vector)) WHERE passage = 1")
    shutil.rmtree(library.home.index)
    encoder = CountingEncoder()
    report = opened(library.home, encoder).sync()
    assert (report.encoded, report.sealed, len(encoder.texts)) == (1, True, 1)
    assert told(opened(library.home)) == expected


def test_a_document_that_stands_nowhere_in_its_life_is_said(shelf: Path) -> None:
    library = synced(make(shelf / "home", {"kettle.md": "# Kettle\n\nIt boils for 3 minutes.\n"}))
    with library.database.transaction() as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("UPDATE documents SET state = 'lave'")
    with pytest.raises(HomeError, match=r"home.sqlite is damaged: kettle.md"):
        library.sync()


def test_a_passage_that_is_lost_among_others_is_said_before_an_index_is_made_without_it(shelf: Path) -> None:
    """A bit of a row's number, and SQLite finds another row under it, or none."""
    library = synced(make(shelf / "home", {"faq.jsonl": records(ROWS)}))
    library.database.rewrite()
    library.database.close()
    content = bytearray(library.home.database.read_bytes())
    content[number_of_a_row(content, b"r30@")] ^= 1
    library.home.database.write_bytes(content)
    before = newest(library.home)
    with pytest.raises(HomeError, match=r"home.sqlite is damaged: .*Rowid"):
        opened(library.home).sync()
    assert newest(library.home) == before


def number_of_a_row(content: bytes | bytearray, says: bytes) -> int:
    """Where the number of the row stands that says this: behind the length of what it says, one or two bytes."""
    page = next(
        start
        for start in range(0, len(content), 4096)
        if content[start] == LEAF and says in content[start : start + 4096]
    )
    many = int.from_bytes(content[page + 3 : page + 5], "big")
    cells = [page + int.from_bytes(content[page + 8 + 2 * cell :][:2], "big") for cell in range(many)]
    cell = max(place for place in cells if place < content.index(says, page))
    place = cell + (2 if content[cell] & 0x80 else 1)
    return place + (1 if content[place] & 0x80 else 0)


def test_a_catalogue_that_is_gone_is_said_and_read_again(shelf: Path) -> None:
    library = synced(make(shelf / "home", {"kettle.md": "# Kettle\n\nIt boils for 3 minutes.\n"}))
    library.database.close()
    library.home.database.unlink()
    again = opened(library.home)
    with pytest.raises(HomeError, match=r"home.sqlite is empty.*groundsmith sync"):
        found(again, "boils")
    again.sync()
    assert found(again, "boils") == ["kettle.md"]
