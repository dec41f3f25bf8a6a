"""What exchanges become: rows to learn from, where the documents say what was replied; doubtful rows, where they say
something else; and gaps, where they are silent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from assistant.format import render
from assistant.polarity import asks_yes_or_no
from assistant.prose import TASK, Sentence, written
from assistant.voice.language import language_asked
from retrieval import Hit, Library, Passage, Principal, bring
from tuning.drafting.nouns import Polarity
from tuning.examples.located import Located, rows
from tuning.examples.making import Making
from tuning.examples.past.nouns import Exchange, Exchanges
from tuning.examples.past.supporting import NO_VERDICT, Judged, bearing, judged, polarity_of, repeated, within
from tuning.feedback.nouns import Gap
from tuning.nouns import Example

ORIGIN: Literal["conversations"] = "conversations"
DEEP = 12  # passages that are looked through for one question
SHOWN = 6  # passages that a gap names as those that came nearest
REPLIED = 3  # sentences of a reply that are searched for
OTHER: Mapping[Polarity, Polarity] = {"Yes": "No", "No": "Yes"}
KNOWN = (None, "en")  # languages whose words can be compared
LEARNED = "the documents say so: to learn from"
DOUBTFUL = "the documents say otherwise: for a person to look at"
GAP = "the documents are silent: a gap"
APART = "what says so is kept for the exam or the calibration, or is not for everyone"
FOREIGN = "asked in a language whose words can't be compared here"
NO_VALUE = "the reply does not say what was asked for"
UNLOCATED = "its answer does not stand on one line of its passage"

Finds = Callable[[str], Sequence[Hit]]


@dataclass
class Learned:
    """`why` tells of each doubtful row, by its id, what it was told. `fates` count what became of the exchanges."""

    rows: list[Example] = field(default_factory=list)
    doubtful: list[Example] = field(default_factory=list)
    why: dict[str, str] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    fates: Counter[str] = field(default_factory=Counter)


def everywhere(library: Library) -> Finds:
    """All documents, whoever may read them: what one of them answers is no gap."""
    groups = {group for audience in library.catalogue.audiences() for group in audience or ()}
    return lambda asked: library.searcher.search(asked, DEEP, Principal(groups=frozenset(groups)))


def learned(making: Making, exchanges: Exchanges, finds: Finds, prose: str | None = None) -> Learned:
    """`prose`: who writes, for those who learn to write; else the rows are for those who answer with a span."""
    found = Learned()
    learning = _Learning(making, finds, prose, found)
    total = len(exchanges.found)
    for done, one in enumerate(exchanges.found):
        making.progress("Comparing replies with the documents", done, total)
        found.fates[learning.fate(one)] += 1
    making.progress("Comparing replies with the documents", total, total)
    return found


class _Learning:
    def __init__(self, making: Making, finds: Finds, prose: str | None, found: Learned) -> None:
        self._making, self._finds, self._prose, self._found = making, finds, prose, found
        self._teaching = {passage.id for passage in making.shelf.passages}

    def fate(self, one: Exchange) -> str:
        """What becomes of it; what came of that is added to what was found."""
        if language_asked(one.asked) not in KNOWN:
            return FOREIGN
        hits = self._hits(one)
        said = judged(one.asked, one.replied, hits)
        if not said:
            return NO_VALUE
        best = next((each for each in said if each.verdict != "unsupported"), None)
        if best is None:
            shown = tuple(hit.passage.id for hit in hits[:SHOWN])
            self._found.gaps.append(Gap(one.asked, one.when, ORIGIN, shown=shown))
            return GAP
        if best.verdict == "unclear":
            return best.why
        if best.verdict == "contradicted":
            return self._doubted(one, best)
        return self._taught(one, best, [each.text for each in said if each.verdict == "supported"])

    def _hits(self, one: Exchange) -> list[Hit]:
        """For the question, and for what was replied to it."""
        both = " ".join([one.asked, *one.replied[:REPLIED]])
        return list({hit.passage.id: hit for text in (one.asked, both) for hit in self._finds(text)}.values())

    def _taught(self, one: Exchange, best: Judged, supported: Sequence[str]) -> str:
        evidence = next((each for each in best.evidence if each.passage.id in self._teaching), None)
        if evidence is None:
            return APART
        if asks_yes_or_no(one.asked) and polarity_of(best.text) is None:
            return NO_VERDICT
        polarity = polarity_of(best.text) if asks_yes_or_no(one.asked) else None
        place = within(evidence) if polarity else repeated(one.asked, best.text, evidence)
        made = self._rows(one, evidence.passage, place, polarity)
        if made and self._prose is not None:
            carrying = [text for text in supported if bearing(one.asked, text, [evidence.passage])]
            made = [in_prose(made[0], carrying, self._prose)]
        self._found.rows += made
        return LEARNED if made else UNLOCATED

    def _doubted(self, one: Exchange, best: Judged) -> str:
        """The row says what the documents say; whoever looks at it is told what was replied."""
        evidence = best.evidence[0]
        if evidence.passage.id not in self._teaching:
            return APART
        said = polarity_of(best.text) if asks_yes_or_no(one.asked) else None
        made = self._rows(one, evidence.passage, within(evidence), OTHER[said] if said else None)
        self._found.doubtful += made[:1]
        self._found.why[one.id] = f"In {one.place} the reply was: {best.text} {best.why}"
        return DOUBTFUL if made else UNLOCATED

    def _rows(self, one: Exchange, passage: Passage, place: tuple[int, int], said: Polarity | None) -> list[Example]:
        return rows(self._making, Located(one.id, one.asked, passage, *place, said, ORIGIN, "conversation"))


def in_prose(row: Example, said: Sequence[str], who: str) -> Example:
    """The reply's own sentences, as far as the documents say so, each with its mark, in the frame that is served."""
    passages = [bring(source.id, source.title, source.text) for source in row.sources]
    gold = row.gold[0]
    reply = written([gold], [Sentence(text, (gold,)) for text in said])
    messages = [*render(row.question, passages, who, TASK), {"role": "assistant", "content": reply}]
    answer = " ".join(f"{text} [{gold + 1}]" for text in said)
    return replace(row, answer=answer, messages=tuple(messages), gold=(gold,))
