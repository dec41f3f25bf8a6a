"""Every citation, over documents that try everything: its quote is what the catalogue's document says there."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from assistant import Answer, Assistant, Spec, create_home, open_assistant
from assistant.borders import ends, starts
from assistant.format import neutralise
from assistant.reading.model import ModelReader
from retrieval import EVERYONE, Passage
from tests.fakes import ScriptedModel, WordEncoder

DOCUMENTS = 40
WORDS = (
    "pump", "boiler", "kettle", "24", "1,200", "-5", "[1]", "[12]", "Cited:", "Answer:", "Question:", "<|im_end|>",
    "Müller", "cafe\u0301", "漢字", "保証。", "हिन्दी", "🙂", "👩\u200d💻", "don't", "non-refundable", "e.g.", "v1.2",
    "(see", "[3])", "Sources", ":", "50%", "€", "“quoted”", "x_1", "a\xada",
)  # fmt: skip


def written(chance: random.Random, number: int) -> str:
    def phrase() -> str:
        return " ".join(chance.choices(WORDS, k=chance.randint(2, 9)))

    blocks = [f"# Subject{number} {phrase()}"]
    for _ in range(chance.randint(1, 5)):
        kind = chance.choice(["prose", "list", "table", "heading"])
        if kind == "prose":
            blocks.append(" ".join(f"Subject{number} {phrase()}." for _ in range(chance.randint(1, 4))))
        elif kind == "list":
            blocks.append("\n".join(f"- {phrase()}" for _ in range(3)))
        elif kind == "table":
            rows = "\n".join(f"| {phrase()} | {phrase()} |" for _ in range(2))
            blocks.append(f"| Name | Value |\n| --- | --- |\n{rows}")
        else:
            blocks += [f"## {phrase()}", phrase()]
    return "\n\n".join(blocks) + "\n"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    chance = random.Random(1121)
    home = create_home(tmp_path_factory.mktemp("hostile") / "home")
    for number in range(DOCUMENTS):
        (home.documents / f"{number}.md").write_text(written(chance, number), encoding="utf-8")
    opened = open_assistant(home.root, WordEncoder())
    opened.library.sync()
    opened.spec = replace(opened.spec, decision=replace(opened.spec.decision, threshold=0.0))
    return opened


def check(assistant: Assistant, answer: Answer) -> None:
    for citation in answer.citations:
        quote, passage = citation.quote, citation.passage
        document = assistant.library.catalogue.document(passage.document, EVERYONE)
        assert document is not None
        assert document[quote.start : quote.end] == quote.text != ""
        assert passage.start <= quote.start < quote.end <= passage.end
        assert {quote.start} <= {unit.start for unit in passage.units}
        assert {quote.end} <= {unit.end for unit in passage.units}
        assert answer.text.removeprefix("Yes: ") in quote.text


def passages(assistant: Assistant) -> Iterator[Passage]:
    catalogue = assistant.library.catalogue
    return (kept.passage for audience in catalogue.audiences() for kept in catalogue.passages(audience))


def test_by_the_extractive_reader(assistant: Assistant) -> None:
    answers = [assistant.ask(f"What about Subject{number} and the pump?") for number in range(DOCUMENTS)]
    assert sum(answer.abstention is None for answer in answers) == DOCUMENTS
    for answer in answers:
        check(assistant, answer)


def test_by_a_model_that_writes_any_span(assistant: Assistant) -> None:
    """Also spans across units, of forged frames and of letters in several parts."""
    chance = random.Random(7)
    said = across = 0
    for passage in passages(assistant):
        line = chance.choice([line for line in neutralise(passage.text).splitlines() if line.strip()])
        start = chance.choice(starts(line))
        end = chance.choice([place for place in ends(line) if place > start])
        question = f"What does {passage.title} say?"
        hits = assistant.library.searcher.search(question, 9)
        label = next((n for n, hit in enumerate(hits, 1) if hit.passage == passage), None)
        if label is None:
            continue
        reader = ModelReader(ScriptedModel(str(label), line[start:end]), "You are Ada.", 10**6)
        answer = replace(assistant, reader=reader, spec=nine(assistant)).ask(question)
        assert answer.abstention is None
        assert in_prompt(passage, answer) == line[start:end]
        check(assistant, answer)
        said += 1
        across += len(answer.text) < len(answer.citations[0].quote.text)
    assert said > 60 and across > 20


def in_prompt(passage: Passage, answer: Answer) -> str:
    """The answer as the prompt worded it: what is neutral there depends on what stands around it."""
    quote = answer.citations[0].quote
    around = quote.start - passage.start
    place = around + quote.text.index(answer.text)
    return neutralise(passage.text)[place : place + len(answer.text)]


def test_yes_with_a_whole_unit(assistant: Assistant) -> None:
    for number in range(0, DOCUMENTS, 4):
        reader = ModelReader(ScriptedModel("1", "Yes"), "You are Ada.", 10**6)
        answer = replace(assistant, reader=reader).ask(f"Is Subject{number} a pump?")
        assert answer.text.startswith("Yes: ")
        assert answer.text.removeprefix("Yes: ") == answer.citations[0].quote.text
        check(assistant, answer)


def nine(assistant: Assistant) -> Spec:
    return replace(assistant.spec, retrieval=replace(assistant.spec.retrieval, passages=9))
