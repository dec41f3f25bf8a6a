"""300 damaged files: each is noticed and said, and the index rebuilt from the catalogue; or no answer is another."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from retrieval import HomeError
from tests.retrieval.homes import SHARE, found, make, opened, python, records, synced

MUTATIONS = max(30, round(300 * SHARE))
ROWS = {f"r{number}": f"Record {number} speaks of word{number % 50} and of topic{number % 7}." for number in range(300)}
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
    assert counted["refused"] > MUTATIONS // 10


# What a checksum of pages would notice


def test_a_passage_that_says_something_else_than_it_did_is_not_shown(shelf: Path) -> None:
    library = synced(
        make(shelf / "home", {"kettle.md": "# Kettle\n\nIt boils for 3 minutes.\n", "pump.md": "# Pump\n"})
    )
    with library.database.transaction() as connection:
        connection.execute("UPDATE passages SET text = replace(text, '3', '8')")
    with pytest.raises(HomeError, match=r"home.sqlite is damaged: kettle.md .* from a backup"):
        found(library, "boils")


def test_a_catalogue_that_is_gone_is_said_and_read_again(shelf: Path) -> None:
    library = synced(make(shelf / "home", {"kettle.md": "# Kettle\n\nIt boils for 3 minutes.\n"}))
    library.database.close()
    library.home.database.unlink()
    again = opened(library.home)
    with pytest.raises(HomeError, match=r"home.sqlite is empty.*groundsmith sync"):
        found(again, "boils")
    again.sync()
    assert found(again, "boils") == ["kettle.md"]
