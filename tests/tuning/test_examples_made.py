"""Rows made of documents: each answer stands where it is said to, nothing else of the row gives it, and none leaks."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant import Spec, create_home
from assistant.format import render
from assistant.quote import locate
from retrieval import EVERYONE, Access, Library, bring
from tests.fakes import WordEncoder
from tests.tuning.papers import PAPERS
from tuning.drafting.drafts import drafts_of, sound
from tuning.examples.brought import Setting, read_brought, set_among
from tuning.examples.confirmed import GONE, confirmed
from tuning.examples.gathering import MOST
from tuning.examples.grounds import APART, UNKNOWN, BroughtGrounds, OwnGrounds
from tuning.examples.making import ENOUGH, FAIR, Making, made
from tuning.examples.misplaced import misplaced
from tuning.examples.rows import read_examples, write_examples
from tuning.examples.shape import Seats, Shape
from tuning.examples.shelf import Shelf, shelf
from tuning.examples.showing import source_of, worded
from tuning.examples.sides import Sides, sides
from tuning.nouns import Example
from tuning.opening import open_whole

GENTIANS = ["gentians", "lupins", "asters", "dahlias", "irises", "tulips", "roses", "lilies"]
SPEC = Spec(access=Access({"hr": frozenset({"HR"})}))
WAGES = "# Wages\n\n## Bands\n\nThe tamarisk band is paid within 5 days. Bonuses are paid every 3 months.\n"


def quiet(what: str, done: int, total: int) -> None:
    """No progress is shown."""


def rules(flower: str, days: int) -> str:
    """A document of a pattern: what is said of one flower, another says of another."""
    return (
        f"# Rules for {flower}\n\n## Watering\n\n{flower.title()} are watered every {days} days.\n"
        f"If the leaves of {flower} hang, open the tap.\n\n## Cutting\n\n{flower.title()} are cut within {days + 20}"
        f" weeks.\nThe cutting of {flower} costs £{days + 40}.\n"
    )


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    home = create_home(tmp_path_factory.mktemp("made") / "home", SPEC)
    texts = PAPERS | {f"{name}.md": rules(name, 3 + place) for place, name in enumerate(GENTIANS)}
    texts |= {"copy-of-leave.md": PAPERS["leave.md"], "hr/wages.md": WAGES}
    (home.documents / "hr").mkdir()
    for name, text in texts.items():
        (home.documents / name).write_text(text, encoding="utf-8")
    found = open_whole(home.root, WordEncoder()).library
    teaching = ["leave.md", "copy-of-leave.md", "otter.md", "badger.md", *(f"{name}.md" for name in GENTIANS[:6])]
    found.catalogue.assign(dict.fromkeys(teaching, "train") | {"faq.md": "exam", "roses.md": "exam"})
    found.sync()
    return found


@pytest.fixture(scope="module")
def parted(library: Library) -> Sides:
    return sides(library)


@pytest.fixture(scope="module")
def own(library: Library, parted: Sides) -> Shelf:
    return shelf(library, parted, "train", None, 0)


def making(own: Shelf, seed: int = 0, shape: Shape | None = None) -> Making:
    return Making(own, shape or Shape(), seed, quiet)


@pytest.fixture(scope="module")
def rows(own: Shelf) -> list[Example]:
    return made(making(own), 400).rows


@pytest.fixture(scope="module")
def together(own: Shelf) -> list[Example]:
    return made(replace(making(own), shared=True), 400).rows


def test_rows_that_are_read_together_are_the_same_questions_of_fewer_readings(
    rows: list[Example], together: list[Example]
) -> None:
    said = [[(row.id, row.question, row.answer) for row in some] for some in (together, rows)]
    assert said[0] == said[1]
    asked = [row for row in together if row.kind in ("answerable", "twin")]
    readings = Counter(frozenset(source.id for source in row.sources) for row in asked)
    apart = {frozenset(source.id for source in row.sources) for row in rows if row.kind in ("answerable", "twin")}
    assert len(readings) < 0.5 * len(apart)
    assert max(readings.values()) <= MOST


def test_what_is_read_together_is_answered_where_it_says_and_nowhere_else(
    rows: list[Example], together: list[Example]
) -> None:
    golden = {row.id: {row.sources[place].id for place in row.gold} for row in rows}
    for row in together:
        shown = {source.id for source in row.sources}
        assert set(row.documents) == {source.id.split("@")[0] for source in row.sources}
        if row.gold:
            first = row.sources[row.gold[0]]
            assert first.id in golden[row.id]
            assert row.answer in ("Yes", "No") or worded(row.answer, first, row.question)
        if row.kind == "twin":
            assert not shown & golden[row.twin_of or ""]


def answered(rows: Sequence[Example]) -> list[Example]:
    return [row for row in rows if row.gold]


def test_all_kinds_are_made_in_their_shares(rows: list[Example]) -> None:
    counts = Counter(row.kind for row in rows)
    assert min(counts[kind] for kind in ("answerable", "twin", "hard", "off_topic")) >= 2
    assert 0.35 <= 1 - counts["answerable"] / len(rows) <= 0.5
    assert len({row.slice for row in answered(rows)}) >= 6


def test_each_answer_can_be_found_in_its_gold_source_and_its_evidence_stands_there(rows: list[Example]) -> None:
    for row in answered(rows):
        source = row.sources[row.gold[0]]
        passage = bring(source.id, source.title, source.text)
        assert row.answer in ("Yes", "No") or locate(passage, row.answer, row.question)
        assert row.evidence and all(said in source.text for said in row.evidence)
        assert row.answer in ("Yes", "No") or row.answer in " ".join(row.evidence)


def test_a_question_that_is_answered_has_its_answer_in_no_source_that_is_not_gold(rows: list[Example]) -> None:
    """Short figures may stand anywhere; where the sentence itself stands again, that source is gold, too."""
    for row in answered(rows):
        for place, source in enumerate(row.sources):
            assert place in row.gold or row.evidence[0] not in source.text


def test_a_twin_is_its_question_with_what_answers_it_replaced(rows: list[Example]) -> None:
    by_id = {row.id: row for row in rows}
    twins = [row for row in rows if row.kind == "twin"]
    for twin in twins:
        whole = by_id[twin.twin_of or ""]
        assert (twin.question, len(twin.sources)) == (whole.question, len(whole.sources))
        assert not any(said in source.text for said in whole.evidence for source in twin.sources)
        kept = [place for place, source in enumerate(whole.sources) if source == twin.sources[place]]
        assert kept == [place for place in range(len(whole.sources)) if place not in whole.gold]
    assert twins


def test_what_nothing_answers_has_no_answer(rows: list[Example]) -> None:
    for row in rows:
        assert bool(row.gold) == (row.kind == "answerable") == bool(row.answer) == bool(row.evidence)


def test_a_near_miss_asks_of_something_else_what_is_said_in_a_passage_that_it_shows(
    rows: list[Example], own: Shelf
) -> None:
    asked = {row.question for row in answered(rows)}
    near = {row.question: row for row in rows if row.kind == "hard"}
    assert len(near) > 5 and not near.keys() & asked
    cable = near["What figure is given for the cable of the Badger 70?"]
    assert "otter.md" in cable.documents


def test_what_one_document_says_is_asked_of_another_that_says_nothing_of_it(own: Shelf) -> None:
    drafts = sound(drafts_of(own.passages, own.names), Counter())
    found = {one.question: one for one in misplaced(own, drafts, random.Random(0))}
    called = {name.said: id for id, name in own.documents.items()}
    assert len(found) > 3
    for one in found.values():
        asked_of = called[one.other]
        assert one.other in one.question and asked_of != one.draft.passage.document
        assert not any(one.absent in passage.text for passage in own.of(asked_of))


def test_only_teaching_documents_are_shown_and_each_is_named(rows: list[Example], parted: Sides) -> None:
    apart = {id for id, some in parted.documents.items() if some != {"train"}}
    assert apart >= {"faq.md", "roses.md"}
    for row in rows:
        shown = {source.id.rpartition("@")[0] for source in row.sources}
        assert shown == set(row.documents) and not shown & apart
        assert "hr/wages.md" not in shown


def test_of_copies_one_is_shown(rows: list[Example], own: Shelf) -> None:
    shown = {document for row in rows for document in row.documents}
    assert len(shown & {"leave.md", "copy-of-leave.md"}) == 1
    assert own.hidden & {"leave.md", "copy-of-leave.md"}


def test_a_domain_learns_from_what_its_group_may_read(library: Library) -> None:
    inside = sides(library, "HR")
    if inside.documents["hr/wages.md"] == {"train"}:
        found = made(making(shelf(library, inside, "train", "HR", 0)), 400).rows
        assert any("hr/wages.md" in row.documents for row in found)


def test_the_model_reads_what_it_would_read_in_serving(own: Shelf) -> None:
    for passage in own.passages:
        for dated in (passage, replace(passage, date="2026-02-03"), replace(passage, version="4.1")):
            source = source_of(dated)
            again = bring(source.id, source.title, source.text)
            assert render("What?", [again], "Who.") == render("What?", [dated], "Who.")


def test_two_makings_are_the_same_and_another_seed_shows_others(own: Shelf, rows: list[Example]) -> None:
    assert made(making(own), 400).rows == rows
    other = made(making(own, seed=1), 400).rows
    assert other != rows
    same = {row.id: row for row in rows}
    assert all(same[row.id].question == row.question for row in other if row.id in same)


def test_more_rows_keep_the_ids_of_fewer(own: Shelf, rows: list[Example]) -> None:
    few = made(making(own), 20).rows
    assert len(few) <= 20
    assert {row.id for row in few if row.gold} <= {row.id for row in rows}


def test_rows_go_through_a_file(rows: list[Example], tmp_path: Path) -> None:
    write_examples(tmp_path / "rows.jsonl", rows)
    assert read_examples([tmp_path / "rows.jsonl"]) == (rows, [])


def test_gold_stands_in_every_place_as_often() -> None:
    seats, chance = Seats(), random.Random(0)
    counts = Counter(seats.next(3, chance) for _ in range(30))
    assert counts == {0: 10, 1: 10, 2: 10}


@pytest.mark.parametrize("share", [0.0, 0.25, 0.45, 0.9])
def test_the_mix_adds_up_and_has_the_share_asked_for(share: float) -> None:
    mix = Shape(abstaining=share).mix(200)
    assert sum(mix.values()) == 200
    assert mix["answerable"] == round(200 * (1 - share))


def test_no_document_gives_more_than_its_fair_share(tmp_path: Path) -> None:
    """One that says a thousand things stands beside some that say little."""
    home = create_home(tmp_path / "home")
    lines = [f"| P{number} | Part {number} | {number + 7} kg |" for number in range(60)]
    long = "# Parts\n\n## List\n\n| Code | Name | Weight |\n|---|---|---|\n" + "\n".join(lines) + "\n"
    texts = {f"{name}.md": rules(name, 3 + place) for place, name in enumerate(GENTIANS)} | {"parts.md": long}
    for name, text in texts.items():
        (home.documents / name).write_text(text, encoding="utf-8")
    found = open_whole(home.root, WordEncoder()).library
    found.catalogue.assign(dict.fromkeys(texts, "train"))
    found.sync()
    one = making(shelf(found, sides(found), "train", None, 0))
    some = answered(made(one, 80).rows)
    counts = Counter(row.sources[row.gold[0]].id.partition("@")[0] for row in some)
    assert one.left_out[ENOUGH] > 0
    assert counts["parts.md"] == FAIR * 44 // len(texts) + 1


# Questions that people asked, and approved of the answer


def test_an_approved_answer_becomes_a_row(own: Shelf, library: Library) -> None:
    assistant = open_whole(library.home.root, WordEncoder())
    assistant.spec = replace(assistant.spec, decision=replace(assistant.spec.decision, threshold=0.01))
    conversation = assistant.memory.begin(EVERYONE)
    asked = ["Within how many working days are leave requests answered?", "How long is pump lending?"]
    answers = [assistant.ask(question, conversation=conversation) for question in asked]
    assert answers[0].abstention is None
    before = list(confirmed(making(own)))
    for answer, thumb in zip(answers, ("up", "down"), strict=True):
        assistant.memory.rate(answer.id, EVERYONE, thumb)  # type: ignore[arg-type]
    (row,) = confirmed(making(own))
    assert before == [] and row.question == asked[0]
    assert row.answer in row.sources[row.gold[0]].text and row.origin == "conversations"
    gone = making(replace(own, passages=[one for one in own.passages if "leave" not in one.document]))
    assert list(confirmed(gone)) == [] and gone.left_out[GONE] == 1


# Brought


def rows_in(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


ASKED = {"id": "q1", "question": "When do I hear of my leave request?", "answerable": True}


def setting(own: Shelf, parted: Sides) -> Setting:
    apart = frozenset(id for id, some in parted.documents.items() if "train" not in some)
    return Setting(OwnGrounds(own, apart), Shape(), 0)


def test_a_question_is_set_among_the_documents_that_it_names(own: Shelf, parted: Sides, tmp_path: Path) -> None:
    leave = next(id for id in ("leave.md", "copy-of-leave.md") if id not in own.hidden)
    told = ASKED | {"answers": ["within 3 working days"], "gold_ids": [leave], "licence": "CC0-1.0"}
    twin = {"id": "q1t", "question": told["question"], "answerable": False, "twin_of": "q1", "without": [leave]}
    path = rows_in(tmp_path / "mine.jsonl", told, twin, {"id": "o", "question": "Who won?", "answerable": False})
    one = setting(own, parted)
    answered, silent, other = set_among(one, read_brought([path]).questions)
    gold = answered.sources[answered.gold[0]]
    assert gold.id.startswith(leave) and answered.answer == "within 3 working days"
    assert (answered.origin, answered.licence) == ("mine", "CC0-1.0")
    assert answered.evidence == ("Leave requests are answered within 3 working days.",)
    assert silent.kind == "twin" and not any(source.id.startswith(leave) for source in silent.sources)
    assert other.kind == "hard" and other.sources
    assert not one.left_out


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"answers": ["On the underside"], "gold_ids": ["faq.md"]}, APART),
        ({"answers": ["12"], "gold_ids": ["nothing.md"]}, UNKNOWN),
        ({"answers": ["twelve years"], "gold_ids": ["otter.md"]}, "from word to word"),
        ({"answers": ["340 W"]}, UNKNOWN),
    ],
)
def test_a_question_that_cannot_be_set_is_counted(
    row: dict[str, Any], why: str, own: Shelf, parted: Sides, tmp_path: Path
) -> None:
    one = setting(own, parted)
    assert list(set_among(one, read_brought([rows_in(tmp_path / "q.jsonl", ASKED | row)]).questions)) == []
    assert [why in reason for reason in one.left_out] == [True]


def test_a_follow_up_is_set_as_the_question_that_the_assistant_would_ask(tmp_path: Path) -> None:
    records = [{"id": f"d{place}", "title": name, "text": rules(name, place)} for place, name in enumerate(GENTIANS)]
    corpus = rows_in(tmp_path / "corpus.jsonl", *records)
    said = {"role": "user", "content": "Who looks after the irises?"}
    asked = {"question": "How often are they watered?", "answers": ["every 4 days"], "gold_ids": ["d4"]}
    questions = read_brought([rows_in(tmp_path / "q.jsonl", ASKED | asked | {"history": [said]})]).questions
    row = set_among(Setting(BroughtGrounds([corpus], WordEncoder()), Shape(sources=(3,)), 0), questions)[0]
    assert (row.question, row.history) == ("How often are they watered (looks after irises)?", ())
    assert row.sources[row.gold[0]].title.startswith("irises")


def test_a_corpus_that_is_brought_along_is_cut_and_searched(tmp_path: Path) -> None:
    records = [{"id": f"d{place}", "title": name, "text": rules(name, place)} for place, name in enumerate(GENTIANS)]
    corpus = rows_in(tmp_path / "corpus.jsonl", *records)
    asked = ASKED | {"question": "How often are irises watered?", "answers": ["every 4 days"], "gold_ids": ["d4"]}
    questions = read_brought([rows_in(tmp_path / "q.jsonl", asked)]).questions
    row, twin = set_among(Setting(BroughtGrounds([corpus], WordEncoder()), Shape(sources=(3,)), 0), questions)
    assert row.sources[row.gold[0]].title.startswith("irises") and row.answer == "every 4 days"
    assert len(row.sources) == 3 and set(row.documents) <= {record["id"] for record in records}
    assert (twin.kind, twin.twin_of, len(twin.sources)) == ("twin", row.id, 3)
    assert not any("irises are watered" in source.text.lower() for source in twin.sources)


def test_of_a_long_answer_the_sentence_is_taken_with_which_it_begins(own: Shelf, parted: Sides, tmp_path: Path) -> None:
    long = "Rinse the strainer every 2 weeks.\nWhoever forgets it\nwill hear of it from us."
    asked = ASKED | {"question": "How often should I rinse the strainer?", "answers": [long], "gold_ids": ["otter.md"]}
    row, *_ = set_among(setting(own, parted), read_brought([rows_in(tmp_path / "q.jsonl", asked)]).questions)
    assert row.answer == "Rinse the strainer every 2 weeks."


def test_rows_with_sources_of_their_own_are_taken_as_they_are(rows: list[Example], tmp_path: Path) -> None:
    write_examples(tmp_path / "rows.jsonl", rows)
    found = read_brought([tmp_path / "rows.jsonl"])
    assert (found.rows, found.questions, found.problems) == (rows, [], [])


def test_bad_rows_are_named_with_their_line(tmp_path: Path) -> None:
    path = rows_in(
        tmp_path / "q.jsonl", ASKED | {"answers": []}, ASKED | {"answers": ["x"]}, ASKED | {"answers": ["y"]}
    )
    found = read_brought([path])
    assert [(one.line, one.reason[:20]) for one in found.problems] == [
        (1, "answerable, but answ"),
        (3, 'id "q1" is already i'),
    ]
