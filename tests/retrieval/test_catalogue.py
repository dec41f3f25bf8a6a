"""The catalogue: put, superseded, deleted; what each asker may know of it; and vectors that outlive an interruption."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from retrieval import EVERYONE, Access, Catalogue, Counts, Database, Document, Passage, ReadError
from retrieval.access import PUBLIC
from retrieval.rows import IdTaken
from retrieval.schema import MIGRATIONS
from retrieval.split import split
from tests.fakes import WordEncoder
from tests.retrieval.homes import HR, document

RULES = Access({"hr": frozenset({"HR"})})
OPEN = Access({})
ONE = "The kettle whistles."
TWO = "The kettle hums."


@pytest.fixture
def catalogue(shelf: Path) -> Catalogue:
    catalogue = Catalogue(Database(shelf / "home.sqlite", {"retrieval": MIGRATIONS}))
    catalogue.add_source("documents")
    return catalogue


def pieces(*documents: Document) -> dict[str, tuple[Document, list[Passage]]]:
    return {each.id: (each, split(each, WordEncoder().measure)) for each in documents}


def put(catalogue: Catalogue, file: str, *documents: Document, digest: str = "d", access: Access = RULES) -> bool:
    return catalogue.put("documents", file, digest, pieces(*documents), access)


def only(document: Document) -> Passage:
    (passage,) = split(document, WordEncoder().measure)
    return passage


def keys(catalogue: Catalogue) -> list[int]:
    return [key for key, _ in catalogue.live_keys()]


def work(catalogue: Catalogue, wanted: list[int]) -> int:
    """What fetching costs, in steps of SQLite's machine."""
    steps: list[None] = []
    connection = catalogue.database.connection
    connection.set_progress_handler(lambda: steps.append(None), 1)
    assert len(catalogue.fetch(wanted, EVERYONE)) == len(wanted)
    connection.set_progress_handler(None, 1)
    return len(steps)


def test_fetching_costs_the_same_however_much_there_is(catalogue: Catalogue) -> None:
    put(catalogue, "kettle.md", *(document(f"kettle{number}.md", ONE) for number in range(10)))
    wanted = keys(catalogue)
    before = work(catalogue, wanted)
    put(catalogue, "urns.md", *(document(f"urn{number}.md", ONE) for number in range(300)))
    assert work(catalogue, wanted) < 1.5 * before


# The life of a document


def test_what_is_put_is_there(catalogue: Catalogue) -> None:
    kettle = replace(document("kettle.md", ONE), date="2026-01-02", version="3", metadata={"author": "Ada"})
    assert put(catalogue, "kettle.md", kettle) is False
    assert catalogue.document("kettle.md", EVERYONE) == ONE
    assert catalogue.titles(EVERYONE) == {"kettle.md": "kettle.md"}
    assert catalogue.counts(EVERYONE) == Counts(1, 1)
    assert catalogue.files("documents") == {"kettle.md": "d"}
    passage = only(kettle)
    assert catalogue.fetch(keys(catalogue), EVERYONE) == {keys(catalogue)[0]: passage}
    kept = catalogue.open_passage(passage.id, EVERYONE)
    assert kept is not None
    assert (kept.passage, kept.audience, kept.state) == (passage, PUBLIC, "live")


def test_a_new_version_supersedes_the_old_one_which_can_still_be_opened(catalogue: Catalogue) -> None:
    old, new = document("kettle.md", ONE), document("kettle.md", TWO)
    put(catalogue, "kettle.md", old)
    before = keys(catalogue)
    assert put(catalogue, "kettle.md", new) is True
    assert catalogue.document("kettle.md", EVERYONE) == TWO
    assert set(keys(catalogue)).isdisjoint(before)
    kept = catalogue.open_passage(only(old).id, EVERYONE)
    assert kept is not None
    assert (kept.passage.text, kept.state) == (ONE, "superseded")


def test_a_superseded_version_is_found_only_while_a_newer_one_waits_for_the_index(catalogue: Catalogue) -> None:
    put(catalogue, "kettle.md", document("kettle.md", ONE))
    before = keys(catalogue)
    put(catalogue, "kettle.md", document("kettle.md", TWO))
    assert [each.text for each in catalogue.fetch(before, EVERYONE).values()] == [ONE]
    catalogue.forget_file("kettle.md")
    assert catalogue.fetch(before, EVERYONE) == {}


def test_what_is_deleted_is_gone_at_once_but_for_its_citations(catalogue: Catalogue) -> None:
    kettle = document("kettle.md", ONE)
    put(catalogue, "kettle.md", kettle)
    before = keys(catalogue)
    catalogue.forget_file("kettle.md")
    assert catalogue.document("kettle.md", EVERYONE) is None
    assert catalogue.titles(EVERYONE) == {}
    assert catalogue.counts(EVERYONE) == Counts(0, 0)
    assert catalogue.fetch(before, EVERYONE) == {}
    assert catalogue.files("documents") == {}
    kept = catalogue.open_passage(only(kettle).id, EVERYONE)
    assert kept is not None
    assert kept.state == "deleted"


def test_a_version_that_comes_back_is_live_again(catalogue: Catalogue) -> None:
    one, two = document("kettle.md", ONE), document("kettle.md", TWO)
    for version in (one, two, one):
        put(catalogue, "kettle.md", version)
    kept = catalogue.open_passage(only(one).id, EVERYONE)
    assert kept is not None
    assert kept.state == "live"
    assert catalogue.counts(EVERYONE) == Counts(1, 1)


def test_a_record_that_left_its_file_is_deleted_and_the_others_stay_as_they_are(catalogue: Catalogue) -> None:
    put(catalogue, "faq.jsonl", document("a", ONE), document("b", TWO), document("c", "Third."))
    before = dict(zip("abc", keys(catalogue), strict=True))
    put(catalogue, "faq.jsonl", document("a", ONE), document("c", "Another third."))
    assert catalogue.titles(EVERYONE) == {"a": "a", "c": "c"}
    assert before["a"] in keys(catalogue)
    assert before["c"] not in keys(catalogue)


def test_a_document_that_says_the_same_keeps_its_vectors(catalogue: Catalogue) -> None:
    put(catalogue, "kettle.md", document("kettle.md", ONE))
    catalogue.put_vectors("words", dict.fromkeys(keys(catalogue), b"1234"))
    put(catalogue, "kettle.md", document("kettle.md", ONE), digest="other bytes, same words")
    assert catalogue.unencoded("words") == []
    put(catalogue, "kettle.md", replace(document("kettle.md", ONE), title="Kettles"))
    assert [kept.passage.title for kept in catalogue.unencoded("words")] == ["Kettles"]


def test_the_same_text_cut_otherwise_is_cut_anew(catalogue: Catalogue) -> None:
    sentences = [f"Sentence number {number} says something about kettles of all kinds." for number in range(12)]
    long = document("long.md", *sentences)
    put(catalogue, "long.md", long)
    whole = catalogue.counts(EVERYONE).passages
    shorter = {long.id: (long, split(long, WordEncoder().measure, budget=40))}
    catalogue.put("documents", "long.md", "d", shorter, RULES)
    assert catalogue.counts(EVERYONE).passages > whole


def test_superseded_passages_lose_their_vectors(catalogue: Catalogue) -> None:
    put(catalogue, "kettle.md", document("kettle.md", ONE))
    catalogue.put_vectors("words", dict.fromkeys(keys(catalogue), b"1234"))
    put(catalogue, "kettle.md", document("kettle.md", TWO))
    assert catalogue.database.rows("SELECT * FROM vectors") == []


def test_a_put_that_fails_leaves_the_file_as_it_was(catalogue: Catalogue) -> None:
    put(catalogue, "a.jsonl", document("a", ONE))
    put(catalogue, "b.jsonl", document("b", TWO))
    with pytest.raises(ReadError):
        put(catalogue, "b.jsonl", document("b", "Changed."), document("a", "Mine now."), digest="e")
    assert catalogue.document("b", EVERYONE) == TWO
    assert catalogue.document("a", EVERYONE) == ONE
    assert catalogue.files("documents") == {"a.jsonl": "d", "b.jsonl": "d"}


def test_an_id_in_two_files_is_refused_naming_both_and_the_remedy(catalogue: Catalogue) -> None:
    put(catalogue, "a.jsonl", document("x", ONE))
    with pytest.raises(IdTaken) as raised:
        put(catalogue, "b.jsonl", document("x", TWO))
    for word in ("b.jsonl", "'x'", "a.jsonl"):
        assert word in raised.value.problem
    assert "another id" in raised.value.remedy
    assert raised.value.other == "a.jsonl"


def test_an_id_is_free_again_once_its_document_is_deleted(catalogue: Catalogue) -> None:
    put(catalogue, "a.jsonl", document("x", ONE))
    catalogue.forget_file("a.jsonl")
    put(catalogue, "b.jsonl", document("x", TWO))
    assert catalogue.document("x", EVERYONE) == TWO


# Who may know what


def test_what_one_may_not_read_is_not_there_for_one(catalogue: Catalogue) -> None:
    pay = document("hr/pay.md", ONE)
    put(catalogue, "hr/pay.md", pay)
    passage = only(pay)
    assert catalogue.document("hr/pay.md", HR) == ONE
    assert catalogue.document("hr/pay.md", EVERYONE) is None
    assert (catalogue.titles(HR), catalogue.titles(EVERYONE)) == ({"hr/pay.md": "hr/pay.md"}, {})
    assert (catalogue.counts(HR), catalogue.counts(EVERYONE)) == (Counts(1, 1), Counts(0, 0))
    assert list(catalogue.fetch(keys(catalogue), HR).values()) == [passage]
    assert catalogue.fetch(keys(catalogue), EVERYONE) == {}
    assert catalogue.open_passage(passage.id, HR) is not None
    assert catalogue.open_passage(passage.id, EVERYONE) is None


@pytest.mark.parametrize("then", ["superseded", "deleted"])
def test_old_citations_ask_for_the_rights_of_today(then: str, catalogue: Catalogue) -> None:
    pay = document("hr/pay.md", ONE)
    put(catalogue, "hr/pay.md", pay, access=OPEN)
    if then == "superseded":
        put(catalogue, "hr/pay.md", document("hr/pay.md", TWO), access=OPEN)
    else:
        catalogue.forget_file("hr/pay.md")
    assert catalogue.open_passage(only(pay).id, EVERYONE) is not None
    catalogue.apply(RULES)
    assert catalogue.open_passage(only(pay).id, EVERYONE) is None
    assert catalogue.open_passage(only(pay).id, HR) is not None


def test_whether_the_catalogue_obeys_is_known_before_it_does(catalogue: Catalogue) -> None:
    put(catalogue, "hr/pay.md", document("hr/pay.md", ONE), access=OPEN)
    assert catalogue.obeys(OPEN)
    assert not catalogue.obeys(RULES)
    catalogue.apply(RULES)
    assert catalogue.obeys(RULES)


def test_problems_are_told_to_those_who_may_read_the_file(catalogue: Catalogue) -> None:
    catalogue.note_problem("documents", "a.pdf", "torn")
    catalogue.note_problem("documents", "hr/b.pdf", "torn too")
    assert catalogue.problems(RULES, EVERYONE) == [("a.pdf", "torn")]
    assert catalogue.problems(RULES, HR) == [("a.pdf", "torn"), ("hr/b.pdf", "torn too")]


@pytest.mark.parametrize(("file", "beside"), [("a.jsonl", "hr/b.jsonl"), ("hr/b.jsonl", "a.jsonl")])
def test_a_problem_between_two_files_is_told_to_those_who_may_read_both(
    file: str, beside: str, catalogue: Catalogue
) -> None:
    catalogue.note_problem("documents", file, f"{beside} has it", beside)
    assert catalogue.problems(RULES, EVERYONE) == []
    assert catalogue.problems(RULES, HR) == [(file, f"{beside} has it")]


def test_a_problem_is_over_once_the_file_is_read(catalogue: Catalogue) -> None:
    catalogue.note_problem("documents", "a.md", "torn")
    assert catalogue.files("documents") == {"a.md": ""}
    put(catalogue, "a.md", document("a.md", ONE))
    assert catalogue.problems(RULES, EVERYONE) == []


def test_a_problem_with_a_file_leaves_what_it_held(catalogue: Catalogue) -> None:
    put(catalogue, "a.md", document("a.md", ONE))
    catalogue.note_problem("documents", "a.md", "torn")
    assert catalogue.document("a.md", EVERYONE) == ONE


def headed(id: str, *headings: str) -> tuple[Document, list[Passage]]:
    """A document with a passage below each heading."""
    whole = document(id, *(ONE for _ in headings))
    passage = only(whole)
    return whole, [replace(passage, id=f"{passage.id}{n}", heading=("Kettles", h)) for n, h in enumerate(headings)]


def test_questions_are_the_headings_that_ask_in_what_one_may_read(catalogue: Catalogue) -> None:
    public = headed("a.md", "How hot?", "Care", 'Is it "safe"?', "How hot?")
    secret = headed("hr/b.md", "Who is paid?", "How hot?")
    catalogue.put("documents", "hr/b.md", "d", {"hr/b.md": secret}, RULES)
    catalogue.put("documents", "a.md", "d", {"a.md": public}, RULES)
    assert catalogue.questions(EVERYONE, 9) == ["How hot?", 'Is it "safe"?']
    assert catalogue.questions(HR, 9) == ["Who is paid?", "How hot?", 'Is it "safe"?']
    assert catalogue.questions(EVERYONE, 1) == ["How hot?"]


# Vectors and parts


def test_only_live_passages_wait_to_be_encoded_and_each_encoder_counts_for_itself(catalogue: Catalogue) -> None:
    put(catalogue, "hr/a.md", document("hr/a.md", ONE))
    put(catalogue, "b.md", document("b.md", ONE))
    put(catalogue, "hr/c.md", document("hr/c.md", ONE))
    waiting = [kept.passage.document for kept in catalogue.unencoded("words")]
    assert waiting in (["hr/a.md", "hr/c.md", "b.md"], ["b.md", "hr/a.md", "hr/c.md"])  # those of one audience together
    catalogue.put_vectors("words", {keys(catalogue)[1]: b"1234"})
    assert [kept.passage.document for kept in catalogue.unencoded("words")] == ["hr/a.md", "hr/c.md"]
    assert len(catalogue.unencoded("others")) == 3
    assert catalogue.vectors("words", keys(catalogue)) == {keys(catalogue)[1]: b"1234"}
    assert catalogue.encoded("words") == {"[]": [keys(catalogue)[1]]}
    assert not catalogue.vectors("others", keys(catalogue))
    assert not catalogue.encoded("others")


def test_more_keys_than_a_statement_has_room_for_are_fetched(catalogue: Catalogue) -> None:
    put(catalogue, "a.md", document("a.md", ONE))
    assert len(catalogue.fetch(range(300_000), EVERYONE)) == 1


def test_the_part_of_a_document_in_teaching_is_assigned_once(catalogue: Catalogue) -> None:
    catalogue.assign({"a": "train", "b": "exam"})
    catalogue.assign({"a": "exam", "c": "calibrate"})
    assert catalogue.parts() == {"a": "train", "b": "exam", "c": "calibrate"}


def test_a_source_is_kept_once(catalogue: Catalogue) -> None:
    catalogue.add_source("/srv/manuals")
    catalogue.add_source("documents")
    assert sorted(catalogue.sources()) == ["/srv/manuals", "documents"]
