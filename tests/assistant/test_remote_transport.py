"""The way to a server and back, against a real one that misbehaves in every way it can."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.language.remote.address import Key, address_of, is_address
from assistant.language.remote.client import Client, Refused, _data
from assistant.language.remote.exchange import Patience, Unreached
from assistant.language.remote.retrying import LONGEST, Clock, Retrying, asked_for
from retrieval import ModelError, SpecError
from tests.assistant.serving import FULL, NAME, Abilities, Fault, Script, Served, cut, drip, hold, said, serving, status

ANSWER = "Cited:1\nAnswer: So it is. [1]"
BODY: dict[str, Any] = {"model": NAME, "messages": [{"role": "user", "content": "Why?"}], "max_tokens": 99}
SECRET = "sk-tamarisk-41000"
KEY = Key("TEST_KEY")


def client(served: Served, key: Key | None = None, slept: list[float] | None = None, **patience: Any) -> Client:
    waited = slept if slept is not None else []
    clock = Clock(sleep=waited.append, chance=lambda: 1.0)
    return Client(address_of(served.base), key or Key(), Patience(**patience), clock)


def asked(served: Served, **patience: Any) -> str:
    found = client(served, **patience).ask("/chat/completions", BODY)
    return str(found["choices"][0]["message"]["content"])


def streamed(served: Served, **patience: Any) -> str:
    events = client(served, **patience).stream("/chat/completions", BODY | {"stream": True})
    return "".join(event["choices"][0]["delta"].get("content", "") for event in events)


WAYS = pytest.mark.parametrize("way", [asked, streamed])
Way = Callable[..., str]


@WAYS
def test_an_answer(way: Way) -> None:
    with serving(Script(ANSWER)) as served:
        assert way(served) == ANSWER


@WAYS
@pytest.mark.parametrize(
    "fault", [status(429), status(500), status(503), cut, said(b"not JSON"), said(b"[1]"), said(b"")]
)
def test_what_may_pass_is_tried_again(way: Way, fault: Fault) -> None:
    with serving(Script(ANSWER), FULL, fault, fault) as served:
        assert way(served) == ANSWER
        assert len(served.bodies) == 3


@WAYS
@pytest.mark.parametrize("fault", [status(429), cut])
def test_and_in_the_end_given_up(way: Way, fault: Fault) -> None:
    with serving(Script(ANSWER), FULL, *[fault] * 9) as served:
        with pytest.raises(Unreached, match=r"127\.0\.0\.1"):
            way(served)
        assert len(served.bodies) == 3


@WAYS
@pytest.mark.parametrize(("code", "remedy"), [(400, "base"), (401, "key_from"), (404, "remote_model"), (422, "base")])
def test_what_will_not_pass_is_not_tried_again(way: Way, code: int, remedy: str) -> None:
    with serving(Script(ANSWER), FULL, status(code, "no such thing\n\x1b[2J")) as served:
        with pytest.raises(Refused, match=remedy) as refused:
            way(served)
        assert len(served.bodies) == 1
        assert str(refused.value).isprintable()
        assert ("no such thing" in str(refused.value)) == (code != 401)


def test_waits_grow_by_chance_and_end() -> None:
    slept: list[float] = []
    with serving(Script(ANSWER), FULL, *[status(503)] * 9) as served, pytest.raises(Unreached):
        client(served, slept=slept, retries=8, whole=1000).ask("/chat/completions", BODY)
    assert slept == [0.5, 1.0, 2.0, 4.0, LONGEST, LONGEST, LONGEST, LONGEST]


@given(st.floats(0, 1))
def test_chance_halves_a_wait_at_most(chance: float) -> None:
    waited: list[float] = []
    retrying = Retrying(Patience(whole=100), Clock(lambda: 0.0, waited.append, lambda: chance))
    assert retrying.again(Unreached("busy")) and 0.25 <= waited[0] <= 0.5


def test_a_server_that_says_how_long_is_heeded() -> None:
    slept: list[float] = []
    with serving(Script(ANSWER), FULL, status(429, Retry_After="7"), status(503, Retry_After="0")) as served:
        client(served, slept=slept).ask("/chat/completions", BODY)
    assert slept == [7.0, 0.0]


def test_who_is_asked_to_wait_too_long_gives_up_at_once() -> None:
    slept: list[float] = []
    with (
        serving(Script(ANSWER), FULL, status(429, Retry_After="3600")) as served,
        pytest.raises(Unreached, match="429"),
    ):
        client(served, slept=slept).ask("/chat/completions", BODY)
    assert slept == []


@pytest.mark.parametrize(("header", "seconds"), [("3", 3.0), ("0.5", 0.5), ("", None), ("soon", None), ("-1", None)])
def test_retry_after(header: str, seconds: float | None) -> None:
    assert asked_for(header) == seconds


def test_retry_after_a_date() -> None:
    later = asked_for(format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True))
    assert later is not None and 3000 < later <= 3600
    assert asked_for("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0


# Time and size


@WAYS
@pytest.mark.parametrize(("fault", "whole", "silent"), [(hold, 30.0, 0.05), (hold, 0.15, 30.0), (drip, 0.3, 30.0)])
def test_silence_and_dripping_are_ended(way: Way, fault: Fault, whole: float, silent: float) -> None:
    began = time.monotonic()
    with serving(Script(ANSWER), FULL, fault) as served, pytest.raises(Unreached, match=r"silent|not done"):
        way(served, whole=whole, silent=silent, retries=0)
    assert time.monotonic() - began < 25  # and not the sixty seconds that the server would hold it


def test_a_stream_that_never_ends_is_ended() -> None:
    with serving(Script("so " * 400)) as served:
        served.pause = 0.05
        with pytest.raises(Unreached, match="not done"):
            streamed(served, whole=0.3, retries=0)


@WAYS
def test_too_much_is_not_read(way: Way) -> None:
    with serving(Script(ANSWER), FULL, said(b" " * 5000)) as served, pytest.raises(ModelError, match="more than 4,096"):
        way(served, most_bytes=4096)


def test_nobody_there() -> None:
    with serving(Script(ANSWER)) as served:
        pass
    with pytest.raises(Unreached, match="cannot be reached"):
        asked(served)


# Streams


def test_a_stream_cut_in_the_middle_is_not_tried_again() -> None:
    with serving(Script(ANSWER), FULL, lambda handler: handler.stream(["Cited:", "1"], ending=False)) as served:
        with pytest.raises(Unreached, match="before its end"):
            streamed(served)
        assert len(served.bodies) == 1


def test_an_error_within_a_stream() -> None:
    broken = said(b'data: {"error": {"message": "out of memory"}}\n\n', "text/event-stream")
    with serving(Script(ANSWER), FULL, broken) as served:
        assert streamed(served) == ANSWER  # nothing had come of it yet


def test_a_server_that_does_not_stream_answers_whole() -> None:
    with serving(Script(ANSWER), Abilities(streams=False)) as served:
        (event,) = client(served).stream("/chat/completions", BODY | {"stream": True})
        assert event["choices"][0]["message"]["content"] == ANSWER


def test_who_leaves_a_stream_closes_the_connection() -> None:
    with serving(Script("so " * 2000)) as served:
        served.pause = 0.005
        events = client(served).stream("/chat/completions", BODY | {"stream": True, "max_tokens": 4000})
        next(events)
        events.close()  # type: ignore[attr-defined]
        assert served.gone.wait(30)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=40))
def test_events_in_any_cuts(lengths: list[int]) -> None:
    text = b': hello\r\ndata: {"a": 1}\r\n\r\nevent: x\ndata: {"b":\ndata: 2}\n\ndata: [DONE]\n\n'
    pieces, place = list[bytes](), 0
    while place < len(text):
        length = lengths[len(pieces) % len(lengths)]
        pieces.append(text[place : place + length])
        place += length
    assert list(_data(iter(pieces))) == [b'{"a": 1}', b'{"b":\n2}', b"[DONE]"]


# Where it goes, and what it takes along


@WAYS
@pytest.mark.parametrize("code", [301, 302, 307, 308])
def test_redirects_are_not_followed(way: Way, code: int) -> None:
    with serving(Script(ANSWER)) as elsewhere, serving(Script(ANSWER), FULL) as served:
        served.faults.append(status(code, Location=f"{elsewhere.base}/chat/completions"))
        with pytest.raises(ModelError, match="not followed"):
            way(served)
        assert elsewhere.bodies == []


def test_no_proxy_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(Script(ANSWER)) as proxy, serving(Script(ANSWER)) as served:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert asked(served) == ANSWER
        assert proxy.bodies == []


def test_the_key_comes_from_the_environment_and_goes_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_KEY", f" {SECRET}\n")
    leaks = [status(code, f"wrong key {SECRET}: {SECRET[:6]}…") for code in (401, 403)]
    with serving(Script(ANSWER), FULL, *leaks, status(400, f"bad {SECRET}"), said(SECRET.encode())) as served:
        served.faults += [status(500, SECRET)] * 2
        told = [problem(client(served, KEY)) for _ in range(4)]
        assert [headers["Authorization"] for headers in served.headers] == [f"Bearer {SECRET}"] * len(served.bodies)
        assert "Authorization" not in client(served).key.headers()
    assert SECRET[:6] not in "".join(told) + repr(client(served, KEY))


def problem(of: Client) -> str:
    with pytest.raises(ModelError) as raised:
        of.ask("/chat/completions", BODY)
    return f"{raised.value!r} {raised.value} {raised.value.__cause__!r} {raised.value.__context__!r}"


@pytest.mark.parametrize("value", [None, "", "  ", "two words", "a\nb: c", "schlüssel"])
def test_a_key_that_is_none(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    monkeypatch.delenv("TEST_KEY", raising=False)
    if value is not None:
        monkeypatch.setenv("TEST_KEY", value)
    with serving(Script(ANSWER)) as served:
        with pytest.raises(ModelError, match="TEST_KEY") as raised:
            client(served, KEY).ask("/chat/completions", BODY)
        assert served.bodies == []
    assert not (value or "").strip() or str(value) not in str(raised.value)


@pytest.mark.parametrize("name", [SECRET, "a b", "1A", "Ä", "A\n"])
def test_a_key_in_the_place_of_its_name_is_not_repeated(name: str) -> None:
    with pytest.raises(SpecError, match="environment variable") as raised:
        Key(name)
    assert name not in str(raised.value)


@pytest.mark.parametrize(
    ("base", "shown"),
    [
        ("http://127.0.0.1:8000/v1", "http://127.0.0.1:8000/v1"),
        ("https://models.example.org/v1/", "https://models.example.org/v1"),
        ("https://models.example.org", "https://models.example.org"),
        ("http://[::1]:8000/v1", "http://[::1]:8000/v1"),
    ],
)
def test_addresses(base: str, shown: str) -> None:
    assert is_address(base)
    assert str(address_of(base)) == shown


@pytest.mark.parametrize(
    "base",
    [
        "file:///etc/passwd", "ftp://host/v1", "http://", "https:///v1", "http://host:99999/v1", "http://host:x/v1",
        "http://user:tamarisk@host/v1", "http://host/v1?key=tamarisk", "http://host/v1#tamarisk", "http://ho st/v1",
        "http://host/v1\r\nX: tamarisk", "javascript://host", "http://[::1/v1",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_without_its_secrets(base: str) -> None:
    with pytest.raises(SpecError) as raised:
        address_of(base)
    assert "tamarisk" not in str(raised.value) or "\\r\\n" in str(raised.value)


@pytest.mark.parametrize("base", ["SmolLM2-135M-Instruct", "models/mine", "/srv/models/mine", "org/model"])
def test_what_is_no_server(base: str) -> None:
    assert not is_address(base)


def test_many_at_once() -> None:
    found: list[str] = []
    with serving(Script(ANSWER)) as served:
        threads = [threading.Thread(target=lambda: found.append(asked(served))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [ANSWER] * 8
