"""Which sentence of a reply answers, what the documents say to it, and in which of their own words they say it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

from assistant.conflict.asked import answers
from assistant.conflict.values import CLOCK, DATE, TIME, values
from assistant.conversation.names import names
from assistant.conversation.words import SHAPING
from assistant.polarity import asks_yes_or_no
from assistant.quote import carrying, quote
from assistant.support.evidence import Evidenced, carried
from assistant.support.wording import Reading, read, wordlist
from retrieval import Hit, Passage, terms
from tuning.drafting.corpus import content
from tuning.drafting.nouns import Polarity
from tuning.feedback.checking import about_it, check

ELSEWHERE = "what says so is about something else, as far as its title tells"
NO_VERDICT = "whether it is yes or no is not said in so many words"
MOST_STATED = 8  # sentences of a reply that are looked at
SHORTEST_RUN = 4  # words that a reply repeats without a number among them
MOSTLY = 0.6  # of the reply's words in such a run
VALUE = 3  # words that a value counts as, where one is asked for
_KINDS = (TIME, DATE, CLOCK, "%", "money euro", "weight", "length", "celsius")
_DAY = re.compile(
    r"\b(?:(?:on|since|until|last|next) )?(?:mon|tues|wednes|thurs|fri|satur|sun)day(?: (?:morning|evening))?\b", re.I
)
_PLEASE = re.compile(r"\b(?:please|kindly)\b,? ?", re.I)
_BARE = re.compile(r"\W*(?:yes|no)\W*", re.IGNORECASE)
_VERDICT = re.compile(r"\W*(yes|no)\b", re.IGNORECASE)
_LEADING_ON = wordlist("a an the of to and or in on at for with by from that which if is are was were be as than")
_TOKEN = re.compile(r"[£$€]?\d(?:[\d.,:/]*\d)?%?|[^\W_]+(?:['’-][^\W_]+)*")


@dataclass(frozen=True)
class Judged:
    """A sentence of a reply, what the documents say to it, and where: each piece of evidence carries it alone."""

    text: str
    verdict: Literal["supported", "contradicted", "unclear", "unsupported"]
    why: str
    evidence: tuple[Evidenced, ...] = ()


def judged(asked: str, replied: Sequence[str], hits: Sequence[Hit]) -> list[Judged]:
    """The sentence that answers best first; what does not give the value that is asked for is left out."""
    plain = _DAY.sub("", asked)  # a day of somebody's own names nothing in the documents
    said = [_PLEASE.sub("", one).strip() for one in _with_verdicts(replied)[:MOST_STATED]]
    said = [one for one in said if not wants_value(asked) or _gives(asked, read(one))]
    return [_judged(plain, one, hits) for one in sorted(said, key=lambda one: -_fit(asked, one))]


def wants_value(asked: str) -> bool:
    """Whether the question tells which kind of value it asks for: then it takes none of the others."""
    return not asks_yes_or_no(asked) and not all(answers(asked, kind) for kind in _KINDS)


def bearing(asked: str, text: str, passages: Sequence[Passage]) -> list[Evidenced]:
    """The evidence of each passage that carries a sentence alone; what stands there to the letter is not compared."""
    found = (_to_the_letter(text, one) or _by_words(asked, text, one) for one in passages)
    return [one for one in found if one]


def polarity_of(text: str) -> Polarity | None:
    found = _VERDICT.match(text)
    return None if found is None else "Yes" if found[1].lower() == "yes" else "No"


def within(evidence: Evidenced) -> tuple[int, int]:
    """Where the quote stands in its passage's text."""
    return evidence.quote.start - evidence.passage.start, evidence.quote.end - evidence.passage.start


def _judged(asked: str, text: str, hits: Sequence[Hit]) -> Judged:
    about = about_it(asked, hits)
    others = [hit.passage for hit in hits if hit.passage not in about]
    general = [passage for passage in others if not names(passage.title)]
    if evidence := bearing(asked, text, [*about, *general]):
        return Judged(text, "supported", "", tuple(evidence))
    if bearing(asked, text, others):
        return Judged(text, "unclear", ELSEWHERE)
    if polarity_of(text) and bearing("", _VERDICT.sub("", text).lstrip(" .,:;!–-"), about):
        return Judged(text, "unclear", NO_VERDICT)
    checked = check(asked, text, hits)
    if checked.verdict == "contradicted" and checked.evidence:
        return Judged(text, "contradicted", checked.why, checked.evidence)
    return Judged(text, "unsupported", checked.why)


def _by_words(asked: str, text: str, passage: Passage) -> Evidenced | None:
    """Looked into only where all of its words are there: most passages lack some."""
    said = read(text)
    there = read(f"{passage.place}\n{passage.text}")
    found = carried(text, [passage], asked) if said.dates or said.terms <= there.terms else []
    return found[0] if found else None


def _to_the_letter(text: str, passage: Passage) -> Evidenced | None:
    words = text.strip(" .!").split()
    spaced = r"\s+".join(map(re.escape, words))
    found = re.search(rf"(?<!\w){spaced}(?!\w)", passage.text, re.IGNORECASE) if len(words) >= SHORTEST_RUN else None
    units = carrying(passage, *found.span()) if found else []
    return Evidenced(passage, quote(passage, units), "quoted") if units else None


def repeated(asked: str, text: str, evidence: Evidenced) -> tuple[int, int]:
    """Where in its passage the words stand that a sentence repeats of its evidence; all of it, where they are few."""
    start, end = within(evidence)
    run = _run(asked, text, evidence.quote.text)
    return (start + run[0], start + run[1]) if run else (start, end)


def _run(asked: str, text: str, quoted: str) -> tuple[int, int] | None:
    """The longest run of words that both have and that holds every number of both; without one, most of the text."""
    mine, its = [_key(one[0]) for one in _TOKEN.finditer(text)], list(_TOKEN.finditer(quoted))
    numbers = (_numbers(text) & _numbers(quoted)) - _numbers(asked)
    for start, end in _common(mine, [_key(one[0]) for one in its]):
        first, last = _bare(its, start, end)
        said = quoted[first:last]
        enough = end - start >= max(SHORTEST_RUN, MOSTLY * len(mine))
        new = set(terms(said)) - content(asked)
        if said and (numbers <= _numbers(said) if numbers else enough and new):
            return first, last
    return None


def _common(mine: Sequence[str], its: Sequence[str]) -> list[tuple[int, int]]:
    """Where in the second runs of words stand that the first has too, none of them part of a longer one."""
    found: dict[tuple[int, int], int] = {}
    for row, column in product(range(len(mine)), range(len(its))):
        if mine[row] == its[column]:
            found[row, column] = found.pop((row - 1, column - 1), 0) + 1
    runs = [(column - size + 1, column + 1) for (_, column), size in found.items()]
    return sorted(runs, key=lambda run: (run[0] - run[1], run))


def _bare(words: Sequence[re.Match[str]], start: int, end: int) -> tuple[int, int]:
    """Without small words before it, and without those behind it that lead on to something."""
    while start < end and not (terms(words[start][0]) and words[start][0].lower() not in SHAPING):
        start += 1
    while start < end and words[end - 1][0].lower() in _LEADING_ON:
        end -= 1
    return (words[start].start(), words[end - 1].end()) if start < end else (0, 0)


def _numbers(text: str) -> set[str | frozenset[str]]:
    said = read(text)
    return {*(measure.value for measure in said.measures), *said.dates}


def _key(word: str) -> str:
    return " ".join(terms(word)) or word.lower()


def _with_verdicts(replied: Sequence[str]) -> list[str]:
    """`No.` belongs to the sentence behind it."""
    found: list[str] = []
    for one in replied:
        if found and _BARE.fullmatch(found[-1]):
            found[-1] = f"{found[-1].strip(' .!,')}: {one}"
        else:
            found.append(one)
    return found


def _fit(asked: str, text: str) -> int:
    """How much a sentence looks like the answer."""
    gives = VALUE if wants_value(asked) and _gives(asked, read(text)) else 0
    verdict = VALUE if asks_yes_or_no(asked) and polarity_of(text) else 0
    return gives + verdict + len(content(asked) & set(terms(text)))


def _gives(asked: str, said: Reading) -> bool:
    return any(answers(asked, value.kind) for value in values(said))
