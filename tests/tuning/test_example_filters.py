"""Good rows pass the filters, each planted fault is caught by its own, and neither order nor doing it twice matters."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import Assistant
from retrieval.access import PUBLIC
from tests.tuning.clean_rows import clean
from tuning.exam.systems import Examined
from tuning.examples.filters import Barred, Sieve, filtered
from tuning.examples.filters.alike import ALIKE, NEAR, SAME, SAME_ID, Rare, doubled
from tuning.examples.filters.alone import understood
from tuning.examples.filters.balance import FLOOR, OVER, uneven
from tuning.examples.filters.contradictions import contradicted
from tuning.examples.filters.elsewhere import ANSWERED_AFTER_ALL, ANSWERED_BESIDE
from tuning.examples.filters.found import NOT_FOUND, searching, unfound
from tuning.examples.filters.leaks import DOCUMENT, QUESTION, TEXT
from tuning.examples.filters.private import ABOUT_A_PERSON
from tuning.examples.filters.readable import STILL_READ, TWIN_READ, UNREAD, reading, same
from tuning.examples.filters.supported import REVERSED, UNSUPPORTED, doubt
from tuning.examples.filters.whole import NO_READER, NO_SEARCH, NOT_SEARCHED, WITHOUT_QUESTION
from tuning.nouns import Asked, Example, Source

WARRANTY = Source(
    "warranty.md@0123456789ab:0-99",
    "Warranty",
    "The warranty lasts 24 months from delivery. It covers the boiler and the pump. Filters are not covered.",
)
RETURNS = Source("returns.md@0123456789ab:0-99", "Returns", "Machines may be returned within 30 days of delivery.")
OFFICE = Source("office.md@0123456789ab:0-99", "Office", "The office opens at 8. Call +49 89 1234567 for help.")
SOURCES = (RETURNS, WARRANTY, OFFICE)
GOOD = Example(
    "good", "How long does the warranty last?", SOURCES, (1,), "24 months from delivery",
    evidence=("The warranty lasts 24 months from delivery.",), documents=("warranty.md",),
)  # fmt: skip
TWIN = Example("good-twin", GOOD.question, (RETURNS, OFFICE), kind="twin", twin_of="good")
COVERED = Example(
    "covered", "Are filters covered by the warranty?", SOURCES, (1,), "No", evidence=("Filters are not covered.",)
)
HARD = Example("hard", "How long does the warranty of the grinder last?", (RETURNS, OFFICE), kind="hard")
BASE = (GOOD, TWIN, COVERED, HARD)
SCHEMA = {
    "its question is empty": replace(GOOD, id="x", question="  "),
    "its sources are not told apart, empty, or more than 9": replace(GOOD, id="x", sources=SOURCES * 2),
    "its gold, kind and answer contradict each other": replace(HARD, id="x", answer="30 days"),
    "its answer is neither Yes nor No nor a span of its gold source": replace(GOOD, id="x", answer="24 months or so"),
    "its answer is neither Yes nor No nor a span of its gold source ": replace(GOOD, id="x", evidence=(), sources=(
        RETURNS, replace(WARRANTY, text="It lasts 24\nmonths."), OFFICE), answer="24\nmonths"),
    "its evidence is not in its gold source": replace(GOOD, id="x", evidence=("Machines may be returned.",)),
    "its question is not understood alone": replace(GOOD, id="x", question="How long does it last?"),
    ABOUT_A_PERSON: replace(HARD, id="x", question="Is +49 89 1234567 the number of the office?"),
    SAME: replace(GOOD, id="x", question="How long does the warranty last??"),
    ALIKE: replace(COVERED, id="x", question="Would filters be covered by the warranty?"),
    ANSWERED_BESIDE: replace(GOOD, id="x", question="How long is the warranty given?", sources=(
        replace(OFFICE, text="The warranty is given for 24 months from delivery, as long as it is."), WARRANTY)),
    ANSWERED_AFTER_ALL: replace(TWIN, id="x", question="Does the warranty last?", sources=(
        OFFICE, replace(RETURNS, text="A warranty does last 24 months from delivery."))),
}  # fmt: skip
BARRED = Barred(
    frozenset({"office.md"}), ("One two three four five six seven eight nine ten.",), ("Who opens the gate?",)
)
LEAKS = {
    DOCUMENT: HARD,
    TEXT: replace(HARD, sources=(Source("s", "", "one two three FOUR five six seven eight nine more!"),)),
    QUESTION: replace(HARD, question="Who opens gates?", sources=(RETURNS,)),
}


def none(asked: Asked) -> str:
    """A reader that abstains from everything."""
    return ""


def reader(asked: Asked) -> str:
    """It finds the sentence on the warranty wherever it stands, and knows that filters are not covered."""
    if asked.question == COVERED.question:
        return "No" if WARRANTY in (asked.passages or ()) else ""
    texts = " ".join(source.text for source in asked.passages or ())
    return next((said for said in ("24 months from delivery", "within 30 days") if said in texts), "")


# ------------------------------------------------------------------------------------- one after the other


@pytest.mark.parametrize(("reason", "planted"), list(SCHEMA.items()), ids=list(SCHEMA))
def test_each_planted_fault_is_caught_by_its_own_filter_alone(reason: str, planted: Example) -> None:
    found = filtered([*BASE, planted], Sieve())
    assert (found.left_out, found.doubtful) == (Counter({reason.strip(): 1}), [])
    assert found.named == {reason.strip(): ["x"]}
    assert found.kept == list(BASE)


def test_good_rows_pass_all_of_it() -> None:
    found = filtered(BASE, Sieve())
    assert (found.kept, found.doubtful, found.left_out, found.masked) == (list(BASE), [], Counter(), 0)
    assert found.not_applied == [NO_SEARCH, NO_READER]


@pytest.mark.parametrize(
    ("asked", "good"),
    [
        ("What is the price of it?", False),
        ("What are the dimensions of this machine?", False),
        ("Who approves them?", False),
        ("According to the passage, what is covered?", False),
        ("Which of the following documents is needed?", False),
        ("And what about the pump?", False),
        ("Why?", False),
        ("If the pump leaks, is it covered?", True),
        ("How long does it take to descale the Heron 300?", True),
        ("Does the warranty cover the boiler and its fittings?", True),
        ("Who must approve expenses before they are paid?", True),
        ("Wie lange gilt die Garantie?", True),
        ("warranty period Heron 300", True),
    ],
)
def test_what_points_at_nothing_that_is_named(asked: str, good: bool) -> None:
    assert understood(replace(HARD, question=asked)) is good


def test_history_names_what_a_question_points_at() -> None:
    said = ({"role": "user", "content": "Is the pump covered?"}, {"role": "assistant", "content": "Yes."})
    assert understood(replace(HARD, question="How long is it covered?", history=said))
    assert not understood(replace(HARD, question="What does the text say on it?", history=said))


def test_prose_without_sources_need_not_be_searched_for() -> None:
    said = ({"role": "user", "content": "Put this politely."}, {"role": "assistant", "content": "Would you …"})
    prose = Example("p", "Put this politely.", (), answer="Would you …", messages=said)
    assert filtered([prose], Sieve(reads=none)).kept == [prose]
    broken = replace(prose, messages=said[:1])
    assert filtered([broken], Sieve()).left_out == Counter({"its gold, kind and answer contradict each other": 1})
    assert not understood(replace(prose, sources=SOURCES))


@pytest.mark.parametrize(("reason", "leaking"), list(LEAKS.items()), ids=["document", "text", "question"])
def test_what_the_other_sides_keep_is_not_shown(reason: str, leaking: Example) -> None:
    assert filtered([leaking], Sieve(barred=BARRED)).left_out == Counter({reason: 1})
    less = replace(HARD, sources=(Source("s", "", "One two three four five six seven eight nine and three more."),))
    for fair in (GOOD, less, replace(HARD, question="Who opens the tank?")):
        assert filtered([fair], Sieve(barred=replace(BARRED, documents=frozenset()))).kept == [fair]


def test_the_question_is_masked_and_documents_stay_as_they_are() -> None:
    told = replace(HARD, question="My number is +49 30 7654321; how long does the warranty of the grinder last?")
    found = filtered([told], Sieve())
    assert found.masked == 1
    assert found.kept[0].question == "My number is [phone]; how long does the warranty of the grinder last?"
    assert found.kept[0].sources == told.sources
    assert filtered(found.kept, Sieve()).masked == 0
    said = (
        {"role": "user", "content": "I am ada@example.org."},
        {"role": "assistant", "content": "Write to b@example.org."},
    )
    (prose,) = filtered([Example("p", "I am ada@example.org.", (), answer="Write.", messages=said)], Sieve()).kept
    assert [one["content"] for one in prose.messages] == ["I am [e-mail].", "Write to b@example.org."]


def test_other_answers_to_the_same_question_wait_for_a_person() -> None:
    other = replace(GOOD, id="other", gold=(0,), answer="30 days", evidence=())
    shorter = replace(GOOD, id="shorter", answer="24 months", evidence=())
    assert contradicted([GOOD, shorter]) == {}
    found = filtered([other, GOOD], Sieve())
    assert (found.kept, found.doubtful) == ([], [other, GOOD])
    assert found.why["good"] == "the same question has another answer in other"


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (GOOD, ""),
        (replace(GOOD, evidence=("It covers the boiler and the pump.",)), UNSUPPORTED),
        (COVERED, ""),
        (replace(COVERED, answer="Yes"), REVERSED),
        (replace(GOOD, question="Which parts are covered?", answer="Filters", evidence=()), REVERSED),
        (replace(GOOD, messages=({"role": "assistant", "content": ""},), answer="It lasts 24 months."), ""),
        (replace(GOOD, messages=({"role": "assistant", "content": ""},), answer="It lasts 36 months."), UNSUPPORTED),
        (replace(GOOD, question="Is the boiler covered?", answer="Yes", evidence=("It covers the boiler.",)), ""),
        (
            replace(
                COVERED, answer="Yes", sources=(replace(WARRANTY, title="Filters covered by warranty"),), gold=(0,)
            ),
            REVERSED,
        ),
        (replace(GOOD, question="How hot is it?", answer="92.5 °C", evidence=("Group temperature: 92.5 °C",)), ""),
        (HARD, ""),
    ],
)
def test_labels_that_the_evidence_does_not_bear_out(row: Example, why: str) -> None:
    assert doubt(row) == why


def test_what_the_retriever_does_not_find_is_left_out() -> None:
    hits = {GOOD.id: [RETURNS.id, WARRANTY.id], COVERED.id: ["warranty.md"]}
    found = filtered(BASE, Sieve(finds=lambda row: hits.get(row.id), first=2))
    assert (found.kept, found.not_applied) == (list(BASE), [NO_READER])
    found = filtered(BASE, Sieve(finds=lambda row: hits.get(row.id), first=1))
    assert found.left_out == Counter({NOT_FOUND: 1, WITHOUT_QUESTION: 1})
    assert found.kept == [COVERED, HARD]


def test_what_a_search_could_not_look_for_is_said() -> None:
    found = filtered([GOOD, HARD], Sieve(finds=lambda row: None, reads=reader))
    assert found.kept == [GOOD, HARD]
    assert found.not_applied == [NOT_SEARCHED.format(1)]


def test_a_reader_recovers_the_answer_and_only_from_the_gold_source() -> None:
    assert filtered(BASE, Sieve(reads=reader)).kept == list(BASE)
    assert filtered(BASE, Sieve(reads=none)).left_out == Counter({UNREAD: 2, WITHOUT_QUESTION: 1})
    always = filtered(BASE, Sieve(reads=lambda asked: "24 months from delivery"))
    assert always.left_out == Counter({UNREAD: 1, STILL_READ: 1, TWIN_READ: 1})


def test_without_its_only_source_there_is_nothing_to_read() -> None:
    lone = replace(GOOD, sources=(WARRANTY,), gold=(0,))
    assert filtered([lone], Sieve(reads=lambda asked: "24 months from delivery")).kept == [lone]


def test_the_same_words_on_another_matter_answer_nothing() -> None:
    lease = Source("lease.md", "Lease", "Our lease runs for 24 months.")
    row = replace(GOOD, answer="24 months", sources=(lease, WARRANTY))
    assert filtered([row], Sieve()).kept == [row]


def test_doubtful_rows_come_in_their_order() -> None:
    wrong = replace(COVERED, answer="Yes")
    rows = [wrong, GOOD, replace(GOOD, id="other", gold=(0,), answer="30 days", evidence=())]
    assert filtered(rows, Sieve()).doubtful == rows


def test_a_twin_that_is_answered_wrongly_is_kept_as_a_hard_row() -> None:
    """Only the very answer counts against it: where the reader is wrong, there is something to learn."""

    def wrong(asked: Asked) -> str:
        return reader(asked) if WARRANTY in (asked.passages or ()) else "within 30 days"

    assert TWIN in filtered([GOOD, TWIN], Sieve(reads=wrong)).kept


def test_the_homes_own_search_is_asked_as_the_assistant_asks_it(assistant: Assistant) -> None:
    """With what was said before; and of rows from elsewhere it knows nothing."""
    library = assistant.library
    passages = [kept.passage for kept in library.catalogue.passages(PUBLIC)]
    sources = tuple(Source(one.id, one.title, one.text) for one in passages)
    kettle = next(place for place, one in enumerate(passages) if one.document == "kettle.md")
    row = replace(GOOD, question="How often should I descale the kettle?", sources=sources, gold=(kettle,))
    finds = searching(library)
    elsewhere = replace(GOOD, gold=(2,))
    assert finds(elsewhere) is None
    assert (finds(row) or [""])[0] == passages[kettle].id
    for said, name in [("Must I descale the kettle?", "kettle.md"), ("Is the boiler in the warranty?", "warranty.md")]:
        after = replace(row, question="How often?", history=({"role": "user", "content": said},))
        assert (finds(after) or [""])[0].startswith(name)
    assert unfound([row, elsewhere, HARD], finds, 1) == ({}, 1)


def test_a_system_that_abstains_is_asked_what_it_would_read(assistant: Assistant) -> None:
    asked = Asked("How long does the warranty last?", passages=SOURCES)
    unsure = replace(assistant.spec, decision=replace(assistant.spec.decision, threshold=0.999))
    for spec in (assistant.spec, unsure):
        reads = reading(Examined("served", replace(assistant, spec=spec)))
        assert same(reads(asked), "24 months from delivery")
        assert not same(reads(asked), "30 days")


# ------------------------------------------------------------------------------------- alike


def test_the_same_id_stays_once_whatever_the_order() -> None:
    other = replace(HARD, id="good")
    ways = [filtered(rows, Sieve()) for rows in ([GOOD, other], [other, GOOD])]
    assert ways[0].kept == ways[1].kept
    assert ways[0].left_out == Counter({SAME_ID: 1})


def test_names_numbers_and_sources_tell_questions_apart() -> None:
    asked = "How many litres of water does the tank of the Heron {} espresso machine hold when it is full?"
    rows = [replace(HARD, id=each, question=asked.format(each)) for each in ("300", "320")]
    rows += [replace(rows[0], id="elsewhere", sources=(WARRANTY,)), replace(rows[0], id="again")]
    assert doubled(rows) == {"again": SAME}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.frozensets(st.sampled_from("abcdefghijkl"), min_size=1), max_size=25))
def test_alike_sets_are_found_exactly(sets: list[frozenset[str]]) -> None:
    """As comparing each with all before it would find them."""
    index, before = Rare(sets), list[frozenset[str]]()
    for one in sets:
        assert index.alike(one) == any(len(one & other) >= NEAR * len(one | other) for other in before)
        index.add(one)
        before.append(one)


# ------------------------------------------------------------------------------------- evenness


def many_of(document: str, many: int) -> list[Example]:
    source = Source(f"{document}@0123456789ab:0-9", "", f"Word of {document}.")
    return [Example(f"{document}-{n}", f"What of {n}?", (source,), (0,), "Word") for n in range(many)]


def test_a_document_gives_no_more_than_its_share_of_what_is_left() -> None:
    rows = [*many_of("a", 90), *many_of("b", 30), *many_of("c", 30)]
    found = filtered(rows, Sieve(share=0.4))
    sizes = Counter(example.id[0] for example in found.kept)
    assert sizes == Counter(a=40, b=30, c=30)
    assert found.left_out == Counter({OVER: 50})
    assert filtered(found.kept, Sieve(share=0.4)).kept == found.kept
    backwards = filtered(rows[::-1], Sieve(share=0.4))
    assert sorted(backwards.kept, key=lambda row: row.id) == sorted(found.kept, key=lambda row: row.id)
    assert len(filtered(many_of("a", 90), Sieve(share=0.4)).kept) == 90  # there is no other to learn from
    few = filtered([*many_of("a", 90), *many_of("b", 1), *many_of("c", 1)], Sieve(share=0.4))
    assert Counter(row.id[0] for row in few.kept) == Counter(a=FLOOR, b=1, c=1)


def test_what_is_uneven_is_said() -> None:
    assert uneven(many_of("a", 10)) == []
    said = " ".join(uneven(many_of("a", 60)))
    assert "100% of the answered rows come from a." in said
    assert "0% of the rows are to abstain" in said
    assert "100% of the answered rows have an answer of one word." in said
    first = [replace(GOOD, id=f"{n}", sources=(WARRANTY, RETURNS), gold=(0,)) for n in range(60)]
    assert "100% of the answers stand in source 1, where chance would put 50%." in uneven(first)


# ------------------------------------------------------------------------------------- the filters themselves


def test_of_a_clean_set_nearly_all_passes_and_twice_is_once() -> None:
    rows = clean()
    found = filtered(rows, Sieve())
    assert len(rows) > 150
    assert len(found.kept) >= 0.95 * len(rows)
    again = filtered(found.kept, Sieve())
    assert (again.kept, again.left_out, again.doubtful) == (found.kept, Counter(), [])


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from([*SCHEMA.values(), *BASE, *LEAKS.values()]), max_size=14), st.randoms())
def test_a_mix_filtered_twice_or_in_another_order(rows: Sequence[Example], chance: random.Random) -> None:
    named = [replace(row, id=f"{number:02} {row.id}") for number, row in enumerate(rows)]
    sieve = Sieve(reads=reader, barred=BARRED)
    once = filtered(named, sieve)
    assert filtered(once.kept, sieve).kept == once.kept
    shuffled = filtered(chance.sample(named, len(named)), sieve)
    assert sorted(row.id for row in shuffled.kept) == [row.id for row in once.kept]
    assert (shuffled.left_out, shuffled.why) == (once.left_out, once.why)
    assert sum(once.left_out.values()) + len(once.kept) + len(once.doubtful) == len(named)
