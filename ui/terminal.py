"""How answers, evidence and progress look in a terminal."""

from __future__ import annotations

import sys
import time
import unicodedata
from typing import Any, TextIO

from assistant.nouns import Answer, Citation, Ended, Event, Evidence, Said, Withdrawn
from retrieval import Passage, Principal, UsageError, Where

BOLD, DIM, PLAIN = "\033[1m", "\033[2m", "\033[0m"


def principal(options: Any) -> Principal:
    return Principal(options.user, groups(options.groups))


def groups(written: str) -> frozenset[str]:
    return frozenset(name.strip() for name in written.split(",") if name.strip())


def many(number: int, what: str) -> str:
    return f"{number:,} {what}" + "s" * (number != 1)


def where(options: Any) -> Where:
    """The filters given; `--metadata` says a name and its value."""
    said = [written.partition("=") for written in options.metadata or ()]
    for name, equals, _ in said:
        if not name or not equals:
            raise UsageError(f"--metadata {name}{equals} says no name with a value.", "Write --metadata NAME=VALUE.")
    return Where(
        folder=options.folder,
        media=options.media,
        language=options.language,
        since=options.since,
        until=options.until,
        metadata={name: value for name, _, value in said},
    )


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
        before, words, after = map(printable, event.parts)
        print(f"\n{before}{styled(words, BOLD, out)}{after} {event.marks}".rstrip(" "), file=out)
        print("".join(f"\n{quoted(citation)}" for citation in event.citations), file=out, flush=True)
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
    if answer.kind != "answer":
        return "\n".join(f"  {printable(suggestion)}" for suggestion in answer.suggestions)
    how = styled(f"reader: {answer.reader}, confidence: {_sure(answer.confidence, 2)}", DIM, out)
    note = f"\n{printable(answer.note)}\n" if answer.note else ""
    if answer.abstention is None:
        return f"{note}\n{how}"
    return f"\n{styled(printable(answer.text), BOLD, out)} (reason: {answer.abstention.reason})\n{note}\n{how}"


def _sure(confidence: float | None, digits: int) -> str:
    return "not told by the model" if confidence is None else f"{confidence:.{digits}f}"


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
