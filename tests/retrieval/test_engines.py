"""One contract for every engine: exact cosines, the best first, k of those that may be found and none of the others."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from retrieval import RetrievalSpec, Vectors
from retrieval.index.approximate import Approximate
from retrieval.index.codes import Codes, Quantiser
from retrieval.index.dense import EXACT, FAST, LOOKS, QUALITIES, Engine, explain, wants_codes
from retrieval.index.exact import FEW, Exact, Keys, write_vectors
from retrieval.index.gpu import OnGpu, gpus, kind_for
from retrieval.index.lexical import Lexical
from retrieval.index.manifest import Part

SIZE, DIMENSION = 30_000, 64
K = 10


@dataclass(frozen=True)
class Ignoring:
    """As an index that is given a filter and ignores it: proposes what is nearest, though it must not be found."""

    exact: Exact

    def propose(self, vector: Vectors, many: int) -> Keys:
        return self.exact.rows(self.exact.search(vector, many))


@dataclass(frozen=True)
class Stubborn:
    """Proposes the same few, whatever it is asked for."""

    exact: Exact

    def propose(self, vector: Vectors, many: int) -> Keys:
        return np.arange(5, dtype=np.int64)


def unit(seed: int, many: int) -> Vectors:
    vectors = np.random.default_rng(seed).standard_normal((many, DIMENSION)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


VECTORS = unit(1, SIZE)
VECTORS[100:140] = VECTORS[100]  # passages that say the same
KEYS = np.arange(SIZE, dtype=np.int64) * 3 + 7
QUESTIONS = [VECTORS[100], *unit(2, 12)]
GPU = pytest.mark.skipif(not gpus(), reason="there is no GPU here, or no build of FAISS for one")


@pytest.fixture(scope="module")
def exact() -> Exact:
    return Exact(KEYS, VECTORS)


@pytest.fixture(scope="module")
def codes(tmp_path_factory: pytest.TempPathFactory) -> Codes:
    folder = tmp_path_factory.mktemp("codes")
    quantiser = Quantiser.learned(VECTORS[::4])
    quantiser.save(folder / "quantiser")
    paths = [folder / "first.bin", folder / "second.bin"]
    for path, part in zip(paths, (VECTORS[:1000], VECTORS[1000:]), strict=True):
        quantiser.write(path, part)
    return Codes(folder / "quantiser", paths)


ENGINES: dict[str, Callable[[Exact, Codes], Engine]] = {
    "exact": lambda exact, codes: exact,
    "codes": lambda exact, codes: Approximate(exact, codes, LOOKS["balanced"]),
    "codes, fast": lambda exact, codes: Approximate(exact, codes, LOOKS[FAST]),
    "one that ignores filters": lambda exact, codes: Approximate(exact, Ignoring(exact), 1),
    "one that proposes too few": lambda exact, codes: Approximate(exact, Stubborn(exact), 20),
}
ON_GPU = {
    f"gpu, {kind}": (lambda exact, codes, kind=kind: Approximate(exact, OnGpu(exact, kind), 2))
    for kind in ("flat", "ivf", "cagra")
}
MARKED = [pytest.param(make, id=name, marks=[pytest.mark.gpu, GPU]) for name, make in ON_GPU.items()]


@pytest.fixture(scope="module", params=[*(pytest.param(make, id=name) for name, make in ENGINES.items()), *MARKED])
def engine(request: pytest.FixtureRequest, exact: Exact, codes: Codes) -> Engine:
    made: Engine = request.param(exact, codes)
    return made


def truth(question: Vectors, k: int, among: set[int] | None = None) -> list[int]:
    """Without FAISS: by cosine in double precision, of equals the lower key."""
    cosines = VECTORS.astype(np.float64) @ question.astype(np.float64)
    order = np.lexsort((KEYS, -cosines.round(12)))
    keys = [int(key) for key in KEYS[order] if among is None or int(key) in among]
    return keys[:k]


# The contract


def test_k_are_found_the_best_first_with_exact_cosines(engine: Engine, exact: Exact) -> None:
    assert engine.size == SIZE
    for question in QUESTIONS:
        found = engine.search(question, K)
        assert len(found) == K
        assert list(found.values()) == sorted(found.values(), reverse=True)
        assert found == exact.cosines(question, found)


def test_nine_in_ten_of_the_best_are_found(engine: Engine) -> None:
    shares = [len(set(truth(question, K)) & engine.search(question, K).keys()) / K for question in QUESTIONS[1:]]
    assert sum(shares) / len(shares) >= 0.9


def test_where_one_in_a_hundred_may_be_found_they_are_found_exactly(engine: Engine) -> None:
    among = {int(key) for key in KEYS[5::100]}
    for question in QUESTIONS:
        assert list(engine.search(question, K, among)) == truth(question, K, among)


@pytest.mark.parametrize("far", [False, True])
def test_among_many_k_that_may_be_found_are_found_and_no_other(far: bool, engine: Engine) -> None:
    """Also where all that is near must not be found: proposals are of no use then."""
    question = QUESTIONS[3]
    among = set(truth(question, SIZE)[4000:] if far else KEYS[: FEW + 5000].tolist())
    found = engine.search(question, K, among)
    assert len(found) == K
    assert found.keys() <= among
    if far:
        assert list(found) == truth(question, K, among)


def test_of_few_that_may_be_found_all_are(engine: Engine) -> None:
    among = {7, 10, 13, 9_999_999}  # the last is of another partition
    assert set(engine.search(QUESTIONS[2], K, among)) == {7, 10, 13}
    assert engine.search(QUESTIONS[2], K, ()) == engine.search(QUESTIONS[2], K, {8}) == {}


def test_more_than_there_are_is_all_there_are(engine: Engine) -> None:
    assert len(engine.search(QUESTIONS[2], SIZE + 5)) == SIZE


def test_cosines_are_those_of_the_search(engine: Engine) -> None:
    found = engine.search(QUESTIONS[4], K)
    assert engine.cosines(QUESTIONS[4], [*found, 8]) == found


# The exact one


def test_of_equals_the_lower_key_comes_first_searched_or_filtered(exact: Exact) -> None:
    expected = KEYS[100:110].tolist()
    assert list(exact.search(VECTORS[100], K)) == list(exact.search(VECTORS[100], K, KEYS.tolist())) == expected


def test_exact_search_finds_what_double_precision_finds(exact: Exact) -> None:
    for question in QUESTIONS:
        assert list(exact.search(question, 50)) == truth(question, 50)


def test_several_files_are_one_engine(tmp_path: Path, exact: Exact) -> None:
    for name, part in {"a": slice(0, 40), "b": slice(40, 300)}.items():
        write_vectors(tmp_path / name, KEYS[part], VECTORS[part])
    opened = Exact.open([tmp_path / "a", tmp_path / "b"], DIMENSION)
    assert opened.search(QUESTIONS[5], 300) == exact.search(QUESTIONS[5], 300, KEYS[:300].tolist())


def test_an_empty_engine_finds_nothing() -> None:
    assert Exact.open([], DIMENSION).search(QUESTIONS[0], K) == {}


# The choice


def part(passages: int, trained: int = 0) -> Part:
    return Part("[]", "part-0", passages, trained, ())


def test_codes_are_for_what_is_not_compared_at_once() -> None:
    assert not wants_codes(FEW, 384)
    assert wants_codes(FEW + 1, 384)
    assert not wants_codes(FEW + 1, 385)  # an odd number of numbers has no pairs


def test_the_choice_is_explained() -> None:
    assert explain([], "balanced") == "exact over 0 passages; approximate from 20,001 on"
    assert explain([part(1)], "balanced").startswith("exact over 1 passage;")
    both = explain([part(12_345), part(70_000, 70_000)], FAST)
    assert both.startswith("exact over 12,345 passages, 70,000 passages proposed by ")
    assert explain([part(70_000, 70_000)], EXACT) == "exact over 70,000 passages; at any size, for quality is exact"


def test_the_dial_offers_what_there_is() -> None:
    (dial,) = [field for field in dataclasses.fields(RetrievalSpec) if field.name == "quality"]
    assert dial.metadata["among"] == QUALITIES
    assert {*LOOKS, EXACT} == set(QUALITIES)


def test_a_gpu_compares_all_until_that_takes_too_long() -> None:
    assert kind_for(1_000_000) == "flat"
    assert kind_for(50_000_000) in ("ivf", "cagra")


# Words


@pytest.fixture(scope="module")
def words() -> Lexical:
    return Lexical.of(
        (number, "Record", f"It speaks of word{number % 40} and topic{number % 7}.") for number in range(4000)
    )


@pytest.mark.parametrize("many", [0, 3, 900, 1500, 3900])
def test_words_among_some_are_those_of_all_without_the_others(many: int, words: Lexical) -> None:
    among = set(np.random.default_rng(many).choice(4000, many, replace=False).tolist())
    for question in ("topic3", "word7 of topic5", "zebra", "record word39"):
        found = words.search(question, 4000)
        expected = [(key, score) for key, score in found.items() if key in among]
        for k in (5, 60, 4000):
            assert list(words.search(question, k, among).items()) == expected[:k]
