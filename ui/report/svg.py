"""Drawing: a frame with its scales, axes, and the marks that plots are made of. All colour stands in `style.css`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ui.report.elements import Content, Html, element, together

WIDTH = 380  # units; about as many pixels on a phone, so that letters keep their size
LETTER = 7.2  # units that a letter is wide, about


@dataclass(frozen=True)
class Frame:
    """The box that data is drawn in, and where a value lies in it. Values run from 0 to `across` and `up`."""

    left: float
    top: float
    right: float
    bottom: float
    across: float = 1.0
    up: float = 1.0

    def x(self, value: float) -> float:
        return self.left + (self.right - self.left) * min(value / self.across, 1.0)

    def y(self, value: float) -> float:
        return self.bottom - (self.bottom - self.top) * min(value / self.up, 1.0)


def drawing(slug: str, title: str, description: str, height: float, *content: Content, width: float = WIDTH) -> Html:
    """A picture that a reader of screens is told of: what it is, and what it comes to."""
    heading = element("title", title, id=f"{slug}-title")
    told = element("desc", description, id=f"{slug}-told")
    named = {"aria_labelledby": f"{slug}-title", "aria_describedby": f"{slug}-told"}
    return element("svg", heading, told, *content, viewBox=f"0 0 {width:g} {height:g}", role="img", **named)


def axes(frame: Frame, across: str, up: str) -> Html:
    """Percent on both, with hairlines from left to right."""
    half = (frame.left + frame.right) / 2
    return together(
        (_across(frame, tick) for tick in _ticks(frame.across)),
        (_up(frame, tick) for tick in _ticks(frame.up)),
        words(across, half, frame.bottom + 36, "axis-name", "middle"),
        words(up, 0, frame.top - 14, "axis-name"),
    )


def _across(frame: Frame, tick: float) -> Html:
    return words(whole(tick), frame.x(tick), frame.bottom + 17, "tick", "middle")


def _up(frame: Frame, tick: float) -> Html:
    number = words(whole(tick), frame.left - 6, frame.y(tick) + 4, "tick", "end")
    return together(line((frame.left, frame.y(tick)), (frame.right, frame.y(tick)), "hairline"), number)


def _ticks(most: float) -> list[float]:
    return [most * part / 4 for part in range(5)] if most > 0.5 else [most * part / 5 for part in range(6)]


def whole(share: float) -> str:
    return f"{share * 100:.0f}\N{NO-BREAK SPACE}%"


def words(text: str, x: float, y: float, style: str, anchor: str | None = None, **attributes: str) -> Html:
    return element("text", text, x=x, y=y, class_=style, text_anchor=anchor, **attributes)


def line(start: tuple[float, float], end: tuple[float, float], style: str) -> Html:
    return element("line", x1=start[0], y1=start[1], x2=end[0], y2=end[1], class_=style)


def path(points: Sequence[tuple[float, float]], style: str, closed: bool = False) -> Html:
    steps = " L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return element("path", d=f"M{steps}{'Z' if closed else ''}", class_=style)


def box(x: float, y: float, width: float, height: float, style: str, **attributes: float) -> Html:
    return element("rect", x=x, y=y, width=width, height=height, class_=style, **attributes)


def dot(x: float, y: float, size: float, style: str) -> Html:
    return element("circle", cx=x, cy=y, r=size, class_=style)


def fitting(text: str, width: float) -> str:
    """Cut to a width; the whole of it stands in the table."""
    most = int(width / LETTER)
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
