"""Another encoder in the Spec: the next generation is made beside the serving one, and serves when it is whole."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from retrieval import Home, IndexDamaged, Library, Vectors
from retrieval.index.generation import newest
from retrieval.index.manifest import read_manifest, verify
from tests.fakes import WordEncoder
from tests.retrieval.homes import HR, found, make, opened, python, synced

FILES = {
    "kettle.md": "# Kettle\n\nDescale the kettle every 3 months.\n",
    "long.md": "# Pumps\n\n"
    + " ".join(f"Pump number {n} is looked at in week {n}, by whoever is there." for n in range(40)),
    "hr/pay.md": "# Pay\n\nThe tamarisk band pays 41,000 a year.\n",
}
QUESTIONS = {"descale the kettle": "kettle.md", "pump number 7": "long.md", "tamarisk band": "hr/pay.md"}
DIES = """
import os, signal, sys
from pathlib import Path
from retrieval import Home
from tests.retrieval.homes import opened
from tests.retrieval.test_encoder_change import Folded

class Dying(Folded):
    asked = 0

    def encode(self, texts):
        self.asked += 1
        if self.asked > 1:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().encode(texts)

opened(Home(Path(sys.argv[1])), Dying()).sync()
"""


class Folded(WordEncoder):
    """The same words in half as many directions, and shorter passages: another encoder in all that counts."""

    identity = "folded-1"
    dimension = WordEncoder.dimension // 2
    limit = 64

    def encode(self, texts: Sequence[str]) -> Vectors:
        whole = super().encode(texts)
        folded = whole[:, : self.dimension] + whole[:, self.dimension :]
        return np.asarray(folded / np.maximum(np.linalg.norm(folded, axis=1, keepdims=True), 1e-9), dtype=np.float32)


@pytest.fixture
def home(shelf: Path) -> Home:
    home = make(shelf / "home", FILES, 'hr = ["HR"]')
    synced(home).database.close()
    return home


def check(library: Library) -> None:
    """Everything is found, by those who may."""
    for question, document in QUESTIONS.items():
        assert found(library, question, HR, 1) == [document]
    assert found(library, "tamarisk band") != ["hr/pay.md"]


def serving(home: Home) -> str:
    folder = newest(home)
    assert folder is not None
    manifest = read_manifest(folder)
    verify(folder, manifest)
    return manifest.encoder


def test_searches_go_on_with_the_old_one_until_the_new_one_is_whole(home: Home) -> None:
    before, told = opened(home), []

    def look(what: str, done: int, total: int) -> None:
        told.append(what)
        check(before)
        assert serving(home) == "words-1"

    after = opened(home, Folded())
    report = after.sync(progress=look)
    assert "Encoding" in told
    assert report.encoded == after.catalogue.counts(HR).passages
    assert (serving(home), len(list(home.index.iterdir()))) == ("folded-1", 1)
    check(after)


@pytest.mark.parametrize("synced_by_the_new_one", [True, False])
def test_opening_with_the_wrong_encoder_is_refused_with_both_names(home: Home, synced_by_the_new_one: bool) -> None:
    long_open = opened(home)
    check(long_open)
    if synced_by_the_new_one:
        opened(home, Folded()).sync()
    for wrong in (long_open, opened(home)) if synced_by_the_new_one else (opened(home, Folded()),):
        with pytest.raises(IndexDamaged, match=r"groundsmith sync") as refused:
            wrong.searcher.search("kettle", 1)
        assert "words-1" in refused.value.problem
        assert "folded-1" in refused.value.problem
        assert not wrong.in_step()


@pytest.mark.slow
def test_killed_between_two_encoders_the_old_one_serves_and_the_new_one_goes_on(home: Home) -> None:
    with python(DIES, home.root) as child:
        assert child.wait(timeout=120) == -signal.SIGKILL
    assert serving(home) == "words-1"
    check(opened(home))
    after = opened(home, Folded())
    every = after.catalogue.counts(HR).passages
    report = after.sync()
    assert 0 < report.encoded < every  # what was encoded stays encoded
    check(after)


def test_going_back_costs_no_encoding_of_what_is_cut_alike(home: Home) -> None:
    opened(home, Folded()).sync()
    back = opened(home)
    report = back.sync()
    assert report.encoded < back.catalogue.counts(HR).passages
    assert serving(home) == "words-1"
    check(back)
