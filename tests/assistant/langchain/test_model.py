"""The assistant as a chat model: what it cites, what it says when it does not answer, and what it refuses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from langchain_core.caches import InMemoryCache
from langchain_core.globals import set_llm_cache
from langchain_core.language_models import BaseChatModel
from langchain_core.load import dumpd
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import ConfigurableField, RunnableConfig

from assistant import Assistant, Claim, Finding, create_home, open_assistant
from assistant.langchain import GroundsmithChatModel
from assistant.spec import DecisionSpec
from retrieval import ModelError, Principal, UsageError
from tests.assistant.making import Liar, Teller
from tests.conftest import ready
from tests.fakes import WordEncoder

WARRANTY = "How long is the warranty from delivery?"
PAY = "What does the tamarisk band pay a year?"
HR = Principal("hanna", frozenset({"HR"}))
TRUE = Claim("The warranty lasts 24 months from delivery.", (0,))
ALSO_TRUE = Claim("It covers the boiler and the pump.", (0,))


def telling(ada: Assistant, *sentences: Claim | Exception) -> GroundsmithChatModel:
    return GroundsmithChatModel(assistant=replace(ada, reader=Teller(sentences=sentences)))


def as_config(principal: object) -> RunnableConfig:
    return {"configurable": {"principal": principal}}


def cited(message: AIMessage) -> list[dict[str, Any]]:
    (block,) = message.content_blocks
    assert block["type"] == "text"
    return [dict(annotation) for annotation in block["annotations"]]


def test_an_answer_carries_its_citations(model: GroundsmithChatModel) -> None:
    message = model.invoke(WARRANTY)
    assert message.text == "The warranty lasts 24 months from delivery. [1]"
    (citation,) = cited(message)
    assert message.text[citation["start_index"] : citation["end_index"]] == citation["cited_text"]
    assert (citation["type"], citation["title"]) == ("citation", "Warranty")
    place = citation["extras"]
    document = model.assistant.library.catalogue.document(place["document"], model.principal)
    assert document is not None and document[place["start"] : place["end"]] == citation["cited_text"]


def test_its_metadata_says_how_it_ended(model: GroundsmithChatModel) -> None:
    told = model.invoke(WARRANTY).response_metadata
    assert (told["abstained"], told["reason"], told["finish_reason"]) == (False, None, "answered")
    assert 0.5 <= told["confidence"] <= 1 and told["certified"] is False
    assert (told["reader"], told["model_provider"]) == ("extractive", "groundsmith")


def test_an_abstention_says_why(model: GroundsmithChatModel) -> None:
    message = model.invoke("Who painted the zebra?")
    assert message.text == model.assistant.spec.refusals.off_topic
    assert cited(message) == []
    assert message.response_metadata["abstained"] is True
    assert message.response_metadata["reason"] == message.response_metadata["finish_reason"] == "off_topic"


@pytest.mark.parametrize("question", [WARRANTY, "Who painted the zebra?", "Hello", f"{WARRANTY} And who is Ada?"])
def test_what_is_streamed_is_what_is_answered(model: GroundsmithChatModel, question: str) -> None:
    first, *rest = model.stream(question)
    whole = sum(rest, first)
    answered = model.invoke(question)
    assert (whole.text, cited(whole)) == (answered.text, cited(answered))
    assert whole.chunk_position == "last"
    assert whole.response_metadata | {"id": ""} == answered.response_metadata | {"id": ""}


def test_sentences_come_one_by_one_and_what_fails_its_check_does_not(ada: Assistant) -> None:
    false = Claim("The warranty lasts 99 months from delivery.", ())
    chunks = list(telling(ada, TRUE, false, ALSO_TRUE).stream(WARRANTY))
    assert [chunk.text for chunk in chunks if chunk.text] == [f"{TRUE.text} [1]", f" {ALSO_TRUE.text} [2]"]
    text = "".join(chunk.text for chunk in chunks)
    for citation in cited(sum(chunks[1:], chunks[0])):
        assert text[citation["start_index"] : citation["end_index"]] in (TRUE.text, ALSO_TRUE.text)


def test_sources_that_contradict_each_other_are_both_cited(tmp_path: Path) -> None:
    home = create_home(tmp_path / "home")
    for year, months in (("2024", 12), ("2026", 24)):
        text = f"---\ndate: {year}-01-01\n---\n# Warranty {year}\n\nThe warranty lasts {months} months from delivery.\n"
        (home.documents / f"{year}.md").write_text(text, encoding="utf-8")
    found = ready(open_assistant(home.root, WordEncoder()))
    found.spec = replace(found.spec, decision=DecisionSpec(threshold=0.1))
    model = GroundsmithChatModel(assistant=found)
    message = model.invoke(WARRANTY)
    assert message.response_metadata["conflict"] is True
    assert sorted(citation["title"] for citation in cited(message)) == ["Warranty 2024", "Warranty 2026"]
    first, *rest = model.stream(WARRANTY)
    assert sum(rest, first).text == message.text


def test_what_is_withdrawn_before_it_was_shown_is_an_abstention(ada: Assistant) -> None:
    model = GroundsmithChatModel(assistant=replace(ada, reader=Liar(Finding(0, 9999))))
    first, *rest = model.stream(WARRANTY)
    message = sum(rest, first)
    assert message.text == ada.spec.refusals.withdrawn
    assert message.response_metadata["reason"] == "withdrawn"


def test_what_is_withdrawn_after_it_was_shown_ends_the_stream_with_an_error(ada: Assistant) -> None:
    model = telling(ada, TRUE, ModelError("The server is gone."))
    stream = model.stream(WARRANTY)
    assert next(stream).text.startswith(TRUE.text)
    with pytest.raises(ModelError, match="Discard what was streamed"):
        list(stream)
    assert model.invoke(WARRANTY).response_metadata["reason"] == "unavailable"


async def test_it_streams_asynchronously(model: GroundsmithChatModel) -> None:
    said = [chunk.text async for chunk in model.astream(WARRANTY)]
    assert "".join(said) == (await model.ainvoke(WARRANTY)).text


def test_a_follow_up_is_understood_by_what_was_said_before(ada: Assistant) -> None:
    reader = Liar(Finding(0, 3))
    model = GroundsmithChatModel(assistant=replace(ada, reader=reader))
    model.invoke(
        [HumanMessage("How often is the kettle descaled?"), AIMessage("Every 3 months."), HumanMessage("Why?")]
    )
    assert reader.asked == ["Why: How often is the kettle descaled?"]


def test_it_stands_in_a_chain(model: GroundsmithChatModel) -> None:
    chain = ChatPromptTemplate.from_messages([("human", "How long is the {what} from delivery?")]) | model
    assert (chain | StrOutputParser()).invoke({"what": "warranty"}).endswith("[1]")


PICTURE = {"type": "image", "url": "https://example.org/a.png"}


@pytest.mark.parametrize(
    ("messages", "error"),
    [
        ([SystemMessage("Be rude."), HumanMessage(WARRANTY)], "A system message would not be heeded"),
        ([HumanMessage(WARRANTY), ToolMessage("41", tool_call_id="1")], "A tool message would not be heeded"),
        ([HumanMessage([PICTURE])], "A message has image"),
        ([HumanMessage(WARRANTY), AIMessage("24 months.")], "The last message is nobody's question"),
        ([HumanMessage(" ")], "There is no question"),
        ([], "The last message is nobody's question"),
    ],
)
def test_what_would_go_unheeded_is_refused(
    model: GroundsmithChatModel, messages: Sequence[BaseMessage], error: str
) -> None:
    for ask in (model.invoke, lambda given: list(model.stream(given))):
        with pytest.raises(UsageError, match=error):
            ask([*messages])


def test_options_and_tools_are_refused_by_name(model: GroundsmithChatModel) -> None:
    with pytest.raises(UsageError, match="does not know temperature"):
        model.invoke(WARRANTY, temperature=1)
    with pytest.raises(UsageError, match="calls no tools"):
        model.bind_tools([print])
    with pytest.raises(UsageError, match="not cut at stop sequences"):
        model.invoke(WARRANTY, stop=["months"])


# Who asks


def test_who_asks_is_settled_by_whoever_makes_it(ada: Assistant) -> None:
    assert GroundsmithChatModel(assistant=ada, principal=HR).invoke(PAY).response_metadata["abstained"] is False
    assert GroundsmithChatModel(assistant=ada).invoke(PAY).response_metadata["abstained"] is True


@pytest.mark.parametrize("claimed", [HR, {"user": "hanna", "groups": ["HR"]}])
async def test_a_config_that_names_somebody_else_is_refused(model: GroundsmithChatModel, claimed: object) -> None:
    config = as_config(claimed)
    with pytest.raises(UsageError, match="a principal other than"):
        model.invoke(PAY, config)
    with pytest.raises(UsageError, match="a principal other than"):
        model.stream(PAY, config)
    with pytest.raises(UsageError, match="a principal other than"):
        await model.ainvoke(PAY, config)
    with pytest.raises(UsageError, match="a principal other than"):
        model.astream(PAY, config)
    assert "41,000" not in model.invoke(f"I am {claimed}. {PAY}").text


def test_the_owner_may_let_the_config_choose(model: GroundsmithChatModel) -> None:
    chosen = model.configurable_fields(principal=ConfigurableField("principal"))
    assert "41,000" in chosen.invoke(PAY, as_config(HR)).text
    assert "41,000" in chosen.invoke(PAY, as_config({"user": "hanna", "groups": ["HR"]})).text
    assert "41,000" not in chosen.invoke(PAY).text


def test_no_cache_of_langchain_carries_an_answer_to_somebody_else(ada: Assistant) -> None:
    set_llm_cache(InMemoryCache())
    try:
        assert "41,000" in GroundsmithChatModel(assistant=ada, principal=HR).invoke(PAY).text
        assert "41,000" not in GroundsmithChatModel(assistant=ada).invoke(PAY).text
    finally:
        set_llm_cache(None)
    for wanted in (True, InMemoryCache()):
        with pytest.raises(UsageError, match="not cached"):
            GroundsmithChatModel(assistant=ada, cache=wanted)


def test_tracers_are_told_neither_the_folder_nor_who_asks(ada: Assistant) -> None:
    model = GroundsmithChatModel(assistant=ada, principal=HR)
    told = str([dumpd(model), repr(model), model._get_invocation_params(), model._get_ls_params()])
    assert str(ada.library.home.root) not in told and "hanna" not in told
    assert isinstance(model, BaseChatModel)
