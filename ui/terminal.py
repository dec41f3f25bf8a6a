"""How answers, evidence and progress look in a terminal."""

from __future__ import annotations

import sys
import time
import unicodedata
from typing import Any, TextIO

from assistant.nouns import Answer, Citation, Ended, Event, Evidence, Said, Withdrawn
from retrieval import Passage, Principal

BOLD, DIM, PLAIN = "\033[1m", "\033[2m", "\033[0m"


def principal(options: Any) -> Principal:
    groups = frozenset(name.strip() for name in options.groups.split(",") if name.strip())
    return Principal(options.user, groups)


def printable(text: str) -> str:
    """The text without characters that steer a terminal or turn its direction."""
    return "".join(letter for letter in text if letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cf"))


def styled(text: str, style: str, out: TextIO) -> str:
    return f"{style}{text}{PLAIN}" if out.isatty() else text


def show(event: Event, to: TextIO | None = None) -> None:
    """Print one event as it comes."""
    out = to or sys.stdout
    if isinstance(event, Evidence):
        print(styled(f"Reading [{event.number}] {printable(_where(event.passage))}", DIM, out), file=out, flush=True)
    elif isinstance(event, Said):
        print(f"\n{styled(printable(event.text), BOLD, out)} [{event.citation.number}]\n", file=out)
        print(quoted(event.citation), file=out, flush=True)
    elif isinstance(event, Withdrawn):
        print(styled("What was read did not hold up; it is withdrawn.", DIM, out), file=out)
    elif isinstance(event, Ended):
        print(_ending(event.answer, out), file=out, flush=True)


def quoted(citation: Citation) -> str:
    quote = printable(citation.quote.text).replace("\n", "\n     ")
    return f'[{citation.number}] "{quote}"\n    {printable(_where(citation.passage))}'


def _where(passage: Passage) -> str:
    dated = f", {passage.date}" if passage.date else ""
    return f"{passage.place}{dated} ({passage.document})"


def _ending(answer: Answer, out: TextIO) -> str:
    how = styled(f"reader: {answer.reader}, confidence: {answer.confidence:.2f}", DIM, out)
    if answer.abstention is None:
        return f"\n{how}"
    return f"\n{styled(printable(answer.text), BOLD, out)} (reason: {answer.abstention.reason})\n\n{how}"


def explanation(answer: Answer) -> str:
    """One question's way: what was found, what was decided and on what ground."""
    lines = ["Found:"]
    for number, hit in enumerate(answer.trace["found"], 1):
        scores = ", ".join(f"{name} {hit[name]:.3f}" for name in ("score", "dense", "lexical") if name in hit)
        lines.append(f"  {number}. {printable(hit['place'])}: {scores}")
    decided = answer.trace["decided"]
    features = ", ".join(f"{name} {value:.3f}" for name, value in decided["features"].items())
    verdict = "answers" if decided["confidence"] >= decided["threshold"] else "abstains"
    lines.append(f"Decided: {verdict}, confidence {decided['confidence']:.3f}, threshold {decided['threshold']:.3f}")
    lines.append(f"  on: {features}" if features else "  on: nothing found")
    return "\n".join(lines)


class Progress:
    """What is being done, how far, and about how long it will take; on a terminal in one line."""

    def __init__(self, out: TextIO | None = None) -> None:
        self.out = out or sys.stderr
        self.what = ""
        self.began = 0.0
        self.first = 0  # what was done before: it took no time now

    def __call__(self, what: str, done: int, total: int) -> None:
        if what != self.what:
            self.what, self.began, self.first = what, time.monotonic(), done
        ended = done >= total
        if self.out.isatty():
            print(f"\r\033[K{what} {done}/{total}{self._left(done, total)}", end="\n" if ended else "", file=self.out)
            self.out.flush()
        elif ended and total:
            print(f"{what} {done}/{total}", file=self.out, flush=True)

    def _left(self, done: int, total: int) -> str:
        passed, fresh = time.monotonic() - self.began, done - self.first
        return f", about {passed / fresh * (total - done):.0f} s left" if fresh and passed > 1 else ""
