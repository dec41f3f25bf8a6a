"""Two people, one question: who may not read a document gets no trace of it through any door.

Each document that is not for everyone has a secret in its name, title, headings and text. No door may show one to who
may not read it, and every door shows them what it would show if those documents did not exist, with as much work.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from assistant import Assistant, Decision, Finding, Spec, create_home, open_assistant
from assistant.reading import SpanReader
from assistant.spec import ModelSpec
from assistant.tracing import CONTENT
from retrieval import EVERYONE, Access, Hit, Principal, UsageError, Where
from tests.assistant.doors import FOLLOW_UP, through_every_door
from tests.retrieval.homes import SEED, SHARE, CountingEncoder, write

GROUPS = ("HR", "board", "legal")
RULES = {"hr": {"HR"}, "board": {"board"}, "both": {"HR", "board"}, "legal": {"legal"}}
FOLDERS = ("open", "open", *RULES)
WORDS = [f"{start}{end}" for start in ("ket", "pum", "boi", "hero") for end in ("tle", "ling", "mer", "sta", "vo")]
ALL = Principal("all", frozenset(GROUPS))


class First(SpanReader):
    """Answers whatever is asked with the first unit of the first passage."""

    name, model, adapter, threshold, identity = "first", "small", None, 0.5, ("first",)

    def decide(self, question: str, hits: Sequence[Hit]) -> Decision:
        return Decision(0, 0.9, {"score": hits[0].score})

    def find(self, question: str, hits: Sequence[Hit], cited: int) -> Finding | None:
        unit = hits[cited].passage.units[0]
        return Finding(0, unit.end - unit.start)


class Corpus:
    """Made-up documents that share their words."""

    def __init__(self, seed: int, size: int) -> None:
        self.random = random.Random(seed)
        self.secrets: dict[str, str] = {}  # of each file that is not for everyone
        self.files = dict(self._file(number) for number in range(size))

    def _file(self, number: int) -> tuple[str, str]:
        folder, title = self.random.choice(FOLDERS), self.random.choice(WORDS)
        secret = f"secret{number}x{self.random.randrange(10**6)}" if folder in RULES else f"open{number}"
        name = f"{folder}/d{number}-{secret}.md"
        if folder in RULES:
            self.secrets[name] = secret
        about = self.random.choice(WORDS)
        body = " ".join(self._sentence(secret) for _ in range(self.random.randint(1, 3)))
        return name, f"# {title.capitalize()} {secret}\n\n## How is the {about} {secret}?\n\n{body}\n"

    def _sentence(self, secret: str) -> str:
        said = self.random.choices(WORDS, k=self.random.randint(3, 10))
        return " ".join([*said, secret, *self.random.choices(WORDS, k=2)]).capitalize() + "."

    def questions(self) -> list[str]:
        """A question, and one that goes on from it."""
        asked = " ".join(self.random.choices(WORDS, k=self.random.randint(1, 4)))
        return [f"How is the {asked}?", f"And the {self.random.choice(WORDS)}?"]


def may_read(principal: Principal, name: str) -> bool:
    return bool(RULES.get(name.partition("/")[0], principal.groups) & principal.groups) or name.startswith("open/")


def principals() -> Iterator[Principal]:
    for groups in chain.from_iterable(combinations(GROUPS, size) for size in range(3)):
        yield Principal("someone", frozenset(groups))


def opened(root: Path, files: Mapping[str, str]) -> Assistant:
    access = Access({folder: frozenset(groups) for folder, groups in RULES.items()})
    home = create_home(root, Spec(access=access, model=ModelSpec(reader="extractive")))
    write(home, files)
    assistant = open_assistant(home.root, CountingEncoder())
    assistant.library.sync()
    assistant.spec = replace(assistant.spec, decision=replace(assistant.spec.decision, threshold=0.2))
    return assistant


@dataclass
class Pair:
    """One principal before two Homes: the whole one, and one that never held what they may not read."""

    principal: Principal
    whole: Assistant
    reduced: Assistant

    def see(self, questions: Sequence[str], spans: InMemorySpanExporter, first: bool) -> dict[str, Any]:
        seen = []
        for assistant in (self.whole, self.reduced):
            asked = replace(assistant, reader=First()) if first else assistant
            seen.append(through_every_door(asked, self.principal, questions, spans))
        for door, shown in seen[0].items():
            assert shown == seen[1][door], (door, questions, self.principal)
        return seen[0]


def check(root: Path, spans: InMemorySpanExporter, size: int, asked: int, asking: Sequence[Principal]) -> int:
    """How many secrets came through in so many askings, by principal and question at random."""
    corpus = Corpus(SEED, size)
    whole = opened(root / "whole", corpus.files)
    remember_everything(whole, corpus)
    pairs = []
    for number, principal in enumerate(asking):
        mine = {name: text for name, text in corpus.files.items() if may_read(principal, name)}
        pairs.append(Pair(principal, whole, opened(root / f"reduced{number}", mine)))
    leaked = 0
    for _ in range(asked):
        pair = corpus.random.choice(pairs)
        shown = json.dumps(pair.see(corpus.questions(), spans, corpus.random.random() < 0.5))
        leaked += sum(s in shown for name, s in corpus.secrets.items() if not may_read(pair.principal, name))
    return leaked


def remember_everything(assistant: Assistant, corpus: Corpus) -> None:
    """Somebody who may read everything has asked before: history, caches and counts are full of secrets."""
    conversation = assistant.memory.begin(ALL)
    all_knowing = replace(assistant, reader=First())
    for name, secret in corpus.secrets.items():
        answer = all_knowing.ask("How is the kettle?", ALL, conversation=conversation, where=Where(documents=name))
        assert secret in answer.text, "nothing is hidden that could come through"


@pytest.fixture(autouse=True)
def content_in_spans(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where traces tell what was said: of what the asker may not read they tell nothing."""
    monkeypatch.setenv(CONTENT, "1")


def test_no_door_shows_what_the_asker_may_not_read(tmp_path: Path, spans: InMemorySpanExporter) -> None:
    assert check(tmp_path, spans, 16, 12, [EVERYONE, Principal("someone", frozenset({"HR"}))]) == 0


@pytest.mark.slow
def test_of_a_thousand_askings_none_shows_a_secret(tmp_path: Path, spans: InMemorySpanExporter) -> None:
    assert check(tmp_path, spans, 40, round(1000 * SHARE), list(principals())) == 0


def test_who_lost_a_group_finds_nothing_of_it_in_their_own_conversation(
    tmp_path: Path, spans: InMemorySpanExporter
) -> None:
    corpus = Corpus(SEED, 12)
    assistant = replace(opened(tmp_path / "home", corpus.files), reader=First())
    before, after = ALL, Principal(ALL.user)
    name, secret = next(iter(corpus.secrets.items()))
    conversation = assistant.memory.begin(before)
    assert (
        secret
        in assistant.ask("How is the kettle?", before, where=Where(documents=name), conversation=conversation).text
    )
    answer = assistant.ask(FOLLOW_UP, after, conversation=conversation)
    shown = str([answer.to_json(), answer.trace, assistant.memory.turns(conversation, after)])
    assert secret not in shown
    with pytest.raises(UsageError, match="There is no conversation"):
        assistant.ask(FOLLOW_UP, Principal("somebody else"), conversation=conversation)
