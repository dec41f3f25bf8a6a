"""The voice: what it says stands around the words of a source, which nothing changes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import REASONS, Abstention, Answer, Citation, Ended, Event, PersonaSpec, Quote, Said, Spec
from assistant.check import numbers
from assistant.conversation.composing import composed
from assistant.conversation.parts import Part, Parts
from assistant.spec import RefusalSpec
from assistant.voice.instructions import in_voice, introduced
from assistant.voice.language import language_asked
from assistant.voice.sentences import NAMES, NO, SENTENCES, YES
from assistant.voice.settings import TALK, TEMPLATES, PolicySpec, VoiceSpec
from assistant.voice.templates import template
from assistant.voice.tongue import Tongue, tongue_of
from assistant.voice.translations import TRANSLATED
from assistant.voice.words import has, reworded
from retrieval import SpecError
from tests.assistant.making import passage

DATED = replace(passage("The pump runs for 24 months.", title="Pumps", heading=("Care", "Life")), date="2025-12-08")
ACCORDING = ("According to {title} ({date}), {answer}.", "According to {title}, {answer}.")


def said(words: str, found: str | None = None, polarity: str | None = None, source: object = DATED) -> Said:
    quote = Quote(found or f"It says {words} there.", 0, 1)
    citation = Citation(3, source, quote, "quoted")  # type: ignore[arg-type]
    text = f"{polarity}: {words}" if polarity else words
    return Said(text, (citation,), span=True, polarity=polarity)  # type: ignore[arg-type]


def speaking(voice: VoiceSpec, language: str = "en", **more: object) -> Tongue:
    return Tongue(Spec(voice=voice, **more), language)  # type: ignore[arg-type]


def test_a_span_is_said_in_the_companys_words() -> None:
    tongue = speaking(VoiceSpec(phrases=ACCORDING))
    assert tongue.spoken(said("24 months")).spoken == "According to Pumps (2025-12-08), 24 months. [3]"
    undated = said("24 months", source=replace(DATED, date=None))
    assert tongue.spoken(undated).spoken == "According to Pumps, 24 months. [3]"
    assert tongue.spoken(undated).text == "24 months"


def test_where_not_all_is_known_the_words_stand_alone() -> None:
    bare = said("24 months", source=replace(DATED, date=None))
    assert speaking(VoiceSpec(phrases=ACCORDING[:1])).spoken(bare).spoken == "24 months [3]"


def test_whole_sentences_and_yes_or_no_have_templates_of_their_own() -> None:
    voice = VoiceSpec(
        phrases=ACCORDING, whole=("{heading}: {answer}.",), yes_no=("{polarity}, says {title}: {answer}",)
    )
    sentence = "The pump runs for 24 months."
    assert speaking(voice).spoken(said(sentence, found=sentence)).spoken == f"Care › Life: {sentence} [3]"
    reason = said(sentence, found=sentence, polarity="No")
    assert speaking(voice).spoken(reason).spoken == f"No, says Pumps: {sentence} [3]"
    assert speaking(voice, "de").spoken(reason).spoken == f"Nein, says Pumps: {sentence} [3]"
    assert speaking(voice).spoken(reason).text == f"No: {sentence}"


def test_as_it_comes_nothing_is_added() -> None:
    for one in (said("24 months"), said("It is.", found="It is."), said("It is.", found="It is.", polarity="Yes")):
        assert speaking(VoiceSpec()).spoken(one).spoken == f"{one.text} [3]"


def test_prose_is_left_to_its_writer() -> None:
    prose = replace(said("It runs."), span=False)
    assert speaking(VoiceSpec(phrases=ACCORDING)).spoken(prose) == prose


# The property: whatever template, words and answer, the words of the source come through

literal = st.text(st.sampled_from("ab 1%.,!:“”—\u00e9{}"), max_size=12).map(lambda text: text.replace("{", "{{"))
literal = literal.map(lambda text: text.replace("}", "}}"))
field = st.sampled_from(["{title}", "{heading}", "{date}", ""])
templates = st.builds("{}{}{}{{answer}}{}{}{}".format, literal, field, literal, literal, field, literal)
answers = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).map(str.strip).filter(bool)
replacements = st.dictionaries(
    st.text("ab1é", min_size=1, max_size=3), st.text("xyz 7", max_size=4).filter(str.strip), max_size=4
)


@settings(deadline=None)
@given(templates, answers, replacements, st.sampled_from([None, "Yes", "No"]), st.sampled_from(["en", "fr", "xx"]))
def test_no_voice_changes_words_numbers_or_marks(
    written: str, answer: str, words: dict[str, str], polarity: str | None, language: str
) -> None:
    yes_no = "{polarity} – " + written
    try:
        template(written)
    except SpecError:
        return  # refused when the Spec is read
    voice = VoiceSpec(phrases=(written,), whole=(written,), yes_no=(yes_no,) if _usable(yes_no) else ())
    given = said(answer, polarity=polarity)
    spoken = speaking(voice, language, words=words).spoken(given)
    before, kept, after = spoken.parts
    assert kept == answer == given.words
    assert spoken.text == given.text
    assert spoken.spoken == f"{before}{answer}{after} [3]"
    assert re.findall(r"\[\d+\]", before + after) == []
    if before[-1:] not in set("“”"):  # behind a quotation mark `-5` could be a dash and 5
        assert numbers(answer) <= numbers(before + answer + after)
    assert not _joined(before[-1:], answer[0])
    assert not _joined(answer[-1], after[:1])


# The same of a question in parts: each keeps its voice, below its label, and its numbers run on


def answered(question: str, *spoken: Said, refused: bool = False) -> Answer:
    message = "I don't know."
    citations = tuple(citation for one in spoken for citation in one.citations)
    trace: dict[str, object] = {"found": [], "dropped": [], "decided": {}}
    refusal = Abstention("insufficient", message) if refused else None
    text = message if refused else spoken[0].text
    return Answer(question, text, citations, 0.9, refusal, "r", 1, "none", None, trace, said=spoken)


def together(answers: Mapping[str, Answer]) -> Answer:
    def answering(question: str) -> Iterator[Event]:
        yield Ended(answers[question])

    asked = Parts(tuple(Part(f"the {name}", name) for name in answers))
    *shown, ended = composed("All?", asked, answering)
    assert isinstance(ended, Ended)
    assert tuple(shown) == ended.answer.said
    return ended.answer


@settings(deadline=None)
@given(
    templates,
    st.lists(st.tuples(answers, st.sampled_from([None, "Yes", "No"]), st.booleans()), min_size=2, max_size=4),
    replacements,
)
def test_no_voice_changes_words_numbers_or_marks_in_parts(
    written: str, given_parts: list[tuple[str, str | None, bool]], words: dict[str, str]
) -> None:
    try:
        template(written)
    except SpecError:
        return  # refused when the Spec is read
    tongue = speaking(VoiceSpec(phrases=(written,), whole=(written,)), words=words)
    bare = [said(answer, polarity=polarity) for answer, polarity, _ in given_parts]
    numbered = [replace(one, citations=(replace(one.citations[0], number=1),)) for one in bare]
    alone = [
        tongue.spoken(one) if span else replace(one, span=False, polarity=None, text=one.words)
        for one, (_, _, span) in zip(numbered, given_parts, strict=True)
    ]
    whole = together({f"{place}": answered("?", one) for place, one in enumerate(alone)})
    for place, (one, before) in enumerate(zip(whole.said, alone, strict=True)):
        assert one.parts == (f"the {place}: {before.parts[0]}", before.words, before.parts[2])
        assert (one.words, one.text, one.polarity) == (before.words, before.text, before.polarity)
        assert one.marks == f"[{place + 1}]" and one.citations[0].quote == before.citations[0].quote
    assert whole.spoken == " ".join(one.spoken for one in whole.said)
    assert whole.text == "\n".join(f"the {n}: {one.text} [{n + 1}]" for n, one in enumerate(alone))
    assert [citation.number for citation in whole.citations] == [n + 1 for n in range(len(alone))]


def test_parts_keep_their_voice_and_their_trace() -> None:
    tongue = speaking(VoiceSpec(phrases=ACCORDING))
    spoken = tongue.spoken(replace(said("24 months"), citations=(replace(said("24 months").citations[0], number=1),)))
    missing = answered("b", refused=True)
    missing = replace(missing, trace=missing.trace | {"error": "ModelError: gone", "removed": [{"text": "x"}]})
    whole = together({"a": answered("a", spoken), "b": missing, "c": answered("c", spoken)})
    assert whole.spoken == (
        "the a: According to Pumps (2025-12-08), 24 months. [1] the b: I don't know."
        " the c: According to Pumps (2025-12-08), 24 months. [2]"
    )
    assert whole.text == "the a: 24 months [1]\nthe b: I don't know.\nthe c: 24 months [2]"
    assert [part.get("error") for part in whole.trace["parts"]] == [None, "ModelError: gone", None]
    assert whole.trace["removed"] == [{"text": "x"}]


def _usable(written: str) -> bool:
    try:
        template(written, ("answer", "polarity", "title", "heading", "date"))
    except SpecError:
        return False
    return True


def _joined(left: str, right: str) -> bool:
    """Whether two letters that meet could be one word or number."""
    return bool(re.fullmatch(r"[\w.,%+−-][\w.,%]", left + right)) and right not in ".,"


@settings(deadline=None)
@given(st.text(st.sampled_from("ab1 []{}\n"), max_size=8), answers)
def test_a_title_brings_no_mark_and_no_field(title: str, answer: str) -> None:
    source = replace(DATED, title=title + "x")
    spoken = speaking(VoiceSpec(phrases=("{title}: {answer}",))).spoken(said(answer, source=source))
    before, kept, _ = spoken.parts
    assert kept == answer
    assert not set(before) & set("[]\n")


# Templates that are none


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("So it is.", r"\{answer\} 0 times"),
        ("{answer} {answer}", r"\{answer\} 2 times"),
        ("{answer} by {author}", r"\{author\}, which is not known"),
        ("{answer} in {title[0]}", "not known"),
        ("{} {answer}", r"\{\{\}\}, which is not known"),
        ("{answer!r}", "a form of"),
        ("{answer:>10}", "a form of"),
        ("{answer", "cannot be read"),
        ("answer}", "cannot be read"),
        ("{answer} [1]", "square brackets"),
        ("1{answer}", "joins something"),
        ("-{answer}", "joins something"),
        ("{title}{answer}", "joins something"),
        ("{answer}%", "joins something"),
        ("{answer}.5", "joins something"),
        ("{answer}.{date}", "joins something"),
        ("{answer}\nby us", "one line"),
        ("{answer} " + "so " * 200, "500 characters"),
        ("{polarity} {answer}", r"\{polarity\}, which is not known"),
    ],
)
def test_a_template_that_is_none_is_refused(written: str, complaint: str) -> None:
    with pytest.raises(SpecError, match=complaint) as refusal:
        template(written)
    assert refusal.value.remedy


def test_braces_can_be_meant() -> None:
    voice = VoiceSpec(phrases=("{{{title}}} “{answer}”.",))
    assert speaking(voice).spoken(said("24 months")).spoken == "{Pumps} “24 months”. [3]"


# Words


def test_words_are_replaced_whole_and_keep_their_capital() -> None:
    words = {"cheap": "affordable", "cheap deal": "offer", "client": "guest"}
    assert reworded("Cheap deal, cheap, CHEAPER clients of a client", words) == (
        "Offer, affordable, CHEAPER clients of a guest"
    )
    assert reworded("straße", {"STRASSE": "road"}) == "straße"


def test_words_act_on_templates_and_refusals_and_on_nothing_else() -> None:
    words = {"documents": "papers", "months": "moons", "pumps": "engines"}
    tongue = speaking(VoiceSpec(phrases=("Our documents on {title}: {answer}",)), words=words)
    assert tongue.spoken(said("24 months of documents")).spoken == "Our papers on Pumps: 24 months of documents [3]"
    assert tongue.refusal("nothing_found") == "I found nothing about this in the papers."


def test_a_phrase_is_found_from_word_to_word() -> None:
    assert has("Do you SUE\u00a0 your clients?", "sue your")
    assert not has("Is the issue closed?", "sue")
    assert has("Straße?", "STRASSE")
    assert not has("anything", " ")


# Languages


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("How long is the warranty?", "en"),
        ("Who won the cup?", "en"),
        ("Wie lange ist die Garantie?", "de"),
        ("Darf ich Bohnen einfrieren?", "de"),
        ("Combien de temps dure la garantie ?", "fr"),
        ("Où puis-je trouver le manuel ?", "fr"),
        ("¿Cuánto dura la garantía?", "es"),
        ("Dónde está el manual?", "es"),
        ("Quanto dura la garanzia?", "it"),
        ("Come si pulisce la macchina?", "it"),
        ("Hoe lang is de garantie?", "nl"),
        ("Waar vind ik de handleiding?", "nl"),
        ("Quanto tempo dura a garantia?", "pt"),
        ("Heron 320?", None),
        ("42", None),
        ("保修期多长?", None),
    ],
)
def test_the_language_of_a_question(question: str, language: str | None) -> None:
    assert language_asked(question) == language


def test_each_language_has_every_sentence() -> None:
    keys = {*REASONS, "off_limits_sentence", "disagree", "disagree_undated", "greeting", "organisation", *TALK, YES, NO}
    for tag, sentences in SENTENCES.items():
        assert set(sentences) == keys
        assert tag in NAMES
        assert all(sentences[reason].endswith(".") for reason in REASONS)
    assert {**SENTENCES["en"], **vars(RefusalSpec())} == SENTENCES["en"]
    assert SENTENCES["en"]["off_limits_sentence"] == PolicySpec().off_limits_sentence
    assert SENTENCES["en"]["disagree"] == VoiceSpec().disagree
    assert SENTENCES["en"]["disagree_undated"] == VoiceSpec().disagree_undated
    english = {key: SENTENCES["en"][key] for key in TALK}
    assert vars(VoiceSpec()) == vars(VoiceSpec()) | english
    assert PersonaSpec().greeting == SENTENCES["en"]["greeting"]
    assert PersonaSpec().organisation == SENTENCES["en"]["organisation"]
    assert len({sentences["insufficient"] for sentences in SENTENCES.values()}) == len(SENTENCES)


def test_what_is_translated_are_settings() -> None:
    known = {"assistant": PersonaSpec, "voice": VoiceSpec, "refusals": RefusalSpec, "policy": PolicySpec}
    for section, keys in TRANSLATED.items():
        assert set(keys) <= {each.name for each in fields(known[section])}
    assert TRANSLATED["voice"] == (*TEMPLATES, "disagree", "disagree_undated", *TALK)


def test_refusals_come_in_the_askers_language() -> None:
    spec = Spec()
    assert tongue_of(spec, "Wo finde ich das Handbuch?").refusal("off_topic") == SENTENCES["de"]["off_topic"]
    assert tongue_of(spec, "Handbuch?").refusal("off_topic") == spec.refusals.off_topic
    assert tongue_of(spec, "Quanto tempo dura a garantia?").refusal("off_topic") == spec.refusals.off_topic
    fixed = replace(spec, voice=VoiceSpec(language="fr"))
    assert tongue_of(fixed, "Wo finde ich das Handbuch?").refusal("off_topic") == SENTENCES["fr"]["off_topic"]


def test_the_owners_sentences_go_before_ours() -> None:
    own = RefusalSpec(off_topic="Frag uns etwas anderes.")
    translations = {"refusals": {"en": {"off_topic": "Ask us something else."}}}
    spec = Spec(voice=VoiceSpec(written_in="de"), refusals=own, translations=translations)
    assert tongue_of(spec, "Wo finde ich das Handbuch?").refusal("off_topic") == own.off_topic
    assert tongue_of(spec, "Wo finde ich das Handbuch?").refusal("insufficient") == SENTENCES["de"]["insufficient"]
    assert tongue_of(spec, "Where is the manual?").refusal("off_topic") == "Ask us something else."
    assert tongue_of(spec, "Where is the manual?").refusal("insufficient") == RefusalSpec().insufficient
    assert tongue_of(spec, "Où est le manuel ?").refusal("off_topic") == SENTENCES["fr"]["off_topic"]
    assert tongue_of(spec, "Handbuch?").refusal("off_topic") == own.off_topic


# Policy's sentences


def test_hand_over_and_disclaimer_are_said_where_they_should() -> None:
    policy = PolicySpec(
        disclaimer="Not legal advice.",
        disclaimer_topics=("contract",),
        hand_over="Ask the desk.",
        hand_over_after=("insufficient",),
    )
    translations = {"policy": {"de": {"hand_over": "Fragen Sie am Empfang."}}}
    english, german = (Tongue(Spec(policy=policy, translations=translations), tag) for tag in ("en", "de"))
    assert (english.hand_over("insufficient"), english.hand_over("off_topic")) == ("Ask the desk.", "")
    assert german.hand_over("insufficient") == "Fragen Sie am Empfang."
    assert english.disclaimer("When does the Contract end?") == "Not legal advice."
    assert german.disclaimer("When does the contract end?") == "Not legal advice."
    assert english.disclaimer("When does the contraction end?") == ""
    always = replace(policy, disclaimer_topics=())
    assert Tongue(Spec(policy=always), "en").disclaimer("Anything") == "Not legal advice."


# The system text


def test_readers_of_spans_are_told_what_their_adapters_learned() -> None:
    """To the letter: an adapter was trained on this text."""
    voice = VoiceSpec(tone="warm", audience="children", language="de", phrases=ACCORDING)
    spec = Spec(assistant=PersonaSpec(name="Ada", organisation="Lovelace"), voice=voice, words={"cheap": "fair"})
    assert introduced(spec) == "You are Ada, the assistant of Lovelace."


def test_writers_of_prose_are_told_the_voice() -> None:
    spec = Spec(assistant=PersonaSpec(name="Ada", organisation="Lovelace"))
    assert in_voice(spec) == f"{introduced(spec)} Answer in the language of the question."
    voice = VoiceSpec(tone="warm\nand brief.", audience="children", language="de")
    told = in_voice(replace(spec, voice=voice, words={"cheap": "fair", "guarantee": ""}))
    assert told == (
        f"{introduced(spec)} Your tone is warm and brief. You write for children. Answer in German."
        " Write “fair”, not “cheap”. Do not write “guarantee”."
        " Names, numbers and quotations stay as the sources have them."
    )
