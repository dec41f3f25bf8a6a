"""Filters: exactly the documents that are meant are searched, in the order and with the scores of a whole search."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval import EVERYONE, Library, Principal, UsageError, Where
from retrieval.where import NAMES, where_of
from tests.retrieval.homes import HR, make, opened, records, synced, write

WAYS: tuple[Literal["dense", "lexical", "hybrid"], ...] = ("dense", "lexical", "hybrid")


def page(word: str, **facts: str) -> str:
    head = "".join(f"{name}: {value}\n" for name, value in facts.items())
    return (
        f"---\n{head}---\n# {word}\n\nThe {word} of the quince.\n\n## More\n\nMore about the quince and its {word}.\n"
    )


FILES = {
    "policies/travel.md": page("travel", date="2026-03-01", language="en", department="Sales"),
    "policies/eu/leave.md": page("leave", date="2025-12-31", language="de-AT", department="People"),
    "policies-old/travel.md": page("trips", date="2019-01-01", language="en-GB"),
    "handbook.html": '<html lang="de"><title>Handbuch</title><p>The quince of the handbook.</p></html>',
    "undated.md": "# Undated\n\nThe quince without a day.\n",
    "hr/pay.md": page("pay", date="2026-03-02", language="en", department="Sales"),
    "rows.jsonl": "".join(
        json.dumps({"id": f"r{n}", "text": f"Quince record{n}.", "date": f"2026-0{n}-01", "floor": n, "lang'": 'a"b'})
        + "\n"
        for n in range(1, 6)
    ),
}
EVERY = {"policies/travel.md", "policies/eu/leave.md", "policies-old/travel.md", "handbook.html", "undated.md"}
EVERY |= {f"r{n}" for n in range(1, 6)}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    library = synced(make(tmp_path_factory.mktemp("where") / "home", FILES, 'hr = ["HR"]'))
    yield library
    library.database.close()


def meant(library: Library, where: Where, principal: Principal = EVERYONE) -> set[str]:
    """The documents of all that a search finds."""
    return {hit.passage.document for hit in library.searcher.search("quince", 99, principal, where=where)}


@pytest.mark.parametrize(
    ("conditions", "documents"),
    [
        ({}, EVERY),
        ({"folder": "policies"}, {"policies/travel.md", "policies/eu/leave.md"}),
        ({"folder": "./policies/eu/"}, {"policies/eu/leave.md"}),
        ({"folder": ["policies/eu", "policies-old"]}, {"policies/eu/leave.md", "policies-old/travel.md"}),
        ({"folder": "."}, EVERY),
        ({"folder": "rows.jsonl"}, {f"r{n}" for n in range(1, 6)}),
        ({"folder": "polic"}, set()),
        ({"folder": "policies%"}, set()),
        ({"media": "html"}, {"handbook.html"}),
        ({"media": [".HTM", "jsonl"]}, {"handbook.html", *(f"r{n}" for n in range(1, 6))}),
        ({"media": "pdf"}, set()),
        ({"language": "de"}, {"policies/eu/leave.md", "handbook.html"}),
        ({"language": "de_at"}, {"policies/eu/leave.md"}),
        ({"since": "2026-03-01"}, {"policies/travel.md", "r3", "r4", "r5"}),
        ({"since": "2026-03", "until": "2026-04"}, {"policies/travel.md", "r3", "r4"}),
        ({"until": "2025"}, {"policies/eu/leave.md", "policies-old/travel.md"}),
        ({"until": "2025-12-30"}, {"policies-old/travel.md"}),
        ({"documents": ["undated.md", "r2", "hr/pay.md"]}, {"undated.md", "r2"}),
        ({"documents": []}, set()),
        ({"metadata": {"department": "Sales"}}, {"policies/travel.md"}),
        ({"metadata": {"floor": 3}}, {"r3"}),
        ({"metadata": {"lang'": 'a"b', "floor": "4"}}, {"r4"}),
        ({"metadata": {"department": "sales"}}, set()),
        ({"folder": "policies", "since": "2026", "language": "en"}, {"policies/travel.md"}),
    ],
)
def test_just_the_documents_that_are_meant(conditions: dict[str, Any], documents: set[str], library: Library) -> None:
    assert meant(library, Where(**conditions)) == documents


def test_who_may_read_more_finds_more(library: Library) -> None:
    sales = Where(metadata={"department": "Sales"})
    assert meant(library, sales, HR) == {"policies/travel.md", "hr/pay.md"}
    assert meant(library, Where(documents="hr/pay.md")) == set()
    assert meant(library, Where(folder="hr"), HR) == {"hr/pay.md"}


Conditions = st.fixed_dictionaries(
    {},
    optional={
        "folder": st.sampled_from(["policies", "policies/eu", "rows.jsonl", "hr"]),
        "media": st.lists(st.sampled_from(["html", "md", "jsonl"]), max_size=2),
        "language": st.sampled_from(["de", "en"]),
        "since": st.sampled_from(["2019", "2026-02", "2026-03-01"]),
        "documents": st.lists(st.sampled_from(sorted(EVERY)), max_size=5),
    },
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    conditions=Conditions, k=st.integers(1, 20), how=st.sampled_from(WAYS), principal=st.sampled_from([EVERYONE, HR])
)
def test_what_is_left_of_the_whole_ranking(
    conditions: dict[str, Any],
    k: int,
    how: Literal["dense", "lexical", "hybrid"],
    principal: Principal,
    library: Library,
) -> None:
    """The same passages in the same order, with the same scores, as though the others had been struck out."""
    where = Where(**conditions)
    documents = {row["id"] for row in library.database.rows("SELECT id FROM documents")}
    documents &= meant(library, where, principal)
    whole = library.searcher.search("travel of the quince record3", 99, principal, how=how)
    rest = [hit for hit in whole if hit.passage.document in documents][:k]
    found = library.searcher.search("travel of the quince record3", k, principal, where=where, how=how)
    assert [hit.passage.id for hit in found] == [hit.passage.id for hit in rest]
    assert [hit.score for hit in found] == pytest.approx([hit.score for hit in rest])


@pytest.mark.parametrize("how", WAYS)
def test_few_among_many_are_found(how: Literal["dense", "lexical", "hybrid"], shelf: Path) -> None:
    """More is better than they are than a search proposes."""
    rows = {f"r{n}": "Quince quince quince." for n in range(200)}
    home = make(
        shelf / "home", {"rows.jsonl": records(rows), "far/one.md": "# One\n\nAlso, and among others, a quince.\n"}
    )
    library = opened(home, candidates=5)
    library.sync()
    hits = library.searcher.search("quince", 3, where=Where(folder="far"), how=how)
    assert [hit.passage.document for hit in hits] == ["far/one.md"]


def test_a_folder_is_found_however_its_name_is_written(shelf: Path) -> None:
    for form in ("NFC", "NFD"):
        home = make(shelf / form, {unicodedata.normalize(form, "Prüfung/a.md"): "# A\n\nThe quince.\n"})
        for asked in ("NFC", "NFD"):
            assert meant(synced(home), Where(folder=unicodedata.normalize(asked, "Prüfung"))) != set()


def test_a_document_that_is_gone_matches_nothing(shelf: Path) -> None:
    library = synced(make(shelf / "home", {"a.md": "# A\n\nThe quince.\n", "b/c.md": "# C\n\nThe quince.\n"}))
    (library.home.documents / "b" / "c.md").unlink()
    library.sync()
    write(library.home, {"b/d.md": "# D\n\nThe quince.\n"})
    assert meant(library, Where(folder="b")) == set()
    library.sync()
    assert meant(library, Where(folder="b")) == {"b/d.md"}


@pytest.mark.parametrize(
    ("conditions", "says"),
    [
        ({"media": "docs"}, "There are no documents of the type 'docs'"),
        ({"since": "tomorrow"}, "since is 'tomorrow'"),
        ({"until": "2026-02-30"}, "until is '2026-02-30'"),
        ({"until": "2026-13"}, "until is '2026-13'"),
        ({"since": "2026-05", "until": "2026-04-30"}, "since 2026-05 is later than until 2026-04-30"),
        ({"folder": 7}, "folder is 7"),
        ({"documents": [7]}, r"documents is \[7\]"),
        ({"language": {"de": 1}}, "language is"),
        ({"metadata": "x"}, "metadata is 'x'"),
        ({"metadata": {"x": object()}}, "cannot be compared"),
    ],
)
def test_what_cannot_be_meant_is_refused(conditions: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        Where(**conditions)


def test_since_and_until_may_be_of_one_month() -> None:
    assert Where(since="2026-05-31", until="2026-05")
    assert Where(since="2026-05", until="2026")


def test_a_mapping_says_the_same() -> None:
    assert where_of({"folder": "policies", "floor": 3}) == Where(folder="policies", metadata={"floor": "3"})
    assert where_of(None) == Where()
    assert where_of(Where(since="2026")) == Where(since="2026")
    assert set(NAMES) == set(Where.__dataclass_fields__) - {"metadata"}
    with pytest.raises(UsageError, match="not a filter"):
        where_of([("folder", "x")])  # type: ignore[arg-type]
