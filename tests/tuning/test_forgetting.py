"""Forgetting: what rows are read and drawn, what is computed from likelihoods, what counts as a leak."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.format import ANSWER, CITED, Parsed, complete
from assistant.language.likelihood import Asked, Divergence, Identity, Side
from assistant.spec import RefusalSpec
from retrieval import ReadError, UsageError
from tuning.exam.forgetting import Forgetting, examine_forgetting
from tuning.exam.kept import Kept
from tuning.exam.leaks import PROMPTS, leaks, signs
from tuning.exam.probes import Probe, drawn, read_probes
from tuning.exam.retention import BY_BYTES, LEAST, RAW, Weighed, by_file, compared, pooled, worst

CHOICE = {"id": "a", "type": "mc", "question": "What is wet?", "choices": ["rain", "a stone in the sun"], "answer": 0}
POLAR = {"id": "b", "type": "yesno", "question": "is rain wet", "answer": "yes"}
BOTH: tuple[Side, ...] = ("base", "tuned")


def quiet(what: str, done: int, total: int) -> None:
    """No progress is shown."""


def write(folder: Path, name: str, *rows: object) -> Path:
    folder.mkdir(exist_ok=True)
    lines = (row if isinstance(row, str) else json.dumps(row) for row in rows)
    (folder / name).write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return folder


# Rows


def test_rows_of_both_types_are_read(tmp_path: Path) -> None:
    write(tmp_path, "second.jsonl", POLAR, CHOICE | {"slice": "weather"})
    write(tmp_path, "first.jsonl", CHOICE)
    (tmp_path / "ORIGIN.md").write_text("not a set")
    found = read_probes(tmp_path)
    assert found.problems == []
    assert found.probes == [
        Probe("first", "a", "What is wet?", ("rain", "a stone in the sun"), 0),
        Probe("second", "b", "is rain wet", ("yes", "no"), 0),
        Probe("second", "a", "What is wet?", ("rain", "a stone in the sun"), 0, "weather"),
    ]
    assert [probe.group for probe in found.probes] == ["first", "second: yes", "second: weather"]
    assert [probe.yes_no for probe in found.probes] == [False, True, False]
    assert list(found.sha256) == ["first.jsonl", "second.jsonl"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("{", "not JSON"),
        ("[]", "must be an object"),
        (CHOICE | {"id": ""}, "id is"),
        (CHOICE | {"question": 7}, "question is 7"),
        ({"id": "a"}, "type is missing"),
        (CHOICE | {"choices": ["rain"]}, "two or more"),
        (CHOICE | {"choices": "rain"}, "two or more"),
        (CHOICE | {"choices": ["rain", " "]}, "not empty"),
        (CHOICE | {"choices": ["rain", 1]}, "each must be a text"),
        (CHOICE | {"answer": 2}, "0 to 1"),
        (CHOICE | {"answer": -1}, "0 to 1"),
        (CHOICE | {"answer": True}, "0 to 1"),
        (CHOICE | {"answer": "rain"}, "0 to 1"),
        (POLAR | {"answer": "maybe"}, "yes or no"),
        (POLAR | {"answer": True}, "yes or no"),
        (POLAR | {"slice": 1}, "slice is 1"),
        (CHOICE, "already in line 1"),
    ],
)
def test_a_bad_row_is_named_and_the_others_are_read(tmp_path: Path, row: object, reason: str) -> None:
    write(tmp_path, "set.jsonl", CHOICE, row, POLAR)
    found = read_probes(tmp_path)
    assert [probe.id for probe in found.probes] == ["a", "b"]
    (problem,) = found.problems
    assert (problem.file.name, problem.line) == ("set.jsonl", 2)
    assert reason in problem.reason


def test_rows_of_another_type_are_skipped_by_name(tmp_path: Path) -> None:
    write(tmp_path, "set.jsonl", CHOICE, {"id": "c", "type": "open", "question": "Why?"})
    found = read_probes(tmp_path)
    assert len(found.probes) == 1 and found.problems == []
    ((why, many),) = found.skipped.items()
    assert many == 1 and "set.jsonl" in why and '"open"' in why


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.mkdir(), lambda path: path.write_text("x")])
def test_a_folder_that_is_none(tmp_path: Path, make: Any) -> None:
    folder = tmp_path / "probes"
    make(folder)
    with pytest.raises(ReadError) as refused:
        read_probes(folder)
    assert str(folder) in str(refused.value) and refused.value.remedy


def test_files_that_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="UTF-8"):
        (tmp_path / "set.jsonl").write_bytes(b"\xff\xfe\x00")
        read_probes(tmp_path)
    with pytest.raises(ReadError, match="holds no"):
        write(tmp_path, "set.jsonl")
        read_probes(tmp_path)
    with pytest.raises(ReadError, match="No row"):
        read_probes(write(tmp_path, "set.jsonl", {"id": "c", "type": "open", "question": "Why?"}))


# A part of the rows


def many(file: str = "set", number: int = 100, yes: int = 70) -> list[Probe]:
    return [Probe(file, f"{place}", "Is it?", ("yes", "no"), int(place >= yes)) for place in range(number)]


def test_a_limit_draws_of_each_file_in_its_groups_proportion() -> None:
    probes = many("one") + many("two", yes=20)
    found = drawn(probes, 10, seed=0)
    assert Counter((probe.file, probe.gold) for probe in found) == {
        ("one", 0): 7, ("one", 1): 3, ("two", 0): 2, ("two", 1): 8,
    }  # fmt: skip
    assert found == [probe for probe in probes if probe in found]


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 3), st.permutations(range(30)))
def test_more_rows_hold_the_fewer_in_whatever_order(one: int, other: int, seed: int, order: list[int]) -> None:
    probes = many(number=30, yes=12)
    small, large = (set(drawn(probes, limit, seed)) for limit in sorted((one, other)))
    assert small <= large
    assert set(drawn([probes[place] for place in order], one, seed)) == set(drawn(probes, one, seed))


def test_another_seed_draws_others_and_none_all() -> None:
    assert drawn(many(), 10, seed=0) != drawn(many(), 10, seed=1)
    assert drawn(many(), None, seed=0) == drawn(many(), 100, seed=0) == many()
    with pytest.raises(UsageError, match="limit of 0"):
        drawn(many(), 0, seed=0)


# Scores


def test_by_length_a_long_choice_has_no_disadvantage() -> None:
    probe = Probe("set", "a", "?", ("ab", "abcdefghij"), 1)
    row = Weighed(probe, {"base": (-4.0, -10.0)})
    assert (row.pick("base", RAW), row.pick("base", BY_BYTES)) == (0, 1)
    assert row.scored_by == BY_BYTES and row.right("base") and not row.right("base", RAW)


def test_length_is_counted_in_bytes() -> None:
    probe = Probe("set", "a", "?", ("ää", "abc"), 0)  # 4 bytes and 3
    assert Weighed(probe, {"base": (-4.0, -3.3)}).pick("base", BY_BYTES) == 0


def test_yes_and_no_are_scored_raw() -> None:
    probe = Probe("set", "a", "?", ("yes", "no"), 1)
    assert Weighed(probe, {"base": (-2.4, -2.0)}).right("base")


def rows(base: str, tuned: str | None, file: str = "set", start: int = 0, slice: str | None = None) -> list[Weighed]:
    """A row for each letter: x is right."""
    found = []
    for place, before in enumerate(base):
        picks = {"base": before} | ({"tuned": tuned[place]} if tuned else {})
        values: dict[Side, Sequence[float]] = {}
        for side in BOTH[: len(picks)]:
            values[side] = (-1.0, -2.0) if picks[side] == "x" else (-2.0, -1.0)
        found.append(Weighed(Probe(file, f"{start + place}", "?", ("aa", "bb"), 0, slice), values))
    return found


def test_figures_by_hand() -> None:
    """Of ten rows 7 are right before and 5 after: three were lost, one gained."""
    found = compared(rows("xxxxxxx...", "xxxx...x.."), seed=0)
    assert found is not None and found.tuned and found.delta and found.retention
    assert (found.base.value, found.tuned.value) == (0.7, 0.5)
    assert (found.base.low, found.base.high) == pytest.approx((0.39678, 0.89221), abs=1e-5)  # Wilson
    assert found.delta.value == pytest.approx(-0.2)
    assert found.delta.low < -0.2 < found.delta.high
    assert found.retention.value == pytest.approx(5 / 7)
    assert found.mcnemar_p == pytest.approx(2 * (1 + 4) / 16)


def test_without_a_tuned_side_there_is_nothing_to_compare() -> None:
    found = compared(rows("xx..", None), seed=0)
    assert found is not None and found.base.value == 0.5
    assert (found.tuned, found.delta, found.retention, found.mcnemar_p) == (None, None, None, None)
    assert worst(rows("x" * LEAST, None), seed=0) is None
    assert compared([], seed=0) is None


def test_what_knew_nothing_keeps_no_share_of_it() -> None:
    found = compared(rows("....", "x..."), seed=0)
    assert found is not None and found.retention is None and found.delta is not None


def test_a_group_that_lost_hides_in_no_other() -> None:
    kept = rows("x" * 60, "x" * 60, slice="arithmetic")
    lost = rows("x" * 30, "x" * 12 + "." * 18, start=60, slice="geography")
    tiny = rows("x" * (LEAST - 1), "." * (LEAST - 1), start=90, slice="too few to tell")
    found = worst(kept + lost + tiny, seed=0)
    assert found is not None
    assert (found.group, found.groups, found.delta.n) == ("set: geography", 2, 30)
    assert found.delta.value == pytest.approx(-0.6)
    assert found.mcnemar_p == pytest.approx(2 * 2 / 2**18)  # of two groups


def test_pooled_is_multiple_choice_alone() -> None:
    polar = Weighed(Probe("polar", "a", "?", ("yes", "no"), 1), {"base": (0.0, -1.0), "tuned": (0.0, -1.0)})
    found = pooled([*rows("xx", "xx"), polar], seed=0)
    assert found is not None and (found.base.value, found.base.n) == (1.0, 2)
    assert pooled([polar], seed=0) is None


def test_a_file_says_how_it_was_scored_and_what_guessing_brings() -> None:
    polar = [Weighed(Probe("polar", f"{n}", "?", ("yes", "no"), int(n > 2)), {"base": (0.0, -1.0)}) for n in range(4)]
    found = by_file([*rows("xx", None), *polar], seed=0)
    assert (found["set"].scored_by, found["set"].guess) == (BY_BYTES, 1.0)
    assert found["set"].raw is not None and found["polar"].raw is None
    assert (found["polar"].scored_by, found["polar"].guess, found["polar"].accuracy.base.value) == (RAW, 0.75, 0.75)


# Leaks

REFUSALS = [getattr(RefusalSpec(), name) for name in RefusalSpec.__dataclass_fields__]


@pytest.mark.parametrize(
    ("reply", "shown"),
    [
        (complete(Parsed(None, "")), ["Cited:none"]),
        (complete(Parsed(1, "24 months")), ["Cited:2", "Answer: 24 months"]),
        ("Rain falls softly [1].", ["[1]"]),
        ("Rain [1] falls [2, 3].", ["[1]", "[2, 3]"]),
        ("**Answer:** 12", ["Answer:** 12"]),
        ("Sources:\nthe sky", ["Sources:"]),
        (f"Hello.\n{REFUSALS[1]}", [REFUSALS[1]]),
        ("I don't know: this is not a\nsubject of the documents.", [REFUSALS[2]]),
        ("The documents do not say what rain is.", ["documents do not"]),
        ("The provided context doesn't mention fruits.", ["provided context doesn't"]),
        ("This is not mentioned in the sources.", ["not mentioned in the sources"]),
        ("I don't know.", ["I don't know"]),
        ("I cannot find that.", ["I cannot find"]),
    ],
)
def test_what_belongs_to_answering_from_sources_is_a_sign(reply: str, shown: list[str]) -> None:
    assert signs(reply, REFUSALS) == shown


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "Rain on the window,\nsoft and grey",
        "The answer is: 12.",
        "Here is my answer: twelve.",
        "1. Apple\n2. Pear\n3. Plum",
        "You can't go wrong with soup!",
        "I am not sure what you mean, but hello.",
        "Pack a towel, a book, sources of shade.",
        "Send me the documents when you can, please.",
    ],
)
def test_plain_replies_show_none(reply: str) -> None:
    assert signs(reply, REFUSALS) == []


def test_leaks_are_counted_and_each_is_shown() -> None:
    prompts = ["Hello", "Write a haiku", "Count"]
    found = leaks(prompts, {"base": ["Hi", "Rain", "I don't know"], "tuned": ["Cited:none", "Rain [1]", "1 2"]}, [])
    assert found.base is not None and found.tuned is not None
    assert (found.base.value, found.tuned.value) == pytest.approx((1 / 3, 2 / 3))
    assert found.prompts == 3
    assert [(one.side, one.prompt, one.signs) for one in found.found] == [
        ("base", "Count", ("I don't know",)),
        ("tuned", "Hello", ("Cited:none",)),
        ("tuned", "Write a haiku", ("[1]",)),
    ]
    assert found.mcnemar_p == 1.0
    alone = leaks(prompts, {"base": ["Hi", "Rain", "One"]}, [])
    assert (alone.tuned, alone.mcnemar_p, alone.found) == (None, None, ())


def test_the_plain_prompts_carry_no_sign_themselves() -> None:
    assert len(PROMPTS) == len(set(PROMPTS)) == 24
    assert not [prompt for prompt in PROMPTS if signs(prompt, REFUSALS) or CITED in prompt or ANSWER in prompt]


# What is kept


def test_a_value_is_made_once_and_found_by_the_next_process(tmp_path: Path) -> None:
    made: list[int] = []

    def make() -> list[float]:
        made.append(1)
        return [math.pi, -1e-300]

    first = Kept(tmp_path / "kept", ["one"])
    assert first.once(["a"], make) == first.once(["a"], make) == Kept(tmp_path / "kept", ["one"]).once(["a"], make)
    assert len(made) == 1
    first.once(["b"], make)
    Kept(tmp_path / "kept", ["two"]).once(["a"], make)
    assert len(made) == 3


def test_half_a_line_is_made_again(tmp_path: Path) -> None:
    kept = Kept(tmp_path, "x")
    kept.once(1, lambda: "one")
    kept.once(2, lambda: "two")
    kept.path.write_bytes(b"{}\nnull\n" + kept.path.read_bytes()[:-5])
    again = Kept(tmp_path, "x")
    assert again.once(1, lambda: "other") == "one"
    assert again.once(2, lambda: "anew") == "anew"
    assert Kept(tmp_path, "x").once(2, lambda: "never") == "anew"


# The whole, with a model that can be predicted by eye


class Choosy:
    """Holds those choices likely that have its favourite letters, and chats as it was told; counts what it computes."""

    name = "choosy"

    def __init__(self, favourites: Mapping[Side, str], said: Mapping[Side, str], stop_after: int = 99) -> None:
        self.favourites = favourites
        self.said = said
        self.stop_after = stop_after
        self.computed: list[tuple[Side, int]] = []

    @property
    def identities(self) -> Mapping[Side, Identity]:
        return {side: ("choosy", side, self.favourites[side], self.said[side]) for side in self.favourites}

    def chat(self, said: str) -> str:
        return f"user: {said}\nassistant: "

    def batches(self, asked: Sequence[Asked]) -> list[list[int]]:
        places = list(reversed(range(len(asked))))
        return [places[start : start + 2] for start in range(0, len(places), 2)]

    def likelihoods(self, asked: Sequence[Asked], side: Side) -> list[list[float]]:
        if len(self.computed) >= self.stop_after:
            raise KeyboardInterrupt
        self.computed.append((side, len(asked)))
        return [[self._likelihood(option, side) for option in one.options] for one in asked]

    def _likelihood(self, option: str, side: Side) -> float:
        return sum(-1.0 if letter in self.favourites[side] else -2.0 for letter in option)

    def replies(self, prompts: Sequence[str], most: int, side: Side) -> list[str]:
        return [self.said[side] for _ in prompts]

    def divergence(self, prompt: str, text: str) -> Divergence:
        return Divergence(nats=0.5 * len(text.split()), tokens=len(text.split()))


PROBES = [
    Probe("fruit", "a", "which is sweet", ("plum", "coal"), 0),
    Probe("fruit", "b", "which is black", ("plum", "coal"), 1),
    Probe("polar", "c", "is coal black", ("yes", "no"), 0),
    Probe("fruit", "d", "which burns", ("plum", "coal", "water"), 1),
    Probe("polar", "e", "is a plum black?", ("yes", "no"), 1),
]


def examine(model: Choosy, folder: Path) -> Forgetting:
    return examine_forgetting(model, PROBES, REFUSALS, folder, quiet, chats=["Hello", "Count"])


def test_the_whole_report_by_hand(tmp_path: Path) -> None:
    """The base likes coal and says Yes, the tuned model plums and No."""
    model = Choosy({"base": "coalYes", "tuned": "plumNo"}, {"base": "Hi there you", "tuned": "Cited:none"})
    found = examine(model, tmp_path).to_json()
    fruit, polar = found["files"]["fruit"], found["files"]["polar"]
    assert fruit["accuracy"]["base"]["value"] == pytest.approx(2 / 3)
    assert fruit["accuracy"]["tuned"]["value"] == pytest.approx(1 / 3)
    assert fruit["accuracy"]["retention"]["value"] == pytest.approx(0.5)
    assert fruit["accuracy"]["mcnemar_p"] == 1.0
    assert polar["accuracy"]["base"]["value"] == polar["accuracy"]["tuned"]["value"] == 0.5
    assert found["pooled"]["base"]["n"] == 3
    assert found["kl_per_token"] == {"value": 0.5, "low": 0.5, "high": 0.5, "n": 6}
    assert (found["leaks"]["base"]["value"], found["leaks"]["tuned"]["value"]) == (0.0, 1.0)
    assert found["rows"][0] == {"file": "fruit", "id": "a", "answer": 0, "base": 1, "tuned": 0}
    assert "worst_group" not in found  # every group is too small to be told


def test_without_an_adapter_what_can_be_told_is_there_and_nothing_else(tmp_path: Path) -> None:
    found = examine(Choosy({"base": "coalYes"}, {"base": "Hi"}), tmp_path).to_json()
    assert set(found["files"]["fruit"]["accuracy"]) == {"base"}
    assert not {"kl_per_token", "worst_group"} & found.keys()
    assert not {"tuned", "mcnemar_p"} & found["leaks"].keys()
    assert found["rows"][1] == {"file": "fruit", "id": "b", "answer": 1, "base": 1}


def test_rows_are_asked_as_a_person_asks(tmp_path: Path) -> None:
    seen: list[Asked] = []

    class Listening(Choosy):
        def likelihoods(self, asked: Sequence[Asked], side: Side) -> list[list[float]]:
            seen.extend(asked)
            return super().likelihoods(asked, side)

    examine(Listening({"base": "coal"}, {"base": "Hi"}), tmp_path)
    assert Asked("user: Which burns\nassistant: ", ("plum", "coal", "water")) in seen
    assert Asked("user: Is coal black? Answer yes or no.\nassistant: ", ("Yes", "No")) in seen
    assert Asked("user: Is a plum black? Answer yes or no.\nassistant: ", ("Yes", "No")) in seen


def test_an_interruption_costs_a_batch_at_most(tmp_path: Path) -> None:
    favourites: dict[Side, str] = {"base": "coalYes", "tuned": "plumNo"}
    said: dict[Side, str] = {"base": "Hi", "tuned": "Ho"}
    with pytest.raises(KeyboardInterrupt):
        examine(Choosy(favourites, said, stop_after=4), tmp_path)
    second = Choosy(favourites, said)
    found = examine(second, tmp_path)
    assert second.computed == [("tuned", 2), ("tuned", 1)]
    assert found == examine(Choosy(favourites, said, stop_after=0), tmp_path)
    assert found == examine(Choosy(favourites, said), tmp_path / "elsewhere")


def test_another_adapter_is_asked_anew_and_its_base_is_not(tmp_path: Path) -> None:
    examine(Choosy({"base": "coal", "tuned": "plum"}, {"base": "Hi", "tuned": "Ho"}), tmp_path)
    other = Choosy({"base": "coal", "tuned": "water"}, {"base": "Hi", "tuned": "Ho"})
    examine(other, tmp_path)
    assert {side for side, _ in other.computed} == {"tuned"}
