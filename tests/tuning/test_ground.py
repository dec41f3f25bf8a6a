"""The recipe of the shipped adapter, on planted sets in the form of the public ones."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from assistant.polarity import asks_yes_or_no
from retrieval import SpecError
from tests.fakes import WordEncoder
from tuning.ground.drawing import Drawing, Shape
from tuning.ground.making import rows
from tuning.ground.pools import NEAR_QUESTIONS, Asking, Pool, pools
from tuning.nouns import Example

PARTS = ("boiler", "pump", "valve", "filter", "burner", "sensor")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two articles of six passages: of each part, a question that is answered, and one that is answered nowhere."""
    corpus, questions = [], []
    for article, years in (("Heating", 0), ("Cooling", 40)):
        for number, part in enumerate(PARTS):
            id, months = f"{article}#{number}", years + 12 + number
            corpus.append({"id": id, "title": article, "text": f"The {part} of it lasts {months} months. It is grey."})
            own = {"split": "train" if article == "Heating" else "exam", "context_ids": [id]}
            told = {"answers": [f"{months} months"], "answerable": True, "gold_ids": [id]}
            questions.append({"id": f"{id}a", "question": f"How long does the {part} last?", **told, **own})
            untold = {"answers": [], "answerable": False, "gold_ids": []}
            questions.append({"id": f"{id}b", "question": f"Who makes the {part}?", **untold, **own})
    _write(tmp_path / "squad2" / "corpus.jsonl", corpus)
    _write(tmp_path / "squad2" / "questions.jsonl", questions)
    return tmp_path


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def drawn(pool: Pool, seed: int = 0, shape: Shape | None = None, times: int = 8) -> list[list[Example]]:
    elsewhere = [Asking("off", "Who won?", ("a",), frozenset({"x"}), frozenset())]
    drawing = Drawing(pool, WordEncoder(), elsewhere, shape or Shape())
    chance = random.Random(seed)
    return [reading for _ in range(times) for reading in drawing.readings(chance)]


def test_rows_of_the_exam_are_never_learned_from(data: Path) -> None:
    (pool,) = pools(data, ["squad2"])
    assert pool.name == "Heating"
    assert len(pool.asked) == 12
    assert not [id for id in pool.passages if id.startswith("Cooling")]


def test_a_set_that_is_not_there_is_named_with_the_remedy(data: Path) -> None:
    with pytest.raises(SpecError, match=r"covid_qa.*cannot be read") as raised:
        pools(data, ["covid_qa"])
    assert "GROUNDSMITH_DATA" in raised.value.remedy


def test_an_answer_stands_in_its_source_and_in_no_other(data: Path) -> None:
    for reading in drawn(pools(data, ["squad2"])[0]):
        for example in reading:
            for place, source in enumerate(example.sources):
                assert (example.answer in source.text) == (place in example.gold) or not example.answer


def test_all_of_a_reading_share_their_sources(data: Path) -> None:
    for reading in drawn(pools(data, ["squad2"])[0]):
        assert len({example.sources for example in reading}) == 1
        assert len({source.id for source in reading[0].sources}) == len(reading[0].sources)


def test_what_abstains_is_answered_by_none_of_its_sources(data: Path) -> None:
    kinds = set()
    for reading in drawn(pools(data, ["squad2"])[0]):
        for example in reading:
            shown = {source.id for source in example.sources}
            kinds.add(example.kind)
            if example.kind == "hard":
                assert example.id.endswith("b") and example.id[:-1] in shown
            if example.kind == "twin":
                assert example.id.endswith("a") and example.id[:-1] not in shown
            assert bool(example.gold) == (example.kind == "answerable") == bool(example.answer)
    assert kinds == {"answerable", "hard", "twin", "off_topic"}


def test_the_share_that_abstains_is_near_what_was_asked(data: Path) -> None:
    examples = [example for reading in drawn(pools(data, ["squad2"])[0], times=60) for example in reading]
    share = sum(not example.gold for example in examples) / len(examples)
    assert 0.38 < share < 0.52


def test_gold_stands_in_every_place(data: Path) -> None:
    shape = Shape(sources=(3,))
    places = {place for reading in drawn(pools(data, ["squad2"])[0], shape=shape) for e in reading for place in e.gold}
    assert places == {0, 1, 2}


def test_the_seed_decides_everything(data: Path) -> None:
    (pool,) = pools(data, ["squad2"])
    assert drawn(pool, seed=3) == drawn(pool, seed=3) != drawn(pool, seed=4)


def test_an_answer_in_other_words_is_left_out(data: Path) -> None:
    path = data / "squad2" / "questions.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    rows[0]["answers"] = ["a year"]
    _write(path, rows)
    assert "Heating#0a" not in {asked.id for asked in pools(data, ["squad2"])[0].asked}


def test_verdicts_need_no_words_of_the_source(data: Path) -> None:
    corpus = [{"id": f"dev-3#p{n}", "title": "NDA", "text": f"Clause {n} on {part}."} for n, part in enumerate(PARTS)]
    told = {"answers": ["No"], "answerable": True, "gold_ids": ["dev-3#p1", "dev-3#p2"], "split": "train"}
    untold = {"answers": [], "answerable": False, "gold_ids": [], "split": "train"}
    questions = [
        {"id": "cnli-dev-3-nda-1", "question": "Is the pump free?", **told},
        {"id": "cnli-dev-3-nda-2", "question": "Is lunch free?", **untold},
    ]
    _write(data / "contractnli" / "corpus.jsonl", corpus)
    _write(data / "contractnli" / "questions.jsonl", questions)
    (pool,) = pools(data, ["contractnli"])
    examples = [example for reading in drawn(pool) for example in reading]
    assert {example.answer for example in examples if example.gold} == {"No"}
    assert {example.id for example in examples if example.kind == "hard"} == {"cnli-dev-3-nda-2"}


def test_clauses_that_are_answered_by_yes_are_asked_about_so_with_an_answer_and_without(data: Path) -> None:
    corpus = [{"id": f"c1#c{n}", "title": "Contract", "text": f"Clause {n} on {part}."} for n, part in enumerate(PARTS)]
    asks = 'What does the agreement say about "{0}"?'
    told = {"answerable": True, "split": "train", "context_ids": []}
    untold = {"answers": [], "answerable": False, "gold_ids": [], "split": "train"}
    questions = [
        {"id": "cuad-c1-a", "question": asks.format("Insurance"), "answers": ["Yes"], "gold_ids": ["c1#c0"], **told},
        {"id": "cuad-c1-b", "question": asks.format("Insurance"), **untold},
        {"id": "cuad-c1-c", "question": asks.format("Pump"), "answers": ["Clause 1"], "gold_ids": ["c1#c1"], **told},
    ]
    _write(data / "cuad_clauses" / "corpus.jsonl", corpus)
    _write(data / "cuad_clauses" / "questions.jsonl", questions)
    (pool,) = pools(data, ["cuad_clauses"])
    asked = {one.id: one.question for one in pool.asked}
    assert asked["cuad-c1-a"] == asked["cuad-c1-b"] == 'Does the agreement contain a clause on "Insurance"?'
    assert asked["cuad-c1-c"] == 'What does the agreement say about "Pump"?'
    assert all(asks_yes_or_no(one.question) == one.judges for one in pool.asked if one.gold)


def test_rows_that_bring_their_passage_are_one_pool(data: Path) -> None:
    rows = [
        {
            "id": f"q{number}",
            "question": f"What of the {part}?",
            "passages": [{"id": f"p{number}", "text": f"The {part} hums in room {number}."}],
            "answer": f"room {number}",
            "answerable": True,
            "gold_ids": [f"p{number}"],
            "history": ["Earlier?"] if number == 5 else None,
        }
        for number, part in enumerate(PARTS)
    ]
    _write(data / "train_pool" / "qamr.jsonl", rows)
    (pool,) = pools(data, ["qamr"])
    assert {asked.id for asked in pool.asked} == {"q0", "q1", "q2", "q3", "q4"}  # a follow-up can't stand alone


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """Twenty articles to learn from, each with a question for each of its passages."""
    corpus, questions = [], []
    for article in range(20):
        for number, part in enumerate(PARTS):
            id, months = f"Article{article}#{number}", 7 * article + 12 + number
            text = f"The {part} lasts {months} months. So it is."
            corpus.append({"id": id, "title": f"Article{article}", "text": text})
            told = {"answers": [f"{months} months"], "answerable": True, "gold_ids": [id]}
            own = {"split": "train", "context_ids": [id]}
            questions.append({"id": f"{id}a", "question": f"How long does the {part} last?", **told, **own})
    _write(tmp_path / "squad2" / "corpus.jsonl", corpus)
    _write(tmp_path / "squad2" / "questions.jsonl", questions)
    return tmp_path


def test_rows_to_check_with_are_of_other_pools(articles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tuning.ground.making.SHARES", {"squad2": 1.0})
    found = rows(articles, WordEncoder(), 300, 30, 1, lambda what, done, total: None)
    assert (len(found.learned), len(found.held)) == (300, 30)
    sides = (found.learned, found.held)
    shown = [{source.id.split("#")[0] for row in side for source in row.sources} for side in sides]
    assert not shown[0] & shown[1]
    assert len(shown[0]) > 10  # all pools in turn


def test_each_row_has_a_name_of_its_own_and_a_twin_names_its_question(
    articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tuning.ground.making.SHARES", {"squad2": 1.0})
    found = rows(articles, WordEncoder(), 300, 30, 1, lambda what, done, total: None).learned
    ids = {row.id for row in found}
    assert len(ids) == len(found)
    twins = [row for row in found if row.kind == "twin"]
    assert twins
    assert all(twin.twin_of and twin.twin_of.endswith("a") for twin in twins)
    assert {row.licence for row in found} == {"CC-BY-SA-4.0"}
    assert found == rows(articles, WordEncoder(), 300, 30, 1, lambda what, done, total: None).learned


def test_near_questions_are_asked_of_the_passages_that_they_were_written_for(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many without an answer as with one; a passage that is not there leaves its questions out."""
    passages = [{"id": f"p{number}", "text": f"The {part} hums in room {number}."} for number, part in enumerate(PARTS)]
    told = {"question": "Which room?", "answer": "room", "answerable": True, "history": []}
    rows = [told | {"id": f"q{one['id']}", "passages": [one], "gold_ids": [one["id"]]} for one in passages]
    _write(data / "train_pool" / "grounded.jsonl", rows)
    asked = [
        {"of": "p0", "question": "Where does the boiler hum?", "answer": "room 0"},
        {"of": "p0", "question": "Where does the boiler leak?", "answer": ""},
        {"of": "elsewhere", "question": "Where is it?", "answer": ""},
    ]
    _write(tmp_path / "near" / "1.jsonl", asked)
    monkeypatch.setattr("tuning.ground.pools.NEAR_QUESTIONS", tmp_path / "near")
    (pool,) = pools(data, ["near"])
    assert [(one.question, one.gold) for one in pool.asked] == [
        ("Where does the boiler hum?", {"p0"}),
        ("Where does the boiler leak?", frozenset()),
    ]
    assert len(pool.passages) == len(PARTS)
    hard = [one for reading in drawn(pool) for one in reading if one.kind == "hard"]
    assert hard and all("p0" in {source.id for source in one.sources} for one in hard)


def test_near_questions_that_ship_are_as_many_without_an_answer() -> None:
    rows = [
        json.loads(line) for path in NEAR_QUESTIONS.glob("*.jsonl") for line in path.read_text("utf-8").splitlines()
    ]
    assert len(rows) > 2000 and len({row["question"].lower() for row in rows}) == len(rows)
    with_answer = sum(bool(row["answer"]) for row in rows)
    assert abs(with_answer - len(rows) / 2) < 0.05 * len(rows)
    assert all(row.keys() == {"of", "question", "answer"} for row in rows)
