"""A teacher behind real HTTP: what it tells is held against its passage, paid for once, and never half kept."""

from __future__ import annotations

import io
import json
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import Spec, create_home
from assistant.language.remote.address import Key, address_of
from assistant.language.remote.client import Client
from assistant.language.remote.exchange import Patience
from assistant.language.remote.retrying import Clock
from assistant.spec import ModelSpec
from retrieval import Access, Library, ModelError, Passage, UsageError
from tests.assistant.serving import (
    PLAIN,
    STRICT,
    Abilities,
    Fault,
    Script,
    Served,
    cut,
    hold,
    said,
    serving,
    status,
)
from tests.fakes import WordEncoder
from tuning.exam.kept import Kept
from tuning.examples.filters import Sieve, filtered
from tuning.examples.located import balanced
from tuning.examples.making import Making
from tuning.examples.shape import Shape
from tuning.examples.shelf import shelf
from tuning.examples.sides import sides
from tuning.examples.teacher import replies
from tuning.examples.teacher.asking import (
    DECLINED,
    HOPELESS,
    LOST,
    SPENT,
    STOPPED,
    UNANSWERED,
    Agreed,
    askings,
    folder,
    lessons,
)  # fmt: skip
from tuning.examples.teacher.nouns import Asking, Budget, Known, Lessons, Told, budget_of
from tuning.examples.teacher.server import Teacher, open_teacher
from tuning.examples.teacher.teaching import taught
from tuning.nouns import Example
from tuning.opening import open_whole
from ui.learning.gathering import Teaching
from ui.learning.teacher import from_teacher

OTTER = (
    "# Otter pump manual\n\n## Warranty\n\nThe Otter pump is covered for 48 months against leaks, if its log is kept by"
    " the owner.\n\n## Hose\n\nThe hose of the Otter pump is flushed backwards with tap water after every 30 hours of"
    " work.\n"
)
BADGER = (
    "# Badger saw manual\n\n## Blade\n\nThe blade of the Badger saw is changed every 90 days by a trained colleague.\n"
)
KEPT = "# Opening hours\n\n## Shop\n\nThe shop in Leeds opens at 9:30 on weekdays and is closed on all other days.\n"
SALARIES = (
    "# Salaries\n\n## Bands\n\nThe tamarisk band pays £41,000 a year and is reviewed by the board every spring.\n"
)
NAME = "oracle"
UNBOUNDED = Budget()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return filled(tmp_path_factory.mktemp("taught") / "home")


def filled(root: Path) -> Library:
    home = create_home(root, Spec(access=Access({"hr": frozenset({"HR"})})))
    texts = {"otter.md": OTTER, "badger.md": BADGER, "hours.md": KEPT, "hr/salaries.md": SALARIES}
    for name, text in texts.items():
        (home.documents / name).parent.mkdir(exist_ok=True)
        (home.documents / name).write_text(text, encoding="utf-8")
    found = open_whole(home.root, WordEncoder()).library
    found.catalogue.assign({"otter.md": "train", "badger.md": "train", "hours.md": "exam"})
    found.sync()
    return found


@pytest.fixture
def making(library: Library) -> Making:
    own = shelf(library, sides(library), "train", None, 0)
    return Making(own, Shape(), 0, lambda what, done, total: None)


@pytest.fixture
def asked(making: Making) -> list[Asking]:
    return askings(making.shelf.passages, [])


def oracle(messages: Sequence[dict[str, str]]) -> str:
    """It asks for the number of its passage, and for what no manual says."""
    text = messages[1]["content"]
    subject = "Otter pump" if "Otter" in text else "Badger saw"
    if "Known questions" in text:
        return json.dumps(
            {"paraphrases": [{"of": 1, "question": f"After how many months does the {subject} cover end?"}]}
        )
    part = next(word for word in ("leaks", "hose", "blade") if word in text)
    span = next(span for span in ("48 months", "30 hours", "90 days") if span in text)
    questions = [{"question": f"What is the period for the {part} of the {subject}?", "answer": span}]
    return json.dumps({"questions": questions, "unanswerable": [f"What colour has the {subject} on Sundays?"]})


def teacher(served: Served, key: str = "", **patience: float) -> Teacher:
    clock = Clock(sleep=lambda seconds: None)
    return Teacher(NAME, Client(address_of(served.base), Key(key), Patience(retries=1, **patience), clock))  # type: ignore[arg-type]


def agree(told: Sequence[Told]) -> bool:
    return True


def run(
    served: Served, asked: Sequence[Asking], at: Path, budget: Budget = UNBOUNDED, agreed: Agreed = agree
) -> Lessons:
    return lessons(teacher(served), asked, Kept(at, NAME), budget, lambda what, done, total: None, agreed)


def mind(said: str | Callable[[Sequence[dict[str, str]]], str] = oracle) -> Script:
    return Script(said)


# ------------------------------------------------------------------------------------- rows


@pytest.mark.parametrize(
    "abilities", [PLAIN, STRICT, Abilities(continues=False, tops=0, length="max_completion_tokens")]
)
def test_rows_of_any_server(making: Making, asked: list[Asking], tmp_path: Path, abilities: Abilities) -> None:
    with serving(mind(), abilities) as served:
        found = run(served, asked, tmp_path)
    assert (len(found.told), found.requests, found.ended) == (6, 3, "")
    assert found.tokens > 0 and not found.exact
    rows = taught(making, NAME, found.told)
    assert Counter(row.kind for row in rows)["answerable"] == 3
    for row in rows:
        assert row.origin == f"teacher:{NAME}"
        assert {*row.documents} <= {"otter.md", "badger.md"}
        assert row.kind != "answerable" or row.answer in row.sources[row.gold[0]].text
    answered = [row for row in rows if row.gold]
    assert len(filtered(answered, Sieve()).kept) == 3


def test_only_what_everyone_may_read_and_what_teaches_is_sent(asked: list[Asking], tmp_path: Path) -> None:
    with serving(mind(), PLAIN) as served:
        run(served, asked, tmp_path)
        sent = json.dumps(served.bodies)
    assert "Otter" in sent and "Badger" in sent
    assert "tamarisk" not in sent and "Leeds" not in sent


def test_known_questions_are_worded_anew(making: Making, asked: list[Asking], tmp_path: Path) -> None:
    with serving(mind(), PLAIN) as served:
        first = taught(making, NAME, run(served, asked, tmp_path).told)
        anew = [one for one in askings(making.shelf.passages, first) if one.known and "48 months" in one.passage.text]
        (told,) = run(served, anew, tmp_path).told
    assert (told.kind, told.answer) == ("paraphrase", "48 months")


# ------------------------------------------------------------------------------------- paid for once


def test_what_was_told_is_on_disk_and_not_asked_again(asked: list[Asking], tmp_path: Path) -> None:
    with serving(mind(), PLAIN) as served:
        first = run(served, asked, tmp_path)
        again = run(served, asked, tmp_path)
        assert len(served.bodies) == 3
    assert (again.told, again.requests, again.tokens, again.kept) == (first.told, 0, 0, 3)


def test_a_torn_line_is_asked_for_again(asked: list[Asking], tmp_path: Path) -> None:
    with serving(mind(), PLAIN) as served:
        first = run(served, asked, tmp_path)
        (file,) = tmp_path.glob("*.jsonl")
        file.write_bytes(file.read_bytes()[:-20])
        again = run(served, asked, tmp_path)
    assert (again.told, again.requests, again.kept) == (first.told, 1, 2)


def test_the_budget_is_kept_and_the_next_run_goes_on(asked: list[Asking], tmp_path: Path) -> None:
    with serving(mind(), PLAIN) as served:
        first = run(served, asked, tmp_path, Budget(requests=1))
        second = run(served, asked, tmp_path, Budget(tokens=1))
        third = run(served, asked, tmp_path)
    assert [(one.requests, one.kept, one.ended) for one in (first, second, third)] == [
        (1, 0, SPENT),
        (1, 1, SPENT),
        (1, 2, ""),
    ]


def test_it_stops_politely(asked: list[Asking], tmp_path: Path) -> None:
    def stopping(what: str, done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with serving(mind(), PLAIN) as served:
        found = lessons(teacher(served), asked, Kept(tmp_path, NAME), Budget(), stopping, agree)
    assert (found.requests, found.ended, len(found.told)) == (2, STOPPED, 4)


def test_the_first_are_shown_before_the_others_are_paid_for(making: Making, tmp_path: Path) -> None:
    passage = making.shelf.passages[0]
    many = [
        Asking(replace(passage, id=f"{passage.id}{number}", text=f"{passage.text} {number}")) for number in range(9)
    ]
    shown: list[Sequence[Told]] = []

    def declined(told: Sequence[Told]) -> bool:
        shown.append(told)
        return False

    with serving(mind(), PLAIN) as served:
        found = run(served, many, tmp_path, agreed=declined)
    assert len(shown) == 1 and len(shown[0]) == 5
    assert (found.ended, found.requests) == (DECLINED, 3)


def test_a_purge_erases_what_names_the_document(asked: list[Asking], tmp_path: Path) -> None:
    library = filled(tmp_path / "home")
    at = folder(library.home)
    with serving(mind(), PLAIN) as served:
        run(served, asked, at)
    (file,) = at.glob("*.jsonl")
    assert b"Badger" in file.read_bytes()
    (library.home.documents / "badger.md").unlink()
    library.sync(confirmed=True)
    library.purge(["badger.md"])
    assert b"Badger" not in file.read_bytes() and b"Otter" in file.read_bytes()


# ------------------------------------------------------------------------------------- teachers that fail


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        ("I would rather not.", replies.NO_JSON),
        ("", replies.NO_JSON),
        ("<html><body>busy</body></html>", replies.NO_JSON),
        ("[]", replies.NO_FORM),
        ('{"answer": 42}', replies.NO_FORM),
        ('{"questions": {"a": 1}}', replies.NO_FORM),
    ],
)
def test_nonsense_is_counted_asked_for_once_more_and_never_kept(
    asked: list[Asking], tmp_path: Path, reply: str, fault: str
) -> None:
    with (
        serving(mind(reply), PLAIN) as served,
        pytest.raises(ModelError, match="told nothing that can be used") as error,
    ):
        run(served, asked[:2], tmp_path)
    assert f"4 × {fault}" in str(error.value)
    assert not list(tmp_path.glob("*.jsonl"))


@pytest.mark.parametrize("fault", [status(429), status(500), cut, said(b"<html>busy</html>")])
def test_a_server_that_recovers_costs_nothing_but_time(asked: list[Asking], tmp_path: Path, fault: Fault) -> None:
    with serving(mind(), PLAIN, fault) as served:
        found = run(served, asked, tmp_path)
    assert (len(found.told), found.requests, found.faults) == (6, 3, Counter())


@pytest.mark.parametrize(
    ("fault", "times"),
    [(status(429), 2), (status(500), 2), (status(400, "too long"), 4), (said(b"x"), 2), (hold, 2)],
)
def test_a_request_that_fails_for_good_is_counted_and_the_others_go_on(
    asked: list[Asking], tmp_path: Path, fault: Fault, times: int
) -> None:
    with serving(mind(), PLAIN, *[fault] * times) as served:
        slow = teacher(served, whole=0.5)
        found = lessons(slow, asked, Kept(tmp_path, NAME), Budget(), lambda what, done, total: None, agree)
    lost = sum(many for why, many in found.faults.items() if why.startswith(UNANSWERED))
    assert lost >= 1 and len(found.told) == 2 * (3 - lost)


def test_a_server_that_is_gone_is_not_asked_for_ever(making: Making, tmp_path: Path) -> None:
    passage = making.shelf.passages[0]
    many = [Asking(replace(passage, text=f"{passage.text} {number}")) for number in range(20)]
    with serving(mind(), PLAIN) as served:
        pass
    with pytest.raises(ModelError, match="cannot be reached"):
        run(served, many, tmp_path)
    with serving(mind("nonsense"), PLAIN) as served, pytest.raises(ModelError):
        run(served, many, tmp_path)
    assert len(served.bodies) == 2 * HOPELESS


def test_rows_that_came_before_the_server_was_gone_are_used(making: Making, tmp_path: Path) -> None:
    passage = making.shelf.passages[0]
    many = [Asking(replace(passage, text=f"{passage.text} {number}")) for number in range(20)]
    with serving(mind(), PLAIN) as served:
        served.mind = Script(lambda messages: oracle(messages) if len(served.bodies) < 5 else "gone")
        found = run(served, many, tmp_path)
    assert found.ended == LOST and found.told


@pytest.mark.parametrize("code", [401, 403, 404])
def test_what_would_be_refused_again_ends_it_at_once(asked: list[Asking], tmp_path: Path, code: int) -> None:
    with (
        serving(mind(), PLAIN, status(code)) as served,
        pytest.raises(ModelError, match=f"refuses with {code}") as error,
    ):
        run(served, asked, tmp_path)
    assert "[model]" not in str(error.value) and len(served.bodies) == 1


# ------------------------------------------------------------------------------------- one reply


@pytest.fixture
def passage(making: Making) -> Passage:
    return next(one for one in making.shelf.passages if "48 months" in one.text)


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"question": "How long is the Otter pump covered?", "answer": "48 months"}, ""),
        ({"question": "How long is the Otter pump covered?", "answer": "48\n months"}, ""),
        ({"question": "How long is the Otter pump covered?", "answer": "49 months"}, replies.ELSEWHERE),
        ({"question": "How long is the Otter pump covered?", "answer": "48 mon"}, replies.ELSEWHERE),
        ({"question": "How long is the Otter pump covered?", "answer": ""}, replies.NO_FORM),
        ({"question": "How long is the Otter pump covered?"}, replies.NO_FORM),
        ({"question": 7, "answer": "48 months"}, replies.NO_FORM),
        ("How long?", replies.NO_FORM),
        ({"question": "Otter pump cover", "answer": "48 months"}, replies.ODD),
        ({"question": "How long?", "answer": "48 months"}, replies.ODD),
        ({"question": "How long is it by the passage?", "answer": "48 months"}, replies.OF_THE_PAGE),
        ({"question": "Is the Otter pump covered?", "answer": "48 months"}, replies.VERDICT),
    ],
)
def test_each_question_is_held_against_its_passage(passage: Passage, row: object, fault: str) -> None:
    faults: Counter[str] = Counter()
    told = replies.read(f"```json\n{json.dumps({'questions': [row]})}\n```", Asking(passage), faults)
    assert [one.answer for one in told] == ([] if fault else ["48 months"])
    assert dict(faults) == ({fault: 1} if fault else {})


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"of": 1, "question": "When does the cover of the Otter pump run out?"}, ""),
        ({"of": 1, "question": "How long is the Otter pump covered?"}, replies.SAME),
        ({"of": 1, "question": "When does the cover of the Badger saw run out?"}, replies.STRAYED),
        ({"of": 1, "question": "Does the Otter pump have 48 months?"}, replies.STRAYED),
        ({"of": 2, "question": "When does the cover of the Otter pump run out?"}, replies.NO_FORM),
        ({"of": True, "question": ""}, replies.NO_FORM),
    ],
)
def test_paraphrases_keep_names_and_numbers(passage: Passage, row: object, fault: str) -> None:
    at = passage.text.index("48 months")
    known = Known("How long is the Otter pump covered?", at, at + len("48 months"))
    faults: Counter[str] = Counter()
    told = replies.read(json.dumps({"paraphrases": [row]}), Asking(passage, (known,)), faults)
    assert [one.answer for one in told] == ([] if fault else ["48 months"])
    assert dict(faults) == ({fault: 1} if fault else {})


# ------------------------------------------------------------------------------------- what is told at the terminal


def test_budgets() -> None:
    assert budget_of(None) == Budget()
    assert budget_of("500") == Budget(requests=500)
    assert budget_of("200000tokens, 5 requests") == Budget(5, 200000)
    for wrong in ("0", "many", "5x", "-1"):
        with pytest.raises(UsageError, match="is no budget"):
            budget_of(wrong)


def test_the_key_of_the_own_server_goes_to_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OWN", "s3cret")
    spec = ModelSpec(base="https://own.example/v1", key_from="OWN")
    assert open_teacher("https://own.example/v1", NAME, None, spec).client.key.headers()
    assert not open_teacher("https://other.example/v1", NAME, None, spec).client.key.headers()
    assert open_teacher("https://other.example/v1", NAME, "OWN", spec).client.key.headers()


@pytest.mark.parametrize(
    ("base", "name", "key", "says"),
    [
        ("oracle", NAME, None, "--teacher oracle is no address"),
        ("https://x.example/v1", None, None, "--model NAME"),
        ("https://user:pass@x.example/v1", NAME, None, "--teacher holds more than an address"),
        ("https://x.example/v1", NAME, "NOT_SET_HERE", "NOT_SET_HERE, which --key-from names, is not set"),
    ],
)
def test_what_is_missing_is_said_in_the_commands_words(base: str, name: str | None, key: str | None, says: str) -> None:
    with pytest.raises(UsageError, match=says) as error:
        open_teacher(base, name, key, ModelSpec())
    assert "pass@" not in str(error.value) and "[model]" not in str(error.value)


def options(base: str, **given: object) -> Namespace:
    return Namespace(**{"teacher": base, "model": NAME, "budget": None, "key_from": None, "yes": True} | given)


def teaching(library: Library, domain: str | None = None) -> Teaching:
    assistant = open_whole(library.home.root, WordEncoder())
    return Teaching(assistant, domain, 100, 0, Shape(), lambda what, done, total: None)


def test_address_and_cost_are_told_before_anything_is_sent(
    library: Library, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with serving(mind(), PLAIN) as served, pytest.raises(UsageError, match="Add --yes"):
        from_teacher(teaching(library), options(served.base, yes=False))
    assert not served.bodies
    told = capsys.readouterr().err
    assert f"Passages of 2 documents that everyone may read are sent to {served.base}" in told
    assert "at most 3 requests" in told and "Budget: no limit" in told


def test_rows_are_gathered_and_the_cost_is_told(library: Library) -> None:
    with serving(mind(), PLAIN) as served:
        found = from_teacher(teaching(library), options(served.base, budget="2"))
    assert {row.origin for row in found.rows} == {f"teacher:{NAME}"}
    assert found.told[0].startswith(f"{NAME} told 4 questions that can be used: 2 requests, about ")
    assert found.told[1].startswith(SPENT)
    assert list(folder(library.home).glob("*.jsonl"))


def test_what_one_group_may_read_is_sent_to_no_teacher(library: Library) -> None:
    with serving(mind(), PLAIN) as served, pytest.raises(UsageError, match="sent to no teacher"):
        from_teacher(teaching(library, "HR"), options(served.base))
    assert not served.bodies


@pytest.mark.parametrize(("many", "answered", "silent"), [(100, 11, 9), (10, 6, 5)])
def test_no_more_rows_abstain_than_the_shape_says(many: int, answered: int, silent: int) -> None:
    rows = [Example(f"a{n}", "How?", (), gold=(0,)) for n in range(11)]
    rows += [Example(f"a{n}-twin", "How?", (), kind="twin", twin_of=f"a{n}") for n in range(11)]
    rows += [Example(f"h{n}", "How?", (), kind="hard") for n in range(20)]
    left_out: Counter[str] = Counter()
    kept = balanced(rows, Shape(abstaining=0.45), many, left_out)
    kinds = Counter("answered" if row.gold else row.kind for row in kept)
    assert (kinds["answered"], kinds["twin"] + kinds["hard"]) == (answered, silent)
    assert kinds["twin"] and kinds["hard"] and left_out.total() == len(rows) - len(kept)
    assert all(row.twin_of is None or int(row.twin_of[1:]) < answered for row in kept)
