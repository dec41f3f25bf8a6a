"""The Spec's sections on voice and policy."""

from __future__ import annotations

from dataclasses import dataclass

from retrieval import setting

AUTO = "auto"
TEMPLATES = ("phrases", "whole", "yes_no", "conflict")  # settings of [voice] that are sentences with fields
TALK = ("hello", "thanks", "farewell", "who", "help")  # what small talk is answered with


@dataclass(frozen=True)
class VoiceSpec:
    """How it speaks. Its words stand around an answer, never in it; [voice.de] and the like say the same in German."""

    tone: str = setting("", "How it sounds, as `warm and brief`. For answers in prose; the sentences here have yours.")
    audience: str = setting("", "For whom it writes, as `customers without technical knowledge`. For answers in prose.")
    language: str = setting(AUTO, "auto: the asker's language, as far as it is known. A tag, as `de`: always that one.")
    written_in: str = setting("en", "Language of the sentences that you write in this file.")
    phrases: tuple[str, ...] = setting(
        ("{answer}",),
        "Sentences around an answer of a few words; the first of which all is known is said. Fields: {answer}, {title},"
        " {heading}, {date}.",
    )
    whole: tuple[str, ...] = setting(("{answer}",), "The same for an answer that is whole sentences, items or rows.")
    yes_no: tuple[str, ...] = setting(
        ("{polarity}: {answer}",), "The same for Yes or No, {polarity}, with the words that say so, {answer}."
    )
    conflict: tuple[str, ...] = setting(
        (
            "{title} ({version}, {date}): {answer}",
            "{title} ({date}): {answer}",
            "{title} ({version}): {answer}",
            "{title}: {answer}",
        ),
        "The same for each side where documents disagree; {version} is known here, too.",
    )
    disagree: str = setting("The documents disagree; the newest comes first.", "What is said before these sides.")
    disagree_undated: str = setting(
        "The documents disagree, and which is the newest is not known.", "The same where dates don't tell that."
    )
    hello: str = setting("Hello. {greeting}", "Its reply to a greeting. Fields: {name}, {organisation}, {greeting}.")
    thanks: str = setting("You're welcome.", "Its reply to thanks; the same fields.")
    farewell: str = setting("Goodbye.", "Its reply to a farewell; the same fields.")
    who: str = setting(
        "I am {name}, the assistant of {organisation}: a program that answers from documents, in their own words.",
        "Its reply to whoever asks who it is; the same fields.",
    )
    help: str = setting(
        "Ask a question in your own words. I look for the answer in the documents of {organisation}, quote what I found"
        " and say where it stands; where they hold no answer, I say so.",
        "Its reply to whoever asks what it can do; the same fields.",
    )


@dataclass(frozen=True)
class PolicySpec:
    """What it says besides answers, and what it does not speak of. [policy.de] and the like: the same in German."""

    disclaimer: str = setting("", "Sentence below its answers; empty: none.")
    disclaimer_topics: tuple[str, ...] = setting(
        (), "Only below answers to questions that have one of these words; empty: below all."
    )
    hand_over: str = setting("", "Sentence below its refusals that says who else may help; empty: none.")
    hand_over_after: tuple[str, ...] = setting(
        ("nothing_found", "insufficient", "withdrawn", "malformed", "unavailable"),
        "The reasons for a refusal after which it is said.",
    )
    off_limits: tuple[str, ...] = setting(
        (), "Words and phrases that a question must not have: it is then refused before anything is searched."
    )
    off_limits_sentence: str = setting("I am not the one to ask about this.", "What is said of these.")
    personal_data: str = setting(
        "keep",
        "mask: e-mail addresses, phone, account and card numbers in questions and comments are not stored."
        " keep: they are stored as written.",
        among=("keep", "mask"),
    )
