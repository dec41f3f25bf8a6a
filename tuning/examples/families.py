"""Documents that must not be parted: versions, copies, successors, and what says mostly the same in another file."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Mapping

from retrieval import Database

ALIKE = 0.5  # of the words of the shorter document, in sentences that both have
SHORTEST = 6  # words of a sentence that two documents hardly have by accident
LEAST = 30  # words in such sentences; with fewer nothing can be told
NEXT = 8  # of many documents that share a sentence, each is held beside so many after it
_CUT = re.compile(r"\n|(?<=[.!?])\s+")


class Families:
    """Document id → the family it is in, named by one of its members."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def of(self, id: str) -> str:
        while (above := self._above.setdefault(id, id)) != id:
            self._above[id] = self._above[above]
            id = above
        return id

    def join(self, one: str, other: str) -> None:
        first, last = sorted((self.of(one), self.of(other)))
        self._above[last] = first


def families(database: Database) -> Families:
    """Of all that the Home ever held: a file that was renamed says what its document said before."""
    found = Families()
    sentences: dict[int, dict[str, int]] = {}
    ids: dict[int, str] = {}
    said: dict[str, str] = {}
    for row in database.rows("SELECT key, id, text FROM documents ORDER BY key"):
        ids[row["key"]], text = row["id"], row["text"]
        if text.strip():
            found.join(row["id"], said.setdefault(hashlib.sha256(text.encode()).hexdigest(), row["id"]))
            sentences[row["key"]] = _sentences(text)
    for row in database.rows(
        "SELECT d.id, s.successor FROM successions s JOIN documents d ON d.key = s.document"
        " WHERE s.successor IS NOT NULL"
    ):
        found.join(row["id"], row["successor"])
    for row in database.rows("SELECT o.id, e.value AS evidence FROM owner_answers o, json_each(o.evidence) e"):
        found.join(row["id"], row["evidence"])
    for one, other in _alike(sentences):
        found.join(ids[one], ids[other])
    return found


def _sentences(text: str) -> dict[str, int]:
    """Sentence, however it is spaced and spelled → its words; none of the short ones."""
    cut = (" ".join(piece.lower().split()) for piece in _CUT.split(text))
    return {piece: many for piece in cut if (many := piece.count(" ") + 1) >= SHORTEST}


def _alike(sentences: Mapping[int, Mapping[str, int]]) -> list[tuple[int, int]]:
    holding: dict[str, list[int]] = defaultdict(list)
    for key, pieces in sentences.items():
        for piece in pieces:
            holding[piece].append(key)
    shared: Counter[tuple[int, int]] = Counter()
    for piece, keys in holding.items():
        for place, key in enumerate(keys):
            for other in keys[place + 1 : place + 1 + NEXT]:
                shared[key, other] += sentences[key][piece]
    size = {key: sum(pieces.values()) for key, pieces in sentences.items()}
    return [
        (one, other)
        for (one, other), words in shared.items()
        if (least := min(size[one], size[other])) >= LEAST and words >= ALIKE * least
    ]
