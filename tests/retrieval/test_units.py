from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.nouns import Document
from retrieval.readers.canvas import Canvas
from retrieval.units import LONG_CODE, LONG_SENTENCE, sentences, units


def document(*blocks: tuple[str, str], language: str | None = None) -> Document:
    canvas = Canvas()
    for kind, text in blocks:
        canvas.add(kind, text, level=1 if kind == "heading" else 0)  # type: ignore[arg-type]
    return Document("a.md", "A", canvas.text, canvas.blocks, "markdown", language=language)


def told(document: Document) -> list[tuple[str, str]]:
    return [(unit.kind, document.text[unit.start : unit.end]) for unit in units(document)]


def split_up(text: str, language: str = "en") -> list[str]:
    return [text[start:end] for start, end in sentences(text, language)]


def test_every_kind_of_block() -> None:
    found = told(
        document(
            ("heading", "Care"),
            ("paragraph", "Clean it. Dry it."),
            ("item", "1. Open it. Close it."),
            ("row", "Part: Pump; Price: 40 EUR. Net."),
            ("code", "  run()\n  stop()"),
        )
    )
    assert found == [
        ("sentence", "Clean it."),
        ("sentence", "Dry it."),
        ("item", "1. Open it. Close it."),
        ("row", "Part: Pump; Price: 40 EUR. Net."),
        ("code", "run()\n  stop()"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "It costs approx. 5 EUR.",
        "See Sec. 3.2 of the manual, e.g. for batteries.",
        "Dr. Smith et al. said so.",
        "The pump (part no. 7) is new.",
        "Version 1.2.3 is at www.a.org today.",
        "It is sold by Pellbrook Ltd. in York.",
        'He said "Stop. Now." and left.',
        "1. Open it.",
    ],
)
def test_what_is_one_sentence(text: str) -> None:
    assert split_up(text) == [text]


@pytest.mark.parametrize(
    "text",
    [
        "The answer is no.| That is all.",
        "1. Do it.| 2. Stop.",
        "Really?!| Yes... and so on.",
        "The minimum is 5 min.| After that it rests.",
        "Write to me@a.org.| Nobody answers.",
        "你好。|我很好。",
    ],
)
def test_what_is_more_than_one(text: str) -> None:
    parts = [part.strip() for part in text.split("|")]
    assert split_up(text.replace("|", ""), "zh" if "。" in text else "en") == parts


def test_the_language_counts() -> None:
    text = "Der 3. Oktober ist frei. Nr. 5 gilt."
    assert [t for _, t in told(document(("paragraph", text), language="de-AT"))] == [
        "Der 3. Oktober ist frei.",
        "Nr. 5 gilt.",
    ]


def test_white_space_that_makes_sentencex_panic_is_survived(capfd: pytest.CaptureFixture[str]) -> None:
    text = "Ask A\u00a0. B. Then go."
    assert "".join(split_up(text)).replace(" ", "").replace("\u00a0", "") == "AskA.B.Thengo."
    capfd.readouterr()


def test_a_sentence_that_runs_on_is_cut_at_its_clauses() -> None:
    clause = "the machine is left to cool and the tank is emptied"
    parts = split_up("; ".join([clause] * 30) + ".")
    assert len(parts) > 2
    assert all(len(part) <= LONG_SENTENCE for part in parts)
    assert all(part.endswith(";") for part in parts[:-1])


def test_a_paragraph_of_any_length_is_split() -> None:
    assert len(split_up("It is clean. " * 3000)) in range(2990, 3001)


def test_long_items_are_quoted_by_the_sentence_and_long_code_by_lines() -> None:
    item = "Open the lid of the machine and wait. " * 12
    assert {kind for kind, _ in told(document(("item", item)))} == {"sentence"}
    code = "\n".join(f"line {n} of the program" for n in range(100))
    parts = [text for _, text in told(document(("code", code)))]
    assert len(parts) > 1
    assert all(len(part) <= LONG_CODE for part in parts)
    assert "\n".join(parts) == code


TEXT = st.text(alphabet=st.sampled_from("ab A.!?;:,\"'()1 \u00e9\U0001f600\u3002-"), max_size=1500)
BLOCKS = st.lists(st.tuples(st.sampled_from(["heading", "paragraph", "item", "row", "code"]), TEXT), max_size=5)


@settings(max_examples=100, deadline=None)
@given(BLOCKS, st.sampled_from([None, "en", "de", "zz"]))
def test_units_are_exact_ordered_and_hold_every_word(blocks: list[tuple[str, str]], language: str | None) -> None:
    made = document(*blocks, language=language)
    text = made.text
    at = 0
    for unit in units(made):
        part = text[unit.start : unit.end]
        assert unit.start >= at
        assert part
        assert part == part.strip()
        at = unit.end
    inside = "".join(text[unit.start : unit.end] for unit in units(made))
    bodies = "".join(text[b.start : b.end] for b in made.blocks if b.kind != "heading")
    assert "".join(inside.split()) == "".join(bodies.split())
