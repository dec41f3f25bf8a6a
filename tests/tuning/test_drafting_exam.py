"""A whole drafted exam: what its filters leave out, what its twins hide, and that the seed decides everything."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import Assistant
from assistant.support.canonical import compared
from retrieval import Library, Passage
from tests.tuning.papers import BADGER, FAQ, LEAVE, OTTER, PAPERS, drafted, home_of, passages
from tuning.drafting import corpus as corpora
from tuning.drafting.answerable import Job, accept
from tuning.drafting.choosing import Known, Spread, without_contradictions
from tuning.drafting.corpus import Corpus, public
from tuning.drafting.drafts import Drafted, draft_exam, drafts_of, sound
from tuning.drafting.hard import swapped
from tuning.drafting.nouns import Draft
from tuning.drafting.offtopic import QUESTIONS, off_topic
from tuning.drafting.sound import FILTERS
from tuning.drafting.twins import NOTHING_LEFT, TOO_MANY, hidden
from tuning.drafting.wording import names_in
from tuning.exam.normal import runs_through
from tuning.exam.questions import read_questions, write_questions
from tuning.nouns import Question

CUT = "# Copy of the leave rules\n\n## Requests\n\nLeave requests are answered within 3 working days, says the rota.\n"
MakeHome = Callable[..., Assistant]


def quiet(what: str, done: int, total: int) -> None:
    """No progress is shown."""


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return home_of(tmp_path_factory.mktemp("papers") / "home", PAPERS).library


@pytest.fixture(scope="module")
def exam(papers: Library) -> Drafted:
    return draft_exam(papers, 40, 0, quiet)


@pytest.fixture
def library(tmp_path: Path) -> Callable[..., Library]:
    def make(**texts: str) -> Library:
        return home_of(tmp_path / "home", {f"{name}.md": text for name, text in texts.items()}).library

    return make


def corpus_of(library: Library) -> Corpus:
    return Corpus(library, public(library, 0))


def made(corpus: Corpus) -> list[Draft]:
    return sound(drafts_of(corpus.passages, corpus.names), Counter())


def the_draft(corpus: Corpus, question: str) -> Draft:
    return next(draft for draft in made(corpus) if draft.question == question)


# ------------------------------------------------------------------------------------- filters of a draft alone

GOOD = next(
    draft for draft in drafted(LEAVE) if draft.question == "Within how many working days are leave requests answered?"
)
PLANTED = {
    "answer not on word borders": replace(GOOD, end=GOOD.end - 1),
    "question not well formed": replace(GOOD, question="Within how many (days are requests answered?"),
    "question not understood alone": replace(GOOD, question="Within how many days are these requests answered?"),
    "answer says nothing new": replace(GOOD, question="Are leave requests answered within 3 working days?"),
    "question too general": replace(GOOD, question="How long must I do?"),
}


@pytest.mark.parametrize("reason", PLANTED)
def test_each_filter_leaves_out_what_was_planted_for_it(reason: str) -> None:
    left_out: Counter[str] = Counter()
    assert sound([PLANTED[reason], GOOD], left_out) == [GOOD]
    assert +left_out == {reason: 1}


def test_every_filter_is_counted_by_a_name_of_its_own() -> None:
    assert len({reason for reason, _ in FILTERS}) == len(FILTERS)


@pytest.mark.parametrize(
    "question",
    [
        "What does it cost?",
        "How long does this take?",
        "Where is the following form kept?",
        "What should I do when the display asks for it?",
        "Who signs them?",
        "Are express parcels offered there?",
    ],
)
def test_a_question_that_needs_its_page_is_left_out(question: str) -> None:
    left_out: Counter[str] = Counter()
    assert sound([replace(GOOD, question=question)], left_out) == []
    assert left_out["question not understood alone"] == 1


def test_a_pronoun_whose_noun_is_in_the_question_may_stay() -> None:
    asked = "Within how many weeks should I report the fault to the desk after I noticed it?"
    assert sound([replace(GOOD, question=asked)], Counter()) != []


def test_a_sentence_that_goes_on_in_code_is_no_answer() -> None:
    text = "# Tool\n\n## Use\n\nTo list the parts of a pump, run the command\n\n```\npump list\n```\n"
    left_out: Counter[str] = Counter()
    assert sound(drafted(text), left_out) == []
    assert sum(left_out.values()) == 1


def test_a_question_with_two_answers_in_one_document_is_dropped_altogether() -> None:
    text = "# Rules\n\n## Attic\n\nKeys are kept for 3 days.\n\n## Cellar\n\nKeys are kept for 9 days.\n"
    left_out: Counter[str] = Counter()
    assert [draft for draft in sound(drafted(text), left_out) if draft.way == "duration"] == []
    assert left_out["asked in one document with several answers"] >= 2


# ------------------------------------------------------------------------------------- choosing


def test_near_duplicates_and_used_sentences_are_known() -> None:
    known = Known()
    known.add(GOOD, GOOD.question)
    assert known.asks("Within how many working days are all leave requests answered?")
    assert not known.asks("How often is the boiler of the works descaled?")
    assert known.answers(replace(GOOD, question="Another question?"))


def test_documents_ways_and_sections_take_turns() -> None:
    drafts = without_contradictions([draft for text in (LEAVE, OTTER, BADGER, FAQ) for draft in drafted(text)])
    spread = Spread(drafts, Random(0))
    first = []
    for draft in spread:
        first.append(draft)
        spread.take(draft)
        if len(first) == 6:
            break
    assert len({draft.way for draft in first}) >= 5
    assert len({(draft.passage.document, draft.passage.heading) for draft in first}) >= 5


def test_what_was_only_looked_at_is_not_handed_out_again() -> None:
    drafts = drafted(OTTER)
    assert sorted(draft.question for draft in Spread(drafts, Random(0))) == sorted(draft.question for draft in drafts)


# ------------------------------------------------------------------------------------- context, gold


def test_a_question_says_of_what_it_is_asked_where_others_could_be_meant(exam: Drafted) -> None:
    for question in exam.questions:
        if question.answerable and question.gold_ids[0] == "otter.md":
            assert "Otter 50" in question.question


def test_a_document_without_a_name_of_its_own_is_left_out_by_name(library: Callable[..., Library]) -> None:
    corpus = corpus_of(
        library(
            one="# Rules\n\n## Keys\n\nThe blue keys are kept for 3 days.\n",
            two="# Rules\n\n## Keys\n\nThe blue keys are kept for 9 days.\n",
        )
    )
    left_out: Counter[str] = Counter()
    durations = [draft for draft in made(corpus) if draft.way == "duration"]
    assert accept(Job(corpus, Random(0), left_out, quiet), durations, 5) == []
    assert left_out["its document has no name to tell it apart by"] == 2


def test_another_document_with_the_same_answer_is_gold_too(library: Callable[..., Library]) -> None:
    corpus = corpus_of(library(leave=LEAVE, copy=CUT, otter=OTTER))
    draft = the_draft(corpus, "Within how many working days are leave requests answered?")
    (one,) = accept(Job(corpus, Random(0), Counter(), quiet), [draft], 1)
    assert set(one.gold) == {"leave.md", "copy.md"}


# ------------------------------------------------------------------------------------- twins


def test_a_twin_hides_every_document_that_answers(library: Callable[..., Library]) -> None:
    corpus = corpus_of(library(leave=LEAVE, copy=CUT, otter=OTTER, badger=BADGER))
    draft = the_draft(corpus, "Within how many working days are leave requests answered?")
    without = hidden(corpus, draft, draft.question, ("leave.md",))
    assert isinstance(without, tuple)
    assert set(without) == {"leave.md", "copy.md"}


def test_a_question_that_many_documents_answer_has_no_twin(library: Callable[..., Library]) -> None:
    copies = {f"copy{number}": CUT.replace("Copy", f"Copy {number}") for number in range(5)}
    corpus = corpus_of(library(leave=LEAVE, otter=OTTER, **copies))
    draft = the_draft(corpus, "Within how many working days are leave requests answered?")
    assert hidden(corpus, draft, draft.question, ("leave.md",)) == TOO_MANY


def test_a_home_of_one_document_has_no_twins(library: Callable[..., Library]) -> None:
    corpus = corpus_of(library(leave=LEAVE))
    draft = the_draft(corpus, "Within how many working days are leave requests answered?")
    assert hidden(corpus, draft, draft.question, ("leave.md",)) == NOTHING_LEFT
    assert draft_exam(corpus.library, 10, 0, quiet).mix["twin"] == 0


def test_a_statement_said_again_elsewhere_hides_that_document_too(library: Callable[..., Library]) -> None:
    again = "# Desk notes\n\n## Selling\n\nSick pay is not counted as leave, the desk says.\n"
    corpus = corpus_of(library(leave=LEAVE, notes=again, otter=OTTER))
    draft = the_draft(corpus, "Is sick pay counted as leave?")
    without = hidden(corpus, draft, draft.question, ("leave.md",))
    assert isinstance(without, tuple)
    assert "notes.md" in without


# ------------------------------------------------------------------------------------- near misses, off the topic


def test_what_the_other_product_states_is_not_asked_of_it(papers: Library) -> None:
    corpus = corpus_of(papers)
    drafts = made(corpus)
    power = the_draft(corpus, "What is the rated power of the Otter 50?")
    height = the_draft(corpus, "What is the suction height of the Badger 70?")
    found = list(swapped(corpus, [(power, power.question), (height, height.question)], drafts, Random(0)))
    assert [one.question for one in found] == ["What is the suction height of the Otter 50?"]
    assert found[0].absent == "Item: Suction height; Otter 50: 6 m"


def test_the_wordings_of_a_near_miss_are_nowhere(exam: Drafted, papers: Library) -> None:
    texts = [passage.text for passage in public(papers, 0)]
    near = [question for question in exam.questions if question.kind == "hard"]
    assert near
    assert not [question for question in near for said in question.absent if any(said in text for text in texts)]


def test_a_general_question_that_the_documents_come_near_is_not_asked(library: Callable[..., Library]) -> None:
    zoo = "# Zoo\n\n## Pandas\n\nPandas eat bamboo. What do pandas eat in winter? Pandas eat bamboo again.\n"
    asked = list(off_topic(corpus_of(library(zoo=zoo, otter=OTTER)), Random(0)))
    assert "What do pandas eat?" not in asked
    assert len(asked) > len(QUESTIONS) / 2


# ------------------------------------------------------------------------------------- the whole


def check(exam: Drafted, library: Library) -> None:
    """What must hold of every drafted exam."""
    everything = public(library, 0)
    by_id = {question.id: question for question in exam.questions}
    assert (
        len(by_id)
        == len(exam.questions)
        == len({question.question for question in exam.questions if question.kind != "twin"}) + exam.mix["twin"]
    )
    for question in exam.questions:
        if question.answerable and not question.yes_no:
            gold = [passage for passage in everything if passage.document in question.gold_ids]
            assert any(question.answers[0] in passage.text for passage in gold)
            assert exam.notes[question.id]["evidence"]
        if question.kind == "twin":
            assert question.twin_of is not None
            _unanswered(by_id[question.twin_of], question, everything)


def _unanswered(question: Question, twin: Question, everything: list[Passage]) -> None:
    """No passage that is left has the answer together with what the question asks for."""
    assert twin.question == question.question
    assert set(question.gold_ids) <= set(twin.without)
    left = [passage for passage in everything if passage.document not in twin.without]
    said = compared(question.answers[0])
    words = set(re.findall(r"[a-z]{4,}", question.question.lower()))
    for passage in left:
        told = set(re.findall(r"[a-z]{4,}", f"{passage.place} {passage.text}".lower()))
        assert question.yes_no or not runs_through(compared(passage.text), said) or not words <= told


def test_what_every_exam_holds(exam: Drafted, papers: Library) -> None:
    check(exam, papers)
    assert exam.mix == {"answerable": 20, "twin": 10, "hard": 7, "off_topic": 3}
    assert len({question.slice for question in exam.questions if question.answerable}) >= 10


def test_a_home_that_holds_too_little_gives_what_it_holds(library: Callable[..., Library]) -> None:
    found = draft_exam(library(leave=LEAVE, otter=OTTER), 500, 0, quiet)
    assert 20 <= found.mix["answerable"] < 60
    assert len(found.questions) - found.mix["answerable"] <= found.mix["answerable"]


def test_where_nothing_can_be_swapped_twins_make_up_for_it(library: Callable[..., Library]) -> None:
    found = draft_exam(library(leave=LEAVE, faq=FAQ), 12, 0, quiet)
    assert found.mix["hard"] == 0
    assert found.left_out["near misses were wanted, and nothing could be swapped for them"] == 2
    assert found.mix["twin"] == 5


def test_an_empty_home_gives_nothing(library: Callable[..., Library]) -> None:
    assert draft_exam(library(), 10, 0, quiet).questions == []


def test_who_may_not_read_it_is_not_asked_it(tmp_path: Path) -> None:
    from assistant import Spec, create_home, open_assistant
    from retrieval import Access
    from tests.fakes import WordEncoder

    home = create_home(tmp_path / "home", Spec(access=Access({"hr": frozenset({"HR"})})))
    (home.documents / "hr").mkdir()
    (home.documents / "hr" / "bands.md").write_text("# Bands\n\n## Pay\n\nThe tamarisk band is kept for 7 years.\n")
    (home.documents / "leave.md").write_text(LEAVE, encoding="utf-8")
    found = open_assistant(home.root, WordEncoder())
    found.library.sync()
    drafted_rows = json.dumps([repr(question) for question in draft_exam(found.library, 60, 0, quiet).questions])
    assert "tamarisk" not in drafted_rows.lower()
    assert "leave.md" in drafted_rows


def test_the_seed_decides_everything(papers: Library, exam: Drafted, tmp_path: Path) -> None:
    again, other = draft_exam(papers, 40, 0, quiet), draft_exam(papers, 40, 1, quiet)
    for name, one in {"a": exam, "b": again, "c": other}.items():
        for ending in (".jsonl", ".csv"):
            write_questions(tmp_path / f"{name}{ending}", one.questions, one.notes)
    for ending in (".jsonl", ".csv"):
        first = (tmp_path / f"a{ending}").read_bytes()
        assert first == (tmp_path / f"b{ending}").read_bytes()
        assert first != (tmp_path / f"c{ending}").read_bytes()


def test_both_files_are_read_back_as_they_were(exam: Drafted, tmp_path: Path) -> None:
    for ending in (".jsonl", ".csv"):
        write_questions(tmp_path / f"q{ending}", exam.questions, exam.notes)
        assert read_questions([tmp_path / f"q{ending}"]) == (exam.questions, [])
    header = (tmp_path / "q.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    assert header.startswith("id,question,answerable,answers,evidence,place,kind")


@pytest.mark.parametrize("text", ["=1+1", "-8 °C is the limit", "+44 rings", "@home", "'=quoted", "''=twice", "\t=tab"])
def test_no_cell_is_taken_for_a_formula(text: str, tmp_path: Path) -> None:
    row = Question("q", text, False, kind="hard", absent=("=2",), slice="-s")
    write_questions(tmp_path / "q.csv", [row], {"q": {"evidence": "=HYPERLINK(1)"}})
    cells = (tmp_path / "q.csv").read_text(encoding="utf-8-sig").splitlines()[1]
    assert not re.search(r'(?:^|,)"?[=+@-]', cells)
    assert read_questions([tmp_path / "q.csv"])[0][0].question.strip() == text.strip()


def test_a_very_large_home_is_drawn_from_by_the_seed(papers: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpora, "MOST_PASSAGES", 6)
    drawn = public(papers, 1)
    assert 0 < len(drawn) <= 6
    assert drawn == public(papers, 1)


# ------------------------------------------------------------------------------------- any document

_NOUNS = st.sampled_from(
    ["The pump", "A backup", "Every claim", "Laptops", "The blue valve", "You", "We", "Unused leave"]
)
_VERBS = st.sampled_from(["is kept", "are answered", "may be returned", "must not be opened", "costs", "lasts", "has"])
_REST = st.sampled_from(
    ["for 3 weeks", "within 9 days of delivery", "£4.50", "every 2 months, or sooner", "on 3 May", "by hand", "24 keys"]
)
_SENTENCES = st.tuples(_NOUNS, _VERBS, _REST).map(lambda parts: " ".join(parts) + ".")
_ANY = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=60)
_HEADINGS = st.sampled_from(
    ["How to return a pump", "If it is lost", "Descaling", "May I open it?", "2.1 Terms", "§ 4 =x"]
)
_LINES = st.lists(st.one_of(_SENTENCES, _ANY), min_size=1, max_size=6).map("\n\n".join)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(_HEADINGS, _LINES), min_size=1, max_size=4))
def test_whatever_is_drafted_quotes_its_passage(parts: list[tuple[str, str]]) -> None:
    text = "# Paper\n\n" + "".join(f"## {heading}\n\n{lines}\n\n" for heading, lines in parts)
    some = passages({"paper.md": text})
    for draft in sound(drafts_of(some, names_in(passage.text for passage in some)), Counter()):
        assert draft.span
        assert draft.span in draft.said
        assert draft.question.endswith("?")
        assert draft.polarity or draft.answer in draft.passage.text


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_what_every_exam_holds_of_any_seed(papers: Library, seed: int) -> None:
    check(draft_exam(papers, 50, seed, quiet), papers)
