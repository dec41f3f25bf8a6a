"""Where it does well and where not: being right and both errors, a bar for each slice and kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tuning.exam.metrics import Metrics
from tuning.exam.report import Report
from tuning.nouns import Metric
from ui.exams.words import counted, interval, percent
from ui.exams.words import figure as number
from ui.report.elements import Html, element, together
from ui.report.svg import Frame, box, drawing, fitting, line, whole, words
from ui.report.tables import figure, table

PANELS = {
    "right": ("Right", "Answered rightly from the right passage, or rightly refused. Longer is better."),
    "answered_unanswerable": (
        "Answered though not there",
        "Asked of what the documents do not hold. Shorter is better.",
    ),
    "refused_answerable": ("Refused though there", "Asked of what the documents hold. Shorter is better."),
}
ALL = "all questions"
KIND = "kind: "
WIDTH, ROW = 320, 25
NAMED = 116  # units for a slice's name
Bars = list[tuple[str, Metric | None]]


def slices(found: Report) -> Html:
    """The same rows in each panel: what a metric can't be told of stays empty."""
    drawn = (_panel(name, list(_bars(found, name))) for name in PANELS if name in found.metrics)
    return element("div", drawn, class_="figures of-three")


def _bars(found: Report, name: str) -> Iterator[tuple[str, Metric | None]]:
    """All questions first, then slices, then kinds."""
    parts: list[tuple[str, Metrics]] = sorted(found.slices.items(), key=lambda part: part[0].startswith(KIND))
    for label, metrics in ((ALL, found.metrics), *parts):
        yield label, metrics.get(name)


def _panel(name: str, bars: Bars) -> Html:
    title, reading = PANELS[name]
    height = 10 + ROW * len(bars)
    frame = Frame(NAMED + 8, 4, 272, height - 4)
    everything = bars[0][1]
    rule = (
        line((frame.x(everything.value), 4), (frame.x(everything.value), height), "reference") if everything else None
    )
    marks = (_row(frame, 4 + at * ROW, label, metric) for at, (label, metric) in enumerate(bars))
    picture = drawing(f"slices-{name}", title, _told(bars), height, _ends(frame), marks, rule, width=WIDTH)
    rows = [(label, number(one.value), interval(one), f"{one.n:,}") for label, one in bars if one]
    return figure(title, reading, picture, table(title, ("of", name, "95 % interval", "n"), rows))


def _ends(frame: Frame) -> Html:
    ends = (frame.x(end) for end in (0, 0.5, 1))
    return together(line((end, frame.top), (end, frame.bottom), "hairline") for end in ends)


def _row(frame: Frame, top: float, label: str, metric: Metric | None) -> Html:
    style = "name whole" if label == ALL else "name"
    name = words(fitting(label, NAMED), NAMED, top + 14, style, "end")
    value = words(whole(metric.value) if metric else "–", WIDTH, top + 14, style, "end")
    return together(name, _bar(frame, top + 10, metric) if metric else None, value)


def _bar(frame: Frame, middle: float, metric: Metric) -> Html:
    low, high = frame.x(metric.low), frame.x(metric.high)
    ends = (line((end, middle - 3), (end, middle + 3), "whisker") for end in (low, high))
    bar = box(frame.x(0), middle - 6, frame.x(metric.value) - frame.x(0), 12, "bar pale")
    return together(bar, line((low, middle), (high, middle), "whisker"), ends)


def _told(bars: Sequence[tuple[str, Metric | None]]) -> str:
    (_, everything), *parts = [(label, metric) for label, metric in bars if metric]
    told = f"All {counted(everything.n, 'question')}: {percent(everything.value)}."
    if not parts:
        return told
    low, high = (pick(parts, key=lambda part: part[1].value) for pick in (min, max))
    ends = (f"{label}, {percent(metric.value)}" for label, metric in (high, low))
    return f"{told} Most and least: {'; '.join(ends)}."
