"""The plots of an exam's curves: how much can be answered at what risk, and how far confidence can be trusted."""

from __future__ import annotations

from collections.abc import Sequence

from tuning.exam.curves import STEPS, Bin, Curves, Point
from ui.exams.words import KINDS, counted, interval, percent
from ui.exams.words import figure as number
from ui.report.elements import Html, element, together
from ui.report.svg import Frame, axes, box, dot, drawing, line, path, whole, words
from ui.report.tables import figure, table

SQUARE = Frame(left=46, top=34, right=360, bottom=290)
HEIGHT = 334
ROW = 92  # of a histogram
LISTED = 20  # points of a curve in its table


def trust(curves: Curves) -> Html:
    """All that can be drawn of it."""
    drawn = [
        _risk_coverage(curves) if curves.risk_coverage else None,
        _reliability(curves.reliability) if curves.reliability else None,
        _histogram(curves) if curves.confidence else None,
    ]
    return element("div", drawn, class_="figures")


# ------------------------------------------------------------------------------------- risk against coverage


def _risk_coverage(curves: Curves) -> Html:
    points, now = curves.risk_coverage, curves.operating
    top = _round_up(max(point.risk.value for point in (*points, *([now] if now else []))))
    frame = Frame(SQUARE.left, SQUARE.top, SQUARE.right, SQUARE.bottom, up=top)
    title = "Risk and coverage: what answering more costs"
    reading = (
        "From left to right it answers more of the questions, the surest first. The line is the share of those answers"
        " that is wrong, the band its 95 % interval; a flat line would mean that its confidence tells nothing. The far"
        " right answers everything, also what the documents do not hold."
    )
    told = _operating(now) + f" Answering everything it can, {percent(points[-1].risk.value)} would be wrong."
    marks = (_band(frame, points), path(_line(frame, points), "curve"), _here(frame, now) if now else None)
    picture = drawing(
        "risk", title, told, HEIGHT, axes(frame, "of the questions answered", "of the answers wrong"), marks
    )
    return figure(title, reading, picture, _points(points, now))


def _round_up(most: float) -> float:
    return next(top for top in (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0) if most <= top)


def _line(frame: Frame, points: Sequence[Point]) -> list[tuple[float, float]]:
    return [(frame.x(point.coverage), frame.y(point.risk.value)) for point in points]


def _band(frame: Frame, points: Sequence[Point]) -> Html:
    above = [(frame.x(point.coverage), frame.y(point.risk.high)) for point in points]
    below = [(frame.x(point.coverage), frame.y(point.risk.low)) for point in reversed(points)]
    return path([*above, *below], "band", closed=True)


def _here(frame: Frame, now: Point) -> Html:
    """Its words stand where the curve does not: at the foot where it runs high, at the top where it runs low."""
    x, y = frame.x(now.coverage), frame.y(now.risk.value)
    foot = frame.bottom - 28 if y < (frame.top + frame.bottom) / 2 else frame.top + 16
    anchor, beside = ("end", x - 8) if now.coverage > 0.5 else (None, x + 8)
    return together(
        line((x, frame.top), (x, frame.bottom), "reference"),
        dot(x, y, 6, "here"),
        words(f"as set: {whole(now.coverage)} answered,", beside, foot, "note", anchor),
        words(f"{whole(now.risk.value)} of that wrong", beside, foot + 16, "note", anchor),
    )


def _operating(now: Point | None) -> str:
    if now is None:
        return "As set, it answers nothing."
    return f"As set, it answers {percent(now.coverage)} of the questions, {percent(now.risk.value)} of them wrongly."


def _points(points: Sequence[Point], now: Point | None) -> Html:
    """Those next to each twentieth of the way; the JSON has all."""
    places = sorted({round(step * (len(points) - 1) / LISTED) for step in range(LISTED + 1)})
    rows = [_point(points[place], number(points[place].threshold)) for place in places]
    rows += [_point(now, f"as set ({number(now.threshold)})")] if now else []
    heads = ("confidence from", "answered", "of the questions", "wrong", "95 % interval")
    return table("Risk at each coverage", heads, rows)


def _point(point: Point, name: str) -> tuple[str, ...]:
    return name, f"{point.risk.n:,}", number(point.coverage), number(point.risk.value), interval(point.risk)


# ------------------------------------------------------------------------------------- reliability


def _reliability(bins: Sequence[Bin]) -> Html:
    title = "Is it as sure as it is right?"
    reading = (
        "Each dot is a tenth of what it could answer, by confidence; the stroke is its 95 % interval. On the dashed"
        " line it is right as often as it is sure. Below the line it is too sure of itself, above it too modest."
    )
    rows = [
        (f"{number(one.low)} to {number(one.high)}", number(one.confidence), number(one.right.value),
         interval(one.right), f"{one.right.n:,}")
        for one in bins
    ]  # fmt: skip
    diagonal = line((SQUARE.x(0), SQUARE.y(0)), (SQUARE.x(1), SQUARE.y(1)), "reference")
    below = sum(one.right.high < one.confidence for one in bins)
    above = sum(one.right.low > one.confidence for one in bins)
    told = f"Of {counted(len(bins), 'group')} it is surely too sure in {below} and too modest in {above}."
    scales = axes(SQUARE, "how sure it is", "how often it is right")
    picture = drawing("reliability", title, told, HEIGHT, scales, diagonal, map(_bin, bins))
    heads = ("confidence", "mean", "right", "95 % interval", "n")
    return figure(title, reading, picture, table("Confidence and being right", heads, rows))


def _bin(one: Bin) -> Html:
    x = SQUARE.x(one.confidence)
    spread = line((x, SQUARE.y(one.right.low)), (x, SQUARE.y(one.right.high)), "whisker")
    return together(spread, dot(x, SQUARE.y(one.right.value), 5, "mark"))


# ------------------------------------------------------------------------------------- confidence by kind


def _histogram(curves: Curves) -> Html:
    spread = curves.confidence
    title = "How sure it is, by kind of question"
    least = "" if curves.operating is None else " Right of the dashed line lie the answers that it gave."
    reading = (
        "What the documents answer should lie to the right, all else to the left; where they overlap, no threshold"
        " tells them apart." + least
    )
    tallest = max(max(many) / sum(many) for many in spread.values())
    tops = {kind: 14 + at * ROW for at, kind in enumerate(spread)}
    rows = [_kind(kind, many, tops[kind], tallest, curves.operating) for kind, many in spread.items()]
    foot = 14 + len(spread) * ROW
    ticks = (words(whole(part / 4), _x(part / 4), foot + 2, "tick", "middle") for part in range(5))
    name = words("how sure it is", _x(0.5), foot + 22, "axis-name", "middle")
    told = (f"{kind}: {counted(sum(many), 'question')}, median {_median(many)}" for kind, many in spread.items())
    picture = drawing("confidence", title, f"{'; '.join(told)}.", foot + 30, rows, ticks, name)
    return figure(title, reading, picture, _counts(curves), "wide")


def _kind(kind: str, many: Sequence[int], top: float, tallest: float, now: Point | None) -> Html:
    """The same scale for all: a column is a share of its kind."""
    foot, high = top + ROW - 24, ROW - 46
    step = (_x(1) - _x(0)) / STEPS
    heights = [high * count / sum(many) / tallest for count in many]
    bars = (box(_x(0) + at * step + 1, foot - tall, step - 2, tall, "bar") for at, tall in enumerate(heights) if tall)
    label = words(f"{sum(many):,} {kind.replace('_', ' ')}: {KINDS[kind]}", _x(0), top, "note")
    mark = line((_x(now.threshold), top + 10), (_x(now.threshold), foot), "reference") if now else None
    return together(label, line((_x(0), foot), (_x(1), foot), "axis"), bars, mark)


def _x(confidence: float) -> float:
    return 16 + 344 * min(max(confidence, 0.0), 1.0)


def _median(many: Sequence[int]) -> str:
    """The step in which the middle question lies."""
    half, seen = sum(many) / 2, 0
    for at, count in enumerate(many):
        seen += count
        if seen >= half:
            return f"{at / STEPS:.2f} to {(at + 1) / STEPS:.2f}"
    return "unknown"


def _counts(curves: Curves) -> Html:
    rows = [
        (f"{step / STEPS:.2f} to {(step + 1) / STEPS:.2f}", *(str(many[step]) for many in curves.confidence.values()))
        for step in range(STEPS)
    ]
    return table("Questions by confidence", ("confidence", *curves.confidence), rows)
