"""Tables and figures: behind each picture stand its numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ui.report.elements import Content, Html, element, together

WORDS = "words"


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[Content]], words: int = 1) -> Html:
    """The first cell names its row; the first columns, as many as `words`, are text. It scrolls within its box."""
    return _table(caption, heads, element("tbody", (_row(row, words) for row in rows)), words)


def grouped_table(
    caption: str, heads: Sequence[str], groups: Iterable[tuple[str, Iterable[Sequence[Content]]]]
) -> Html:
    """Each group of rows under a name of its own."""
    named = (
        element("tbody", element("tr", element("th", name, scope="rowgroup", colspan=len(heads), class_="group")),
                (_row(row, 1) for row in rows))
        for name, rows in groups
    )  # fmt: skip
    return _table(caption, heads, together(named), 1)


def _table(caption: str, heads: Sequence[str], body: Html, words: int) -> Html:
    top = element("tr", (element("th", head, scope="col", class_=_style(at, words)) for at, head in enumerate(heads)))
    return scrolling(
        caption, element("table", element("caption", caption, class_="unseen"), element("thead", top), body)
    )


def _row(cells: Sequence[Content], words: int) -> Html:
    first = element("th", cells[0], scope="row", class_=WORDS)
    return element("tr", first, (element("td", cell, class_=_style(at, words)) for at, cell in enumerate(cells[1:], 1)))


def _style(at: int, words: int) -> str | None:
    return WORDS if at < words else None


def scrolling(name: str, content: Html) -> Html:
    """A box that can be reached and moved by keys."""
    return element("div", content, class_="scrolling", role="region", aria_label=name, tabindex="0")


def figure(title: str, reading: Content, picture: Html, numbers: Html, style: str | None = None) -> Html:
    """A picture under its name and how to read it, its table behind it."""
    caption = element("figcaption", element("h3", title), element("p", reading))
    return element("figure", caption, picture, behind(numbers), class_=style)


def behind(numbers: Html) -> Html:
    return element("details", element("summary", "The numbers"), numbers)
