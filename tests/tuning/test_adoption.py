"""Adopting and going back: who is refused, what the log keeps, and that nothing is lost by either."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import FORMAT_VERSION, create_home, serving
from assistant.adapters import SERVING, noted, read_serving
from assistant.card import WEIGHTS, Card, read_card, write_card
from assistant.spec import ModelSpec, Spec
from retrieval import Home, HomeBusy, ModelError, UsageError
from retrieval.home import alone
from tuning.teaching import adoption
from tuning.teaching.adoption import adopt, rollback

PASSED = {"decision": "adopt", "reasons": ["More pairs."], "figures": {}}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return create_home(tmp_path / "home")


def trained(home: Home, name: str, verdict: dict[str, Any] | None = PASSED, **card: Any) -> Path:
    folder = home.adapters / name
    folder.mkdir()
    for file in WEIGHTS:
        (folder / file).write_text(name, encoding="utf-8")
    write_card(folder, Card(Spec().model.base, "span", FORMAT_VERSION, 0.4, verdict=verdict, **card))
    return folder


def name_of(home: Home, group: str | None = None) -> str | None:
    return read_serving(home).slot(group).adapter


def test_one_after_another_and_back_again(home: Home) -> None:
    for name in ("a", "b", "c"):
        trained(home, name)
        adopt(home, name)
        assert name_of(home) == name
    found = serving(home)
    assert found is not None and found.name == "c"
    assert [rollback(home) for _ in range(3)] == [("c", "b"), ("b", "a"), ("a", None)]
    assert serving(home) is None
    with pytest.raises(UsageError, match="No adapter serves everyone"):
        rollback(home)
    assert sorted(path.name for path in home.adapters.iterdir() if path.is_dir()) == ["a", "b", "c"]
    whats = [line["what"] for line in noted(home)]
    assert whats == ["adopted"] * 3 + ["rolled back"] * 3
    adopt(home, "b")
    assert rollback(home) == ("b", None)


def test_the_same_again_is_no_step_to_go_back(home: Home) -> None:
    trained(home, "a")
    adopt(home, "a")
    adopt(home, "a")
    assert rollback(home) == ("a", None)


@pytest.mark.parametrize(
    ("card", "why"),
    [
        ({"verdict": None}, "never examined"),
        ({"verdict": {"decision": "keep"}}, "'keep'"),
        ({"verdict": {"decision": "yours"}}, "'yours'"),
        ({"retrain": {"purged": 2, "since": "2026-11-01"}}, "purged"),
    ],
)
def test_without_a_verdict_for_it_somebody_says_why(home: Home, card: dict[str, Any], why: str) -> None:
    trained(home, "a", **card)
    for reason, anyway in (("", False), ("", True), ("I say so", False)):
        with pytest.raises(UsageError, match=why) as refused:
            adopt(home, "a", reason, anyway)
        assert "--anyway" in refused.value.remedy
    assert name_of(home) is None and not noted(home)
    adopt(home, "a", why="I say so", anyway=True, who="ada")
    (line,) = noted(home)
    assert name_of(home) == "a" and (line["why"], line["who"]) == ("I say so", "ada") and why in line["anyway"]


def test_each_group_has_its_own(home: Home) -> None:
    trained(home, "all")
    trained(home, "hr-1", domain="HR")
    trained(home, "hr-2", domain="HR")
    for name in ("all", "hr-1", "hr-2"):
        adopt(home, name)
    assert (name_of(home), name_of(home, "HR")) == ("all", "hr-2")
    assert rollback(home, "HR") == ("hr-2", "hr-1")
    assert rollback(home) == ("all", None)
    assert (name_of(home), name_of(home, "HR")) == (None, "hr-1")


def test_what_goes_on_from_a_groups_adapter_is_for_that_group(home: Home) -> None:
    trained(home, "hr", domain="HR")
    trained(home, "between", continued_from="hr")
    trained(home, "all", continued_from="between")
    trained(home, "hr-2", domain="HR", continued_from="between")
    for name in ("between", "all"):
        with pytest.raises(UsageError, match="the group HR may read"):
            adopt(home, name, "I say so", True)
    adopt(home, "hr-2")
    write_card(home.adapters / "hr", replace(read_card(home.adapters / "hr"), continued_from="hr-2"))
    assert adopt(home, "hr").name == "hr"  # a circle is walked once


def test_files_that_are_not_the_cards_are_refused(home: Home) -> None:
    (trained(home, "a") / WEIGHTS[0]).write_text("another", encoding="utf-8")
    with pytest.raises(ModelError, match=WEIGHTS[0]):
        adopt(home, "a")
    assert not (home.adapters / SERVING).exists()


def test_one_of_another_base_is_refused(tmp_path: Path) -> None:
    home = create_home(tmp_path / "other", Spec(model=ModelSpec(base="another/model")))
    trained(home, "a")
    with pytest.raises(ModelError, match="another/model"):
        adopt(home, "a")
    with pytest.raises(ModelError, match="no adapter 'b'"):
        adopt(home, "b")


def test_going_back_passes_over_what_can_no_longer_serve(home: Home) -> None:
    for name in ("a", "b", "c"):
        trained(home, name)
        adopt(home, name)
    (home.adapters / "b" / WEIGHTS[0]).unlink()
    assert rollback(home) == ("c", "a")
    assert {"passed over", "rolled back"} < {line["what"] for line in noted(home)}


def test_two_at_once_wait_for_each_other_or_say_so(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    trained(home, "a")
    monkeypatch.setattr(adoption, "PATIENCE", 0.05)
    with alone(home.adapters / ".adopting.lock", "adopting an adapter"), pytest.raises(HomeBusy, match="adopting"):
        adopt(home, "a")
    adopt(home, "a")


def test_a_pointer_that_cannot_be_written_changes_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the process ends between the two: the log tells of what was begun."""
    trained(home, "a")
    trained(home, "b")
    adopt(home, "a")
    before = (home.adapters / SERVING).read_bytes()

    def ended(*given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(adoption, "write_serving", ended)
    with pytest.raises(KeyboardInterrupt):
        adopt(home, "b")
    assert (home.adapters / SERVING).read_bytes() == before and noted(home)[-1]["adapter"] == "b"


def test_an_adopted_card_may_be_marked_and_goes_on_serving(home: Home) -> None:
    folder = trained(home, "a", documents=("kettle.md",))
    adopt(home, "a")
    write_card(folder, replace(read_card(folder), retrain={"purged": 1, "since": "2026-11-01"}))
    assert json.loads((home.adapters / SERVING).read_text(encoding="utf-8"))["adapter"] == "a"
    assert serving(home) is not None


@settings(max_examples=10, deadline=None)
@given(steps=st.lists(st.sampled_from(["a", "b", "hr", None, "HR"]), max_size=12))
def test_any_way_there_has_its_way_back(tmp_path_factory: pytest.TempPathFactory, steps: list[str | None]) -> None:
    """Each slot is a pile: adopting puts on top of it what is not there, going back takes it off."""
    home = create_home(tmp_path_factory.mktemp("any") / "home")
    for name, domain in (("a", None), ("b", None), ("hr", "HR")):
        trained(home, name, domain=domain)
    piles: dict[str | None, list[str]] = {None: [], "HR": []}
    for step in steps:
        if step in (None, "HR"):
            pile = piles[step]
            if pile:
                pile.pop()
                rollback(home, step)
        else:
            assert step is not None
            adopt(home, step)
            pile = piles["HR" if step == "hr" else None]
            pile += [step] if pile[-1:] != [step] else []
        for group, pile in piles.items():
            assert name_of(home, group) == (pile[-1] if pile else None)
