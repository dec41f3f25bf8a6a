"""Every language model keeps the same contract: on this machine, behind a server of any abilities, through LangChain.

Behind each stands a script, and in the slow run the embedded model: then what they say can be compared.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from assistant.format import ANSWER, CITED, labels, render
from assistant.language import ProseModel
from assistant.language.chat import from_chat_model
from assistant.language.choices import OneOf
from assistant.language.embedded import READER
from assistant.language.spans import SpanConstraint
from assistant.language.telling import TellingModel
from assistant.nouns import Claim, Decision, Finding
from assistant.prose import Frame
from assistant.reading import Reader
from assistant.reading.deciding import UNREAD
from assistant.reading.model import ModelReader
from assistant.reading.prose import ProseReader
from tests.assistant.making import hit, passage
from tests.assistant.minds import Embedded, Spoken
from tests.assistant.serving import FULL, PLAIN, STRICT, Abilities, Mind, Script, serving

EMBEDDED = [pytest.mark.models, pytest.mark.slow]
HITS = [hit(passage("The boiler is covered for 5 years.", at=10)), hit(passage("Descale it every 3 months.", at=90))]
QUESTION = "How long is the boiler covered?"
MESSAGES = render(QUESTION, [one.passage for one in HITS], "You are Ada.")
KNOWN = labels(2)
SERVERS = {
    "server": FULL,
    "server that begins anew": Abilities(continues=False),
    "server that lists five": Abilities(tops=5, strict=True),
    "server without probabilities": Abilities(tops=0, structures=frozenset({"grammar"})),
    "plain server": PLAIN,
    "strict server": STRICT,
}
CHAINS = {"LangChain": True, "LangChain without probabilities": False}


@pytest.fixture(scope="module")
def local(folder: Path, one_thread: None) -> TellingModel:
    return TellingModel(READER.name, folder)


@pytest.fixture(scope="module")
def embedded(local: TellingModel) -> Iterator[dict[str, ProseModel]]:
    with ExitStack() as servers:
        yield {"local": local} | behind(Embedded(local), servers)


@pytest.fixture(scope="module")
def scripted() -> Iterator[dict[str, ProseModel]]:
    with ExitStack() as servers:
        yield behind(Script("Cited:1\nAnswer: The boiler is covered for five years. [1]"), servers)


def behind(mind: Mind, servers: ExitStack) -> dict[str, ProseModel]:
    found: dict[str, ProseModel] = {
        name: servers.enter_context(serving(mind, abilities)).model(whole=900, silent=900)
        for name, abilities in SERVERS.items()
    }
    return found | {name: from_chat_model(Spoken(mind=mind, tells=tells, most=24)) for name, tells in CHAINS.items()}


@pytest.fixture(
    params=[
        *(("scripted", name) for name in (*SERVERS, *CHAINS)),
        *(pytest.param(("embedded", name), marks=EMBEDDED) for name in ("local", *SERVERS, *CHAINS)),
    ],
    ids=" ".join,
)
def language(request: pytest.FixtureRequest) -> ProseModel:
    mind, name = request.param
    found: dict[str, ProseModel] = request.getfixturevalue(mind)
    return found[name]


def test_labels_are_weighed_whole_or_not_at_all(language: ProseModel) -> None:
    weights = language.weigh(MESSAGES, CITED, KNOWN)
    assert weights == language.weigh(MESSAGES, CITED, KNOWN)
    if weights is not None:
        assert len(weights) == len(KNOWN)
        assert sum(map(math.exp, weights)) == pytest.approx(1)


def test_of_many_options_it_writes_one_or_none(language: ProseModel) -> None:
    assert "".join(language.write(MESSAGES, CITED, OneOf(KNOWN), 8)).strip() in (*KNOWN, "")


def test_a_span_is_one_or_nothing(language: ProseModel) -> None:
    text = HITS[0].passage.text
    written = "".join(language.write(MESSAGES, f"{CITED}1\n{ANSWER}", SpanConstraint(text), 24))
    assert written == "" or (written.startswith(" ") and written[1:] in text)


def test_it_tells_and_can_be_left(language: ProseModel) -> None:
    with closing(language.tell(MESSAGES, f"{CITED}1", Frame(2), 12)) as told:  # type: ignore[type-var]
        pieces = [piece for piece, _ in zip(told, range(3), strict=False)]
    assert all(isinstance(piece, str) for piece in pieces)
    again = "".join(language.tell(MESSAGES, f"{CITED}1", Frame(2), 12))
    assert again.startswith("".join(pieces))


def test_it_counts_and_knows_what_it_is(language: ProseModel) -> None:
    assert 0 < language.count(MESSAGES[:1]) < language.count(MESSAGES)
    assert language.name and all(isinstance(part, str) for part in language.identity)
    assert language.identity == language.identity


@pytest.mark.parametrize("reads", [ModelReader, ProseReader])
def test_readers_end_as_an_answer_or_in_the_open(
    language: ProseModel, reads: type[ModelReader] | type[ProseReader]
) -> None:
    reader: Reader = reads(language, "You are Ada.", 4096)
    decision: Decision = reader.decide(QUESTION, HITS)
    assert decision.cited in (0, 1, None, UNREAD)
    assert decision.confidence is None or 0 <= decision.confidence <= 1
    for one in reader.say(QUESTION, HITS, 0):
        assert isinstance(one, Claim if reads is ProseReader else Finding)


@pytest.mark.models
@pytest.mark.slow
@pytest.mark.parametrize("name", ["server", "server that lists five"])
def test_a_server_says_what_its_model_says(local: TellingModel, embedded: dict[str, ProseModel], name: str) -> None:
    """The labels among the tokens that it lists have the same odds as on this machine."""
    here, there = local.weigh(MESSAGES, CITED, KNOWN), embedded[name].weigh(MESSAGES, CITED, KNOWN)
    if there is None:  # no label is among the tokens listed
        return
    listed = [place for place, value in enumerate(there[:-1]) if value > -math.inf]
    for one in listed:
        assert there[one] - there[listed[0]] == pytest.approx(here[one] - here[listed[0]], abs=1e-3)


@pytest.mark.models
@pytest.mark.slow
def test_a_server_goes_on_as_its_model_does(local: TellingModel, embedded: dict[str, ProseModel]) -> None:
    begun, frame = f"{CITED}1\n{ANSWER}", Frame(2)
    here = "".join(local.tell(MESSAGES, begun, frame, 12))
    assert "".join(embedded["server"].tell(MESSAGES, begun, frame, 12)) == here != ""
