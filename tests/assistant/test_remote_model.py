"""A model behind a server: the decision at every level of what the server offers, found out once and remembered."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from assistant import Decision
from assistant.format import CITED, labels
from assistant.language.choices import OneOf
from assistant.language.remote import RemoteModel
from assistant.language.remote.offers import STRUCTURES, Offers
from assistant.language.replies import Reply, Token, after, following, label_of, tokens_of, weights_of, within
from assistant.language.spans import SpanConstraint
from assistant.prose import Frame
from assistant.reading.deciding import UNREAD
from assistant.reading.model import ModelReader
from assistant.reading.prose import ProseReader
from retrieval import ModelError
from tests.assistant.making import hit, passage
from tests.assistant.serving import FULL, NAME, PLAIN, STRICT, Abilities, Script, Served, Top, serving, status

HITS = [hit(passage("The boiler is covered for 5 years.", at=10)), hit(passage("Descale it every 3 months.", at=90))]
MESSAGES = [{"role": "user", "content": "Why?"}]
PROSE = "Cited:1,2\nAnswer: The boiler is covered for five years. [1] Descale it every 3 months. [2]"
SPAN = "Cited:1\nAnswer: 5 years"
LOG = (("1", math.log(0.6)), ("none", math.log(0.3)), ("2", math.log(0.1)))


def prose(model: RemoteModel) -> ProseReader:
    return ProseReader(model, "You are Ada.", 4096)


def decided(served: Served) -> Decision:
    return prose(served.model()).decide("How long?", HITS)


# With log-probabilities


@pytest.mark.parametrize(
    "abilities",
    [
        FULL,
        Abilities(),
        Abilities(continues=False),
        Abilities(continues=False, strict=True),
        Abilities(tops=5),
        Abilities(tops=5, strict=True, temperature=False, length="max_completion_tokens"),
    ],
)
@pytest.mark.parametrize("text", [PROSE, PROSE.replace("Cited:1,2", "Cited: 1, 2")])
def test_the_decision_by_its_log_probabilities(abilities: Abilities, text: str) -> None:
    with serving(Script(text, LOG), abilities) as served:
        reader = prose(served.model())
        decision = reader.decide("How long?", HITS)
        assert decision.cited == 0
        assert decision.confidence == pytest.approx(0.7)
        asked = len(served.bodies)
        assert reader.decide("How long?", HITS) == decision
        assert len(served.bodies) == asked + 1, "what it offers is found out once"


@pytest.mark.parametrize(
    ("top", "cited", "confidence"),
    [
        ((("2", math.log(0.5)), ("none", math.log(0.5))), 1, 0.5),
        ((("none", math.log(0.9)), ("1", math.log(0.1))), 0, 0.1),
        ((("1", math.log(0.8)), ("x", math.log(0.2))), 0, 0.8),  # `none` is no likelier than the last that is listed
        ((("1", math.log(0.4)), (" 1", math.log(0.4)), ("no", math.log(0.2))), 0, 0.8),
        ((("1,", math.log(0.5)), ("n", math.log(0.5))), 0, 0.5),
        ((("none", math.log(0.9)), ("x", math.log(0.1))), None, 0.0),
    ],
)
def test_of_labels_that_are_not_listed_nothing_good_is_assumed(top: Top, cited: int | None, confidence: float) -> None:
    with serving(Script(PROSE, top)) as served:
        decision = decided(served)
    assert decision.confidence == pytest.approx(confidence, abs=1e-9)
    assert cited is None or decision.cited == cited
    assert all(map(math.isfinite, decision.features.values()))


# By its word


@pytest.mark.parametrize("structure", STRUCTURES)
@pytest.mark.parametrize("continues", [True, False])
@pytest.mark.parametrize("strict", [True, False])
def test_the_decision_by_its_word_has_no_confidence(structure: str, continues: bool, strict: bool) -> None:
    name = {"guided": "guided_choice", "json_schema": "response_format"}.get(structure, structure)
    abilities = Abilities(continues, 0, frozenset({name}), strict)
    with serving(Script(PROSE), abilities) as served:
        reader = prose(served.model())
        decision = reader.decide("How long?", HITS)
        assert (decision.cited, decision.confidence) == (0, None)
        asked = len(served.bodies)
        assert reader.decide("How long?", HITS) == decision
        assert len(served.bodies) == asked + 1
        assert served.bodies[-1].get("logprobs") is None
        if strict and structure != "none":
            assert name in served.bodies[-1]


@pytest.mark.parametrize("abilities", [PLAIN, STRICT])
@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("Cited:2\nAnswer: So. [2]", 1), ("Cited: 2, 1\nAnswer: So. [2]", 1), ("Cited:none", None), ("Cited:9", UNREAD),
        ("Cited:", UNREAD), ("The second source says so.", UNREAD), ("", UNREAD), ("Cited:2 and 1", UNREAD),
    ],
)  # fmt: skip
def test_a_word_is_read_strictly(abilities: Abilities, text: str, cited: int | None) -> None:
    with serving(Script(text), abilities) as served:
        assert decided(served).cited == cited


def test_a_form_that_does_not_hold_it_is_not_relied_on() -> None:
    """The server takes the field and ignores it, and the model says something else."""
    with serving(Script("Well, it depends."), PLAIN) as served:
        model = served.model()
        assert prose(model).decide("How long?", HITS).cited == UNREAD
        assert model.offers.structure == "none"


def test_a_server_that_refuses_everything_is_unavailable_and_nothing_is_learnt() -> None:
    with serving(Script(PROSE), FULL, *[status(400, "maximum context length is 99 tokens")] * 30) as served:
        model = served.model()
        with pytest.raises(ModelError, match="context length"):
            prose(model).decide("How long?", HITS)
        assert model.offers == Offers()


def test_what_was_learnt_of_one_refusal_is_only_that() -> None:
    with serving(Script(PROSE), FULL, status(400, "logprobs are not supported")) as served:
        model = served.model()
        prose(model).decide("How long?", HITS)
        assert model.offers == replace(Offers(), tops=5)


# What it writes


@pytest.mark.parametrize("abilities", [FULL, Abilities(continues=False), PLAIN, STRICT])
@pytest.mark.parametrize(
    ("text", "span"),
    [
        (SPAN, "5 years"),
        ("Cited:1\nAnswer: 5 years.", "5 years."),
        ("Cited:1\nAnswer: The boiler.", "The boiler"),
        ('Cited:1\nAnswer: "5 years"', "5 years"),
        ("Cited:1\nAnswer: five years", None),
        ("Cited:1\nAnswer: 5 years from delivery", None),
        ("Cited:1\nAnswer:", None),
        ("Cited:1\nAnswer: years5", None),
    ],
)
def test_a_span_is_checked_afterwards(abilities: Abilities, text: str, span: str | None) -> None:
    with serving(Script(text), abilities) as served:
        reader = ModelReader(served.model(), "You are Ada.", 4096)
        assert reader.decide("How long?", HITS).cited == 0
        finding = reader.find("How long?", HITS, 0)
    assert (HITS[0].passage.text[finding.start : finding.end] if finding else None) == span


@pytest.mark.parametrize("abilities", [FULL, Abilities(continues=False), PLAIN, STRICT, Abilities(streams=False)])
def test_prose_comes_in_sentences(abilities: Abilities) -> None:
    with serving(Script(PROSE), abilities) as served:
        reader = prose(served.model())
        assert reader.decide("How long?", HITS).cited == 0
        claims = list(reader.say("How long?", HITS, 0))
    assert [(claim.text, claim.evidence) for claim in claims] == [
        ("The boiler is covered for five years.", (0,)),
        ("Descale it every 3 months.", (1,)),
    ]


def test_where_the_server_can_hold_the_model_to_the_frame_it_is_asked_to() -> None:
    for name, field in (("structured_outputs", "regex"), ("grammar", "")):
        with serving(Script(PROSE), Abilities(structures=frozenset({name}), strict=True)) as served:
            list(served.model().tell(MESSAGES, "Cited:1", Frame(2), 99))
            form = served.bodies[-1][name]
            assert "[1-2]" in (form[field] if field else form)
            assert served.bodies[-1]["messages"][-1] == {"role": "assistant", "content": "Cited:1"}


def test_who_leaves_an_answer_leaves_the_server() -> None:
    with serving(Script("Cited:1\nAnswer: " + "So it is. [1] " * 500)) as served:
        served.pause = 0.005
        told = served.model().tell(MESSAGES, "Cited:1", Frame(2), 9999)
        next(told)
        del told
        assert served.gone.wait(60)


def test_another_source_than_decided_is_malformed() -> None:
    with serving(Script(PROSE.replace("Cited:1,2", "Cited:2,1")), PLAIN) as served:
        assert list(prose(served.model()).say("How long?", HITS, 0)) == []


def test_what_it_is_depends_on_where_it_is_and_its_name() -> None:
    with serving(Script(PROSE)) as served:
        model = served.model(key="TEST_KEY")
        assert model.identity == ("remote", served.base, NAME)
        assert model.count(MESSAGES) < model.count(MESSAGES * 2) < model.count([*MESSAGES, {"content": "Why? " * 99}])


# Whether it is there


def test_a_server_that_serves_has_no_problem() -> None:
    with serving(Script(PROSE)) as served:
        assert served.model().problem() is None
        assert "serves test-model" in str(served.model(name="other").problem())
        served.faults.append(status(404))
        assert served.model().problem() is None  # it answers, and lists nothing
        served.faults += [status(401), status(503)]
        assert "401" in str(served.model().problem())
        assert "503" in str(served.model().problem())
    assert "cannot be reached" in str(served.model().problem())


# Replies by themselves


@pytest.mark.parametrize(
    "odd",
    [
        None, [], {}, {"content": None}, {"content": "x"}, {"content": [1]}, {"content": [{}]},
        {"content": [{"token": "1", "top_logprobs": []}]},
        {"content": [{"token": "1", "top_logprobs": [{"token": "1", "logprob": float("nan")}]}]},
        {"content": [{"token": "1", "top_logprobs": [{"token": "1", "logprob": 3.0}]}]},
        {"content": [{"token": "1", "top_logprobs": [{"token": "1", "logprob": "x"}]}]},
    ],
)  # fmt: skip
def test_odd_log_probabilities_are_none(odd: object) -> None:
    assert tokens_of(odd) == ()


def test_a_label_within_a_longer_token_is_not_guessed() -> None:
    reply = Reply("Cited:1", (Token("Cited", (("Cited", -0.1),)), Token(":1", ((":1", -0.1),))))
    assert weights_of(reply, CITED, labels(2), continued=False) is None
    assert weights_of(Reply("1", (Token("1", (("1", -0.1),)),)), CITED, labels(2), continued=False) is None


def test_small_readings() -> None:
    assert after(" Cited: 1\nAnswer", CITED) == "1\nAnswer"
    assert after("1\nAnswer", CITED) is None
    assert label_of("2", CITED, labels(2)) == label_of("Cited:2\n", CITED, labels(2)) == "2"
    assert label_of("22", CITED, labels(2)) == label_of("", CITED, labels(2)) == ""
    assert "".join(following(["Ci", "ted:", "1,2", "\nAn"], "Cited:1", continued=False)) == ",2\nAn"
    assert "".join(following([",2", "\nAn"], "Cited:1", continued=True)) == ",2\nAn"
    assert "".join(following(["Hello, world"], "Cited:1", continued=False)) == ""
    assert within(OneOf([" x"]), "x") == " x"
    assert within(SpanConstraint("It lasts 24 months."), "“24 months”.") == " 24 months"
