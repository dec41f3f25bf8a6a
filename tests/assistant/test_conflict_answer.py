"""Documents that disagree, through the front door: both are shown with their dates, the newest first."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import Assistant, Claim, Decision, Ended, Event, Evidence, Finding, Said, create_home, open_assistant
from assistant.reading.model import ModelReader
from assistant.voice.settings import VoiceSpec
from retrieval import EVERYONE, Hit, Passage, Principal
from tests.assistant.making import SURE, Liar, Teller
from tests.conftest import MATCHING
from tests.fakes import ScriptedModel, WordEncoder
from tests.test_house import ROOT
from ui.markup import answered
from ui.terminal import show

ASKED = "How much per night is reimbursed for a hotel?"
LESS, MORE = (f"Hotel costs are reimbursed up to {sum} euros per night." for sum in (120, 150))
OPENED = "The documents disagree; the newest comes first."
UNDATED = "The documents disagree, and which is the newest is not known."
HR = Principal("hanna", frozenset({"HR"}))


def document(title: str, *units: str, date: str = "", version: str = "") -> str:
    said = {"title": title, "date": date, "version": version}
    front = "".join(f"{name}: {value}\n" for name, value in said.items() if value)
    return f"---\n{front}---\n\n# {title}\n\n{' '.join(units)}\n"


OLD = document("Travel policy", LESS, "Book early.", date="2023-03-01")
NEW = document("Staff handbook", MORE, "Keep receipts.", date="2025-06-01")

Opening = Callable[[Mapping[str, str]], Assistant]


@pytest.fixture
def made(tmp_path: Path) -> Opening:
    """A Home with these documents, at a threshold that suits the fake encoder."""

    def opening(documents: Mapping[str, str]) -> Assistant:
        home = create_home(tmp_path / f"home-{len(list(tmp_path.iterdir()))}", MATCHING)
        for name, text in documents.items():
            path = home.documents / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assistant = open_assistant(home.root, WordEncoder())
        assistant.library.sync()
        assistant.spec = replace(assistant.spec, decision=replace(assistant.spec.decision, threshold=0.4))
        return assistant

    return opening


def test_both_are_shown_with_their_dates_the_newest_first(made: Opening) -> None:
    answer = made({"old.md": OLD, "new.md": NEW}).ask(ASKED)
    assert answer.conflict
    assert answer.abstention is None
    assert [one.words for one in answer.said] == [MORE, LESS]
    numbers = [citation.number for one in answer.said for citation in one.citations]
    assert sorted(numbers) == [1, 2] == [citation.number for citation in answer.citations]
    first, second = numbers
    assert answer.spoken == (
        f"{OPENED} Staff handbook (2025-06-01): {MORE} [{first}] Travel policy (2023-03-01): {LESS} [{second}]"
    )
    assert answer.text == f"{MORE} [{first}] {LESS} [{second}]"


def test_programs_and_traces_are_told(made: Opening) -> None:
    answer = made({"old.md": OLD, "new.md": NEW}).ask(ASKED)
    told = json.loads(json.dumps(answer.to_json()))
    assert told["conflict"] is True
    assert [(one["date"], one["quote"]) for one in sorted(told["citations"], key=lambda one: one["date"])] == [
        ("2023-03-01", LESS),
        ("2025-06-01", MORE),
    ]
    why = answer.trace["conflict"]
    assert why["ordered_by"] == "date"
    assert [side["date"] for side in why["sides"]] == ["2025-06-01", "2023-03-01"]


def test_one_alone_is_an_answer_like_any_other(made: Opening) -> None:
    answer = made({"old.md": OLD}).ask(ASKED)
    assert (answer.text, answer.conflict, answer.to_json()["conflict"]) == (LESS, False, False)
    assert "conflict" not in answer.trace


def test_documents_of_one_mind_are_no_conflict(made: Opening) -> None:
    alike = document("Staff handbook", "Hotel costs are reimbursed up to €120.00 per night.", date="2025-06-01")
    answer = made({"old.md": OLD, "new.md": alike}).ask(ASKED)
    assert not answer.conflict


def test_what_was_superseded_contradicts_nobody(made: Opening) -> None:
    new = NEW.replace("---\n", "---\nsupersedes: old.md\n", 1)
    answer = made({"old.md": OLD, "new.md": new}).ask(ASKED)
    assert (answer.text, answer.conflict) == (MORE, False)


def test_without_dates_it_is_said_that_the_order_is_not_known(made: Opening) -> None:
    plain = {"old.md": document("Travel policy", LESS), "new.md": document("Staff handbook", MORE)}
    answer = made(plain).ask(ASKED)
    assert answer.conflict
    assert answer.spoken.startswith(f"{UNDATED} {answer.citations[0].passage.title}: ")
    assert [one.citations[0].number for one in answer.said] == [1, 2]
    assert answer.trace["conflict"]["ordered_by"] == "rank"


def test_versions_of_one_document_are_in_their_order(made: Opening) -> None:
    versions = {f"{v}.md": document("Travel policy", each, version=v) for v, each in (("9", LESS), ("10", MORE))}
    answer = made(versions).ask(ASKED)
    assert answer.spoken.startswith(f"{OPENED} Travel policy (10): {MORE}")


# A conflict is no reason to be silent


def test_who_would_answer_from_one_answers_from_two(made: Opening) -> None:
    """Beside another that says nearly the same, the reader is less sure of each."""
    both = made({"old.md": OLD, "new.md": NEW})
    alone = made({"old.md": OLD}).ask(ASKED)
    reader, hits = both.reader, found(both)
    unsure = reader.decide(ASKED, hits).confidence
    assert unsure is not None
    assert alone.confidence is not None
    assert unsure < alone.confidence
    both.spec = replace(both.spec, decision=replace(both.spec.decision, threshold=(unsure + alone.confidence) / 2))
    assert both.ask(ASKED).conflict


def test_who_would_not_answer_from_one_stays_silent(made: Opening) -> None:
    both = made({"old.md": OLD, "new.md": NEW})
    both.spec = replace(both.spec, decision=replace(both.spec.decision, threshold=1.0))
    answer = both.ask(ASKED)
    assert answer.abstention is not None
    assert (answer.abstention.reason, answer.conflict, answer.citations) == ("insufficient", False, ())


def test_a_reader_that_turns_to_another_passage_is_not_heard(made: Opening) -> None:
    """Nor one whose second decision is none."""
    third = document("Gym", "The gym is open on 5 days a week for hotel guests.")
    both = made({"old.md": OLD, "new.md": NEW, "gym.md": third})
    for second in (Decision(1, 0.9, {}), Decision(None, 0.9, {}), Decision(7, 0.9, {})):
        both.reader = Twice(decision=Decision(0, 0.1, {}), second=second)
        answer = both.ask(ASKED)
        assert answer.abstention is not None
        assert len(both.reader.asked) == 2


class Twice(Liar):
    """Decides otherwise when it is asked once more."""

    def __init__(self, decision: Decision, second: Decision) -> None:
        super().__init__(decision=decision)
        self.second = second

    def decide(self, question: str, hits: Sequence[Hit]) -> Decision:
        first = super().decide(question, hits)
        assert isinstance(first, Decision)
        return first if len(self.asked) == 1 else self.second


# Every reader


def found(assistant: Assistant) -> list[Hit]:
    return assistant.library.searcher.search(ASKED, 6, EVERYONE)


def test_of_a_few_words_the_whole_sentences_are_shown(made: Opening) -> None:
    both = made({"old.md": OLD, "new.md": NEW})
    first = found(both)[0].passage
    words = "120 euros" if LESS in first.text else "150 euros"
    both.reader = ModelReader(ScriptedModel("1", words), "You are Ada.", 2048)
    answer = both.ask(ASKED)
    assert [one.words for one in answer.said] == [MORE, LESS]
    assert answer.conflict


def test_prose_is_left_as_it_is_and_both_follow(made: Opening) -> None:
    both = made({"old.md": OLD, "new.md": NEW})
    place = next(place for place, hit in enumerate(found(both)) if LESS in hit.passage.text)
    claim = "A hotel is reimbursed with up to 120 euros per night."
    both.reader = Teller(
        decision=replace(SURE, cited=place), sentences=[Claim(claim, (place,)), Claim("Ha.", (place,))]
    )
    events = list(both.stream(ASKED))
    said = [event for event in events if isinstance(event, Said)]
    assert [one.words for one in said] == [claim, MORE, LESS]
    assert [one.marks for one in said] == ["[1]", "[2]", "[1]"]
    assert isinstance(events[-1], Ended)
    assert events[-1].answer.said == tuple(said)
    assert events[-1].answer.conflict


def test_a_question_of_yes_or_no_has_each_side_judged(made: Opening) -> None:
    yes, no = "Dogs are allowed in the office.", "Dogs are not allowed in the office."
    texts = {"a.md": document("Office", yes, date="2024-01-01"), "b.md": document("Handbook", no, date="2022-01-01")}
    both, question = made(texts), "Are dogs allowed in the office?"
    hits = both.library.searcher.search(question, 6, EVERYONE)
    place = next(place for place, hit in enumerate(hits) if yes in hit.passage.text)
    start = hits[place].passage.text.index(yes)
    both.reader = Liar(Finding(start, start + len(yes), "Yes"), replace(SURE, cited=place))
    answer = both.ask(question)
    assert [one.text for one in answer.said] == [f"Yes: {yes}", f"No: {no}"]
    assert answer.spoken == f"{OPENED} Office (2024-01-01): Yes: {yes} [1] Handbook (2022-01-01): No: {no} [2]"


def test_each_side_passes_gate_2_by_itself(made: Opening) -> None:
    """A passage that its document does not say to the letter is no side."""
    both = made({"old.md": OLD, "new.md": NEW})
    hits = found(both)
    own = next(place for place, hit in enumerate(hits) if LESS in hit.passage.text)
    start = hits[own].passage.text.index(LESS)
    both.reader = Liar(Finding(start, start + len(LESS)), replace(SURE, cited=own))

    def text_of(passage: Passage) -> str | None:
        text = both.library.catalogue.document(passage.document, EVERYONE)
        return text if text is None or passage == hits[own].passage else text.replace("150", "151")

    ended = list(both.read(ASKED, hits, text_of))[-1]
    assert isinstance(ended, Ended)
    assert (ended.answer.text, ended.answer.conflict, len(ended.answer.citations)) == (LESS, False, 1)


def test_a_part_of_a_question_can_be_disputed(made: Opening) -> None:
    kettle = document("Kettle", "Descale the kettle every 3 months.")
    both = made({"old.md": OLD, "new.md": NEW, "kettle.md": kettle})
    answer = both.ask(f"{ASKED} And how often should one descale the kettle?")
    assert answer.conflict
    assert len(answer.trace["parts"]) == 2
    assert [len(one.citations) for one in answer.said] == [1, 1, 1]
    assert f": {OPENED} Staff handbook (2025-06-01): {MORE} " in answer.spoken
    assert f" Travel policy (2023-03-01): {LESS} " in answer.spoken


# Permission


def test_who_may_not_read_the_other_document_sees_no_trace_of_it(made: Opening) -> None:
    having, lacking = made({"old.md": OLD, "hr/new.md": NEW}), made({"old.md": OLD})
    assert having.ask(ASKED, HR).conflict
    for asker in (EVERYONE, Principal("olaf", frozenset({"IT"}))):
        seen = [nameless(list(assistant.stream(ASKED, asker))) for assistant in (having, lacking)]
        assert seen[0] == seen[1]
        assert not having.ask(ASKED, asker).conflict


def test_what_may_no_longer_be_read_is_withheld_with_the_whole_answer(made: Opening) -> None:
    having = made({"old.md": OLD, "hr/new.md": NEW})
    conversation = having.memory.begin(HR)
    assert having.ask(ASKED, HR, conversation=conversation).conflict
    left = Principal(HR.user)
    (turn,) = having.memory.turns(conversation, left)
    assert turn.answer["withheld"]
    assert "150" not in json.dumps(turn.answer)


def nameless(events: Sequence[Event]) -> list[Event]:
    return [Ended(replace(each.answer, id="")) if isinstance(each, Ended) else each for each in events]


# Doors


def test_doors_show_it(made: Opening) -> None:
    events = list(made({"old.md": OLD, "new.md": NEW}).stream(ASKED))
    out = io.StringIO()
    for event in events:
        show(event, out)
    shown = out.getvalue()
    assert shown.index(OPENED) < shown.index(f"Staff handbook (2025-06-01): {MORE}") < shown.index(LESS)
    assert [event.number for event in events if isinstance(event, Evidence)] == [1, 2]
    page = answered([event for event in events if isinstance(event, Said)])
    assert OPENED in page
    assert f"<strong>{LESS}</strong>" in page


def test_the_company_has_its_own_words_for_it(made: Opening) -> None:
    both = made({"old.md": OLD, "new.md": NEW})
    voice = VoiceSpec(disagree="Our papers [differ].", conflict=("{title} says: {answer}",))
    both.spec = replace(both.spec, voice=voice, words={"papers": "documents"})
    spoken = both.ask(ASKED).spoken
    assert spoken.startswith(f"Our documents (differ). Staff handbook says: {MORE}")
    both.spec = replace(both.spec, voice=VoiceSpec(language="de"), words={})
    assert both.ask(ASKED).spoken.startswith("Die Dokumente widersprechen einander; das neueste steht zuerst. Staff")


@pytest.mark.models
@pytest.mark.slow
def test_the_sample_company_does_not_contradict_itself(sample_home: Path) -> None:
    """Six machines have the same sentences with other numbers."""
    company = open_assistant(sample_home)
    company.spec = replace(company.spec, decision=replace(company.spec.decision, threshold=0.0))
    questions = (ROOT / "ui" / "sample" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    answers = [company.ask(json.loads(line)["question"]) for line in questions]
    assert [answer.question for answer in answers if answer.conflict] == []
    assert sum(answer.abstention is None for answer in answers) > len(answers) / 2
