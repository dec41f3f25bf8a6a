"""A reranker reads question and passage together; where one is named, its order is what a search gives."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from retrieval import Library, ModelError, Passage, UsageError, bring
from retrieval.reranking import RERANKED, open_reranker, rerank
from retrieval.search import Searcher
from tests.retrieval.homes import HR, make, opened, records, synced

ROWS = {f"r{number}": f"Record {number} speaks of quince." for number in range(60)}
FILES = {"faq.jsonl": records(ROWS), "hr/pay.md": "# Pay\n\nThe quince bonus is 99 a month.\n"}
RULES = 'hr = ["HR"]'


class Highest:
    """A reranker that likes the passage with the highest number in it."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def score(self, question: str, passages: Sequence[Passage]) -> list[float]:
        assert question.encode()  # half a character would stop a tokenizer
        self.asked.append(len(passages))
        return [max(int(word) for word in passage.text.split() if word.isdigit()) / 100 for passage in passages]


@pytest.fixture
def library(shelf: Path) -> Library:
    return synced(make(shelf / "home", FILES, RULES))


def with_reranker(library: Library, reranker: Highest) -> Searcher:
    return Searcher(library.home, library.catalogue, library.encoder, library.spec.candidates, reranker)


# In a search


def test_the_first_of_the_fused_are_put_in_the_rerankers_order(library: Library) -> None:
    reranker = Highest()
    searcher = with_reranker(library, reranker)
    fused = searcher.search("record quince", RERANKED, how="hybrid")
    hits = searcher.search("record quince", 6)
    best = sorted(fused, key=lambda hit: -int(hit.passage.text.split()[1]))[:6]
    assert [hit.passage for hit in hits] == [hit.passage for hit in best]
    assert reranker.asked == [RERANKED]
    for hit, before in zip(hits, best, strict=True):
        assert hit.score == int(hit.passage.text.split()[1]) / 100
        assert hit.found_by == {**before.found_by, "reranked": hit.score}


def test_all_that_are_asked_for_are_reranked(library: Library) -> None:
    reranker = Highest()
    hits = with_reranker(library, reranker).search("record quince", 45)
    assert reranker.asked == [45]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@pytest.mark.parametrize("question", ["\ud83d quince", "the of", "漢字"])
def test_any_question_is_reranked(question: str, library: Library) -> None:
    hits = with_reranker(library, Highest()).search(question, 6)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len(hits) == 6


def test_a_reranker_is_shown_nothing_that_the_asker_may_not_read(library: Library) -> None:
    searcher = with_reranker(library, Highest())
    assert searcher.search("quince bonus 99", 1, HR)[0].score == 0.99
    assert searcher.search("quince bonus 99", 60)[0].score == 0.59


def test_the_ways_are_those_there_are(library: Library) -> None:
    assert library.searcher.ways == ("dense", "lexical", "hybrid")
    assert with_reranker(library, Highest()).ways == ("dense", "lexical", "hybrid", "reranked")
    with pytest.raises(UsageError, match=r"can't search 'reranked': it has dense, lexical, hybrid.*reranker"):
        library.searcher.search("quince", 3, how="reranked")


def test_equals_keep_the_fused_order_and_nothing_is_nothing(library: Library) -> None:
    class Level(Highest):
        def score(self, question: str, passages: Sequence[Passage]) -> list[float]:
            return [0.5] * len(passages)

    fused = library.searcher.search("record 7 quince", 9)
    assert [hit.passage for hit in rerank(Level(), "record 7 quince", fused)] == [hit.passage for hit in fused]
    assert rerank(Level(), "quince", []) == []


# A cross-encoder from a folder

HEAD = ["BertForSequenceClassification"]
WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "kettle", "boils", "water", "quince")
PASSAGES = [
    bring("a", "Kettle", "The kettle boils water."),
    bring("b", "Long", "kettle quince " * 400),
    bring("c", "", "漢字"),
]


def tokenizer() -> Any:
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.normalizers import Lowercase
    from tokenizers.pre_tokenizers import Whitespace
    from tokenizers.processors import TemplateProcessing
    from transformers import PreTrainedTokenizerFast

    words = Tokenizer(WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="[UNK]"))
    words.normalizer, words.pre_tokenizer = Lowercase(), Whitespace()
    words.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    named = {f"{kind}_token": f"[{kind.upper()}]" for kind in ("pad", "unk", "cls", "sep")}
    return PreTrainedTokenizerFast(tokenizer_object=words, model_max_length=64, **named)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cross-encoder of random weights, as sentence-transformers saves one."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification
    from transformers.utils import logging

    logging.disable_progress_bar()
    folder = tmp_path_factory.mktemp("models") / "cross"
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    torch.manual_seed(0)
    config = BertConfig(vocab_size=len(WORDS), max_position_embeddings=64, num_labels=1, initializer_range=1.0, **sizes)
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer().save_pretrained(folder)
    return folder


@pytest.mark.slow
def test_scores_lie_from_0_to_1_and_differ(folder: Path) -> None:
    scores = open_reranker(str(folder)).score("Does the kettle boil quince?", PASSAGES)
    assert len(set(scores)) == 3
    assert all(0 <= score <= 1 for score in scores)


@pytest.mark.slow
def test_a_score_is_of_question_and_passage_alone(folder: Path) -> None:
    reranker = open_reranker(str(folder))
    together = reranker.score("kettle water", PASSAGES)
    assert reranker.score("kettle water", PASSAGES[::-1])[::-1] == pytest.approx(together, abs=1e-5)
    assert [reranker.score("kettle water", [one])[0] for one in PASSAGES] == pytest.approx(together, abs=1e-5)
    assert reranker.score("quince", PASSAGES) != pytest.approx(together, abs=1e-3)
    assert reranker.score("kettle", []) == []


@pytest.mark.slow
def test_the_spec_names_it_and_a_search_uses_it(folder: Path, library: Library) -> None:
    named = opened(library.home, reranker=str(folder))
    hits = named.searcher.search("record quince", 6)
    judged = open_reranker(str(folder)).score("record quince", [hit.passage for hit in hits])
    assert [hit.score for hit in hits] == pytest.approx(judged, abs=1e-5)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"architectures": ["BertModel"], "id2label": {"0": "LABEL_0"}}, "no head that judges a pair"),
        ({"id2label": {"0": "LABEL_0"}}, "no head that judges a pair"),
        ({"architectures": HEAD, "id2label": {"0": "entailment", "1": "neutral", "2": "contradiction"}}, "3 labels"),
        ({"architectures": HEAD}, "2 labels"),
    ],
)
def test_what_is_no_reranker_is_refused(config: dict[str, Any], said: str, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    for name in ("tokenizer.json", "model.safetensors"):
        (tmp_path / name).touch()
    with pytest.raises(ModelError, match=f"is no reranker: it has {said}"):
        open_reranker(str(tmp_path))


def test_a_name_that_nothing_has_is_told_what_to_give() -> None:
    with pytest.raises(ModelError, match=r"no model 'sharp'.*none for this"):
        open_reranker("sharp")
    with pytest.raises(ModelError, match="is not a folder"):
        open_reranker("./nowhere")


def test_the_pointer_that_ships_puts_what_answers_before_what_only_sounds_alike() -> None:
    texts = (
        "Returns of the Heron 320 are sent to the depot in Leeds, in the box of the Heron 320.",
        "You have thirty days from delivery to send back a machine that you do not like.",
        "The canteen is closed on Fridays.",
    )
    passages = [bring(str(number), "Returns", text) for number, text in enumerate(texts)]
    scores = open_reranker("pointer").score("Within how many days may I send it back?", passages)
    assert max(scores) == scores[1] and all(0 <= score <= 1 for score in scores)
    assert open_reranker("pointer").score("Within how many days may I send it back?", []) == []
    alone = [open_reranker("pointer").score("Within how many days may I send it back?", [one])[0] for one in passages]
    assert alone == pytest.approx(scores, abs=0.02)
