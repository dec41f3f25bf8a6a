"""A table's rows: what one column says of the thing that another one names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from assistant.support.wording import wordlist
from tuning.drafting.nouns import Draft, Piece, Section
from tuning.drafting.verbs import BASES, THIRD
from tuning.drafting.wording import Names, question

_HEADER = re.compile(r"(?:^|; )(?P<name>[^:;]{1,60}): ")
_GENERIC = wordlist(
    "item property parameter specification specifications feature field name characteristic detail value"
)
_CODED = re.compile(r"(?=.*\d)[A-Z\d][\w./-]*$")
_EMPTY = wordlist("none no yes n/a - – — nil unknown various see same piece any tbd")
_NUMERIC = re.compile(r"[£$€]?\d+(?:[.,]\d+)*$")
_VERBAL = wordlist("is are was were has have had can may must should will to be")
_HANGING = wordlist("of to for by in on at with until after before from than per when if")
_FOR = wordlist(
    "remedy contact hours notice deadline discount fee charge rule examples substitute example limit reason"
)
_MEASURED = wordlist(
    "age amount capacity category class colour color cost current date delay depth diameter dimensions distance"
    " dose duration frequency hardness height length level lifetime material name noise number period power pressure"
    " price rate rating size speed supply temperature thickness time type version voltage volume wattage weight"
    " width yield"
)
_RELATED = wordlist(
    "address author cause code deadline default editor effect extension format function interval language licence"
    " license location maker manufacturer mode model origin owner package part phone place port prefix price"
    " producer purpose scale sign state status subject suffix supplier symbol symptom symptoms telephone title unit"
    " warranty"
)
_NOUNS = wordlist(
    "contact cost costs charge charges change changes checks claim claims control cover display end file files form"
    " forms help hours limit limits list load lock mark marks measure measures name need needs note notes offer"
    " offers order orders place point price prices process range record report request result results return returns"
    " review start state states supplies support supports test tests turns type update use uses visit visits work"
    " works"
)
_TALK = wordlist("question questions answer answers reply response")  # what faq reads
LONGEST = 14  # words of a cell
LONGEST_KEY = 8


@dataclass(frozen=True)
class Cell:
    """A value, and where it stands in its passage."""

    text: str
    piece: Piece
    start: int


@dataclass(frozen=True)
class Table:
    headers: tuple[str, ...]
    rows: tuple[dict[str, Cell], ...]

    def column(self, header: str) -> list[str]:
        return [row[header].text for row in self.rows if header in row]

    def tells_apart(self, headers: Sequence[str]) -> bool:
        keys = [tuple(row[name].text if name in row else "" for name in headers) for row in self.rows]
        return len(set(keys)) == len(keys) and all("" not in key for key in keys)


def read_tables(section: Section) -> Iterator[Table]:
    for is_row, pieces in groupby(section.pieces, key=lambda piece: piece.unit.kind == "row"):
        if is_row:
            yield from _tables(list(pieces))


def _tables(pieces: list[Piece]) -> Iterator[Table]:
    """Rows whose first header is the same are of one table."""
    firsts = [(_HEADER.match(piece.text), piece) for piece in pieces]
    for first, some in groupby(firsts, key=lambda pair: pair[0]["name"] if pair[0] else None):
        rows = [piece for _, piece in some]
        if first is not None and len(rows) >= 2:
            counts = Counter(found["name"] for piece in rows for found in _HEADER.finditer(piece.text))
            headers = tuple(name for name, many in counts.items() if many >= 2)
            yield Table(headers, tuple(_row(piece, headers) for piece in rows))


def _row(piece: Piece, headers: Sequence[str]) -> dict[str, Cell]:
    found = [match for match in _HEADER.finditer(piece.text) if match["name"] in headers]
    ends = [match.start() for match in found[1:]] + [len(piece.text)]
    return {
        match["name"]: Cell(piece.text[match.end() : end], piece, piece.start + match.end())
        for match, end in zip(found, ends, strict=True)
    }


def tables(section: Section, names: Names) -> Iterator[Draft]:
    for table in read_tables(section):
        subject = _subject(table)
        if subject is None or _TALK & {header.lower() for header in table.headers}:
            continue
        single = len(table.headers) == 2
        for row in table.rows:
            for header in table.headers:
                if header in row and header not in subject and _telling(table, header, row[header].text):
                    asked = _attribute(row, header, names) if single else _fact(row, header, subject, names)
                    if asked:
                        yield _draft(section, row[header], asked)


def _draft(section: Section, cell: Cell, asked: str) -> Draft:
    start, end = cell.start, cell.start + len(cell.text)
    return Draft("table", question(asked), cell.piece.passage, start, end, alone=False, heading=section.heading)


def _subject(table: Table) -> list[str] | None:
    """The columns that name what a row is about: the first that tells the rows apart, or the first two."""
    if not table.headers or any(re.search(r"\b[A-Z]\.", header) for header in table.headers):
        return None  # no table of facts: people's names are laid out so
    first, *others = table.headers
    if table.tells_apart([first]):
        return [first]
    return next(([first, other] for other in others[:2] if table.tells_apart([first, other])), None)


def _telling(table: Table, header: str, value: str) -> bool:
    """Whether the cell says something of its own: no `none`, and no word that half the column repeats."""
    words = value.split()
    column = table.column(header)
    return (
        0 < len(words) <= LONGEST
        and words[0].lower().strip(",.") not in _EMPTY
        and column.count(value) == 1
        and any(letter.isalnum() for letter in value)
    )


def _attribute(row: dict[str, Cell], header: str, names: Names) -> str | None:
    """A list of properties: `Item: Rated power; Heron 300: 1,450 W` → `What is the rated power of the Heron 300?`"""
    first = next(iter(row))
    if first.lower() not in _GENERIC:
        return _fact(row, header, [first], names)
    if not header[0].isupper() or header.lower() in _GENERIC:
        return None
    asks = _property(row[first].text, row[header].text, names)
    return asks and f"{asks} of {_the(header, names)}"


def _property(label: str, value: str, names: Names) -> str | None:
    """`what is the weight (empty)` for `Weight, empty`; None for what is no noun, such as `Switches itself off`."""
    words = label.split()
    if len(words) > 5 or words[0].lower() in THIRD or {"itself", "to"} & set(label.lower().split()) or ":" in label:
        return None
    main, _, more = label.partition(", ")
    said = names.lowered(main) + (f" ({more})" if more else "")
    if _head(main) in _MEASURED:
        return f"what is the {said}"
    return f"what {'figure ' if value[:1].isdigit() else ''}is given for the {said}"


def _fact(row: dict[str, Cell], header: str, subject: Sequence[str], names: Names) -> str | None:
    """`Message: Error 412; Cause: The clock is wrong` → `What is the cause of error 412?`"""
    keys = [row[name].text for name in subject if name in row]
    if len(keys) != len(subject) or any(len(key.split()) > LONGEST_KEY or ";" in key for key in keys):
        return None
    about = ", ".join(_key(name, key, names) for name, key in zip(subject, keys, strict=True))
    special = _special(header, subject[0], keys[0], about)
    if special or not _is_noun(header):
        return special
    said = _lowered(header, names)
    if _plural(_head(header)) and _NUMERIC.match(row[header].text):
        return f"how many {said} are there for {about}"
    if _head(header) not in _RELATED | _MEASURED | _FOR:
        return f"what is given under “{header}” for {about}"
    of = "for" if _head(header) in _FOR or " for " in said or " of " in said else "of"
    return f"what {'are' if _plural(_head(header)) else 'is'} the {said} {of} {about}"


def _special(header: str, key_header: str, key: str, about: str) -> str | None:
    """Headers that are asked for in words of their own."""
    said = header.lower()
    doing = said.split()
    if doing[:2] == ["what", "to"] and len(doing) > 2 and doing[2] in BASES:
        return f"what should I {' '.join(doing[2:])} in the case of {about}"
    if said != key_header.lower() and key_header.lower().startswith(said + " "):
        return f"which {said} has the {key_header.lower()} {key}"
    ways = {
        "for": f"what is {about} for",
        "meaning": f"what does {about} mean",
        "what it means": f"what does {about} mean",
        "description": f"how is {about} described",
        "note": f"what is noted about {about}",
        "remark": f"what is noted about {about}",
        "comment": f"what is noted about {about}",
    }
    return ways.get(said)


def _head(label: str) -> str:
    """The word that says what it is: `price` of `Price a year`."""
    words = re.split(r" (?:of|for|in|an?|per|at|while|x|excl\.|incl\.|when|after|with) ", label)[0].split()
    return words[-1].lower()


def _plural(head: str) -> bool:
    return head.endswith("s") and not head.endswith(("ss", "us", "is"))


def _is_noun(header: str) -> bool:
    words = header.lower().rstrip(".").split()
    odd = set(words) & _VERBAL or {words[0], words[-1]} & _HANGING or not words[0][0].isalpha()
    verbal = any(word in THIRD and word not in _NOUNS for word in words) or words[0] in BASES - _NOUNS
    return not (odd or verbal) and len(words) <= 6


def _lowered(header: str, names: Names) -> str:
    """`Unit Price` as a column is headed is the `unit price`; `VAT` stays."""
    return " ".join(names.lowered(word) for word in header.split())


def _key(header: str, key: str, names: Names) -> str:
    """What a row is about: a code behind its header's name, anything else as it stands."""
    generic = header.lower() in _GENERIC
    if _CODED.match(key) or len(key) <= 3 or (len(key.split()) == 1 and not generic):
        return f"{names.lowered(header)} {key}" if not generic else key
    said = key if re.search(r"\d| [A-Z]", key) else names.lowered(key)
    named = re.search(r"\d| [A-Z]", key) or generic
    return said if named and "," not in said and said.split()[0].lower() not in _HANGING else f"“{said}”"


def _the(name: str, names: Names) -> str:
    said = names.lowered(name)
    return said if re.match(r"(?:the|a|an|our|your) ", said, re.IGNORECASE) else f"the {said}"
