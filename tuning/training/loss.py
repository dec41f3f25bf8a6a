"""What a tree teaches: which label comes after `Cited:`, and the words of the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tuning.training.attention import attend_in_trees, seen
from tuning.training.trees import Branch, Tree

DECISION = 4.0  # what one decision weighs against a token of an answer


@dataclass(frozen=True)
class Read:
    """A tree as a model read it: sums, so that trees can be added up."""

    loss: Any  # weighted; to be divided by `weight`
    weight: float
    decisions: tuple[tuple[float, ...], ...]  # log-probability of each label, a branch each


def read_tree(model: Any, tree: Tree, decision: float = DECISION) -> Read:
    import torch

    states = hidden(model, tree)
    head = model.get_output_embeddings()
    asked = torch.tensor([branch.decision for branch in tree.branches], device=states.device)
    decided = head(states[asked]).float()
    weights = [decided[row, list(branch.labels)].log_softmax(0) for row, branch in enumerate(tree.branches)]
    loss = sum(-w[list(branch.right)].logsumexp(0) for w, branch in zip(weights, tree.branches, strict=True)) * decision
    places, said = _answers(tree.branches)
    if places:
        logits = head(states[torch.tensor(places, device=states.device)]).float()
        target = torch.tensor(said, device=states.device)
        loss = loss + torch.nn.functional.cross_entropy(logits, target, reduction="sum")
    found = tuple(tuple(one.detach().tolist()) for one in weights)
    return Read(loss, decision * len(tree.branches) + len(places), found)


def hidden(model: Any, tree: Tree) -> Any:
    """The last hidden state at each place."""
    import torch

    attend_in_trees(model.get_base_model() if hasattr(model, "get_base_model") else model)
    output = model.get_decoder()(
        input_ids=torch.tensor([tree.ids], device=model.device),
        position_ids=torch.tensor([tree.positions], device=model.device),
        attention_mask=seen(tree.owners, tree.trunk, model.device),
        trunk=tree.trunk,
        use_cache=False,
    )
    return output.last_hidden_state[0]


def _answers(branches: tuple[Branch, ...]) -> tuple[list[int], list[int]]:
    places = [place for branch in branches for place in branch.answer]
    return places, [token for branch in branches for token in branch.said]
