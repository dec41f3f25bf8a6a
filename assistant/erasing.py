"""What a purge takes out of what this room keeps: conversations, and the cards of adapters that learned from it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from assistant.card import CARD
from assistant.memory import erase as erase_turns
from retrieval import Database, Home, Purge
from retrieval.whole import write_whole

LEARNED_FROM = "documents"  # of a card: the ids of the documents that its adapter learned from
RETRAIN = "retrain"  # of a card: what it learned from and is no longer there, and since when


def erase(home: Home, database: Database, purge: Purge) -> None:
    erase_turns(database, purge)
    mark(home, purge)


def mark(home: Home, purge: Purge) -> None:
    """An adapter that learned from what is purged is marked for retraining; what that was called, its card forgets."""
    for path in sorted(home.adapters.glob(f"*/{CARD}")):
        try:
            card = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            continue  # it can't serve either: whoever asks for it is told so
        learned = card.get(LEARNED_FROM) if isinstance(card, dict) else None
        if isinstance(learned, list) and (gone := [each for each in learned if purge.names(str(each))]):
            many = len(gone) + card.get(RETRAIN, {}).get("purged", 0)
            today = datetime.now(UTC).date().isoformat()
            card |= {LEARNED_FROM: [each for each in learned if each not in gone]}
            card |= {RETRAIN: {"purged": many, "since": today}}
            write_whole(path, json.dumps(card, ensure_ascii=False, indent=1) + "\n")
