"""Sentence templates: what is said before the words of a source and after them. Those words are no part of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from string import Formatter

from assistant.format import unprintable
from assistant.nouns import Said
from assistant.voice.words import reworded
from retrieval import SpecError

ANSWER = "answer"
POLARITY = "polarity"
PLACE = ("title", "heading", "date")
FIELDS = (ANSWER, *PLACE)
YES_NO = (ANSWER, POLARITY, *PLACE)
CONFLICT = (*FIELDS, "version")
WHO = ("name", "organisation", "greeting")  # of what is said without a source
LONGEST = 500  # characters
NONE = ("", "")

_BRACKETS = str.maketrans("[]［］【】", "()()()")
# Nothing may touch the answer that could make another word or number of it: `1{answer}`, `-{answer}`, `{answer}%`.
_BEFORE = re.compile(r"(?:\A|\s)[\"'“”„‘’«»‹›(]*\Z")
_AFTER = re.compile(r"\A[.,;:!?…\"'“”’«»‹›)]*(?:\s|\Z)")
_STOPPED = re.compile(r"[.!?…][\"'“”’«»‹›)]*$")

Frame = tuple[str, str]
Part = tuple[str, str]  # a literal, and the field after it, if any


@dataclass(frozen=True)
class Template:
    before: tuple[Part, ...]
    after: tuple[Part, ...]

    @property
    def fields(self) -> set[str]:
        return {field for _, field in (*self.before, *self.after) if field}

    def frame(self, values: Mapping[str, str], words: str) -> Frame:
        """What is said around these words. Where they end with a stop, no second one follows."""
        before, after = _filled(self.before, values), _filled(self.after, values)
        return before, after[1:] if after.startswith(".") and _STOPPED.search(words) else after


def fields_of(key: str) -> tuple[str, ...]:
    """What the templates of this setting may name."""
    return {"yes_no": YES_NO, "conflict": CONFLICT}.get(key, FIELDS)


def template(text: str, fields: Collection[str] = FIELDS) -> Template:
    """The template as it reads, or an error that says what is wrong with it."""
    parts = _known(text, fields)
    named = [field for _, field in parts if field]
    for field in (ANSWER, POLARITY):
        if field in fields and named.count(field) != 1:
            raise SpecError(
                f"{text!r} has {{{field}}} {named.count(field)} times, it must stand there once.", "Write it once."
            )
    return _checked(text, parts)


def sentence(text: str) -> Template:
    """One that stands around nothing: it says itself who says it."""
    return Template(tuple(_known(text, WHO)), ())


def reworded_template(one: Template, words: Mapping[str, str]) -> Template:
    """Other words for what the template says itself; what fields stand for stays."""
    return Template(_reworded(one.before, words), _reworded(one.after, words))


def framed(said: Said, templates: Sequence[Template], polarity: str = "") -> Frame:
    """By the first template of which everything is known."""
    (citation, *_) = said.citations
    passage = citation.passage
    values = {"title": passage.title, "heading": " › ".join(passage.heading), "date": passage.date or ""}
    values |= {"version": passage.version or ""}
    shown = {name: plain(value) for name, value in values.items()} | {POLARITY: polarity}
    for one in templates:
        if all(shown[field] for field in one.fields):
            return one.frame(shown, said.words)
    return (f"{polarity}: ", "") if polarity else NONE


def _known(text: str, fields: Collection[str]) -> list[Part]:
    parts = _parts(text)
    if strange := [field for _, field in parts if field and field not in fields]:
        known = ", ".join(f"{{{name}}}" for name in fields)
        raise SpecError(f"{text!r} has the field {{{strange[0]}}}, which is not known.", f"Known: {known}.")
    return parts


def _parts(text: str) -> list[Part]:
    try:
        found = list(Formatter().parse(text))
    except ValueError as error:
        raise SpecError(f"{text!r} cannot be read: {error}.", "Write {{ and }} for braces that are meant.") from error
    if odd := [field for _, field, form, how in found if field is not None and (form or how)]:
        raise SpecError(f"{text!r} asks for a form of {{{odd[0]}}}.", f"Write {{{odd[0]}}} alone.")
    return [(literal, "{}" if field == "" else field or "") for literal, field, _, _ in found]


def _checked(text: str, parts: Sequence[Part]) -> Template:
    if any(letter in literal for literal, _ in parts for letter in "[]［］【】"):
        raise SpecError(f"{text!r} has square brackets, which mark citations.", "Use round ones.")
    if unprintable(text) or "\t" in text or len(text) > LONGEST:
        raise SpecError(f"{text[:40]!r} … is no sentence of one line and {LONGEST} characters.", "Shorten it.")
    at = next(place for place, (_, field) in enumerate(parts) if field == ANSWER)
    one = Template((*parts[:at], (parts[at][0], "")), tuple(parts[at + 1 :]))
    if not _BEFORE.search(_told(one.before)) or not _AFTER.search(_told(one.after)):
        raise SpecError(
            f"{text!r} joins something to {{answer}}, which could change it.", "Leave a space before and after it."
        )
    return one


def _told(parts: Sequence[Part]) -> str:
    """What stands there, with a letter in the place of what nobody knows yet."""
    return "".join(literal + ("x" if field else "") for literal, field in parts)


def _filled(parts: Sequence[Part], values: Mapping[str, str]) -> str:
    return "".join(literal + (values[field] if field else "") for literal, field in parts)


def _reworded(parts: Sequence[Part], words: Mapping[str, str]) -> tuple[Part, ...]:
    return tuple((reworded(literal, words), field) for literal, field in parts)


def plain(text: str) -> str:
    """On one line, with nothing in it that could be taken for a mark."""
    return " ".join(text.split()).translate(_BRACKETS)
