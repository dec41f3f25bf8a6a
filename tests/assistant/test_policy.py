"""Voice and policy through the front door: what is said, what is stored, and what is refused before any search."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from assistant import Abstention, Assistant, Ended, Finding, Said, Searched, Spec
from assistant.format import TASK
from assistant.opening import model_reader
from assistant.reading.model import ModelReader
from assistant.reading.prose import ProseReader
from assistant.spec import ModelSpec, PersonaSpec
from assistant.voice.policy import noted
from assistant.voice.sentences import SENTENCES
from assistant.voice.settings import PolicySpec, VoiceSpec
from retrieval import EVERYONE, Principal
from tests.assistant.making import Liar
from tests.fakes import ScriptedModel
from tuning.exam.systems import Examined
from tuning.nouns import Asked

ASKED = "How long is the warranty from delivery?"
ADA = Principal("ada", frozenset({"HR"}))
VOICE = VoiceSpec(phrases=("According to {title}, {answer}.",), whole=("{title} says: {answer}",))
POLICY = PolicySpec(
    disclaimer="Not legal advice.",
    hand_over="Ask the desk.",
    off_limits=("law suit", "boiler"),
    off_limits_sentence="Ask our lawyers.",
)


@pytest.fixture
def speaking(assistant: Assistant) -> Assistant:
    assistant.spec = replace(assistant.spec, voice=VOICE, policy=POLICY)
    return assistant


# Answers


def test_an_answer_is_said_in_the_companys_voice_and_kept_bare(speaking: Assistant) -> None:
    events = list(speaking.stream(ASKED))
    (said,) = (event for event in events if isinstance(event, Said))
    answer = events[-1].answer if isinstance(events[-1], Ended) else None
    assert answer is not None
    assert said.parts == ("Warranty says: ", "The warranty lasts 24 months from delivery.", "")
    assert answer.text == "The warranty lasts 24 months from delivery."
    assert answer.spoken == f"Warranty says: {answer.text} [1]\n\nNot legal advice."
    assert answer.note == "Not legal advice."
    told = answer.to_json()
    assert (told["answer"], told["spoken"]) == (answer.text, answer.spoken)
    assert answer.citations[0].quote.text == answer.text


def test_an_exam_scores_the_bare_answer(speaking: Assistant) -> None:
    outcome = Examined("it", speaking).answer(Asked(ASKED))
    assert outcome.answer == "The warranty lasts 24 months from delivery."


def test_a_phrase_has_its_own_template(speaking: Assistant) -> None:
    passage = speaking.library.searcher.search(ASKED, 1, EVERYONE)[0].passage
    start = passage.text.index("24 months")
    speaking.reader = Liar(Finding(start, start + 9))
    answer = speaking.ask(ASKED)
    assert answer.text == "24 months"
    assert answer.spoken.startswith("According to Warranty, 24 months. [1]")


def test_what_the_voice_says_is_withheld_with_the_answer(speaking: Assistant) -> None:
    conversation = speaking.memory.begin(ADA)
    answer = speaking.ask("What does the tamarisk band pay a year?", ADA, conversation=conversation)
    assert answer.spoken.startswith("Salaries says: The tamarisk band pays 41,000 a year.")
    (turn,) = speaking.memory.turns(conversation, ADA)
    assert turn.answer["spoken"] == answer.spoken
    (turn,) = speaking.memory.turns(conversation, Principal("ada"))
    assert (turn.answer["answer"], turn.answer["spoken"]) == ("", "")
    assert "Salaries" not in json.dumps(turn.answer)


# Refusals


def test_a_refusal_says_who_else_may_help_and_an_answer_does_not(speaking: Assistant) -> None:
    speaking.spec = replace(speaking.spec, decision=replace(speaking.spec.decision, threshold=1.0))
    answer = speaking.ask(ASKED)
    assert answer.abstention is not None
    assert answer.text == answer.abstention.message == speaking.spec.refusals.insufficient
    assert answer.note == "Ask the desk."
    assert answer.spoken == f"{answer.text}\n\nAsk the desk."


def test_after_other_reasons_nobody_is_named(speaking: Assistant) -> None:
    answer = speaking.ask("Who won the cup?")
    assert answer.abstention is not None
    assert (answer.abstention.reason, answer.note) == ("off_topic", "")


def test_a_refusal_is_in_the_askers_language(speaking: Assistant) -> None:
    answer = speaking.ask("Wer hat den Pokal gewonnen?")
    assert answer.text == SENTENCES["de"]["off_topic"]


def test_below_it_the_same_language_is_spoken(speaking: Assistant) -> None:
    """`Dunlin?` alone tells no language; as it was understood, it does."""
    policy = {"de": {"hand_over": "Fragen Sie am Empfang."}}
    spec = replace(speaking.spec, translations={"policy": policy})
    refusal = Abstention("insufficient", "")
    answer = replace(speaking.ask("Dunlin?"), abstention=refusal)
    assert noted(answer, spec).note == "Ask the desk."
    condensed = {"condensed": {"question": "Wie lange ist die Garantie beim Dunlin?"}}
    assert noted(replace(answer, trace=condensed), spec).note == "Fragen Sie am Empfang."


# Topics off limits


@pytest.mark.parametrize("question", ["May I begin a LAW  SUIT?", "Does it cover the boiler?"])
def test_a_topic_off_limits_is_refused_before_anything_is_searched(speaking: Assistant, question: str) -> None:
    speaking.reader = Liar(Finding(0, 9))
    events = list(speaking.stream(question))
    assert not [event for event in events if isinstance(event, Searched)]
    (ended,) = events
    assert isinstance(ended, Ended)
    answer = ended.answer
    assert answer.abstention is not None
    assert (answer.abstention.reason, answer.text) == ("off_topic", "Ask our lawyers.")
    assert answer.trace["policy"] in POLICY.off_limits
    assert answer.trace["found"] == []
    assert speaking.reader.asked == []


def test_part_of_a_word_is_no_topic(speaking: Assistant) -> None:
    assert "policy" not in speaking.ask("Is a lawsuit like boilers from delivery?").trace


def test_what_was_refused_is_remembered_with_why(speaking: Assistant) -> None:
    conversation = speaking.memory.begin(ADA)
    speaking.ask("Does it cover the boiler?", ADA, conversation=conversation)
    (turn,) = speaking.memory.turns(conversation, ADA)
    assert (turn.answer["reason"], turn.answer["spoken"]) == ("off_topic", "Ask our lawyers.")
    (row,) = speaking.memory.database.rows("SELECT trace FROM answers")
    assert json.loads(row["trace"])["policy"] == "boiler"


# What is stored


def test_personal_data_of_a_question_is_nowhere_in_what_is_stored(speaking: Assistant) -> None:
    speaking.memory.masks = True
    conversation = speaking.memory.begin(ADA)
    for asked in (f"{ASKED} I am ada@mail.example", "And for ada@mail.example?", "Why me, ada@mail.example, and who?"):
        speaking.ask(asked, ADA, conversation=conversation)
    rows = speaking.memory.database.rows("SELECT question, answer, trace FROM answers")
    assert len(rows) == 3
    assert "ada@mail" not in json.dumps([dict(row) for row in rows])
    assert rows[0]["question"] == f"{ASKED} I am [e-mail]"


# The system text


def test_only_prose_is_told_the_voice() -> None:
    """What adapters of spans learned comes first and whole, whatever the Spec says of voice."""
    spec = Spec(
        assistant=PersonaSpec(name="Ada", organisation="Lovelace"),
        voice=VoiceSpec(tone="warm", audience="children", language="de", phrases=VOICE.phrases),
        policy=POLICY,
        words={"cheap": "fair"},
    )
    span = model_reader(spec, None, ScriptedModel())  # type: ignore[arg-type]
    assert isinstance(span, ModelReader)
    assert span.messages("Why?", [])[0]["content"] == f"You are Ada, the assistant of Lovelace. {TASK}"
    spec = replace(spec, model=ModelSpec(answering="prose"))
    prose = model_reader(spec, None, ScriptedModel())  # type: ignore[arg-type]
    assert isinstance(prose, ProseReader)
    assert "Your tone is warm." in prose.messages("Why?", [])[0]["content"]
