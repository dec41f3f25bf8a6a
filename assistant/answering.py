"""Gate 2: what a reader says becomes sentences with their quotes, each checked before it is shown.

A span is quoted by the units that carry it. A sentence of prose must be carried, at the lexical level, by quotes of the
passages that it names, read below their titles and headings; what isn't carried is replaced by a quote that speaks of
the same, or removed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from assistant.check import outlandish, supported, verbatim
from assistant.nouns import Citation, Claim, Finding, Quote, Removed, Said
from assistant.quote import carrying, quote
from assistant.support.evidence import Evidenced, carried, closest
from retrieval import Hit, Passage

TextOf = Callable[[Passage], str | None]
LONGEST_TRACE = 500  # characters of what was removed


@dataclass
class Gate2:
    """The passages of one question, cited by number as they are shown."""

    question: str
    hits: Sequence[Hit]
    text_of: TextOf
    _citations: dict[tuple[str, int, int], Citation] = field(default_factory=dict)

    def passing(self, cited: int, spoken: Iterable[Finding | Claim]) -> Iterator[Said | Removed]:
        for one in spoken:
            yield from self._span(cited, one) if isinstance(one, Finding) else self._sentence(one)

    @property
    def citations(self) -> tuple[Citation, ...]:
        return tuple(self._citations.values())

    def _span(self, cited: int, finding: Finding) -> Iterator[Said | Removed]:
        passage = self.hits[cited].passage
        units = carrying(passage, finding.start, finding.end)
        found = quote(passage, units) if units else None
        if found and self._stands(passage, found) and supported(finding, passage, found):
            citation = self._cite(Evidenced(passage, found, "quoted"))
            yield Said(worded(passage, finding), (citation,), span=True, polarity=finding.polarity)
        else:
            yield Removed(passage.text[finding.start : finding.end][:LONGEST_TRACE], "unsupported")

    def _sentence(self, claim: Claim) -> Iterator[Said | Removed]:
        named = [self.hits[place].passage for place in claim.evidence if 0 <= place < len(self.hits)]
        why = claim.fault or ("outlandish" if outlandish(claim.text, named) else "")
        evidence = [] if why else self._standing(carried(claim.text, named, self.question))
        if evidence:
            yield Said(claim.text, tuple(map(self._cite, evidence)))
            return
        instead = None if why else self._instead(claim, named)
        yield Removed(claim.text[:LONGEST_TRACE], why or "unsupported", instead.text if instead else None)
        if instead:
            yield instead

    def _instead(self, claim: Claim, named: Sequence[Passage]) -> Said | None:
        """A quote of what was named that speaks of the same, unless it has been shown already."""
        found = closest(claim.text, named, self.question)
        if found is None or not self._standing([found]) or _key(found) in self._citations:
            return None
        return Said(" ".join(found.quote.text.split()), (self._cite(found),))

    def _standing(self, evidence: Sequence[Evidenced]) -> list[Evidenced]:
        """All of it, or nothing: what its document does not say to the letter carries nothing."""
        whole = all(self._stands(one.passage, one.quote) for one in evidence)
        return list(evidence) if whole else []

    def _stands(self, passage: Passage, found: Quote) -> bool:
        document = self.text_of(passage)
        return document is not None and verbatim(found, document)

    def _cite(self, one: Evidenced) -> Citation:
        """The citation of this quote: the same number where it was shown before."""
        number = len(self._citations) + 1
        return self._citations.setdefault(_key(one), Citation(number, one.passage, one.quote, one.level))


def worded(passage: Passage, finding: Finding) -> str:
    """What is said of a span: the very words of the source, after Yes or No where that was asked."""
    said = passage.text[finding.start : finding.end].strip()
    return f"{finding.polarity}: {said}" if finding.polarity else said


def joined(said: Sequence[Said]) -> str:
    """The text of an answer. A single span stands without its mark, as its door writes it."""
    return said[0].text if len(said) == 1 and said[0].span else " ".join(one.marked for one in said)


def _key(one: Evidenced) -> tuple[str, int, int]:
    return one.passage.id, one.quote.start, one.quote.end
