"""Files of conversations to exchanges: a question, what was replied to it, and what was said before."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import groupby
from pathlib import Path

from assistant.conversation.condense import Past
from assistant.conversation.small_talk import small_talk
from retrieval import Progress, ReadError
from tuning.examples.past import asking, letters, lines, tables
from tuning.examples.past.nouns import Exchange, Exchanges, Message
from tuning.examples.past.people import in_roles, people_of
from tuning.examples.past.written import LONGEST, own_words

MAILS, TABLES, LINES = (".mbox", ".eml"), (".csv", ".tsv"), (".jsonl", ".ndjson")
NO_REPLY = "nobody replied"
UNSTATED = "the reply states nothing"
NO_QUESTION = "small talk, or no question"
EMPTY = "an empty message"
TOO_LONG = f"a question of more than {asking.LONGEST} words, or a message of more than {LONGEST:,} characters"
REMEMBERED = 300  # characters of a turn without a question
TWICE = "the same question with the same reply, once more"


def read(
    paths: Sequence[Path],
    named: Mapping[str, str],
    spoken_of: Set[str] = frozenset(),
    progress: Progress = lambda what, done, total: None,
) -> Exchanges:
    """`named` are columns by what they mean; `spoken_of` words that the company is called by, in small letters."""
    left_out: Counter[str] = Counter()
    found: dict[str, Exchange] = {}
    conversations = _conversations(_messages(paths, named, left_out), left_out)
    for done, conversation in enumerate(conversations, 1):
        progress("Reading conversations", done, len(conversations))
        for one in _exchanges(conversation, spoken_of, left_out):
            left_out[TWICE] += one.id in found
            found.setdefault(one.id, one)
    return Exchanges(list(found.values()), +left_out)


def _messages(paths: Sequence[Path], named: Mapping[str, str], left_out: Counter[str]) -> Iterator[Message]:
    for path in paths:
        kind = path.suffix.lower()
        if kind not in (*MAILS, *TABLES, *LINES):
            raise ReadError(
                f"{path} is no file of conversations that can be read.",
                f"Export them as one of {', '.join((*TABLES, *LINES, *MAILS))}.",
            )
        if not path.is_file():
            raise ReadError(f"{path} is not a file.", "Check its name.")
        if kind in (*TABLES, *LINES):
            yield from (tables if kind in TABLES else lines).messages(path, named, left_out)
    yield from letters.messages([path for path in paths if path.suffix.lower() in MAILS], left_out)


def _conversations(messages: Iterable[Message], left_out: Counter[str]) -> list[list[Message]]:
    """In the order of time where it is told of all, else as they stand in the file."""
    found: dict[str, list[Message]] = {}
    for one in messages:
        if len(one.text) > LONGEST:
            left_out[TOO_LONG] += 1
        else:
            found.setdefault(one.conversation, []).append(one)
    for conversation in found.values():
        times = [_moment(one.when) for one in conversation]
        if all(time is not None for time in times):
            order = sorted(range(len(times)), key=lambda place: times[place] or 0.0)
            conversation[:] = [conversation[place] for place in order]
    return list(found.values())


def _exchanges(conversation: Sequence[Message], spoken_of: Set[str], left_out: Counter[str]) -> Iterator[Exchange]:
    sides = _sides(conversation)
    people = people_of({(one.author, asks) for one, asks in zip(conversation, sides, strict=True)}, spoken_of)
    said = [
        (asks, replace(one, text=own_words(in_roles(one.text, people)), subject=in_roles(one.subject, people)))
        for one, asks in zip(conversation, sides, strict=True)
    ]
    left_out[EMPTY] += sum(not one.text for _, one in said)
    filled = [pair for pair in said if pair[1].text]
    turns = [(asks, [one for _, one in some]) for asks, some in groupby(filled, key=lambda pair: pair[0])]
    before: list[Past] = []
    for at, (asks, some) in enumerate(turns):
        if asks:
            reply = "\n".join(one.text for one in turns[at + 1][1]) if at + 1 < len(turns) else ""
            found = list(_asked(some, reply, tuple(before), left_out))
            yield from found
            unasked = Past(some[-1].text[:REMEMBERED], reply[:REMEMBERED])
            before += [Past(one.asked, " ".join(one.replied)) for one in found] or [unasked]


def _asked(some: Sequence[Message], reply: str, before: tuple[Past, ...], left_out: Counter[str]) -> Iterator[Exchange]:
    """Every question of one turn with its share of the reply."""
    text, first = "\n".join(one.text for one in some), some[0]
    asked = asking.questions(text, before, first.subject)
    if not asked:
        left_out[NO_QUESTION] += 1
    elif not reply:
        left_out[NO_REPLY] += len(asked)
    else:
        for question, share in zip(asked, asking.shares(asked, reply), strict=True):
            if len(question.split()) > asking.LONGEST:
                left_out[TOO_LONG] += 1
            elif not any(small_talk(one) is None for one in share):
                left_out[UNSTATED] += 1
            else:
                yield Exchange(_id(question, share), question, share, before, _day(first.when), first.place)


def _sides(conversation: Sequence[Message]) -> list[bool]:
    """Whether each asks. Where one side is known by its role, the rest is the other side; else whoever began asks."""
    told = {one.asks for one in conversation} - {None}
    if len(told) == 1:
        return [one.asks if one.asks is not None else told == {False} for one in conversation]
    first = conversation[0].author
    return [one.asks if one.asks is not None else one.author == first for one in conversation]


def _id(asked: str, replied: Sequence[str]) -> str:
    return "past-" + hashlib.sha256("\n".join([asked, *replied]).encode()).hexdigest()[:12]


def _moment(when: str) -> float | None:
    """Seconds; None where it can't be read."""
    for read_as in (float, _of_iso, _of_mail):
        try:
            return read_as(when.strip())
        except (ValueError, TypeError, OverflowError, OSError):
            continue
    return None


def _of_iso(when: str) -> float:
    return _seconds(datetime.fromisoformat(when))


def _of_mail(when: str) -> float:
    return _seconds(parsedate_to_datetime(when))


def _seconds(found: datetime) -> float:
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def _day(when: str) -> str:
    """As ISO has it; nothing where it can't be read."""
    moment = _moment(when)
    try:
        return "" if moment is None else datetime.fromtimestamp(moment, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return ""
