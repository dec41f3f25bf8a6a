"""A company teaches its assistant: examples → train → hear → calibrate → exam → verdict → adopt or keep.

Each stage leaves its result on disk, and a stage whose result is there is not done again: whenever the process ends,
the same call goes on. Nothing that serves is touched before the verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from assistant import Adapter, Assistant
from assistant.adapters import called, named
from assistant.calibration.nouns import Calibration
from assistant.card import read_card, write_card
from assistant.gate import backend_of
from assistant.reading.paired import PairedReader
from assistant.reading.pointing import PointingReader
from assistant.support.verifiers import levels
from retrieval import Progress
from retrieval.home import alone
from tuning.exam.comparing import comparison
from tuning.exam.metrics import Metrics
from tuning.exam.named import baselines, served, with_adapter
from tuning.exam.report import Report, report
from tuning.exam.run import Examination, examine
from tuning.exam.systems import System
from tuning.examples.lessons import lesson_of_home
from tuning.examples.sides import SIDES, Side, Sides, reader_of, sides
from tuning.nouns import Question
from tuning.pointing.hearing import example_of, fitted, hear, mixed
from tuning.teaching.adoption import adopt
from tuning.teaching.state import FOLDER, Begun, State, begin
from tuning.teaching.trying import forgetting, prompts, questions_of
from tuning.teaching.verdict import Verdict, verdict
from tuning.training.beginning import beginning
from tuning.training.course import Course, Lesson, Planned
from tuning.training.dials import Dials
from tuning.training.naming import free_name
from tuning.training.run import Told

HEARD = range(30, 121)  # questions by which both readers are weighed: so many at least, and at most

Gather = Callable[[], object]  # adds rows to the Home's pool of examples
Calibrating = Callable[[Assistant, Sequence[Question]], Calibration]


@dataclass(frozen=True)
class Wish:
    """What the owner asked for. `anyway` adopts whatever the verdict says, and `why` stands in the log.

    `base` names the adapter to go on from; without, what serves is gone on from, or what ships.
    """

    dials: Dials
    name: str | None = None
    domain: str | None = None
    base: str | None = None
    anyway: bool = False
    why: str = ""
    who: str = ""


@dataclass(frozen=True)
class Doing:
    """How what is done is told, and what a door above lends."""

    gather: Gather
    calibrating: Calibrating
    planned: Callable[[Plan], None]
    stepped: Told
    progress: Progress


@dataclass(frozen=True)
class Plan:
    """What is printed before it starts."""

    name: str
    continued: str | None
    training: Planned | None  # None: it is trained already
    passages: dict[Side, int]
    calibrate: Sequence[Question]
    exam: Sequence[Question]


@dataclass(frozen=True)
class Taught:
    name: str
    verdict: Verdict
    report: Report
    adopted: bool

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "adopted": self.adopted,
            "verdict": self.verdict.to_json(),
            "report": self.report.to_json(),
        }


def teach(assistant: Assistant, wish: Wish, doing: Doing) -> Taught:
    home = assistant.library.home
    with alone(home.adapters / FOLDER / "teaching.lock", "teaching this Home"):
        state = _begun(assistant, wish)
        before = assistant.serving(reader_of(wish.domain))
        tried = _prepared(assistant, state, doing)
        adapter = _trained(assistant, state, wish, tried, doing)
        _heard(assistant, adapter, tried.calibrate, doing)
        _calibrated(assistant, adapter, tried.calibrate, doing)
        found, judged = _examined(before, with_adapter(assistant, adapter.name), adapter, tried.exam, state, doing)
        adopted = _decided(assistant, adapter, judged, wish)
        state.end()
    return Taught(adapter.name, judged, found, adopted)


# ------------------------------------------------------------------------------------- the stages


@dataclass(frozen=True)
class _Tried:
    parted: Sides
    calibrate: Sequence[Question]
    exam: Sequence[Question]


def _begun(assistant: Assistant, wish: Wish) -> State:
    home = assistant.library.home
    found = beginning(home, assistant.spec.model.base, wish.domain, wish.base)
    wanted = Begun(wish.name or free_name(home), wish.domain, found.name if found else None)
    return begin(home, wanted, wish.name is not None)


def _prepared(assistant: Assistant, state: State, doing: Doing) -> _Tried:
    """The questions come first: what examines is set apart before anything is learned."""
    library, domain = assistant.library, state.begun.domain
    parted = sides(library, domain)

    def asked(side: Side) -> list[Question]:
        return state.once(side, lambda: questions_of(library, parted, side, domain, doing.progress))

    return _Tried(parted, asked("calibrate"), asked("exam"))


def _trained(assistant: Assistant, state: State, wish: Wish, tried: _Tried, doing: Doing) -> Adapter:
    home, begun = assistant.library.home, state.begun
    passages = {side: len(tried.parted.on(side)) for side in SIDES}
    told = Plan(begun.name, begun.continued, None, passages, tried.calibrate, tried.exam)
    if begun.name in named(home):
        doing.planned(told)
        return called(home, begun.name)
    doing.gather()
    continued = called(home, begun.continued) if begun.continued else None
    lesson = lesson_of_home(assistant, begun.name, continued, begun.domain)
    course = Course(assistant, _whole(lesson), wish.dials, doing.progress)
    with home.training():
        doing.planned(replace(told, training=course.plan()))
        course.run(doing.stepped)
    return called(home, begun.name)


def _whole(lesson: Lesson) -> Lesson:
    """With general instructions, and by the name of every document that is in the weights already."""
    learned = lesson.continued.documents if lesson.continued else ()
    return replace(lesson, prompts=prompts(), documents=sorted({*lesson.documents, *learned}))


def _heard(assistant: Assistant, adapter: Adapter, questions: Sequence[Question], doing: Doing) -> None:
    """Into the card: what this adapter's word counts beside the reader that points. It may be nothing at all."""
    card, reader = read_card(adapter.folder), with_adapter(assistant, adapter.name).reader
    rows = mixed([row for row in map(example_of, questions) if row])[: max(HEARD)]
    if card.worth is not None or len(rows) not in HEARD or not isinstance(reader, PairedReader):
        return
    second = reader.second
    assert isinstance(second, PointingReader)
    encoder = assistant.library.encoder
    worth = fitted(hear(rows, reader.first, second, encoder, doing.progress))
    write_card(adapter.folder, replace(card, worth=asdict(worth) | {"pointer": second.pointer.identity}))


def _calibrated(assistant: Assistant, adapter: Adapter, questions: Sequence[Question], doing: Doing) -> None:
    """Into the card: the calibration goes where the adapter goes."""
    card = read_card(adapter.folder)
    if card.calibration is not None or not questions:
        return
    candidate = with_adapter(assistant, adapter.name)
    found = doing.calibrating(candidate, questions)
    backend = replace(backend_of(candidate.reader, assistant.library), reading="")
    write_card(adapter.folder, replace(card, calibration=asdict(replace(found, backend=backend))))


def _examined(
    before: Assistant,
    after: Assistant,
    adapter: Adapter,
    questions: Sequence[Question],
    state: State,
    doing: Doing,
) -> tuple[Report, Verdict]:
    """Beside what serves, what needs no training, and the base with the best prompt, on the same questions."""
    home = state.home

    def made(system: System) -> Examination:
        return examine(system, questions, home.exams / "answers", doing.progress)

    examined, old = made(served(after)), made(served(before))
    beside = [made(system) for system in baselines(after) if system.name != old.system]
    verifiers = {verifier.name: verifier.supports for verifier in levels()}
    compared = comparison(questions, examined, old, 0, verifiers)
    forgot = forgetting(home, after.spec, adapter, doing.progress)
    judged = verdict(compared, forgot)
    name = after.spec.assistant.name
    found = report(examined, [old, *beside], questions, [state.path("exam")], after.reader, 0, compared, name)
    _carded(adapter, found, found.baselines[old.system], judged)
    return found, judged


def _carded(adapter: Adapter, found: Report, before: Metrics, judged: Verdict) -> None:
    exam = {side: {name: asdict(one) for name, one in taken.items()} for side, taken in
            (("before", before), ("after", found.metrics))}  # fmt: skip
    write_card(adapter.folder, replace(read_card(adapter.folder), exam=exam, verdict=judged.to_json()))


def _decided(assistant: Assistant, adapter: Adapter, judged: Verdict, wish: Wish) -> bool:
    if not (judged.adopt or wish.anyway):
        return False
    why = wish.why if wish.anyway and not judged.adopt else "; ".join(judged.reasons)
    adopt(assistant.library.home, adapter.name, why, wish.anyway, wish.who)
    return True
