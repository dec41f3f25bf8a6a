"""A question's wording: whose words they are, small and capital letters, and the mark at its end (English)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.support.wording import wordlist
from tuning.drafting.verbs import BASES, DO, THIRD

_TURNED = {
    "your": "my", "yours": "mine", "yourself": "myself", "yourselves": "ourselves", "we": "you", "us": "you",
    "our": "your", "ours": "yours", "ourselves": "yourselves",
}  # fmt: skip
_TO = wordlist("to for with from by of at on about against between without behind")  # whom something is done to
_NO_VERB = wordlist("to for with from by of at on in a an the your our and or if when this that these it two") | {""}
_ENGLISH = wordlist("the of and to is for with that are this it from or not be")
_FOREIGN = wordlist("der die und das ist nicht ein le les et des est une pour el los una que di il per het een van och")
_PERSON = re.compile(r"\b(you|your|yours|yourself|yourselves|we|us|our|ours|ourselves)\b", re.IGNORECASE)
_SENTENCE_START = re.compile(r"(?:^|[.!?:;…>\n]\s*|[\"“‘(\[•–-]\s*|^\d+[.)]\s*)$")
_TOKEN = re.compile(r"[A-Za-z][A-Za-z'’-]*")


@dataclass(frozen=True)
class Names:
    """Words that documents write with a capital within their sentences, and not without."""

    proper: frozenset[str]

    def lowered(self, phrase: str) -> str:
        """The phrase as it stands within a sentence: `The pump` is `the pump`, but `Harbour Connect` stays."""
        first = re.match(r"\S+", phrase)
        if not first or any(letter.isupper() or letter.isdigit() for letter in first[0][1:]):
            return phrase
        if re.sub(r"['’]s?$", "", first[0]) in self.proper:
            return phrase
        return phrase if first[0] == "I" else phrase[0].lower() + phrase[1:]


def names_in(texts: Iterable[str]) -> Names:
    capital: dict[str, int] = {}
    small: dict[str, int] = {}
    for text in texts:
        for token in _TOKEN.finditer(text):
            word = token[0]
            if word.islower():
                small[word] = small.get(word, 0) + 1
            elif word[0].isupper() and not _SENTENCE_START.search(text, max(0, token.start() - 12), token.start()):
                capital[word] = capital.get(word, 0) + 1
    return Names(frozenset(word for word, many in capital.items() if many > small.get(word.lower(), 0)))


def english(texts: Iterable[str]) -> bool:
    """Whether the little words are English ones, as far as there are any."""
    counts = Counter(word for text in texts for word in re.findall(r"[^\W\d_]+", text.lower()))
    ours, others = (sum(counts[word] for word in little) for little in (_ENGLISH, _FOREIGN))
    return ours >= others


def turned(text: str) -> str:
    """As the one says it who is spoken to: `you may return your machine to us` is `I may return my machine to you`."""
    said = _PERSON.sub(_turn, text)
    return re.sub(r"\bare I\b", "am I", re.sub(r"\bI are\b", "I am", re.sub(r"\bwere I\b", "was I", said)))


def _turn(found: re.Match[str]) -> str:
    word = found[1].lower()
    if word == "you":
        return "I" if _is_subject(found) else "me"
    return _TURNED[word]


def _is_subject(found: re.Match[str]) -> bool:
    """Whether `you` does something here, rather than having it done."""
    before = found.string[: found.start()].rstrip().rpartition(" ")[2].lower()
    after = found.string[found.end() :].lstrip(" ").partition(" ")[0].lower()
    verbal = before in BASES - DO or before in THIRD
    return (
        before not in _TO
        and not verbal
        and after.rstrip(".,;?") not in _NO_VERB
        and not after.startswith((",", ".", ";"))
    )


def question(text: str) -> str:
    """With a capital and its mark, on one line."""
    plain = " ".join(text.split()).rstrip(" .!?:;,")
    return plain[:1].upper() + plain[1:] + "?"
