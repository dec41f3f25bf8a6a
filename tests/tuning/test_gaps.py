"""What nobody could answer is grouped by what it asks for, counted, and closed by the document that was written."""

from __future__ import annotations

import random
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Assistant
from retrieval import EVERYONE, Principal, UsageError
from tests.fakes import WordEncoder
from tests.tuning.correcting import ADA, BOB, corrected, made, opened
from tuning.feedback.deciding import accept, reject
from tuning.feedback.gaps import UNSUPPORTED, dismiss, gaps, keep_gaps
from tuning.feedback.grouping import grouped
from tuning.feedback.nouns import Gap

CYD = Principal("cyd")
OVEN = "How loud is the oven while it preheats?"


@pytest.fixture(scope="module")
def synced(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made(root := tmp_path_factory.mktemp("gaps") / "home").library.database.close()
    return root


@pytest.fixture
def assistant(synced: Path, tmp_path: Path) -> Assistant:
    return opened(shutil.copytree(synced, tmp_path / "home"))


def asked(assistant: Assistant, question: str, *people: Principal) -> None:
    for who in people:
        answer = assistant.ask(question, who, conversation=assistant.memory.begin(who))
        assert answer.abstention is not None


def test_the_same_question_is_one_gap_with_how_many_asked(assistant: Assistant) -> None:
    asked(assistant, OVEN, ADA, ADA, CYD)
    asked(assistant, "While it preheats, how loud is the oven?", CYD)
    asked(assistant, "Who won the cup? Ask ada@example.org", ADA)
    first, second = gaps(assistant)
    assert (first.question, first.times, first.people) == (OVEN, 4, 2)
    assert first.wordings == (OVEN, "While it preheats, how loud is the oven?")
    assert first.nearest == "Oven › Care (oven.md)"
    assert set(first.reasons) <= {"insufficient", "off_topic", "nothing_found"}
    assert second.question == "Who won the cup? Ask [e-mail]"
    assert not {"ada", "cyd"} & set(str(first.to_json()).split())


def test_what_was_answered_or_only_small_talk_is_no_gap(assistant: Assistant) -> None:
    corrected(assistant, "How long is the warranty from delivery?", "24 months")
    assistant.ask("Hello!", ADA, conversation=assistant.memory.begin(ADA))
    assert gaps(assistant) == []


def test_a_document_that_answers_it_closes_it(assistant: Assistant) -> None:
    asked(assistant, OVEN, ADA)
    (gap,) = gaps(assistant)
    assert not gap.closed
    text = "# Noise\n\n## The oven while it preheats\n\nHow loud is the oven while it preheats? 40 dB.\n"
    (assistant.library.home.documents / "noise.md").write_text(text, encoding="utf-8")
    assistant.library.sync()
    (gap,) = gaps(assistant)
    assert gap.answered_by == "Noise › The oven while it preheats (noise.md)"


def test_a_correction_that_no_document_says_is_a_gap_until_it_is_rejected(assistant: Assistant) -> None:
    question = "How long is the warranty from delivery to islands?"
    id = corrected(assistant, question, "As long as the ferry runs.")
    (gap,) = [gap for gap in gaps(assistant) if UNSUPPORTED in gap.reasons]
    assert gap.question == question
    reject(assistant, id)
    assert not [gap for gap in gaps(assistant) if UNSUPPORTED in gap.reasons]


def test_the_owners_answer_serves_until_a_document_says_so(assistant: Assistant) -> None:
    accept(assistant, corrected(assistant, OVEN, "As loud as a whisper."), groups=frozenset())
    (gap,) = gaps(assistant)
    assert (gap.closed, gap.times) == (False, 1)
    assert gap.meanwhile.startswith(f"Owner's answer: {OVEN}")
    assert not gap.nearest.startswith("Owner's answer")


def test_an_answer_that_a_document_bears_out_closes_it(assistant: Assistant) -> None:
    question, spec = "How long is the warranty from delivery?", assistant.spec
    assistant.spec = replace(spec, decision=replace(spec.decision, threshold=1.0))
    id = corrected(assistant, question, "24 months")
    assistant.spec = spec
    accept(assistant, id)
    (gap,) = gaps(assistant)
    assert gap.answered_by.startswith("Owner's answer")


def test_others_hand_theirs_over_once(assistant: Assistant) -> None:
    found = [Gap("Do you deliver to Malta? Call 0171 555 0123.", "2026-01-02", "conversations")]
    assert (keep_gaps(assistant.library.database, found), keep_gaps(assistant.library.database, found)) == (1, 0)
    (gap,) = gaps(assistant)
    assert (gap.question, gap.last) == ("Do you deliver to Malta? Call [phone].", "2026-01-02")
    assert gaps(assistant, since="2026-01-03") == []


def test_dismissed_it_stays_away(assistant: Assistant) -> None:
    asked(assistant, OVEN, ADA)
    found = gaps(assistant)
    assert dismiss(assistant.library.database, found, found[0].id[:8]).question == OVEN
    asked(assistant, OVEN.upper(), CYD)
    assert gaps(assistant) == []
    with pytest.raises(UsageError, match="no gap 'abcd'"):
        dismiss(assistant.library.database, found, "abcd")


def test_what_came_up_over_restricted_documents_is_the_owners_to_see(assistant: Assistant) -> None:
    secret = "Why does the tamarisk band get a rise?"
    asked(assistant, secret, BOB)
    assert [gap.question for gap in gaps(assistant)] == [secret]
    assert gaps(assistant, EVERYONE) == []
    assert [gap.question for gap in gaps(assistant, BOB)] == [secret]
    asked(assistant, OVEN, ADA)
    assert [gap.question for gap in gaps(assistant, EVERYONE)] == [OVEN]


# ------------------------------------------------------------------------------------- grouping

WORDS = st.lists(
    st.sampled_from(["oven", "loud", "kettle", "warranty", "Heron 300", "Heron 320"]), min_size=1, max_size=4
)


def test_numbers_keep_things_apart() -> None:
    questions = ["How loud is the Heron 300?", "How loud is the Heron 320?", "Is the Heron 300 loud?"]
    found = grouped([Gap(question, "2026-01-01", "asked") for question in questions], WordEncoder())
    assert [{gap.question for gap in group} for group in found] == [{questions[0], questions[2]}, {questions[1]}]


@given(st.lists(WORDS.map(" ".join), max_size=12), st.integers())
def test_groups_hold_each_gap_once_in_whatever_order_they_come(questions: list[str], seed: int) -> None:
    known = [Gap(question, f"{place:03}", "asked") for place, question in enumerate(questions)]
    mixed = random.Random(seed).sample(known, len(known))
    found, again = (
        {frozenset(gap.when for gap in group) for group in grouped(some, WordEncoder())} for some in (known, mixed)
    )
    assert found == again
    assert sorted(when for group in found for when in group) == [gap.when for gap in known]
