"""What the documents say to a correction, told by words as gate 2 tells it: numbers, dates, names and `not` (English).

Supported is only what a passage about the question carries whole. What none carries is contradicted where such a
passage says something else of the same kind, or stands on the other side of `not`; else the documents are silent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assistant.conflict.alike import Statement, clocked
from assistant.conflict.finding import contradicting, polarity
from assistant.conflict.values import COUNT, NAMED, Value, compare, values
from assistant.polarity import asks_yes_or_no
from assistant.quote import quote
from assistant.support.evidence import Evidenced, carried
from assistant.support.verifiers import LexicalVerifier
from assistant.support.wording import called, contents, read, wordlist
from retrieval import Hit, Passage
from tuning.feedback.nouns import Checked

ABOUT = 0.3  # share of the question's words that a passage has in its place and text, for it to be about that
SAME = 0.5  # share that a unit has in its place, for it to answer the same question
_LEXICAL = LexicalVerifier()
_VERDICT = re.compile(r"\s*(yes|no)\b", re.IGNORECASE)
_NUMBER = re.compile(r"[^\W\d_]*\d[\w.,-]*\b")
_NOTHING = re.compile(
    r"(?:there (?:is|was) )?no answer(?: (?:to|for) (?:this|that|it)| in (?:the|our|your) documents?)?|there is none"
    r"|(?:it|you|the assistant)? ?should(?: have| not have)? (?:abstain(?:ed)?|answered)"
    r"|(?:it|you|the assistant)? ?should have said (?:that )?it does(?: not|n't) know"
    r"|(?:(?:this|that|it) is )?not (?:answered |stated |said )?(?:in|by) (?:the|our|your|any) documents?"
    r"|(?:the|our|your) documents? do(?:es)?(?: not|n't) (?:answer|say)(?: (?:this|that|it|so))?",
    re.IGNORECASE,
)
_LIGHT = wordlist(
    "long much many often soon far big please know like want get happen tell still ok right every per within"
)


def check(question: str, text: str, hits: Sequence[Hit]) -> Checked:
    """`hits` are what was found for the question and the correction, what the answer cited before all."""
    about = about_it(question, hits)
    if says_nothing(text):
        return _silent(question, about)
    if asks_yes_or_no(question) and (verdict := _bare_verdict(text)):
        return _ruled(question, verdict, about)
    evidence = _carrying(question, text, about)
    if not evidence:
        return _otherwise(question, text, about) or Checked("unsupported", "No document says so.")
    return _better(question, text, evidence) or _disputed(question, evidence, hits) or _supported(evidence)


def _carrying(question: str, text: str, about: Sequence[Passage]) -> list[Evidenced]:
    """Words of the question need no evidence in a unit that has most of them: what is corrected is what was asked."""
    found = [one for passage in about for one in carried(text, [passage], question)]
    near = [one for one in _ranked(question, about) if not found and _fit(question, one) >= SAME]
    found += [_quoted(one) for one in near if _LEXICAL.supports(f"{_place(one.passage)}\n{one.text}", text, question)]
    return [one for one in found if _stands(question, text, one)]


def says_nothing(text: str) -> bool:
    """Whether the correction is that there is no answer."""
    return bool(_NOTHING.fullmatch(" ".join(text.replace("’", "'").split()).strip(" .!")))


def verdict_of(text: str) -> str | None:
    """Yes or No, where the correction begins with it."""
    found = _VERDICT.match(text)
    return found[1].capitalize() if found else None


def about_it(question: str, hits: Iterable[Hit]) -> list[Passage]:
    """Passages that have some of the question's words, and of its names and numbers all that any of them has."""
    passages = list(dict.fromkeys(hit.passage for hit in hits))
    named = {passage.id: _named(question) & _words(passage) for passage in passages}
    wanted = frozenset().union(*named.values()) if named else frozenset()
    return [each for each in passages if named[each.id] == wanted and _share(question, _all(each)) >= ABOUT]


# ------------------------------------------------------------------------------------- verdicts


def _supported(evidence: Sequence[Evidenced]) -> Checked:
    where = " and ".join(dict.fromkeys(one.passage.place for one in evidence))
    return Checked("supported", f"{where} says so.", tuple(evidence))


def _against(found: Evidenced, why: str = "Your document says otherwise") -> Checked:
    return Checked("contradicted", f"{why}: {found.passage.place}.", (found,))


def _silent(question: str, about: Sequence[Passage]) -> Checked:
    """That nothing answers it no passage can show; that one may, a unit can that has all that the question names."""
    full = next((one for one in _ranked(question, about) if _fit(question, one) >= 1.0), None)
    if full:
        return _against(_quoted(full), "Your document may well answer it")
    return Checked("unsupported", "That documents are silent, no document shows.")


def _ruled(question: str, verdict: str, about: Sequence[Passage]) -> Checked:
    """Of the units that speak of it, none may stand on the other side."""
    near = [one for one in _ranked(question, about) if _fit(question, one) >= SAME]
    told = [(polarity(question, one), one) for one in near]
    rival = next((one for said, one in told if said and said != verdict), None)
    if rival:
        return _against(_quoted(rival))
    same = [_quoted(one) for said, one in told if said][:1]
    return _supported(same) if same else Checked("unsupported", "No document says so.")


def _bare_verdict(text: str) -> str | None:
    return verdict_of(text) if _VERDICT.fullmatch(text.rstrip(" .!")) else None


def _otherwise(question: str, text: str, about: Sequence[Passage]) -> Checked | None:
    near = [one for one in _ranked(question, about) if _fit(question, one) >= SAME]
    rival = next((one for one in near if _differs(question, text, one)), None)
    return _against(_quoted(rival)) if rival else None


def _better(question: str, text: str, evidence: Sequence[Evidenced]) -> Checked | None:
    """A bare value may stand in the passage for another case: then a unit that fits the question better has another."""
    if not _bare(question, text):
        return None
    reached = max(_share(question, f"{_place(one.passage)}\n{one.quote.text}") for one in evidence)
    passages = [one.passage for one in evidence]
    better = [one for one in _ranked(question, passages) if _fit(question, one) > max(reached, SAME)]
    rival = next((one for one in better if _differs(question, text, one)), None)
    return _against(_quoted(rival)) if rival else None


def _disputed(question: str, evidence: Sequence[Evidenced], hits: Sequence[Hit]) -> Checked | None:
    """Documents that disagree: one of them carries it, and another one doesn't."""
    own = next((place for place, hit in enumerate(hits) if hit.passage == evidence[0].passage), None)
    rivals = sorted(contradicting(question, hits, own, ())) if own is not None else []
    if not rivals:
        return None
    rival = max(_units([hits[rivals[0]].passage]), key=lambda one: _fit(question, one))
    why = f"{evidence[0].passage.place} says so, and another document says otherwise: {rival.passage.place}."
    return Checked("contradicted", why, (_quoted(rival), *evidence))


def _stands(question: str, text: str, found: Evidenced) -> bool:
    """Each measure with its own unit; in a table each name in the same row."""
    said, place = found.quote.text, _place(found.passage)
    rows = any(unit.kind == "row" for unit in found.passage.units)
    if rows and not _named(question) & _words(found.passage) <= _called(f"{place}\n{said}"):
        return False
    its = values(read(clocked(said)))
    measured = [one for one in values(read(clocked(text))) if one.kind not in (COUNT, NAMED)]
    return all(any(one.kind == other.kind and compare([one], [other]) == "same" for other in its) for one in measured)


def _differs(question: str, text: str, one: Statement) -> bool:
    """Whether a unit answers the question otherwise than the text does."""
    if asks_yes_or_no(question) and (said := _VERDICT.match(text)):
        other = polarity(question, one)
        return other is not None and other.lower() != said[1].lower()
    return _another_value(question, text, one) or _denied(text, one)


def _another_value(question: str, text: str, one: Statement) -> bool:
    """All that both say in numbers of one kind differs. Of what is counted the words must be there, too."""
    said, named = read(clocked(text)), _numbers(question)
    mine, its = values(said), [value for value in values(one.said) if str(value.amount) not in named]
    kinds = {value.kind for value in mine} & {value.kind for value in its} - {NAMED}
    if not said.terms <= one.all | one.said.terms:
        kinds -= {COUNT}
    return any(_apart(_of(kind, mine), _of(kind, its)) for kind in kinds)


def _bare(question: str, text: str) -> bool:
    """A value, and no other word than its unit and what was asked."""
    said = read(text)
    units = " ".join(measure.unit for measure in said.measures)
    return not said.terms - _stems(f"{units} {question}") - frozenset(contents(_LIGHT))


def _apart(mine: Sequence[Value], its: Sequence[Value]) -> bool:
    return all(compare([one], [other]) == "other" for one in mine for other in its)


def _denied(text: str, one: Statement) -> bool:
    """The same words, of which only one side has a `not`."""
    said = read(text)
    denies = any(sentence.denials for sentence in said.sentences)
    others = any(sentence.denials for sentence in one.said.sentences)
    return bool(said.terms) and denies != others and said.terms <= one.said.terms | one.around


# ------------------------------------------------------------------------------------- how near


def _ranked(question: str, about: Sequence[Passage]) -> list[Statement]:
    """Units that share most with the question first."""
    return sorted(_units(about), key=lambda one: -_fit(question, one))


def _units(passages: Iterable[Passage]) -> list[Statement]:
    return [Statement(passage, unit) for passage in passages for unit in passage.units]


def _fit(question: str, one: Statement) -> float:
    return _share(question, f"{_place(one.passage)}\n{one.text}")


def _share(question: str, text: str) -> float:
    """Of the words that say what is asked for, how many the text has."""
    wanted = _asked(question)
    return len(wanted & _stems(text)) / len(wanted) if wanted else 0.0


def _asked(question: str) -> frozenset[str]:
    return _stems(question) - frozenset(contents(_LIGHT))


def _stems(text: str) -> frozenset[str]:
    return read(text).terms | _numbers(text)


def _named(question: str) -> frozenset[str]:
    return frozenset(read(question).names) | _numbers(question)


def _words(passage: Passage) -> frozenset[str]:
    return _called(_all(passage))


def _called(text: str) -> frozenset[str]:
    return frozenset(map(called, read(text).words)) | _numbers(text)


def _numbers(text: str) -> frozenset[str]:
    return frozenset(found.lower().rstrip(".,-") for found in _NUMBER.findall(text))


def _place(passage: Passage) -> str:
    return " › ".join((passage.title, *passage.heading))


def _all(passage: Passage) -> str:
    return f"{_place(passage)}\n{passage.text}"


def _of(kind: str, found: Iterable[Value]) -> list[Value]:
    return [value for value in found if value.kind == kind]


def _quoted(one: Statement) -> Evidenced:
    return Evidenced(one.passage, quote(one.passage, [one.unit]), "lexical")
