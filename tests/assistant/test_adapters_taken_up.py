"""A process that serves takes up what is adopted elsewhere: no answer is lost or mixed, and each is for its people."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import Answer, Assistant, open_assistant
from assistant.adapters import LOG, SERVING, Serving, Slot, read_serving, write_serving
from assistant.card import WEIGHTS, read_card, write_card
from assistant.language.local import LocalModel
from assistant.opening import language_in
from retrieval import EVERYONE, Home, ModelError, Principal
from tests.assistant.making import Liar
from tests.assistant.tiny import logged, spoilt, tiny_adapter, tiny_base, tiny_home
from tests.fakes import WordEncoder

pytestmark = [pytest.mark.models, pytest.mark.usefixtures("one_thread")]
QUESTION = "How long does the warranty last?"
HR = Principal("ada", frozenset({"HR"}))
ASKING = 3  # threads


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> Path:
    return tiny_base(tmp_path_factory.mktemp("base") / "tiny", folder)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, base: Path) -> Home:
    """A synced Home with two adapters for everyone and one for HR, none of them adopted."""
    home = tiny_home(tmp_path_factory.mktemp("made") / "home", base)
    tiny_adapter(home, base, "first", 1)
    tiny_adapter(home, base, "second", 2)
    tiny_adapter(home, base, "hr", 3, domain="HR", documents=("hr/salaries.md",))
    open_assistant(home.root, WordEncoder()).library.sync()
    return home


@pytest.fixture
def home(made: Home) -> Iterator[Home]:
    yield made
    for name in (SERVING, LOG):
        (made.adapters / name).unlink(missing_ok=True)


def put(home: Home, *names: str | None, hr: str | None = None) -> None:
    """The last name serves everyone, those before it served before."""
    slots = {"": Slot(names[-1], tuple(names[:-1]))} if names else {}
    write_serving(home, Serving(slots | ({"HR": Slot(hr)} if hr else {})))


def opened(home: Home) -> Assistant:
    return open_assistant(home.root, WordEncoder())


def named(answer: Answer) -> tuple[str | None, str]:
    return answer.adapter, answer.reader


def said(answer: Answer) -> tuple[object, ...]:
    reason = answer.abstention.reason if answer.abstention else None
    return answer.text, answer.confidence, reason, answer.reader, [each.quote for each in answer.citations]


def test_the_pointer_is_read_as_it_was_written(home: Home) -> None:
    found = Serving({"": Slot("b", (None, "a")), "HR": Slot(None, ("x",))})
    write_serving(home, found)
    assert read_serving(home) == found
    put(home, None)
    assert read_serving(home).slot(None) == Slot() and opened(home).reader.name == "pointing"


def test_the_next_question_is_answered_by_what_was_adopted_meanwhile(home: Home) -> None:
    assistant = opened(home)
    assert named(assistant.ask(QUESTION)) == (None, "pointing")
    for name in ("first", "second", "first"):
        put(home, name)
        assert named(assistant.ask(QUESTION)) == (name, "paired")
        assert assistant.reader.adapter == name
    put(home, "first", None)
    assert named(assistant.ask(QUESTION)) == (None, "pointing")


def test_a_running_answer_keeps_the_adapter_it_began_with(home: Home) -> None:
    put(home, "first")
    assistant = opened(home)
    running = assistant.stream(QUESTION)
    next(running)
    put(home, "second")
    assert assistant.ask(QUESTION).adapter == "second"
    *_, ended = running
    assert getattr(ended, "answer").adapter == "first"  # noqa: B009


def test_a_reader_that_somebody_set_stays(home: Home) -> None:
    put(home, "first")
    assistant = opened(home)
    examined = replace(assistant, reader=Liar())
    put(home, "second")
    assert examined.ask(QUESTION).reader == "liar"
    assert assistant.ask(QUESTION).adapter == "second"


@pytest.mark.parametrize("how", ["numbers", "changed", "gone", "card", "pointer", "removed"])
def test_what_is_broken_leaves_the_old_one_serving_and_is_told(home: Home, how: str, tmp_path: Path) -> None:
    put(home, "first")
    assistant = opened(home)
    before = assistant.ask(QUESTION)
    broken(home, how)
    assert said(assistant.ask(QUESTION)) == said(before) and assistant.ask(QUESTION).adapter == "first"
    assert assistant.adoption is not None
    assert list(assistant.adoption.problems) == [""]
    assert [line["what"] for line in logged(home)] == ["not taken up"]  # once, not with every question
    put(home, "first", "second")
    assert assistant.ask(QUESTION).adapter == "second" and not assistant.adoption.problems


def broken(home: Home, how: str) -> None:
    import shutil

    shutil.rmtree(home.adapters / "third", ignore_errors=True)
    third = Path(shutil.copytree(home.adapters / "second", home.adapters / "third"))
    if how == "numbers":
        spoilt(third)
    elif how == "changed":
        (third / WEIGHTS[0]).write_bytes((third / WEIGHTS[0]).read_bytes() + b" ")
    elif how == "gone":
        (third / WEIGHTS[0]).unlink()
    elif how == "card":
        (third / "card.json").write_text("{", encoding="utf-8")
    put(home, "first", "third")
    if how == "pointer":
        (home.adapters / SERVING).write_text('{"adapter": "../x"}', encoding="utf-8")
    elif how == "removed":
        (home.adapters / SERVING).unlink()


def test_a_changed_file_is_refused_by_a_new_process_too(home: Home) -> None:
    broken(home, "changed")
    answer = opened(home).ask(QUESTION)
    assert answer.abstention is not None and answer.abstention.reason == "unavailable"
    assert WEIGHTS[0] in answer.trace["error"]


@pytest.mark.parametrize("changes", [3, pytest.param(20, marks=pytest.mark.slow)])
def test_no_answer_is_lost_or_mixed_while_adapters_change(home: Home, changes: int) -> None:
    expected = {name: said(alone(home, name)) for name in (None, "first", "second")}
    assert len(set(map(repr, expected.values()))) == 3  # else mixing would not be seen
    assistant, answers, failed = opened(home), list[Answer](), list[BaseException]()
    over = threading.Event()

    def ask() -> None:
        try:
            while not over.is_set():
                answers.append(assistant.ask(QUESTION))
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=ask) for _ in range(ASKING)]
    for thread in threads:
        thread.start()
    for change in range(changes):
        name = ("first", "second", None)[change % 3]
        put(home, name)
        _wait(answers, name)
    over.set()
    for thread in threads:
        thread.join()
    assert not failed
    assert {answer.adapter for answer in answers} == {None, "first", "second"}
    for answer in answers:
        assert said(answer) == expected[answer.adapter]


def alone(home: Home, name: str | None) -> Answer:
    put(home, name)
    answer = opened(home).ask(QUESTION)
    assert answer.adapter == name
    return answer


def _wait(answers: Sequence[Answer], name: str | None) -> None:
    for _ in range(6000):
        if any(answer.adapter == name for answer in answers[-ASKING:]):
            return
        time.sleep(0.01)
    raise AssertionError(f"{name} was not taken up")


# For whom


def test_a_groups_adapter_serves_its_people_and_nobody_else(home: Home) -> None:
    put(home, "first", hr="hr")
    assistant = opened(home)
    for _ in range(2):
        assert assistant.ask(QUESTION, HR).adapter == "hr"
        assert assistant.ask(QUESTION, Principal("eve", frozenset({"Sales"}))).adapter == "first"
        assert assistant.ask(QUESTION).adapter == "first"
    put(home, hr="hr")
    assert assistant.ask(QUESTION, HR).adapter == "hr"
    assert named(assistant.ask(QUESTION, EVERYONE)) == (None, "pointing")


def test_the_card_goes_before_the_pointer(home: Home) -> None:
    """Written by hand into everyone's place, it is served to nobody but its people."""
    put(home, "hr")
    assistant = opened(home)
    assert named(assistant.ask(QUESTION)) == (None, "pointing")
    assert assistant.ask(QUESTION, HR).adapter == "hr"


def test_documents_that_became_restricted_withhold_what_learned_from_them(home: Home) -> None:
    second = home.adapters / "second"
    write_card(second, replace(read_card(second), documents=("hr/salaries.md", "kettle.md", "public set, row 7")))
    put(home, "second")
    assistant = opened(home)
    assert named(assistant.ask(QUESTION)) == (None, "pointing")
    assert assistant.ask(QUESTION, HR).adapter == "second"
    write_card(second, replace(read_card(second), documents=()))


def test_a_groups_broken_adapter_keeps_nobody_from_being_answered(home: Home) -> None:
    put(home, "first", hr="nowhere")
    assistant = opened(home)
    assert assistant.ask(QUESTION, HR).adapter == "first"
    assert assistant.adoption is not None and "HR" in assistant.adoption.problems


def test_everyones_broken_adapter_is_an_error_at_opening(home: Home) -> None:
    put(home, "nowhere")
    with pytest.raises(ModelError, match="nowhere"):
        opened(home)


# What the readers have in common


def test_adapters_of_one_base_hold_its_weights_once(home: Home) -> None:
    put(home, "first", hr="hr")
    assistant = opened(home)
    models = []
    for asker in (EVERYONE, HR):
        assistant.ask(QUESTION, asker)
        language = language_in(assistant.serving(asker).reader)
        assert isinstance(language, LocalModel)
        models.append(language)
    one, other = (dict(each._model.named_parameters()) for each in models)
    held = [name for name in one if ".default" not in name]
    assert held and all(one[name] is other[name] for name in held)
    assert not any(one[name] is other[name] for name in one if ".default" in name)
    assert models[0].wording is models[1].wording
