"""Documents to Passages: whole units of one section, packed to a budget of tokens, each with its place."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Protocol

from retrieval.errors import UsageError
from retrieval.nouns import Block, Document, Passage, Unit
from retrieval.units import block_units

Measure = Callable[[Sequence[str]], list[int]]  # tokens of each text, as the encoder counts them

BUDGET = 160  # tokens of text that a passage is packed to
LIMIT = 256  # tokens that the encoder reads of header and text
HEADER = 48  # tokens' worth of header at most
ORPHAN = 25  # tokens below which the last passage of a section takes units from the one before
DEEPEST = 9  # levels of headings that a path tells apart
_LOOKED_AT = 1000  # characters of a heading: what fits into a header is found among them
_LEAST_ROOM = 8  # tokens of text; a limit that leaves less is a mistake
_GAP = "…"
_WORDS = re.compile(r"[^\W_]+|\S")


@dataclass(frozen=True, slots=True)
class _Placed:
    """A unit, where it stands, and how many tokens it takes."""

    unit: Unit
    section: int
    heading: tuple[str, ...]
    block: int
    page: int | None
    tokens: int = 0


Group = list[_Placed]  # becomes a passage
Path = list[tuple[int, str]]  # level and text of the headings above a place


class Splitter(Protocol):
    """What cuts documents into passages. With another identity, passages may be others."""

    @property
    def identity(self) -> str: ...

    def __call__(self, document: Document, measure: Measure, budget: int, limit: int) -> list[Passage]: ...


@dataclass(frozen=True, slots=True)
class OwnSplitter:
    """`split`, and no identity of its own: that goes with the release."""

    identity: str = ""

    def __call__(self, document: Document, measure: Measure, budget: int, limit: int) -> list[Passage]:
        return split(document, measure, budget, limit)


OWN = OwnSplitter()


def split(document: Document, measure: Measure, budget: int = BUDGET, limit: int = LIMIT) -> list[Passage]:
    """Every unit is in exactly one passage; one too long for any is cut at white space."""
    placed, joint = _measured(document, list(_placed(document)), measure)
    groups: list[Group] = []
    for _, section in groupby(placed, key=lambda item: item.section):
        groups += _groups(document, list(section), measure, budget, limit, joint)
    digest = hashlib.sha256(document.text.encode()).hexdigest()[:12]
    return [_passage(document, digest, group) for group in _within(document, groups, measure, limit)]


def cut_to_limit(document: Document, passages: Sequence[Passage], measure: Measure, limit: int) -> list[Passage]:
    """The same passages, each that the encoder would not read to its end cut into several."""
    sizes = measure([encoded_text(passage) for passage in passages])
    found: list[Passage] = []
    for passage, size in zip(passages, sizes, strict=True):
        group = [_Placed(unit, 0, passage.heading, 0, passage.page) for unit in passage.units]
        if size > limit and _can_halve(group):
            digest = passage.id.removeprefix(f"{document.id}@").partition(":")[0]
            found += [_passage(document, digest, part) for part in _within(document, [group], measure, limit)]
        else:
            found.append(passage)
    return found


def header(passage: Passage) -> str:
    """Title › heading path, worth 48 tokens at most: the middle goes first."""
    return _header(passage.title, passage.heading)


def encoded_text(passage: Passage) -> str:
    """What the encoder reads of a passage."""
    return f"{header(passage)}\n{passage.text}"


def _placed(document: Document) -> Iterator[_Placed]:
    """The units below their headings; every heading begins a section."""
    path: Path = []
    section = 0
    for number, block in enumerate(document.blocks):
        if block.kind == "heading":
            path = below(path, block, document.text)
            section += 1
            continue
        heading = without_title(document.title, [text for _, text in path])
        for unit in block_units(document, block):
            yield _Placed(unit, section, heading, number, block.page)


def below(path: Path, heading: Block, text: str) -> Path:
    """The path of headings that holds from this one on."""
    level = min(heading.level, DEEPEST)
    return [*(above for above in path if above[0] < level), (level, text[heading.start : heading.end])]


def without_title(title: str, path: list[str]) -> tuple[str, ...]:
    return tuple(path[1:] if path and path[0].casefold() == title.casefold() else path)


def _measured(document: Document, placed: list[_Placed], measure: Measure) -> tuple[list[_Placed], int]:
    """Units with their tokens, and the tokens that white space between two of them may cost."""
    texts = [document.text[item.unit.start : item.unit.end] for item in placed]
    *sizes, joint, empty = measure([*texts, "\n\n", ""])
    sized = [replace(item, tokens=size - empty) for item, size in zip(placed, sizes, strict=True)]
    return sized, joint - empty


def _groups(document: Document, section: Group, measure: Measure, budget: int, limit: int, joint: int) -> list[Group]:
    room = _room(document.title, section[0].heading, measure, limit)
    fitting = [piece for item in section for piece in _fit(document.text, item, room, measure)]
    budget = min(budget, room)
    return _settle(_pack(document.text, fitting, budget, joint), budget, room, joint)


def _room(title: str, heading: tuple[str, ...], measure: Measure, limit: int) -> int:
    taken = measure([_header(title, heading) + "\n"])[0]
    if limit - taken < _LEAST_ROOM:
        raise UsageError(
            f"A limit of {limit} tokens leaves no room for text: the header alone takes {taken}.",
            f"Use a limit of at least {taken + _LEAST_ROOM}.",
        )
    return limit - taken


def _fit(text: str, item: _Placed, room: int, measure: Measure) -> Iterator[_Placed]:
    """The unit itself, or pieces of about the same size that end at white space."""
    if item.tokens <= room:
        yield item
        return
    words = [
        Unit(item.unit.kind, item.unit.start + match.start(), item.unit.start + match.end())
        for match in re.finditer(r"\S+", text[item.unit.start : item.unit.end])
    ]
    *sizes, empty = measure([*(text[word.start : word.end] for word in words), ""])
    sized = [replace(item, unit=word, tokens=n - empty) for word, n in zip(words, sizes, strict=True)]
    pieces = -(-item.tokens // room)
    even = min(room, item.tokens // pieces + max(word.tokens for word in sized))
    for run in _pack(text, sized, even, joint=0):
        unit = Unit(item.unit.kind, run[0].unit.start, run[-1].unit.end)
        yield replace(item, unit=unit, tokens=sum(word.tokens for word in run))


def _pack(text: str, placed: list[_Placed], budget: int, joint: int) -> list[Group]:
    groups: list[Group] = [[]]
    filled = 0
    for item in placed:
        if groups[-1] and filled + joint + item.tokens > budget:
            groups.append(_carried(text, groups[-1], item, budget, joint))
            filled = _tokens(groups[-1], joint)
        filled += item.tokens + (joint if groups[-1] else 0)
        groups[-1].append(item)
    return [group for group in groups if group]


def _carried(text: str, group: Group, item: _Placed, budget: int, joint: int) -> Group:
    """What goes along to the next group: a paragraph that would be torn, the line that introduces a list."""
    stay = len(group)
    while stay > 1 and group[stay - 1].block == item.block:
        stay -= 1
    last = group[stay - 1].unit
    if stay > 1 and text[last.start : last.end].endswith(":"):
        stay -= 1
    kept, carried = group[:stay], group[stay:]
    if not carried or _tokens(kept, joint) < budget // 3 or _tokens([*carried, item], joint) > budget:
        return []
    del group[stay:]
    return carried


def _settle(groups: list[Group], budget: int, room: int, joint: int) -> list[Group]:
    """No last group of a few words: it joins the one before, or takes units from it."""
    if len(groups) < 2 or _tokens(groups[-1], joint) >= ORPHAN:
        return groups
    before, last = groups[-2:]
    if _tokens(before + last, joint) <= min(room, budget + ORPHAN):
        return [*groups[:-2], before + last]
    while len(before) > 1 and _tokens(last, joint) < ORPHAN:
        if _tokens([before[-1], *last], joint) > room:
            break
        last.insert(0, before.pop())
    return groups


def _tokens(group: Group, joint: int) -> int:
    return sum(item.tokens for item in group) + joint * (len(group) - 1)


def _within(document: Document, groups: list[Group], measure: Measure, limit: int) -> list[Group]:
    """The last word on the limit: tokens of a whole are not always the sum of its parts."""
    while groups:
        sizes = measure([_encoded(document, group) for group in groups])
        over = [size > limit and _can_halve(group) for size, group in zip(sizes, groups, strict=True)]
        if not any(over):
            break
        groups = [
            part
            for group, too_long in zip(groups, over, strict=True)
            for part in (_halves(document.text, group) if too_long else [group])
        ]
    return groups


def _can_halve(group: Group) -> bool:
    return group[-1].unit.end - group[0].unit.start > 1


def _halves(text: str, group: Group) -> list[Group]:
    if len(group) > 1:
        return [group[: len(group) // 2], group[len(group) // 2 :]]
    unit = group[0].unit
    middle = (unit.start + unit.end) // 2
    space = text.rfind(" ", unit.start + 1, middle)
    cut = space if space > 0 else middle
    halves = Unit(unit.kind, unit.start, cut), Unit(unit.kind, cut + (text[cut] == " "), unit.end)
    return [[replace(group[0], unit=half)] for half in halves]


def _encoded(document: Document, group: Group) -> str:
    text = document.text[group[0].unit.start : group[-1].unit.end]
    return f"{_header(document.title, group[0].heading)}\n{text}"


def _passage(document: Document, digest: str, group: Group) -> Passage:
    start, end = group[0].unit.start, group[-1].unit.end
    return Passage(
        id=f"{document.id}@{digest}:{start}-{end}",
        document=document.id,
        title=document.title,
        heading=group[0].heading,
        page=group[0].page,
        start=start,
        end=end,
        text=document.text[start:end],
        units=tuple(item.unit for item in group),
        date=document.date,
        version=document.version,
    )


def _header(title: str, heading: Sequence[str]) -> str:
    kept = [part[:_LOOKED_AT] for part in (title, *heading) if part]
    path = " › ".join(kept)
    while _worth(path) > HEADER and len(kept) > 2:
        del kept[len(kept) // 2]
        half = (len(kept) + 1) // 2
        path = " › ".join((*kept[:half], _GAP, *kept[half:]))
    if _worth(path) <= HEADER:
        return path
    share = HEADER // len(kept) - 3
    return f" › {_GAP} › ".join(_clipped(part, share) for part in kept)


def _worth(text: str) -> int:
    """About how many tokens: a word of a Latin alphabet has one for every four letters."""
    return sum(_word_worth(match[0]) for match in _WORDS.finditer(text))


def _word_worth(word: str) -> int:
    return -(-len(word) // 4) if word.isascii() else len(word)


def _clipped(text: str, worth: int) -> str:
    """The words that fit, or what fits of the first."""
    if _worth(text) <= worth:
        return text
    end = used = 0
    for match in _WORDS.finditer(text):
        used += _word_worth(match[0])
        if used > worth:
            break
        end = match.end()
    return text[: end or worth] + _GAP
