"""The span constraint: all that may be written is a span, and every span may be written."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.borders import ends, starts
from assistant.language.spans import LONGEST, SpanConstraint

LETTERS = "ab é漢字🙂\u0301\u200d-.,'t51\n\u2028\t("
sources = st.text(alphabet=LETTERS, max_size=24) | st.text(max_size=16)


def spans(text: str) -> set[str]:
    """What may be written, found by trying every pair of places."""
    return {
        line[start:end] for line in text.splitlines() for start in starts(line) for end in ends(line) if start < end
    }


def walk(constraint: SpanConstraint) -> set[bytes]:
    """Every text that can be written to an allowed end, byte by byte."""
    found: set[bytes] = set()
    open_ends = [b""]
    while open_ends:
        written = open_ends.pop()
        if constraint.may_end(written):
            found.add(written)
        open_ends += {written + rest[:1] for rest in constraint.rests(written)}
    return found


@settings(deadline=None)
@given(sources)
def test_what_can_be_written_is_exactly_the_spans(text: str) -> None:
    """Both ways, exhaustively: nothing else can be written, and nothing of it is out of reach."""
    assert walk(SpanConstraint(text)) == {(" " + span).encode() for span in spans(text)}


@settings(deadline=None)
@given(sources)
def test_with_others_those_can_be_written_too(text: str) -> None:
    wanted = {(" " + span).encode() for span in spans(text) | {"Yes", "No"}}
    assert walk(SpanConstraint(text, ("Yes", "No"))) == wanted


def test_the_walk_by_eye() -> None:
    assert walk(SpanConstraint("24 h.\n\nno")) == {b" 24", b" 24 h", b" 24 h.", b" h", b" h.", b" .", b" no"}


@settings(deadline=None)
@given(sources, st.binary(max_size=6))
def test_what_left_the_constraint_does_not_come_back(text: str, written: bytes) -> None:
    constraint = SpanConstraint(text)
    begins = any((" " + span).encode().startswith(written) for span in spans(text))
    assert bool(constraint.rests(written)) <= begins
    assert constraint.may_end(written) == (written[:1] == b" " and written[1:].decode(errors="ignore") in spans(text))


@settings(deadline=None)
@given(st.text(alphabet="é漢 ", min_size=100, max_size=200))
def test_rests_look_ahead_as_far_as_a_token_reaches(text: str) -> None:
    rests = SpanConstraint(text).rests(b"")
    assert all(len(rest) <= LONGEST + 1 for rest in rests)
    lines = [line.encode() for line in text.splitlines()]
    assert all(any(rest[1:] in line for line in lines) for rest in rests)


def test_an_empty_source_lets_nothing_be_written() -> None:
    for text in ("", "\n\n", " \t\n"):
        assert SpanConstraint(text).rests(b"") == []
        assert not SpanConstraint(text).may_end(b"")
        assert not SpanConstraint(text).may_end(b" ")
