"""A calibration on disk: what is written is what is read, and what does not add up is refused."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.calibration.calibrate import calibrate
from assistant.calibration.files import load, path_of, read_calibration, save
from assistant.calibration.nouns import Calibration
from retrieval import Home, ModelError
from tests.assistant.calibrating import BACKEND, families

GOOD = calibrate(families(200, seed=5), BACKEND, 0.1, 0.2)
BAD = calibrate(families(30, seed=5), BACKEND, 0.1, 0.2)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def table(found: Calibration = GOOD) -> dict[str, Any]:
    copy: dict[str, Any] = json.loads(json.dumps(asdict(found)))
    return copy


@pytest.mark.parametrize("found", [GOOD, BAD])
def test_what_is_written_is_what_is_read(home: Home, found: Calibration) -> None:
    path = save(home, found)
    assert path.parent == home.root / "calibration" and path.name.startswith("liar-none-")
    assert load(home, BACKEND) == found
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_later_calibration_replaces_the_first(home: Home) -> None:
    assert save(home, GOOD) == save(home, BAD)
    assert load(home, BACKEND) == BAD


def test_each_backend_has_its_own(home: Home) -> None:
    save(home, GOOD)
    others: dict[str, Any] = dict.fromkeys(("reader", "model", "adapter", "precision", "finding", "reading"), "../one")
    for name, other in [*others.items(), ("format", 2)]:
        assert load(home, replace(BACKEND, **{name: other})) is None
    assert path_of(home, replace(BACKEND, adapter="../../up")).parent == home.root / "calibration"


def test_a_calibration_of_another_backend_is_refused_with_both_named(home: Home) -> None:
    other = replace(BACKEND, precision="bf16 and bf16")
    path_of(home, other).parent.mkdir()
    path_of(home, other).write_text(json.dumps(table()), encoding="utf-8")
    with pytest.raises(
        ModelError, match=r"precision fp32 and fp32.*what serves is .*precision bf16 and bf16.*groundsmith"
    ):
        load(home, other)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "7", "\x00", '{"backend": {}}'])
def test_what_is_no_calibration_is_refused(home: Home, text: str) -> None:
    path_of(home, BACKEND).parent.mkdir()
    path_of(home, BACKEND).write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match="Calibrate again"):
        load(home, BACKEND)


def test_bytes_that_are_no_text_are_refused(home: Home) -> None:
    path_of(home, BACKEND).parent.mkdir()
    path_of(home, BACKEND).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ModelError, match="cannot be read"):
        load(home, BACKEND)


LIES: dict[str, tuple[tuple[str | int, ...], Any]] = {
    "a better risk": (("risk",), 0.001),
    "certified though it is not": (("certified",), False),
    "no confidence": (("confidence",), None),
    "fewer errors than answers": (("levels", 0, "counts", "answered"), 10**6),
    "a count below nothing": (("levels", 0, "counts", "wrong"), -1),
    "half a question": (("fitted_on",), 2.5),
    "a share above all": (("unanswerable",), 1.5),
    "no number": (("confidence", "bias"), float("nan")),
    "a scale of nothing": (("confidence", "features", 0, "scale"), 0.0),
    "a threshold that is a text": (("levels", 0, "threshold"), "0.5"),
    "true for a number": (("risk",), True),
    "a bound that its counts do not bear": (("levels", 0, "counts", "answered"), 12),
}


@pytest.mark.parametrize("lie", LIES)
def test_what_does_not_add_up_is_refused(lie: str) -> None:
    place, value = LIES[lie]
    found: Any = table()
    within = found
    for step in place[:-1]:
        within = within[step]
    within[place[-1]] = value
    with pytest.raises(ModelError, match=r"^here"):
        read_calibration(found, "here")


def test_an_unknown_and_a_lacking_key_are_named() -> None:
    with pytest.raises(ModelError, match="Calibration lacks or does not know extra"):
        read_calibration(table() | {"extra": 1}, "here")
    lacking = table()
    del lacking["backend"]["reading"]
    with pytest.raises(ModelError, match="Backend lacks or does not know reading"):
        read_calibration(lacking, "here")


JUNK = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.just([]), st.just({}))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=150)
@given(st.data())
def test_junk_anywhere_is_refused_or_harmless(data: st.DataObject) -> None:
    found: Any = table()
    within = found
    while True:
        keys = list(within) if isinstance(within, dict) else list(range(len(within)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(within[key], dict | list) or not within[key] or data.draw(st.booleans()):
            break
        within = within[key]
    within[key] = data.draw(JUNK)
    try:
        read = read_calibration(found, "here")
    except ModelError:
        return
    assert json.loads(json.dumps(asdict(read), allow_nan=False)) == json.loads(json.dumps(found))
