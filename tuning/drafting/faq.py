"""Questions that the documents ask themselves: headings that are questions, and tables of questions and answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.polarity import asks_yes_or_no
from assistant.support.wording import wordlist
from retrieval import Passage, terms
from tuning.drafting.clauses import parse
from tuning.drafting.nouns import Draft, Piece, Polarity, Section, unnumbered
from tuning.drafting.tables import Cell, read_tables
from tuning.drafting.wording import Names
from tuning.exam.rightness import polarity

LONGEST = 45  # words of an answer
SHORTEST = 3
_ASKING = wordlist("question questions faq q")
_ANSWERING = wordlist("answer answers reply response a")
_LOGGED = wordlist("ticket case status customer caller agent sender")
_POLITE = re.compile(
    r"(?:thank|thanks|sorry|i am|i'm|please|dear|hello|hi|good|that is|we are|this (?:is|depends))\b", re.I
)
_ELSEWHERE = re.compile(
    r"\b(?:see|refer to|described in|have a look|check) (?:the |also |our )?(?:section|chapter|page|above)\b", re.I
)
# What is said before an answer rather than as one.
_OPENING = re.compile(
    r"(?:this|these|those|some|many|most|suppose|one of|it depends|first of all|for (?:a|more)"
    r"|there (?:are|is) (?:an?|two|three|four|many|several|no))\b",
    re.I,
)
_PLACED = wordlist("on in at under behind by after inside beside")
_COUNTING = re.compile(r"\bhow (?:long|often|many|much|old|far)\b", re.I)
_FIGURE = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|ten|once|twice|every|daily|weekly|monthly|yearly|half|an?) ", re.I
)
_LIST = 4  # items of an answer at most


def faq(section: Section, names: Names) -> Iterator[Draft]:
    if section.heading.endswith("?") and not re.match(r"(?:and|but|so)\b", section.heading, re.I):
        yield from answered("faq", section.heading, section)
    for table in read_tables(section):
        asking = next((name for name in table.headers if name.lower() in _ASKING), None)
        answering = next((name for name in table.headers if name.lower() in _ANSWERING), None)
        log = _LOGGED & {name.lower() for name in table.headers}  # what was told to one person is no rule for all
        for row in table.rows if asking and answering and not log else ():
            if asking in row and answering in row and row[asking].text.endswith("?"):
                yield from _replied(row[asking].text, row[answering])


def answered(way: str, asked: str, section: Section) -> Iterator[Draft]:
    """The first sentence below answers, or the few items that it announces; of a yes or no, what begins so."""
    pieces = [piece for piece in section.pieces if piece.passage is section.first]
    if not pieces or pieces[0].unit.kind in ("row", "code") or asked.count("?") > 1:
        return
    if asks_yes_or_no(asked):
        verdict = polarity(pieces[0].text)
        if verdict and not re.match(r"(?:could|can|would|will) you tell\b", asked, re.I):
            yield _draft(way, asked, pieces[:2] if len(pieces[0].text) < 10 else pieces[:1], verdict)
        return
    span = _listed(pieces) if pieces[0].text.endswith(":") or pieces[0].unit.kind == "item" else pieces[:1]
    if span and _good(span) and (len(span) > 1 or replies(asked, pieces[0].text)):
        longer = [pieces[:many] for many in (2, 3) if span == pieces[:1] and many <= len(pieces)]
        yield _draft(way, asked, span, None, [_text(some) for some in longer if _good(some)])


def replies(asked: str, text: str) -> bool:
    """Whether a sentence looks like the answer itself, and not like something that is said before it."""
    if _COUNTING.search(asked) and not _FIGURE.search(text):
        return False
    wanted, said = set(terms(asked)), set(terms(text))
    if len(wanted & said) >= max(1, min(2, len(wanted) - 1)) and not _OPENING.match(text):
        return True
    return _fits(asked.lower(), text)


def _fits(asked: str, text: str) -> bool:
    """An instruction for a `how`, a reason for a `why`, a place or time for a `where` or `when`."""
    if re.search(r"\b(?:how|what (?:should|can|do|must|now))\b", asked):
        clause = parse(text)
        return clause is not None and clause.imperative
    if "why" in asked:
        return re.search(r"\bbecause\b|^to \w+ ", text, re.I) is not None
    return bool(re.search(r"\b(?:where|when)\b", asked)) and text.partition(" ")[0].lower() in _PLACED


def _listed(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """The items of a short list that is all there in this passage."""
    items = [piece for piece in pieces if piece.unit.kind == "item"]
    first = pieces.index(items[0]) if items else 0
    whole = items and pieces[first : first + len(items)] == items and first <= 1
    return items if whole and 1 < len(items) <= _LIST else []


def _good(pieces: Sequence[Piece]) -> bool:
    text = _text(pieces)
    refers = _POLITE.match(text) or _ELSEWHERE.search(text) or text.endswith((":", "?"))
    plain = all(piece.unit.kind in ("sentence", "item") for piece in pieces)
    return SHORTEST <= len(text.split()) <= LONGEST and plain and not refers


def _text(pieces: Sequence[Piece]) -> str:
    first, last = pieces[0], pieces[-1]
    return first.passage.text[first.start : last.start + len(last.text)]


def _draft(way: str, asked: str, pieces: Sequence[Piece], verdict: str | None, also: Sequence[str] = ()) -> Draft:
    first, last = pieces[0], pieces[-1]
    end = last.start + len(last.text)
    return Draft(
        "faq" if way == "faq" else "heading",
        asked,
        first.passage,
        first.start,
        end,
        polarity=_polarity(verdict),
        alone=way == "faq",
        heading=unnumbered(first.passage.heading[-1]) if first.passage.heading else "",
        also=tuple(also),
    )


def _polarity(verdict: str | None) -> Polarity | None:
    return "Yes" if verdict == "Yes" else "No" if verdict == "No" else None


def _replied(asked: str, cell: Cell) -> Iterator[Draft]:
    """A row of a table of questions and answers: the whole answer where it is short, else its first sentence."""
    passage: Passage = cell.piece.passage
    verdict = polarity(cell.text) if asks_yes_or_no(asked) else None
    first = re.match(r".+?[.!](?=\s|$)", cell.text, re.DOTALL)
    said = first[0] if first else cell.text
    fits = SHORTEST <= len(said.split()) <= LONGEST and not _POLITE.match(said) and not _ELSEWHERE.search(said)
    if asked.count("?") == 1 and fits and bool(verdict) == asks_yes_or_no(asked):
        also = (cell.text,) if cell.text != said and len(cell.text.split()) <= LONGEST else ()
        end = cell.start + len(said)
        yield Draft("faq", asked, passage, cell.start, end, _polarity(verdict), also=() if verdict else also)
