"""The metrics of a small exam that can be worked out by hand, and of systems whose figures are known beforehand."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuning.exam.citing import quoted, statements, support
from tuning.exam.metrics import by_slice, compare, measure
from tuning.nouns import KINDS, Cited, Kind, Metric, Outcome, Question, Source

WARRANTY = Source("w", "Warranty", "The warranty lasts 24 months from delivery. It may be transferred.")
BATTLE = Source("b", "Battle", "The battle was fought at Hastings.")
YEAR = Source("y", "Year", "It was in 1066. Nobody knows the hour.")
CARE = Source("c", "Care", "Descale the kettle every 3 months.")
SOURCES = (WARRANTY, BATTLE, YEAR, CARE)


def cited(source: Source, quote: str = "", verbatim: bool = True) -> Cited:
    return Cited(f"{source.id}#1", source.id, quote or source.text, source.text, verbatim)


LASTS = Question(
    "lasts", "How long is the warranty?", True, ("24 months",), passages=SOURCES, gold_ids=("w",), slice="shop",
    claims=(("two years", "24 months"), ("delivery",), ("the boiler",)),
)  # fmt: skip
FOUGHT = Question(
    "fought", "Where was it?", True, ("Hastings",), passages=SOURCES, gold_ids=("b",), claims=(("Hastings",),)
)
MAY = Question("may", "May it be transferred?", True, ("Yes",), passages=SOURCES, gold_ids=("w",), yes_no=True)
LASTS_TWIN = replace(LASTS, id="lasts~twin", answerable=False, answers=(), kind="twin", twin_of="lasts",
                     passages=SOURCES[1:], gold_ids=(), claims=())  # fmt: skip
FOUGHT_TWIN = replace(LASTS_TWIN, id="fought~twin", question="Where was it?", twin_of="fought", slice=None)
HARD = Question("hard", "How long is a trial?", False, passages=SOURCES, kind="hard", slice="shop")
QUESTIONS = (LASTS, FOUGHT, MAY, LASTS_TWIN, FOUGHT_TWIN, HARD)

OUTCOMES = (
    Outcome("lasts", False, 0.9, "24 months from delivery", (cited(WARRANTY),),
            forced="24 months from delivery", best="w#1", best_document="w", seconds=1, first_evidence=0.5),
    Outcome("may", False, 0.8, "Yes: It may", (cited(WARRANTY, "It may be transferred."),),
            forced="Yes: It may", best="w#1", best_document="w", seconds=5, first_evidence=1.5),
    Outcome("fought~twin", False, 0.6, "It was in 1066. [1] So they say [7].", (cited(YEAR, "in 1067", False),),
            forced="1066", best="y#1", best_document="y", seconds=4),
    Outcome("fought", True, 0.4, "", (), "insufficient", forced="1066", best="y#1", best_document="y", seconds=3),
    Outcome("lasts~twin", True, 0.2, "", (), "insufficient", forced="3 months", best="c#1", best_document="c",
            seconds=2),
    Outcome("hard", True, 0.1, "", (), "off_topic", forced="3 months", best="c#1", best_document="c"),
)  # fmt: skip

BY_HAND = {
    "right": (4 / 6, 6),  # lasts, may, lasts~twin, hard
    "pair_switch": (1 / 2, 2),  # lasts, but not fought
    # by confidence right, right, wrong, and only wrong below: two of three answerable
    "coverage_at_5": (2 / 3, 3),
    "coverage_at_10": (2 / 3, 3),
    "aurc": ((0 + 0 + 1 / 3 + 2 / 4 + 3 / 5 + 4 / 6) / 6, 6),
    "ece": ((0.1 + 0.2 + 0.6 + 0.4 + 0.2 + 0.1) / 6, 6),  # each a bin of its own
    "right_passage": (2 / 3, 3),
    # {24 months from delivery} and {24 months}: 4/6; {1066}: 0; {yes it may} and {yes}: 2/4
    "reading_f1": ((4 / 6 + 0 + 2 / 4) / 3, 3),
    "answer_f1": ((4 / 6 + 0 + 2 / 4) / 3, 3),
    "answer_em": (0, 3),
    "answer_contains": (2 / 3, 3),
    "quote_contains_answer": (1, 1),  # of lasts; may has a verdict, fought was refused
    "auroc_twins": (5 / 6, 5),  # 0.9, 0.8, 0.4 against 0.6, 0.2: all but 0.4 against 0.6
    "auroc_hard": (1, 4),
    # 2 of 3 refusals are due, 2 of 3 due refusals are made; the same of answers
    "f1_gr": (2 / 3, 6),
    # of lasts both claims that the sources hold; of fought, refused, none. 1 of 2 answered, 1 of 2 answerable
    "f1_ac": (1 / 2, 5),
    # fought~twin: the first sentence is its source's, the second cites what is not there
    "citation_recall_quoted": ((1 + 1 + 1 / 2) / 3, 3),
    "citation_precision_quoted": ((1 + 1 + 1 / 2) / 3, 3),
    "citation_f1_quoted": (5 / 6, 3),
    "trust_score": ((1 / 2 + 2 / 3 + 5 / 6) / 3, 5),
    "invalid_id_rate": (1 / 4, 4),
    "verbatim_rate": (2 / 3, 3),
    "answered_unanswerable": (1 / 3, 3),
    "refused_answerable": (1 / 3, 3),
    "answered_ratio": (3 / 6, 6),
    "seconds_median": (3, 5),
    "seconds_p95": (4 + 0.8, 5),  # of 1 2 3 4 5 at place 3.8, counted from 0
    "first_evidence_median": (1, 2),
    "first_evidence_p95": (1.45, 2),
}
LOWER_IS_BETTER = {
    "answered_unanswerable", "refused_answerable", "invalid_id_rate", "aurc", "ece", "answered_ratio",
    "seconds_median", "seconds_p95", "first_evidence_median", "first_evidence_p95",
}  # fmt: skip


def test_every_metric_by_hand() -> None:
    found = measure(QUESTIONS, OUTCOMES)
    assert found.keys() == BY_HAND.keys()
    for name, (value, n) in BY_HAND.items():
        assert found[name].value == pytest.approx(value), name
        assert found[name].n == n, name
        assert found[name].low <= found[name].value <= found[name].high, name


def test_shares_have_wilson_intervals_and_the_rest_a_bootstrap() -> None:
    found = measure(QUESTIONS, OUTCOMES)
    assert (found["pair_switch"].low, found["pair_switch"].high) == pytest.approx((0.0945, 0.9055), abs=1e-4)
    assert found == measure(QUESTIONS, OUTCOMES, seed=0)
    other = measure(QUESTIONS, OUTCOMES, seed=1)
    assert {name for name in found if found[name] != other[name]} <= {
        "coverage_at_5", "coverage_at_10", "aurc", "ece", "reading_f1", "answer_f1", "auroc_twins", "f1_gr", "f1_ac",
        "citation_recall_quoted", "citation_precision_quoted", "citation_f1_quoted", "trust_score",
        "seconds_median", "seconds_p95", "first_evidence_median", "first_evidence_p95",
    }  # fmt: skip


def test_order_says_nothing() -> None:
    expected, slices = measure(QUESTIONS, OUTCOMES), by_slice(QUESTIONS, OUTCOMES)
    for seed in range(3):
        questions, outcomes = list(QUESTIONS), list(OUTCOMES)
        random.Random(seed).shuffle(questions)
        random.Random(seed + 9).shuffle(outcomes)
        assert measure(questions, outcomes) == expected
        assert by_slice(questions, outcomes) == slices


def test_a_question_and_its_twins_are_drawn_together() -> None:
    apart = [replace(question, twin_of=None) for question in QUESTIONS]
    together, alone = measure(QUESTIONS, OUTCOMES), measure(apart, OUTCOMES)
    assert together["ece"].value == alone["ece"].value
    assert together["ece"] != alone["ece"]
    assert together["right"] == alone["right"]
    assert "pair_switch" not in alone


def test_slices() -> None:
    found = by_slice(QUESTIONS, OUTCOMES)
    assert list(found) == ["kind: answerable", "kind: hard", "kind: twin", "shop"]
    assert found["shop"]["right"].n == 3
    assert found["shop"]["pair_switch"].value == 1
    assert found["kind: answerable"]["answer_f1"] == measure([LASTS, FOUGHT, MAY], OUTCOMES)["answer_f1"]
    assert found["kind: hard"]["answered_unanswerable"].value == 0
    assert not found["kind: answerable"].keys() & {"pair_switch", "auroc_twins", "f1_gr", "answered_unanswerable"}
    assert not found["kind: twin"].keys() & {"answer_f1", "coverage_at_5", "reading_f1", "right_passage"}


def test_only_what_was_examined_counts() -> None:
    found = measure(QUESTIONS, [*OUTCOMES[:1], replace(OUTCOMES[0], id="of another exam")])
    assert found["right"] == measure([LASTS], OUTCOMES)["right"]
    assert measure([], OUTCOMES) == measure(QUESTIONS, []) == {}
    assert by_slice(QUESTIONS, []) == {}


def test_rows_that_can_not_tell_are_left_out() -> None:
    """No answers are known, nor where they stand: only that there is one."""
    found = measure([Question("lasts", "How long?", True)], OUTCOMES)
    assert found["refused_answerable"].value == 0
    assert not found.keys() & {"right", "coverage_at_5", "answer_f1", "reading_f1", "right_passage", "aurc", "ece"}


# Thresholds


def test_what_is_held_back_counts_as_it_would_be_read() -> None:
    """All refused; at a lower threshold two rows would be right, and the twin between them wrong."""
    asked = [LASTS, replace(LASTS_TWIN, id="t"), FOUGHT]
    made = [
        Outcome("lasts", True, 0.4, "", (), "insufficient", forced="24 months", best="w#1", best_document="w"),
        Outcome("t", True, 0.3, "", (), "insufficient", forced="3", best="c#1", best_document="c"),
        Outcome("fought", True, 0.2, "", (), "off_topic", forced="at Hastings", best="b#1", best_document="b"),
    ]
    found = measure(asked, made)
    assert found["coverage_at_10"].value == 1 / 2
    assert found["aurc"].value == pytest.approx((0 + 1 / 2 + 1 / 3) / 3)
    assert found["reading_f1"].value == pytest.approx((1 + 2 / 3) / 2)
    for reason in ("withdrawn", "malformed", "unavailable", "nothing_found"):  # no threshold would have shown it
        never = measure(asked, [replace(made[0], reason=reason), *made[1:]])
        assert never["coverage_at_10"].value == 0
        assert never["aurc"].n == 2


def test_a_system_without_forced_readings_is_swept_as_far_as_it_answers() -> None:
    found = measure(QUESTIONS, [replace(outcome, forced=None) for outcome in OUTCOMES])
    assert "reading_f1" not in found
    assert found["coverage_at_5"].value == 2 / 3
    assert found["aurc"].n == 3


# Citations


def says(text: str, *sources: Source) -> Outcome:
    return Outcome("q", False, 0.9, text, tuple(map(cited, sources)))


def never(premise: str, hypothesis: str, question: str) -> bool:
    return False


def carries(*premises: tuple[Source, ...]) -> Callable[[str, str, str], bool]:
    """A verifier for whom only these combinations of sources carry anything."""
    known = {"\n".join(source.text for source in premise) for premise in premises}
    return lambda premise, hypothesis, question: premise in known


ANY = Question("q", "Why?", True)


def test_statements_and_their_marks() -> None:
    found = statements(ANY, says("It is so. [1] But this is not [1][2]! And that is [2, 9, 2].", WARRANTY, BATTLE))
    assert [one.text for one in found] == ["It is so.", "But this is not!", "And that is."]
    ids = [[each and each.document for each in one.cited] for one in found]
    assert ids == [["w"], ["w", "b"], ["b", None]]
    behind = statements(ANY, says("Is it so? [1] They say so! [1, 2] And that is.", WARRANTY, BATTLE))
    assert [(one.text, len(one.cited)) for one in behind] == [
        ("Is it so?", 1),
        ("They say so!", 2),
        ("And that is.", 0),
    ]
    (whole,) = statements(ANY, says("No mark. Two sentences.", WARRANTY, BATTLE))
    assert len(whole.cited) == 2


def test_a_superfluous_citation_costs_precision() -> None:
    outcome = says("It is so [1][2].", WARRANTY, BATTLE)
    alone = support(ANY, outcome, carries((WARRANTY,), (WARRANTY, BATTLE)))
    assert (alone.recall, alone.precision) == (1, 1 / 2)  # the battle does not, and the others do
    together = support(ANY, outcome, carries((WARRANTY, BATTLE)))
    assert (together.recall, together.precision) == (1, 1)  # neither alone, nor without the other
    either = support(ANY, outcome, carries((WARRANTY,), (BATTLE,), (WARRANTY, BATTLE)))
    assert (either.recall, either.precision) == (1, 1)


def test_what_is_not_carried_has_neither() -> None:
    wrong = support(ANY, says("It is so [1].", WARRANTY), carries())
    assert (wrong.recall, wrong.precision) == (0, 0)
    astray = support(ANY, says("It is so [1][5].", WARRANTY), carries((WARRANTY,)))
    assert (astray.recall, astray.precision, astray.citations, astray.invalid) == (0, 0, 2, 1)
    bare = support(ANY, says("It is so [1]. And so.", WARRANTY), carries((WARRANTY,)))
    assert (bare.recall, bare.precision) == (1 / 2, 1)
    none = support(ANY, says("It is so."), carries((WARRANTY,)))
    assert (none.recall, none.precision, none.citations) == (0, 0, 0)


def test_three_passages_are_read_at_most() -> None:
    outcome = says("It is so [1][2][3][4].", *SOURCES)
    assert support(ANY, outcome, carries(SOURCES[:3])).recall == 1
    assert support(ANY, outcome, carries(SOURCES)).recall == 0


def test_an_id_that_was_not_among_the_sources_is_invalid() -> None:
    brought = replace(ANY, passages=(BATTLE,))
    assert support(brought, says("It is so.", WARRANTY), carries((WARRANTY,))).invalid == 1
    assert support(brought, says("It is so.", BATTLE), carries((BATTLE,))).invalid == 0
    nowhere = replace(says("It is so."), citations=(Cited("", "", "", "", False),))
    assert support(ANY, nowhere, carries()).invalid == 1


def test_quoted() -> None:
    assert quoted(WARRANTY.text, "24 months\nfrom  delivery", "")
    assert quoted(WARRANTY.text, "Yes: It may be transferred.", "")
    assert not quoted(WARRANTY.text, "Yes", "")
    assert not quoted(WARRANTY.text, "24 Months", "")


def test_levels_that_are_given() -> None:
    found = measure(QUESTIONS, OUTCOMES, verifiers={"entailed": never})
    assert found["citation_f1_entailed"].value == 0
    assert found["citation_f1_quoted"].value == pytest.approx(5 / 6)
    assert found["trust_score"].value == pytest.approx((1 / 2 + 2 / 3 + 0) / 3)  # the strictest level counts
    assert "citation_f1_lexical" not in found


def test_a_verifier_sees_premise_hypothesis_and_question() -> None:
    seen: list[tuple[str, str, str]] = []

    def look(premise: str, hypothesis: str, question: str) -> bool:
        seen.append((premise, hypothesis, question))
        return True

    measure([LASTS], OUTCOMES, verifiers={"lexical": look})
    assert seen == [(WARRANTY.text, "24 months from delivery", "How long is the warranty?")]


# Comparing two systems


def test_compare_is_paired() -> None:
    assert all(
        metric.value == metric.low == metric.high == 0 for metric in compare(QUESTIONS, OUTCOMES, OUTCOMES).values()
    )
    better = [replace(made, abstained=True, answer="", citations=()) if made.id == "fought~twin" else made
              for made in OUTCOMES]  # fmt: skip
    found = compare(QUESTIONS, better, OUTCOMES)
    assert found["right"].value == pytest.approx(1 / 6)
    assert found["answered_unanswerable"].value == pytest.approx(-1 / 3)
    assert found["right"].low >= 0
    assert found["answer_f1"] == Metric(0, 0, 0, 3)
    assert compare(QUESTIONS, better[:3], OUTCOMES)["right"].n == 3
    assert compare(QUESTIONS, OUTCOMES, []) == {}


# Systems that are known beforehand


def exam(rows: Sequence[tuple[Kind, str]]) -> list[Question]:
    """A question of each (kind, answer), and the twins of the answerable ones."""
    made = []
    for number, (kind, answer) in enumerate(rows):
        filler = " ".join(f"word{number}x{n}" for n in range(30))
        gold = Source(f"g{number}", "Gold", f"{filler}. It is {answer} that counts. {filler}.")
        near = Source(f"n{number}", "Near", f"{filler} and nothing else.")
        question = Question(f"{number}", f"What counts {number}?", True, (answer,), passages=(near, gold),
                            gold_ids=(gold.id,), claims=((answer,),), slice=kind)  # fmt: skip
        absent = replace(question, answerable=False, answers=(), passages=(near,), gold_ids=(), claims=(), kind=kind)
        if kind == "answerable":
            made += [question, replace(absent, id=f"{number}~twin", kind="twin", twin_of=question.id)]
        else:
            made.append(absent)
    return made


Say = Callable[[Question, Source], str]


def answer_from_gold(questions: Sequence[Question], say: Say) -> list[Outcome]:
    """Finds every gold passage, abstains from all that has none; what it says of the passage is its own."""
    outcomes = []
    for question in questions:
        gold = next((source for source in question.passages or () if source.id in question.gold_ids), None)
        if gold is None:
            outcomes.append(Outcome(question.id, True, 0.0, "", (), "insufficient", forced="", best="near"))
        else:
            text = say(question, gold)
            quote = Cited(f"{gold.id}#0", gold.id, gold.text, gold.text, True)
            outcomes.append(Outcome(question.id, False, 1.0, text, (quote,), forced=text, best=f"{gold.id}#0",
                                    best_document=gold.id, seconds=1.0, first_evidence=0.5))  # fmt: skip
    return outcomes


ANSWERS = st.sampled_from(["24 months", "Hastings", "twenty-four (24)", "1 March 2026", "10 %", "the King's own"])
ROWS = st.lists(st.tuples(st.sampled_from(KINDS), ANSWERS), min_size=1, max_size=12)


@settings(deadline=None, derandomize=True, max_examples=25)
@given(ROWS)
def test_a_perfect_system_is_perfect(rows: list[tuple[Kind, str]]) -> None:
    questions = exam(rows)
    found = measure(questions, answer_from_gold(questions, lambda question, _: question.answers[0]))
    answerable = any(kind == "answerable" for kind, _ in rows)
    assert answerable == ("trust_score" in found) == ("coverage_at_5" in found)
    for name, metric in found.items():
        if name not in LOWER_IS_BETTER:
            assert metric.value == pytest.approx(1), name
    assert found.get("answered_unanswerable", Metric(0, 0, 0, 0)).value == 0
    assert found.get("ece", Metric(0, 0, 0, 0)).value == 0


@settings(deadline=None, derandomize=True, max_examples=25)
@given(ROWS, st.floats(0, 1))
def test_always_abstaining_divides_by_nothing(rows: list[tuple[Kind, str]], confidence: float) -> None:
    questions = exam(rows)
    outcomes = [Outcome(one.id, True, confidence, "", (), "insufficient") for one in questions]
    found = measure(questions, outcomes)
    by_slice(questions, outcomes)
    assert found["answered_ratio"].value == 0
    for name in ("coverage_at_5", "coverage_at_10", "answer_f1", "pair_switch", "f1_ac", "answered_unanswerable"):
        assert name not in found or found[name].value == 0
    if "f1_gr" in found:  # refuses what is due: all of it; answers nothing
        due = sum(not one.answerable for one in questions) / len(questions)
        assert found["f1_gr"].value == pytest.approx(due / (1 + due))  # half of 2·due·1 / (due + 1)
    assert ("f1_gr" in found) == any(one.answerable for one in questions)
    for name in ("auroc_twins", "auroc_hard"):
        assert name not in found or found[name].value == 0.5
    assert not [name for name in found if name.startswith("citation_")]
    assert not found.keys() & {"aurc", "ece", "verbatim_rate", "invalid_id_rate", "reading_f1", "trust_score"}


@settings(deadline=None, derandomize=True, max_examples=25)
@given(ROWS, st.data())
def test_any_outcomes_have_figures_in_their_bounds(rows: list[tuple[Kind, str]], data: st.DataObject) -> None:
    questions = exam(rows)
    outcomes = []
    for question in questions:
        source = data.draw(st.sampled_from(question.passages or ()))
        text = data.draw(st.sampled_from(["", "24 months", "It is Hastings [1].", "Yes", "No [4]. 10 % [1]."]))
        abstained = data.draw(st.booleans())
        outcomes.append(Outcome(question.id, abstained, data.draw(st.sampled_from([0, 0.3, 0.5, 1.0])), text,
                                () if abstained else (cited(source),), data.draw(st.sampled_from([None, "withdrawn"])),
                                forced=data.draw(st.sampled_from([None, "Hastings"])), best=source.id))  # fmt: skip
    for name, metric in measure(questions, outcomes).items():
        assert 0 <= metric.low <= metric.value <= metric.high <= 1 + 1e-9, name
        assert metric.n > 0, name


MANY = exam([("answerable", answer) for answer in ("24 months", "Hastings", "1 March 2026", "10 %") * 10])


def test_quoting_whole_passages_is_caught() -> None:
    found = measure(MANY, answer_from_gold(MANY, lambda _, gold: gold.text))
    assert found["citation_f1_quoted"].value == found["right_passage"].value == found["answer_contains"].value == 1
    assert found["answer_f1"].value < 0.1
    assert found["pair_switch"].value == found["coverage_at_10"].value == 0
    assert found["right"].value == 0.5  # what it refused


def test_any_words_of_the_right_passage_are_caught() -> None:
    rng = random.Random(0)

    def at_random(question: Question, gold: Source) -> str:
        words = gold.text.split()
        place = rng.randrange(len(words) - 3)
        return " ".join(words[place : place + 3])

    found = measure(MANY, answer_from_gold(MANY, at_random))
    assert found["citation_f1_quoted"].value == found["right_passage"].value == found["verbatim_rate"].value == 1
    assert found["answer_f1"].value < 0.15
    assert found["pair_switch"].value < 0.2
    assert found["coverage_at_5"].value < 0.2


def test_two_thousand_rows_take_a_moment() -> None:
    many = exam([("answerable", "24 months")] * 1000)
    found = measure(many, answer_from_gold(many, lambda question, _: question.answers[0]))
    assert found["pair_switch"].n == 1000
