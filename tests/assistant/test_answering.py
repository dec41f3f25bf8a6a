"""Gate 2 on prose: each sentence is carried by quotes of what it names, is replaced by one, or is not said."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from assistant import Assistant, Citation, Claim, Ended, Removed, Said
from assistant.answering import Gate2
from retrieval import EVERYONE, ModelError, Passage
from tests.assistant.making import Teller, hit, passage
from tests.assistant.test_gates import ASKED, check_abstention, kinds, stream

BOILER = passage("The boiler is covered for 5 years.", "The pump is not covered.", title="Warranty", at=10)
KETTLE = passage("Descale the kettle every 3 months.", "Rinse it twice afterwards.", title="Kettle", at=500)
PARTS = passage("A seal costs 4 euros.", "Shipping takes two days.", title="Heron 320", heading=("Parts",), at=900)
SOURCES = (BOILER, KETTLE, PARTS)


def passing(*claims: Claim, question: str = "What about the machine?") -> list[Said | Removed]:
    gate = Gate2(question, [hit(one) for one in SOURCES], lambda source: " " * source.start + source.text)
    return list(gate.passing(0, claims))


def said(claim: Claim, question: str = "What about the machine?") -> Said:
    (one,) = passing(claim, question=question)
    assert isinstance(one, Said)
    return one


def quotes(one: Said) -> list[str]:
    return [citation.quote.text for citation in one.citations]


@pytest.mark.parametrize(
    ("text", "places", "quoted", "level"),
    [
        ("The boiler is covered for 5 years.", (0,), ["The boiler is covered for 5 years."], "quoted"),
        ("The boiler is covered for five years.", (0,), ["The boiler is covered for 5 years."], "lexical"),
        ("For 5 years the boiler is covered.", (0, 1), ["The boiler is covered for 5 years."], "lexical"),
        ("The pump isn't covered.", (0,), ["The pump is not covered."], "lexical"),
        ("A seal of the Heron 320 costs 4 euros.", (2,), ["A seal costs 4 euros."], "lexical"),
        (
            "Descale the kettle every 3 months and rinse it twice.",
            (1,),
            ["Descale the kettle every 3 months. Rinse it twice afterwards."],
            "lexical",
        ),
        (
            "The boiler is covered for 5 years, and shipping takes 2 days.",
            (0, 2),
            ["The boiler is covered for 5 years.", "Shipping takes two days."],
            "lexical",
        ),
    ],
)
def test_a_sentence_is_said_with_the_shortest_quotes_that_carry_it(
    text: str, places: tuple[int, ...], quoted: list[str], level: str
) -> None:
    one = said(Claim(text, places))
    assert one.text == text
    assert quotes(one) == quoted
    assert {citation.support for citation in one.citations} == {level}


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("The moon is made of cheese.", (0,)),
        ("The boiler is covered for 6 years.", (1,)),  # nothing there speaks of it
        ("The boiler is covered for 5 years.", (1,)),  # true, but not there
        ("The boiler is covered for 5 years.", ()),
        ("The boiler is covered for 5 years.", (7, -1)),
        ("It is so.", (0,)),
        ("", (0,)),
        ("?!", (0,)),
    ],
)
def test_what_nothing_carries_is_removed(text: str, places: tuple[int, ...]) -> None:
    assert passing(Claim(text, places)) == [Removed(text, "unsupported")]


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("The boiler is covered for 6 years.", "The boiler is covered for 5 years."),
        ("The pump is covered.", "The pump is not covered."),
        ("The boiler is not covered for 5 years.", "The boiler is covered for 5 years."),
        ("The boiler and the pump are covered for 5 years.", "The boiler is covered for 5 years."),
    ],
)
def test_a_falsehood_is_replaced_by_what_the_source_says_of_it(text: str, instead: str) -> None:
    removed, quoted = passing(Claim(text, (0,)), question="How long are boiler and pump covered?")
    assert removed == Removed(text, "unsupported", instead)
    assert isinstance(quoted, Said)
    assert (quoted.text, quotes(quoted), quoted.citations[0].support) == (instead, [instead], "quoted")


def test_nothing_is_shown_twice_in_place_of_falsehoods() -> None:
    true, false = Claim("The boiler is covered for 5 years.", (0,)), Claim("The boiler is covered for 6 years.", (0,))
    asked = "How long is the boiler covered?"
    assert [type(one) for one in passing(true, false, false, question=asked)] == [Said, Removed, Removed]
    assert [type(one) for one in passing(false, false, question=asked)] == [Removed, Said, Removed]


def test_what_nobody_asked_about_is_not_quoted_in_place_of_anything() -> None:
    false = Claim("The boiler is covered for 6 years.", (0,))
    assert passing(false, question="Who won the cup?") == [Removed(false.text, "unsupported")]


def test_no_sentence_leans_on_its_neighbour() -> None:
    """As one bag of words they would pass: each must stand by itself."""
    text = "The boiler is covered for 5 years. The pump is covered."
    assert isinstance(passing(Claim(text, (0,)))[0], Removed)


def test_words_of_the_question_are_no_evidence() -> None:
    asked = "Is the grinder covered by the warranty?"
    assert isinstance(passing(Claim("The grinder is covered by the warranty.", (0,)), question=asked)[0], Removed)


@pytest.mark.parametrize(
    "text",
    [
        "The boiler is covered for 5 years, see https://example.org/x.",
        "The boiler is <b>covered</b> for 5 years.",
        "The boiler is covered for 5 years <img src=x onerror=alert(1)>.",
        "The [boiler](http://example.org) is covered for 5 years.",
        "The boiler is covered for 5 years &lt;script&gt;.",
        "The boiler is covered for 5 years \u202e.",
        "The boiler is covered for 5 years \U0001f480.",
        "The boil\u200ber is covered for 5 years.",
        "The `boiler` is covered for 5 years.",
    ],
)
def test_links_markup_and_signs_of_its_own_are_not_said(text: str) -> None:
    assert passing(Claim(text, (0,))) == [Removed(text, "outlandish")]


def test_a_link_that_the_source_has_may_be_said() -> None:
    source = passage("Write to https://example.org/help for a seal.", title="Help")
    gate = Gate2("Where?", [hit(source)], lambda one: one.text)
    (one,) = gate.passing(0, [Claim("For a seal write to https://example.org/help for a seal.", (0,))])
    assert isinstance(one, Said)


def test_what_a_fault_is_known_of_is_never_said() -> None:
    claim = Claim("The boiler is covered for 5 years.", (0,), "forged")
    assert passing(claim) == [Removed(claim.text, "forged")]


def test_citations_are_numbered_as_they_are_shown_and_once() -> None:
    gate = Gate2("What?", [hit(one) for one in SOURCES], lambda source: " " * source.start + source.text)
    claims = [
        Claim("Rinse it twice afterwards.", (1,)),
        Claim("The moon is made of cheese.", (0,)),
        Claim("The boiler is covered for five years.", (0,)),
        Claim("Rinse the kettle twice afterwards.", (1,)),
        Claim("The boiler is covered for 5 years.", (0,)),
    ]
    shown = [one for one in gate.passing(0, claims) if isinstance(one, Said)]
    assert [[citation.number for citation in one.citations] for one in shown] == [[1], [2], [1], [2]]
    assert [citation.number for citation in gate.citations] == [1, 2]
    assert shown[1].marked == "The boiler is covered for five years. [2]"


def test_a_quote_that_its_document_does_not_say_carries_nothing() -> None:
    hits = [hit(one) for one in SOURCES]
    for text_of in (lambda source: None, lambda source: "", lambda source: source.text.upper()):
        claims = [Claim("The boiler is covered for 5 years.", (0,)), Claim("The boiler is covered for 6 years.", (0,))]
        assert not [one for one in Gate2("What?", hits, text_of).passing(0, claims) if isinstance(one, Said)]


# Through the front door


def telling(assistant: Assistant, *sentences: Claim | Exception) -> None:
    assistant.reader = Teller(sentences=sentences, name="prose")


TRUE, ALSO = Claim("It lasts 24 months from delivery.", (0,)), Claim("The boiler and the pump are covered.", (0,))
FALSE, ELSEWHERE = Claim("The moon is made of cheese.", (0,)), Claim("The filter is blue.", (0,))


def test_sentences_come_one_by_one_and_the_text_has_their_marks(assistant: Assistant) -> None:
    telling(assistant, TRUE, FALSE, ALSO)
    events = list(assistant.stream("How long is the warranty, and what does it cover?"))
    assert kinds(events) == ["Searched", "Evidence", "Said", "Said", "Ended"]
    ended = events[-1]
    assert isinstance(ended, Ended)
    answer = ended.answer
    assert answer.text == "It lasts 24 months from delivery. [1] The boiler and the pump are covered. [2]"
    assert [citation.number for citation in answer.citations] == [1, 2]
    assert answer.said == tuple(event for event in events if isinstance(event, Said))
    assert answer.trace["removed"] == [{"text": FALSE.text, "why": "unsupported", "instead": None}]
    assert FALSE.text not in str(answer.to_json())


def test_a_sentence_is_shown_before_the_next_is_written(assistant: Assistant) -> None:
    telling(assistant, TRUE, ModelError("gone"))
    events = assistant.stream(ASKED)
    assert kinds([next(events) for _ in range(3)]) == ["Searched", "Evidence", "Said"]
    assert kinds(list(events)) == ["Withdrawn", "Ended"]


def test_what_breaks_off_is_withdrawn_as_unavailable(assistant: Assistant) -> None:
    telling(assistant, FALSE, ModelError("gone"))
    events, answer = stream(assistant)
    assert events == ["Searched", "Evidence", "Withdrawn", "Ended"]
    check_abstention(answer, "unavailable")
    assert answer.trace["removed"][0]["text"] == FALSE.text


@pytest.mark.parametrize(("sentences", "reason"), [((FALSE, ELSEWHERE), "withdrawn"), ((), "malformed")])
def test_nothing_that_survives_and_nothing_at_all(
    assistant: Assistant, sentences: Sequence[Claim], reason: str
) -> None:
    telling(assistant, *sentences)
    events, answer = stream(assistant)
    assert events == ["Searched", "Evidence", "Withdrawn", "Ended"]
    check_abstention(answer, reason)  # type: ignore[arg-type]
    assert len(answer.trace.get("removed", [])) == len(sentences)


def test_the_trace_keeps_little_of_what_was_removed(assistant: Assistant) -> None:
    telling(assistant, Claim("cheese " * 1000, (0,)))
    _, answer = stream(assistant)
    assert len(answer.trace["removed"][0]["text"]) == 500


def test_every_quote_stands_in_its_document(assistant: Assistant) -> None:
    telling(assistant, TRUE, ALSO)
    answer = assistant.ask("How long is the warranty, and what does it cover?")
    assert answer.citations and all(verbatim(assistant, one) for one in answer.citations)


def verbatim(assistant: Assistant, citation: Citation) -> bool:
    source: Passage = citation.passage
    text = assistant.library.catalogue.document(source.document, EVERYONE)
    return text is not None and text[citation.quote.start : citation.quote.end] == citation.quote.text
