"""What every encoder keeps to, whether a fake, the direct one or the library's; and that two of them agree."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from retrieval import ENCODER, Encoder, ModelError, Vectors, open_encoder, resolve
from retrieval.encoding import identify
from retrieval.encoding.pooled import PooledEncoder
from retrieval.encoding.sentence import SentenceEncoder
from tests.fakes import WordEncoder

NAME = "all-MiniLM-L6-v2"
TEXTS = [
    "The warranty lasts 24 months from delivery.",
    "How long does the warranty last?",
    "Ünïcode, 漢字 and 🙂 in one line",
    "kettle",
    "Descale the kettle every three months; rinse it twice afterwards, and let it dry in the open air overnight.",
]
LONG = " ".join(f"word{number}" for number in range(900))
NEARLY = 0.999  # cosine; half-precision arithmetic differs a little from batch to batch


def made(kind: str) -> Encoder:
    if kind == "words":
        return WordEncoder()
    folder = resolve(NAME, [ENCODER])
    return PooledEncoder(folder, "mean") if kind == "pooled" else SentenceEncoder(folder, "library")


@pytest.fixture(
    scope="module",
    params=["words", *(pytest.param(kind, marks=pytest.mark.models) for kind in ("pooled", "sentence"))],
)
def encoder(request: pytest.FixtureRequest) -> Encoder:
    return made(request.param)


def cosines(one: Vectors, other: Vectors) -> list[float]:
    return [float(cosine) for cosine in (one * other).sum(axis=1)]


# The contract


def test_vectors_have_their_shape_and_unit_length(encoder: Encoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dimension)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_no_texts_make_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dimension)
    assert encoder.measure([]) == []


@pytest.mark.parametrize("text", ["", " ", "\n", "\x00", "the of and"])
def test_a_text_without_words_is_no_error(text: str, encoder: Encoder) -> None:
    (vector,) = encoder.encode([text])
    assert np.isfinite(vector).all()
    assert float(np.linalg.norm(vector)) <= 1 + 1e-5


def test_the_same_text_has_the_same_vector(encoder: Encoder) -> None:
    assert np.array_equal(encoder.encode(TEXTS), encoder.encode(TEXTS))


def test_a_vector_is_its_texts_wherever_it_stands(encoder: Encoder) -> None:
    together = encoder.encode([*TEXTS, LONG])
    backwards = encoder.encode([LONG, *TEXTS[::-1]])[::-1]
    alone = np.concatenate([encoder.encode([text]) for text in [*TEXTS, LONG]])
    assert min(cosines(together, backwards)) > NEARLY
    assert min(cosines(together, alone)) > NEARLY


def test_what_is_near_in_meaning_is_near(encoder: Encoder) -> None:
    question, *others = encoder.encode([TEXTS[1], TEXTS[0], TEXTS[3], TEXTS[4]])
    near, *far = (float(question @ other) for other in others)
    assert near > max(far)


def test_measures_grow_with_the_text_and_count_each_text_alone(encoder: Encoder) -> None:
    sizes = encoder.measure([*TEXTS, LONG])
    assert sizes == [encoder.measure([text])[0] for text in [*TEXTS, LONG]]
    assert sizes[-1] > encoder.limit
    assert 0 <= encoder.measure([""])[0] < sizes[3] < sizes[0]


def test_a_text_above_the_limit_is_cut_and_not_refused(encoder: Encoder) -> None:
    whole, longer = encoder.encode([LONG, LONG + " and something quite different about kettles"])
    assert float(whole @ longer) > 0.99
    assert np.isfinite(whole).all()


def test_an_identity_is_the_name_of_a_folder(encoder: Encoder) -> None:
    assert encoder.identity
    assert "/" not in encoder.identity


# Two engines, one model


@pytest.fixture(scope="module")
def engines() -> tuple[PooledEncoder, SentenceEncoder]:
    folder = resolve(NAME, [ENCODER])
    return PooledEncoder(folder, "mean"), SentenceEncoder(folder, "library")


@pytest.mark.models
def test_the_direct_engine_agrees_with_the_librarys(engines: tuple[PooledEncoder, SentenceEncoder]) -> None:
    texts = [*TEXTS, "", LONG, *(" ".join(LONG.split()[:number]) for number in (60, 84, 85, 86, 120))]
    direct, library = (engine.encode(texts) for engine in engines)
    assert min(cosines(direct, library)) >= NEARLY


@pytest.mark.models
def test_both_engines_count_alike(engines: tuple[PooledEncoder, SentenceEncoder]) -> None:
    direct, library = engines
    assert direct.measure([*TEXTS, "", LONG]) == library.measure([*TEXTS, "", LONG])
    assert (direct.limit, direct.dimension) == (library.limit, library.dimension) == (256, 384)


@pytest.mark.models
def test_threads_that_ask_at_once_all_get_their_vectors() -> None:
    encoder = made("pooled")
    ready, given = threading.Barrier(4), []

    def ask() -> None:
        ready.wait(timeout=60)
        given.append(encoder.encode(TEXTS[:1]))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert len(given) == 4
    assert all(np.array_equal(given[0], vectors) for vectors in given)


# Which engine, and which identity


def copied(target: Path, **settings: dict[str, object]) -> Path:
    """MiniLM by links, with some of its settings changed."""
    folder = resolve(NAME, [ENCODER])
    for path in folder.rglob("*"):
        if path.is_file() and path.name != "model.json":
            link = target / path.relative_to(folder)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(path)
    for name, changes in settings.items():
        path = next(target.rglob(f"{name}.json")) if name != "pooling" else target / "1_Pooling" / "config.json"
        content = json.loads(path.read_text(encoding="utf-8"))
        path.unlink()
        path.write_text(json.dumps(content | changes), encoding="utf-8")
    return target


@pytest.mark.models
def test_the_embedded_encoder_runs_directly() -> None:
    encoder = open_encoder(NAME)
    assert isinstance(encoder, PooledEncoder)
    assert encoder.identity.startswith(f"{NAME}-")
    assert open_encoder(NAME).identity == encoder.identity


@pytest.mark.models
@pytest.mark.parametrize(
    "settings",
    [
        {"pooling": {"pooling_mode_mean_tokens": False, "pooling_mode_cls_token": True}},
        {"pooling": {"pooling_mode_max_tokens": True}},
        {"config_sentence_transformers": {"prompts": {"ask": "query: "}, "default_prompt_name": "ask"}},
        {"sentence_bert_config": {"do_lower_case": True}},
    ],
)
def test_what_is_more_than_a_mean_runs_by_its_library(settings: dict[str, dict[str, object]], tmp_path: Path) -> None:
    encoder = open_encoder(str(copied(tmp_path / "model", **settings)))
    assert isinstance(encoder, SentenceEncoder)
    assert encoder.identity != open_encoder(str(copied(tmp_path / "plain"))).identity


@pytest.mark.models
def test_another_pooling_gives_other_vectors(tmp_path: Path) -> None:
    settings: dict[str, object] = {"pooling_mode_mean_tokens": False, "pooling_mode_cls_token": True}
    first_token = open_encoder(str(copied(tmp_path / "model", pooling=settings)))
    vectors = first_token.encode(TEXTS)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert max(cosines(vectors, made("pooled").encode(TEXTS))) < NEARLY


def test_a_model_that_is_not_there_is_an_error_of_models() -> None:
    with pytest.raises(ModelError, match="Did you mean"):
        open_encoder("all-MiniLM-L6")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    for name, content in {
        "model.safetensors": bytes(range(256)) * 20_000,
        "2_Dense/model.safetensors": bytes(1000),
        "tokenizer.json": b"{}",
        "1_Pooling/config.json": b"{}",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def bytes_of(model: Path) -> Iterator[tuple[Path, int]]:
    """Places all over the weights, and one in every other file."""
    for path in sorted(path for path in model.rglob("*") if path.is_file()):
        size = path.stat().st_size
        yield from ((path, position) for position in {0, size // 3, size // 2, size - 1})


def test_one_byte_anywhere_makes_another_identity(model: Path) -> None:
    seen = {identify("m", model)}
    changed = list(bytes_of(model))
    for path, position in changed:
        content = bytearray(path.read_bytes())
        content[position] ^= 1
        path.write_bytes(content)
        seen.add(identify("m", model))
    assert len(seen) == len(changed) + 1


def test_what_decides_no_vector_decides_no_identity(model: Path) -> None:
    before = identify("m", model)
    (model / "README.md").write_text("about", encoding="utf-8")
    (model / "model.json").write_text("{}", encoding="utf-8")
    assert identify("m", model) == before


@pytest.mark.parametrize("name", ["organisation/name", "/srv/models/name", "./name"])
def test_any_name_makes_an_identity_that_a_folder_can_bear(name: str, model: Path) -> None:
    assert "/" not in identify(name, model)


def test_weights_that_change_places_make_another_identity(model: Path) -> None:
    before = identify("m", model)
    one, two = model / "model.safetensors", model / "2_Dense" / "model.safetensors"
    content: Sequence[bytes] = (one.read_bytes(), two.read_bytes())
    one.write_bytes(content[1])
    two.write_bytes(content[0])
    assert identify("m", model) != before
