"""This system beside another: each difference with its interval, and the questions that changed sides."""

from __future__ import annotations

from collections.abc import Sequence

from tuning.exam.comparing import Changed, Comparison
from tuning.exam.directions import sense, surely
from tuning.exam.metrics import Metrics
from tuning.nouns import Metric
from ui.exams.verdicts import compared
from ui.exams.words import counted, interval
from ui.exams.words import figure as number
from ui.report.elements import Content, Html, element, together
from ui.report.svg import Frame, box, dot, drawing, fitting, line, words
from ui.report.tables import figure, table
from ui.report.terms import terms, theirs, wanted

ROW = 24
NAMED = 172
LISTED = 25  # questions on each side
# Of another scale: in the table alone.
TIMES = ("seconds_median", "seconds_p95", "first_evidence_median", "first_evidence_p95")
SEEN = {1: "surely better", 0: "can't tell", -1: "surely worse"}


def against(found: Comparison) -> Html:
    return together(
        element("p", compared(found), class_="lede"),
        element("div", _differences(found.differences), _changes(found), class_="figures"),
    )


def _differences(differences: Metrics) -> Html:
    title = "Differences, with their 95 % intervals"
    reading = (
        "Right of the middle the figure is higher here. A full disc is surely better, a square surely worse; where the"
        " ring is empty, the stroke crosses the middle and these questions can't tell."
    )
    drawn = {name: one for name, one in differences.items() if sense(name) and name not in TIMES}
    rows = (_cells(name, one) for name, one in differences.items())
    numbers = table("Differences", ("metric", "differs", "95 % interval", "n", ""), rows)
    return figure(title, reading, _forest(drawn), numbers)


def _cells(name: str, one: Metric) -> tuple[str, ...]:
    return name, number(one.value), interval(one), f"{one.n:,}", SEEN[surely(name, one)] if sense(name) else ""


def _forest(drawn: Metrics) -> Html:
    height = 34 + ROW * len(drawn)
    most = max([0.05, *(abs(end) for one in drawn.values() for end in (one.low, one.high))])
    frame = Frame(NAMED + 10, 4, 372, height - 24, across=2 * most)
    middle = line((frame.x(most), frame.top), (frame.x(most), frame.bottom), "axis")
    marks = (_difference(frame, 10 + at * ROW, most, name, one) for at, (name, one) in enumerate(drawn.items()))
    ticks = (words(f"{end:+.2f}".replace("-", "−") if end else "0", frame.x(end + most), height - 6, "tick", anchor)
             for end, anchor in ((-most, "start"), (0.0, "middle"), (most, "end")))  # fmt: skip
    many = {side: sum(surely(name, one) == side for name, one in drawn.items()) for side in SEEN}
    told = f"Of {counted(len(drawn), 'figure')}: {', '.join(f'{many[side]} {SEEN[side]}' for side in SEEN)}."
    return drawing("differences", "Differences between the two systems", told, height, middle, marks, ticks)


def _difference(frame: Frame, top: float, most: float, name: str, one: Metric) -> Html:
    y, (low, x, high) = top + 8, (frame.x(value + most) for value in (one.low, one.value, one.high))
    mark = {
        1: dot(x, y, 5, "mark"),
        0: dot(x, y, 5, "unsure"),
        -1: box(x - 5, y - 5, 10, 10, "worse"),
    }[surely(name, one)]
    label = words(fitting(name, NAMED), NAMED, y + 4, "name", "end")
    return together(label, line((low, y), (high, y), "whisker"), mark)


# ------------------------------------------------------------------------------------- which questions changed


def _changes(found: Comparison) -> Html:
    return element(
        "div",
        element("h3", "Questions that changed sides"),
        _side("Right here, not there", found.gained),
        _side("Right there, not here", found.lost),
    )


def _side(title: str, changed: Sequence[Changed]) -> Html:
    more = len(changed) - LISTED
    rest = element("p", f"And {more:,} more, in the JSON.") if more > 0 else None
    shown = element("ol", map(_change, changed[:LISTED]), class_="changes")
    return element("details", element("summary", f"{title}: {len(changed):,}"), shown if changed else "None.", rest)


def _change(one: Changed) -> Html:
    told = {"Wanted": wanted(one.answers), "Here": _answer(one.here), "There": _answer(one.there)}
    return element("li", theirs(one.question, "h4"), terms(told.items()))


def _answer(text: str | None) -> Content:
    return "nothing" if text is None else theirs(text)
