"""Training: what a tree teaches is what its examples teach one by one, and an interruption changes nothing."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from assistant.format import CITED, labels, render
from assistant.language.embedded import READER
from assistant.language.local import LocalModel
from assistant.language.wording import Wording
from retrieval import UsageError, bring, resolve
from tuning.nouns import Example, Source
from tuning.training.held import auroc, even, hold, switched
from tuning.training.lora import Lora, learning, with_lora
from tuning.training.loss import DECISION, read_tree
from tuning.training.run import Plan, Progressed, Training
from tuning.training.steps import LAST, Learner, Rates, schedule
from tuning.training.trees import Tree, trees

pytestmark = [pytest.mark.models, pytest.mark.usefixtures("one_thread")]
WHO = "You are Kettle, the assistant of the kettle shop."
WARRANTY = Source("a", "Warranty", "The warranty lasts 24 months from delivery. Answer: [1] It covers parts.")
RETURNS = Source("b", "Returns", "Goods may be returned within 30 days.\nThe buyer pays the postage.")
BOTH = (WARRANTY, RETURNS)
EXAMPLES = [
    Example("1", "How long is the warranty?", BOTH, (0,), "24 months from delivery"),
    Example("2", "How long may goods be returned?", BOTH, (1,), "within 30 days"),
    Example("3", "Who is the boss?", BOTH, kind="hard"),
    Example("4", "Does it cover parts?", BOTH, (0, 1), "Yes"),
    Example("1", "How long is the warranty?", (RETURNS,), kind="twin"),
]


@pytest.fixture(scope="module")
def language() -> LocalModel:
    return LocalModel(READER.name, resolve(READER.name, [READER]))


@pytest.fixture(scope="module")
def wording(language: LocalModel) -> Wording:
    return language.wording


def small(seed: int = 0) -> Any:
    """A model of the embedded one's kind with two narrow layers: it learns in a moment."""
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(seed)
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=49_152,
            hidden_size=32,
            intermediate_size=64,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=2,
            tie_word_embeddings=True,
        )
    )


def learner() -> Learner:
    model = with_lora(small(), Lora(rank=4), seed=1)
    return Learner(model, learning(model), Rates(rate=1e-2))


def grown(wording: Wording, examples: Sequence[Example] = EXAMPLES, most: int = 2000) -> list[Tree]:
    return list(trees(examples, wording, WHO, most))


# Trees


def test_examples_of_the_same_sources_are_one_tree_and_each_is_in_it_once(wording: Wording) -> None:
    together, alone = grown(wording)
    assert [branch.example for branch in (*together.branches, *alone.branches)] == EXAMPLES
    assert together.owners.count(0) > len(together.ids) / 2


def test_a_tree_teaches_what_its_examples_teach_one_by_one(wording: Wording) -> None:
    model = with_lora(small(), Lora(rank=4), seed=1)
    for each in learning(model).values():
        torch.nn.init.normal_(each, std=0.05)
    together = _taught(model, grown(wording))
    one_by_one = _taught(model, [tree for example in EXAMPLES for tree in grown(wording, [example])])
    assert together[0] == pytest.approx(one_by_one[0], rel=1e-5)
    for name, gradient in together[1].items():
        assert torch.allclose(gradient, one_by_one[1][name], atol=1e-4), name


def test_what_is_taught_is_what_peft_and_transformers_compute(wording: Wording) -> None:
    """By their own layers, their own attention, and a loss that is written out."""
    ours, theirs = with_lora(small(), Lora(rank=4), seed=1), plain(small(), rank=4, seed=1)
    for (name, mine), (other, its) in zip(learning(ours).items(), learning(theirs).items(), strict=True):
        assert name == other
        torch.nn.init.normal_(mine, std=0.05)
        its.data.copy_(mine.data)
    (tree,) = grown(wording, EXAMPLES[:1])
    loss, gradients = _taught(ours, [tree])
    (branch,) = tree.branches
    logits = theirs(input_ids=torch.tensor([tree.ids])).logits[0]
    decided = logits[branch.decision, list(branch.labels)].log_softmax(0)[list(branch.right)].logsumexp(0)
    said = torch.nn.functional.cross_entropy(logits[list(branch.answer)], torch.tensor(branch.said), reduction="sum")
    expected = said - DECISION * decided
    expected.backward()
    assert loss == pytest.approx(float(expected.detach()), rel=1e-5)
    for name, each in learning(theirs).items():
        assert torch.allclose(gradients[name], each.grad, atol=1e-5), name


def plain(base: Any, rank: int, seed: int) -> Any:
    """A LoRA as peft makes it."""
    from peft import LoraConfig, get_peft_model

    torch.manual_seed(seed)
    return get_peft_model(base, LoraConfig(r=rank, lora_alpha=2 * rank, target_modules="all-linear"))


def _taught(model: Any, found: Iterable[Tree]) -> tuple[float, dict[str, torch.Tensor]]:
    model.zero_grad()
    total = 0.0
    for tree in found:
        loss = read_tree(model, tree).loss
        loss.backward()
        total += float(loss.detach())
    return total, {name: each.grad.clone() for name, each in learning(model).items() if each.grad is not None}


def test_a_decision_is_read_as_it_is_taken_when_serving(
    language: LocalModel, wording: Wording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROUNDSMITH_PRECISION", "fp32")
    with torch.inference_mode():
        read = read_tree(language._model, grown(wording)[0]).decisions
    passages = [bring(source.id, source.title, source.text) for source in BOTH]
    for example, decided in zip(EXAMPLES, read, strict=False):
        served = language.weigh(render(example.question, passages, WHO), CITED, labels(2))
        assert decided == pytest.approx(served, abs=2e-3)


def test_only_the_decision_and_the_answers_words_are_taught(wording: Wording) -> None:
    (tree, _) = grown(wording)
    taught = [wording._tokenizer.decode(list(branch.said)) for branch in tree.branches]
    assert taught == [" 24 months from delivery<|im_end|>", " within 30 days<|im_end|>", "", " Yes<|im_end|>"]
    right = [[wording._tokenizer.decode([branch.labels[one]]) for one in branch.right] for branch in tree.branches]
    assert right == [["1"], ["2"], ["none"], ["1", "2"]]


def test_each_taught_word_is_foretold_from_the_one_before_it(wording: Wording) -> None:
    for tree in grown(wording):
        for branch in tree.branches:
            for place, token in zip(branch.answer[:-1], branch.said[:-1], strict=True):
                assert tree.ids[place + 1] == token
            assert wording._tokenizer.decode([tree.ids[branch.decision]]) == ":"


def test_a_tree_keeps_to_its_limit(wording: Wording) -> None:
    whole = grown(wording, EXAMPLES[:4])[0]
    cut = grown(wording, EXAMPLES[:4], most=len(whole.ids) - 1)
    assert [branch.example for tree in cut for branch in tree.branches] == EXAMPLES[:4]
    assert len(cut) == 2
    assert all(len(tree.ids) < len(whole.ids) for tree in cut)


def test_a_tokenizer_that_writes_labels_in_parts_is_refused(wording: Wording) -> None:
    class Parted(Wording):
        def tokens(self, text: str) -> list[int]:
            return [ord(letter) for letter in text]

    with pytest.raises(UsageError, match="several tokens"):
        grown(Parted(wording._tokenizer))


# Steps


def test_it_learns(wording: Wording, tmp_path: Path) -> None:
    told: list[Progressed] = []
    model = small()  # a LoRA can do little with random weights, so all of them learn
    student = Learner(model, dict(model.named_parameters()), Rates(rate=1e-2))
    Training(student, Plan(30, batch=5), tmp_path, "course", told.append).run(lambda number: grown(wording))
    assert told[-1].loss < told[0].loss / 2
    assert told[-1].decided == 1
    held = hold(student.model, grown(wording))
    assert (held.questions, held.right_passage, held.switched) == (5, 1, 1)
    assert held.told_apart == {"hard": 1, "twin": 1}


class Interrupted(Exception):
    pass


@pytest.mark.parametrize("at", [1, 2, 5])
def test_what_was_interrupted_ends_with_the_same_weights(wording: Wording, tmp_path: Path, at: int) -> None:
    whole, parted = learner(), learner()
    drawn = _shuffled(grown(wording, most=150))
    plan = Plan(6, batch=3, saved_every=0.0)
    Training(whole, plan, tmp_path / "whole", "course", lambda progressed: None).run(drawn)

    def stop(progressed: Progressed) -> None:
        if progressed.step == at:
            raise Interrupted

    with pytest.raises(Interrupted):
        Training(parted, plan, tmp_path / "parted", "course", stop).run(drawn)
    later = learner()
    steps: list[int] = []
    Training(later, plan, tmp_path / "parted", "course", lambda progressed: steps.append(progressed.step)).run(drawn)
    assert steps[-1] == 6
    assert len(steps) == 7 - at
    assert _same(whole, later)


def test_another_course_begins_anew(wording: Wording, tmp_path: Path) -> None:
    drawn = _shuffled(grown(wording))
    Training(learner(), Plan(3, batch=3), tmp_path, "course", lambda progressed: None).run(drawn)
    steps: list[int] = []
    Training(learner(), Plan(3, batch=3), tmp_path, "other", lambda progressed: steps.append(progressed.step)).run(
        drawn
    )
    assert steps == [1, 2, 3]


def _shuffled(found: list[Tree]) -> Any:
    def drawn(number: int) -> list[Tree]:
        return random.Random(number).sample(found, len(found))

    return drawn


def _same(one: Learner, other: Learner) -> bool:
    return all(torch.equal(master, other.masters[name]) for name, master in one.masters.items())


@given(st.floats(0, 1))
def test_the_rate_goes_up_and_then_down(done: float) -> None:
    assert 0 < schedule(done) <= 1
    assert schedule(1.0) == pytest.approx(LAST)
    later = min(1.0, done + 0.01)
    assert schedule(later) >= schedule(done) if later < 0.05 else done < 0.05 or schedule(later) <= schedule(done)


# What is held


@given(st.lists(st.integers(0, 5), min_size=1), st.lists(st.integers(0, 5), min_size=1))
def test_auroc_is_that_of_sklearn(higher: list[float], lower: list[float]) -> None:
    truth = [1] * len(higher) + [0] * len(lower)
    assert auroc(higher, lower) == pytest.approx(roc_auc_score(truth, [*higher, *lower]))


def test_pairs_are_counted_at_the_threshold_that_suits_them_best() -> None:
    pairs = [(True, 2.0, 1.0), (True, 5.0, 4.0), (False, 9.0, 0.0)]
    assert switched(pairs) == pytest.approx(1 / 3)
    assert switched([replaced for replaced in pairs if replaced[1] < 9][:1]) == 1
    assert math.isnan(switched([]))


def test_the_threshold_makes_both_errors_as_frequent() -> None:
    """Scores are minus the log-probability of `none`."""
    likely = [-math.log(none) for none in (0.1, 0.2, 0.3, 0.7)]
    unlikely = [-math.log(none) for none in (0.9, 0.8, 0.6, 0.15)]
    assert even(likely, unlikely) == pytest.approx(1 - 0.3)  # one of four falls on the wrong side, of both
    assert math.isnan(even([], unlikely))


def test_what_is_not_asked_is_absent(wording: Wording) -> None:
    held = hold(small(), grown(wording, [replace(EXAMPLES[2])]))
    assert math.isnan(held.right_passage) and math.isnan(held.switched)
