"""The first screen: what was examined, what becomes of a hundred questions, both errors, and the verdict."""

from __future__ import annotations

from collections.abc import Iterator

from tuning.exam.fates import GOOD, Fate, per_hundred
from tuning.exam.report import Report
from tuning.nouns import Metric
from ui.exams.verdicts import ERRORS, SURENESS, often, standings
from ui.exams.words import FATES, counted, interval, percent
from ui.exams.words import figure as number
from ui.report.elements import Content, Html, element, said, together
from ui.report.svg import WIDTH, box, dot, drawing, path
from ui.report.tables import behind, table

SIDE = 10  # icons in a row
CELL = WIDTH / SIDE


def top(found: Report) -> Html:
    return together(
        element("p", "Exam report", class_="eyebrow"),
        element("h1", _finding(found)),
        _range(found),
        element("p", _between(list(_asked(found))), class_="asked"),
        _hundred(found) if found.fates else None,
        element("div", (_error(found, name) for name in ERRORS), class_="errors"),
        element("div", element("h2", "Against simpler systems"), map(_sentence, standings(found)), class_="verdict")
        if found.baselines
        else None,
    )


def _finding(found: Report) -> Content:
    if not found.fates:
        return (said(found.name), " was asked nothing that can be judged")
    counts = per_hundred(found.fates)
    return (said(found.name), f" is right on {sum(counts[fate] for fate in GOOD)} of 100 questions")


def _range(found: Report) -> Html | None:
    right = found.metrics.get("right")
    if right is None:
        return None
    least, most = round(right.low * 100), round(right.high * 100)
    return element("p", f"Between {least} and {most}, as far as {counted(right.n, 'question')} can tell ({SURENESS}).")


def _asked(found: Report) -> Iterator[Content]:
    yield counted(len(found.rows), "question")
    yield ", ".join(f"{many:,} {kind.replace('_', ' ')}" for kind, many in found.mix.items())
    yield said(", ".join(found.files))
    yield ("reader ", said(found.system))
    yield ("adapter ", said(found.adapter)) if found.adapter else None
    yield f"{counted(len(found.skipped), 'row')} skipped" if found.skipped else None


def _between(parts: list[Content]) -> Iterator[Content]:
    """Parted by a dot."""
    for at, part in enumerate(filter(None, parts)):
        yield (" · " if at else "", part)


def _error(found: Report, name: str) -> Html:
    """The rate in large letters, where there is one."""
    rate, (when, unknown) = found.metrics.get(name), ERRORS[name]
    if rate is None:
        return element("p", unknown)
    return element("p", element("b", percent(rate.value)), f"{when}. ", element("small", f"{often(rate)}."))


def _sentence(text: str) -> Html:
    return element("p", text)


# ------------------------------------------------------------------------------------- of a hundred


def _hundred(found: Report) -> Html:
    hundred = per_hundred(found.fates)
    counts = {fate: hundred[fate] for fate in FATES}
    ends = [fate for fate, many in counts.items() for _ in range(many)]
    icons = (_icon(fate, (at % SIDE + 0.5) * CELL, (at // SIDE + 0.5) * CELL) for at, fate in enumerate(ends))
    told = f"Of 100 questions like these: {'; '.join(f'{many} {FATES[fate]}' for fate, many in counts.items())}."
    picture = drawing("hundred", "Of 100 questions like these", told, WIDTH, icons)
    legend = element("ul", (_entry(fate, many) for fate, many in counts.items()), class_="legend")
    heading = element("h2", "Of 100 questions like these")
    caption = element("figcaption", heading, legend, behind(_shares(found.fates, counts)))
    return element("figure", picture, caption, class_="hundred")


def _entry(fate: Fate, many: int) -> Html:
    """The words say it: to a reader of screens the icon is nothing."""
    icon = (element("title", FATES[fate]), _icon(fate, CELL / 2, CELL / 2))
    drawn = element("svg", icon, viewBox=f"0 0 {CELL:g} {CELL:g}", aria_hidden="true")
    return element("li", drawn, element("b", str(many)), element("span", FATES[fate]))


def _icon(fate: Fate, x: float, y: float) -> Html:
    """Squares are good ends and discs bad ones; what fills them tells which."""
    if fate in GOOD:
        return box(x - 14, y - 14, 28, 28, fate.replace("_", "-"), rx=4)
    signs = {"wrong_answer": _cross(x, y), "answered_unanswerable": _bang(x, y), "refused_answerable": _dash(x, y)}
    return together(dot(x, y, 14, fate.replace("_", "-")), signs[fate])


def _cross(x: float, y: float) -> Html:
    return together(path([(x - 5, y - 5), (x + 5, y + 5)], "sign"), path([(x - 5, y + 5), (x + 5, y - 5)], "sign"))


def _bang(x: float, y: float) -> Html:
    return together(path([(x, y - 7), (x, y + 1)], "sign"), dot(x, y + 6, 1.6, "sign"))


def _dash(x: float, y: float) -> Html:
    return path([(x - 6, y), (x + 6, y)], "sign dark")


def _shares(fates: dict[Fate, Metric], counts: dict[Fate, int]) -> Html:
    rows = [
        (FATES[fate], str(counts[fate]), f"{round(one.value * one.n):,}", number(one.value), interval(one))
        for fate, one in ((fate, fates[fate]) for fate in FATES)
    ]
    return table("What became of the questions", ("", "of 100", "questions", "share", "95 % interval"), rows)
