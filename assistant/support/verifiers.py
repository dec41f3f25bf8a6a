"""Whether a premise carries a claim, at levels behind one seam: quoted, lexical, and entailed where a model judges.

`lexical` reads words, not meaning, and knows English. Of a claim it asks that the premise holds, in any order,
- each content word, stemmed. Words of the question are no evidence and need none, they may be missing; only a claim
  that has no other is asked for them;
- each number with its unit and bound, each date and each name in canonical form, those of the question too: the same
  answer may stand in a passage on another matter;
- the same side of `not`: what the closest sentence denies may not be affirmed, nor the reverse. An answer that is a
  span takes its side from the question.
A bare Yes or No needs all that the question names; with a reason only the reason is asked for, and the side of `not`.
Who did what to whom it can't tell: a name changed for another of the same premise passes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Protocol

from assistant.borders import ends, starts
from assistant.polarity import asks_yes_or_no
from assistant.support.wording import Denial, Measure, Reading, Sentence, called, contents, read, wordlist

_TURNED = wordlist(
    "absence avoid avoids avoided except exclude excluded fail failed lack prevent refuse refused unless"
)
_VERDICT = re.compile(r"\s*(yes|no)\s*(?:[,.;:!–—-]\s*|$)", re.IGNORECASE)
_STATED = re.compile(r"[\"“]([^\"”]+\s[^\"”]+\s[^\"”]+)[\"”]\s*[?.]?\s*$")
_ISNT = re.compile(r"^\s*(\w+?)n['’]t\b")


class Verifier(Protocol):
    @property
    def name(self) -> str:
        """The level of support that it tells."""
        ...

    def supports(self, premise: str, claim: str, question: str) -> bool: ...


class QuotedVerifier:
    """The claim stands in the premise to the letter, from word to word; only white space may differ."""

    name = "quoted"

    def supports(self, premise: str, claim: str, question: str) -> bool:
        text, part = " ".join(premise.split()), " ".join(claim.split())
        begins, stops = _borders(text)
        places = (match.start() for match in re.finditer(f"(?={re.escape(part)})", text))
        return bool(part) and any(place in begins and place + len(part) in stops for place in places)


class LexicalVerifier:
    """The claim's words, numbers, dates and names are the premise's, and on the same side of `not`."""

    name = "lexical"

    def supports(self, premise: str, claim: str, question: str) -> bool:
        verdict = _VERDICT.match(claim)
        if verdict and asks_yes_or_no(question):
            return _rules(read(premise), verdict[1].lower() == "yes", claim[verdict.end() :], question)
        said, asked, source = read(claim), read(question), read(premise)
        if not said.says:
            return QuotedVerifier().supports(premise, claim, question)
        if not _held(said, asked, source) or _opposed(said, source):
            return False
        return said.whole or asks_yes_or_no(question) or not _answers_the_reverse(said, asked, source)


def levels(entailed: Verifier | None = None) -> tuple[Verifier, ...]:
    """Those that can be told, the weakest first: without a model that judges there is no `entailed`."""
    return (QuotedVerifier(), LexicalVerifier(), *([entailed] if entailed else []))


@lru_cache(maxsize=256)
def _borders(text: str) -> tuple[frozenset[int], frozenset[int]]:
    return frozenset(starts(text)), frozenset(ends(text))


# ------------------------------------------------------------------------------------- one against another


def _held(said: Reading, asked: Reading, source: Reading) -> bool:
    """What the claim names is in the premise. Words of the question are asked for only where it says nothing else."""
    own = said.terms - asked.terms
    more = own or said.measures - asked.measures or said.dates - asked.dates
    return (
        (own if more else said.terms) <= source.terms | set(contents(source.months))
        and said.names <= {called(word) for word in source.words | source.months}
        and all(_measured(measure, source) for measure in said.measures)
        and all(any(date <= other for other in source.dates) for date in said.dates)
    )


def _measured(measure: Measure, source: Reading) -> bool:
    if measure.value == "1" and not measure.unit:  # `one of them`
        return True
    if not (measure.unit or measure.bound) and any(measure.value in date for date in source.dates):
        return True
    return any(_same(measure, other, source) for other in source.measures if other.value == measure.value)


def _same(measure: Measure, other: Measure, source: Reading) -> bool:
    """A bound that is claimed must be there. A unit that stands elsewhere, as in a table's head, will do."""
    fits = measure.unit in ("", other.unit) or (not other.unit and measure.unit in source.words)
    return fits and measure.bound in ("", other.bound)


def _opposed(said: Reading, source: Reading) -> bool:
    """A sentence says what the premise's closest ones deny, or denies what they say."""
    return any(
        _all(_differs(sentence, other) for other in _closest(sentence.terms, source.sentences))
        for sentence in said.sentences
        if sentence.terms
    )


def _differs(sentence: Sentence, other: Sentence) -> bool:
    denied = {term for denial in sentence.denials for term in denial.clause}
    lost = any(not _touched(denial, other) for denial in sentence.denials)
    return lost or any(
        other.denied(term) and sentence.affirmed(term) > max(0, other.affirmed(term))
        for term in sentence.terms.keys() - denied
    )


def _answers_the_reverse(said: Reading, asked: Reading, source: Reading) -> bool:
    """`What is covered?`, answered from a sentence about what is not, or the other way round."""
    near = _closest(asked.terms, _closest(said.terms, source.sentences))
    return _all(_reverses(said, asked, other) for other in near)


def _reverses(said: Reading, asked: Reading, other: Sentence) -> bool:
    denials = [denial for sentence in asked.sentences for denial in sentence.denials]
    if denials:
        return any(denial.heads & other.terms.keys() and not _touched(denial, other) for denial in denials)
    denied = {term for denial in other.denials for term in denial.first if other.affirmed(term) <= 0}
    return bool(denied & (asked.terms - said.terms)) and not asked.words & _TURNED


def _touched(denial: Denial, other: Sentence) -> bool:
    """The same is denied; or, where it is called otherwise there, something is that this clause names."""
    if denial.heads & other.terms.keys():
        return any(denial.heads & one.reach for one in other.denials)
    return any(one.heads & denial.clause for one in other.denials)


def _closest(wanted: Iterable[str], sentences: Sequence[Sentence]) -> list[Sentence]:
    shared = [len(set(wanted) & sentence.terms.keys()) for sentence in sentences]
    return [one for one, many in zip(sentences, shared, strict=True) if many == max(shared)]


def _all(values: Iterable[bool]) -> bool:
    """True where there is one, and none is false."""
    found = list(values)
    return bool(found) and all(found)


def _rules(source: Reading, yes: bool, reason: str, question: str) -> bool:
    """The premise speaks of what is asked and says it, or says that it is not so. A reason must hold, too."""
    stated = _STATED.search(question)
    asked, said = read(stated[1] if stated else _ISNT.sub(r"\1", question)), read(reason)
    spoken_of = (
        _held(said, asked, source) and not _opposed(said, source) if said.says else _held(asked, read(""), source)
    )
    return spoken_of and _opposed(asked, source) != yes
