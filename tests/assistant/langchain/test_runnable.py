"""The assistant as a Runnable: a question in, the answer as JSON has it out."""

from __future__ import annotations

import json

import pytest
from langchain_core.load import dumpd
from langchain_core.runnables import ConfigurableField, RunnableLambda

from assistant import Assistant
from assistant.langchain import assistant_runnable
from retrieval import Principal, UsageError
from tests.retrieval.homes import told

WARRANTY = "How long is the warranty from delivery?"
PAY = "What does the tamarisk band pay a year?"
HR = Principal("hanna", frozenset({"HR"}))


def test_a_question_becomes_an_answer(ada: Assistant) -> None:
    answer = assistant_runnable(ada).invoke(WARRANTY)
    assert answer["answer"] == "The warranty lasts 24 months from delivery."
    assert answer["citations"][0]["document"] == "warranty.md"
    assert json.loads(json.dumps(answer)) == answer


async def test_it_composes_and_answers_several_at_once(ada: Assistant) -> None:
    chain = assistant_runnable(ada) | RunnableLambda(lambda answer: answer["reason"])
    assert await chain.abatch([WARRANTY, "Who painted the zebra?"]) == [None, "off_topic"]


def test_a_conversation_is_gone_on_with_and_kept(ada: Assistant) -> None:
    conversation = ada.memory.begin(HR)
    hanna = assistant_runnable(ada, HR)
    for question in (WARRANTY, "And what does it cover?"):
        answer = hanna.invoke({"question": question, "conversation": conversation})
        assert not answer["abstained"] and answer["conversation"] == conversation
    assert [turn.question for turn in ada.memory.turns(conversation, HR)] == [WARRANTY, "And what does it cover?"]


def test_somebody_elses_conversation_is_not_there(ada: Assistant) -> None:
    asked = {"question": WARRANTY, "conversation": ada.memory.begin(HR)}
    with pytest.raises(UsageError, match="There is no conversation"):
        assistant_runnable(ada, Principal("olaf")).invoke(asked)


@pytest.mark.parametrize(
    "given",
    [7, None, {}, {"question": 7}, {"question": WARRANTY, "principal": "HR"}, {"question": "?", "conversation": 1}],
)
def test_what_is_no_question_is_refused(ada: Assistant, given: object) -> None:
    with pytest.raises(UsageError, match="This is no question"):
        assistant_runnable(ada).invoke(given)  # type: ignore[arg-type]


def test_who_asks_is_settled_by_whoever_makes_it(ada: Assistant) -> None:
    mine, named = assistant_runnable(ada), {"configurable": {"principal": HR}}
    assert not assistant_runnable(ada, HR).invoke(PAY)["abstained"] and mine.invoke(PAY)["abstained"]
    with pytest.raises(UsageError, match="a principal other than"):
        mine.invoke(PAY, named)  # type: ignore[arg-type]
    chosen = mine.configurable_fields(principal=ConfigurableField("principal"))
    assert not chosen.invoke(PAY, named)["abstained"]  # type: ignore[arg-type]


def test_tracers_are_told_neither_the_folder_nor_who_asks(ada: Assistant) -> None:
    hanna = assistant_runnable(ada, HR)
    seen = str([dumpd(hanna), repr(hanna)])
    assert str(ada.library.home.root) not in seen and "hanna" not in seen


SCRIPT = """
import sys
import assistant, retrieval
assert not [name for name in sys.modules if name.startswith(("langchain", "pydantic", "opentelemetry"))]
sys.modules["langchain_core"] = None
try:
    import assistant.langchain
except retrieval.MissingExtra as error:
    print(error)
"""


def test_without_langchain_the_extra_is_named() -> None:
    assert "pip install 'groundsmith[langchain]'" in told(SCRIPT)
