"""What a pointer says of passages: one softmax over all of them, and words from border to border."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import ModelError, bring, resolve
from retrieval.models import ENCODER
from retrieval.pointing import Options
from retrieval.pointing.opening import CARD, EMBEDDED, open_pointer
from retrieval.pointing.pairs import LONGEST, Pairing
from retrieval.pointing.weighing import WIDEST, answering, likeliest

WEIGHTS = st.floats(-30, 30)
CLOCK = bring("a", "Opening hours", "The office opens at nine. On Sundays it is closed.")


def options(starts: list[float], ends: list[float], none: float, yes: float = 0.0, no: float = 0.0) -> Options:
    places = tuple((4 * place, 4 * place + 3) for place in range(len(starts)))
    return Options(places, np.array(starts, np.float32), np.array(ends, np.float32), none, yes, no)


SOME = st.integers(1, 6).flatmap(
    lambda many: st.builds(
        options,
        *[st.lists(WEIGHTS, min_size=many, max_size=many)] * 2,
        WEIGHTS,
        WEIGHTS,
        WEIGHTS,
    )
)


@given(st.lists(SOME, min_size=1, max_size=5), st.booleans())
def test_the_shares_are_probabilities_and_the_order_of_passages_changes_none(some: list[Options], polar: bool) -> None:
    shares = answering(some, polar)
    assert all(0 <= share <= 1 for share in shares) and sum(shares) <= 1 + 1e-9
    assert answering(some[::-1], polar) == pytest.approx(shares[::-1])


@given(SOME, st.booleans())
def test_a_passage_without_an_answer_takes_from_the_others(one: Options, polar: bool) -> None:
    silent = options([-30.0], [-30.0], 30.0, -30.0, -30.0)
    assert answering([one, silent], polar)[0] <= answering([one], polar)[0] + 1e-9


def test_yes_and_no_count_only_where_they_can_be_said() -> None:
    judging = options([0.0], [0.0], 0.0, yes=9.0, no=-9.0)
    assert answering([judging], polar=False)[0] == pytest.approx(0.5)
    assert answering([judging], polar=True)[0] > 0.99


def test_the_likeliest_words_by_hand() -> None:
    found = likeliest(options([1, 5, 0], [4, 0, 3], 0))
    assert found == (4, 11, 8.0)  # never from the second token back to the first, though that has more weight


def test_words_lie_between_the_borders_that_are_given() -> None:
    one = options([1, 5, 0], [4, 0, 3], 0)
    assert likeliest(one, starts={0, 8}, ends={3, 11}) == (0, 3, 5.0)
    assert likeliest(one, starts={99}) is None
    assert likeliest(one, starts={8}, ends={3}) is None


def test_an_answer_is_no_wider_than_the_limit() -> None:
    many = WIDEST + 40
    one = options([9.0] + [0.0] * (many - 1), [0.0] * (many - 1) + [9.0], 0)
    found = likeliest(one)
    assert found is not None and (found[1] - found[0] + 1) / 4 <= WIDEST


@pytest.fixture(scope="module")
def pairing() -> Pairing:
    return Pairing(resolve("all-MiniLM-L6-v2", [ENCODER]))


def test_tokens_know_their_place_in_the_text(pairing: Pairing) -> None:
    pair = pairing.pairs("When does it open?", [CLOCK])[0]
    words = [CLOCK.text[start:end] for start, end in pair.places]
    assert words[:5] == ["The", "office", "opens", "at", "nine"]
    assert pair.kinds[0] == 0 and pair.kinds[pair.first] == 1 and len(pair.kinds) == pair.width


def test_a_long_question_leaves_room_for_the_passage(pairing: Pairing) -> None:
    pair = pairing.pairs("why " * 3000, [bring("a", "T", "word " * 3000)])[0]
    assert pair.width == LONGEST
    assert len(pair.places) > LONGEST / 2


def test_an_empty_passage_has_nothing_to_point_at(pairing: Pairing) -> None:
    pair = pairing.pairs("When?", [bring("a", "", "")])[0]
    assert pair.places == ()


COMPANY = bring("b", "Our company", "The company was founded in 1912 by Ada Moss. Its first workshop stood in Leeds.")
PARKING = bring("c", "Parking", "Visitors park behind the building. The gate closes at ten.")


@pytest.mark.parametrize(
    ("question", "right", "words"),
    [
        ("Who founded the company?", 0, "Ada Moss"),
        ("When was the company founded?", 0, "1912"),
        ("Where did the first workshop stand?", 0, "Leeds"),
        ("When does the gate close?", 1, "ten"),
    ],
)
def test_the_embedded_pointer_points_at_the_words(question: str, right: int, words: str) -> None:
    passages = [COMPANY, PARKING]
    read = open_pointer().read(question, passages)
    shares = answering(read, polar=False)
    assert shares[right] > 0.5 > shares[1 - right]
    found = likeliest(read[right])
    assert found is not None and words in passages[right].text[found[0] : found[1]]


@pytest.mark.parametrize("question", ["Where is the canteen?", "How many people work here?"])
def test_it_points_at_nothing_where_nothing_answers(question: str) -> None:
    assert sum(answering(open_pointer().read(question, [COMPANY, PARKING]), polar=False)) < 0.3


def test_what_it_says_of_a_passage_does_not_depend_on_the_others() -> None:
    other = bring("b", "Parking", "Visitors park behind the building. " * 20)
    pointer = open_pointer()
    both, single = (pointer.read("When does the office open?", passages)[0] for passages in ([CLOCK, other], [CLOCK]))
    assert both.none == pytest.approx(single.none, abs=0.1)  # but for what a batch's shape does to sums in bf16
    assert np.abs(both.starts - single.starts).max() < 0.2


def test_weights_that_are_not_those_of_the_card_are_refused(tmp_path: Path) -> None:
    (tmp_path / CARD).write_bytes((EMBEDDED / CARD).read_bytes())
    with pytest.raises(ModelError, match=r"pointer\.safetensors is missing"):
        open_pointer(tmp_path)
    (tmp_path / "pointer.safetensors").write_bytes(b"other")
    with pytest.raises(ModelError, match="not the file that its card was written for"):
        open_pointer(tmp_path)
    (tmp_path / CARD).write_text("{}")
    with pytest.raises(ModelError, match=r"card\.json cannot be read"):
        open_pointer(tmp_path)


def test_no_answer_runs_over_the_end_of_a_line() -> None:
    """Here the end that is most likely stands on the next line."""
    one = options([6, 0, 1], [0, 1, 4], 0)
    assert likeliest(one) == (0, 11, 10.0)
    assert likeliest(one, breaks=[3]) == (0, 3, 6.0)
