"""What a question says of its document, so that it can be understood alone: `according to the returns policy`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assistant.support.wording import wordlist
from retrieval import Passage
from tuning.drafting.nouns import Draft, unnumbered
from tuning.drafting.wording import Names, question

_DOCUMENTS = wordlist(
    "act agreement announcement bulletin catalogue charter checklist code conditions constitution contract"
    " directive faq form glossary guide guideline guidelines handbook instructions law leaflet letter licence"
    " license list manifesto manual memo memorandum minutes notes notice order plan plans policy procedure"
    " procedures proposal protocol regulation regulations report rules schedule sheet specification standard"
    " statement statute terms timetable"
)
_NO_PRODUCT = wordlist("chapter part section volume appendix version edition article step page no annex table figure")
_DIVIDED = re.compile(r": | [-–—|·] ")
_LONGEST = 9  # words of a name
SAME = wordlist("machine device appliance product unit instrument equipment")  # what a product's manual calls it
_PLAIN = wordlist("overview introduction general about other miscellaneous details notes summary contents problems")


@dataclass(frozen=True)
class Name:
    """What a document is called in a question; `product` where it is about a thing with a name."""

    said: str
    product: bool = False
    shared: bool = False  # another document has the same title


def documents(passages: Iterable[Passage], names: Names) -> Mapping[str, Name]:
    """Document id → its name, as short as tells it from the others. A document that can't be told apart has none."""
    firsts: dict[str, Passage] = {}
    things: set[str] = set()
    for passage in passages:
        thing = product(firsts.setdefault(passage.document, passage).title)
        if thing and thing in passage.text:
            things.add(passage.document)
    found: dict[str, Name] = {}
    for shorten in (_short, _whole, _dated):
        left = {
            id: name for id, one in firsts.items() if id not in found and (name := shorten(one, names, id in things))
        }
        many = Counter(name.said.lower() for name in [*left.values(), *found.values()])
        found |= {id: name for id, name in left.items() if many[name.said.lower()] == 1}
    return found


def product(title: str) -> str | None:
    """`Heron 300` of `Heron 300 espresso machine: user manual`: capitals that lead up to a number."""
    lead = re.match(r"(?:[A-Z][\w-]* ){1,3}?(?:[A-Z]{0,3}\d[\w-]*)(?=\s|:|$)", title)
    if lead is None or lead[0].split()[0].lower() in _NO_PRODUCT or re.search(r"\b(?:19|20)\d\d$", lead[0]):
        return None
    return lead[0]


def _short(passage: Passage, names: Names, thing_named: bool) -> Name | None:
    title = unnumbered(passage.title)
    thing = product(title) if thing_named else None
    return Name(f"the {thing}", product=True) if thing else _named(_DIVIDED.split(title)[0], names)


def _whole(passage: Passage, names: Names, thing_named: bool) -> Name | None:
    return _named(unnumbered(passage.title), names)


def _dated(passage: Passage, names: Names, thing_named: bool) -> Name | None:
    short = _short(passage, names, thing_named)
    when = passage.version or passage.date
    told = f"version {when}" if passage.version and not re.match(r"(?:19|20)\d\d\b", passage.version) else when
    return Name(f"{short.said} ({told})", short.product, shared=True) if short and told else None


def _named(title: str, names: Names) -> Name | None:
    words = title.split()
    if not words or len(words) > _LONGEST or not any(letter.isalpha() for letter in title) or "_" in title:
        return None
    if title.isupper() and len(title) > 5:
        title = title.lower()
    head = re.split(r" (?:of|for|on|about|to|in) |,? \(", title)[0].split()
    kind = [word.lower().strip(",.") for word in head if not word.isdigit()]
    if kind and kind[-1] in _DOCUMENTS and "this" not in kind:
        titled = any(word[0].isupper() for word in words[1:]) and not title.islower()
        return Name(f"the {title if titled else names.lowered(title)}")
    return Name(f"“{title[0].upper()}{title[1:]}”")


def placed(draft: Draft, name: Name, nth: int, section: bool) -> str:
    """The question with its document's name, and its section's where asked; `nth` varies the wording."""
    asked = draft.question
    if name.product:
        return _of_product(draft, name, section)
    where = f", section “{_sentence_case(draft.heading)}”" if section else ""
    if nth % 2 and not where and not name.said.startswith("“") and "," not in asked:
        return question(f"{asked.rstrip('?')} according to {name.said}")
    binding = re.search(r"\b(?:agreement|conditions|contract|policy|regulations|rules|terms)$", name.said)
    return f"{'Under' if binding and not where and nth % 3 == 0 else 'According to'} {name.said}{where}, {inner(asked)}"


def _of_product(draft: Draft, name: Name, section: bool) -> str:
    asked = draft.question
    if name.said.removeprefix("the ") in asked:
        return asked
    said = re.sub(rf"\b(?:the|my|your|this) (?:{'|'.join(sorted(SAME))})\b", name.said, asked, count=1)
    if said != asked and not section:
        return said
    return f"For {name.said}{f' ({draft.heading})' if section else ''}, {inner(asked)}"


def inner(asked: str) -> str:
    """The question as it stands behind a comma."""
    return asked[0].lower() + asked[1:] if not asked.startswith("I ") else asked


def telling(heading: str) -> bool:
    """Whether a section's heading says what it is about, in few words."""
    words = heading.lower().split()
    return 0 < len(words) <= 6 and words[0] not in _PLAIN and not heading.endswith("?") and '"' not in heading


def _sentence_case(heading: str) -> str:
    return heading.capitalize() if heading.isupper() and len(heading) > 5 else heading
