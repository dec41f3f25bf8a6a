"""Markup that is safe by construction: only `element` makes it, and escapes whatever text it is given.

Documents, questions and answers are written by strangers. Characters that steer or turn the direction of text are
left out, and each such text is set apart with `bdi`, so that it can't reorder what stands around it.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from ui.terminal import printable

EMPTY = frozenset({"meta", "col", "br"})  # written without an end


class Html(str):
    """Markup. Every other text is words, and is escaped before it becomes a part of one."""

    __slots__ = ()


Content = Html | str | None | Iterable["Content"]
Attribute = str | float | bool | None


def element(name: str, /, *content: Content, **attributes: Attribute) -> Html:
    """`class_` loses its last stroke, and all other strokes become hyphens. None leaves an attribute out."""
    start = name + "".join(_attribute(key, value) for key, value in attributes.items())
    return Html(f"<{start}>" if name in EMPTY else f"<{start}>{together(*content)}</{name}>")


def together(*content: Content) -> Html:
    return Html("".join(map(_escaped, content)))


def said(text: str, name: str = "bdi", **attributes: Attribute) -> Html:
    """Somebody else's words. In a block, each reads in its own direction."""
    direction = None if name == "bdi" else "auto"
    return element(name, text, dir=direction, **attributes)


def shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]} … ({len(text) - most:,} characters more)"


def _escaped(content: Content) -> str:
    if content is None or isinstance(content, Html):
        return content or ""
    return escape(_readable(content)) if isinstance(content, str) else together(*content)


def _attribute(key: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(_readable(_written(value)))}"'


def _written(value: str | float) -> str:
    """Coordinates to a hundredth: what lies beyond can't be seen, and would differ between machines."""
    return value if isinstance(value, str) else f"{round(value, 2):g}"


def _readable(text: str) -> str:
    """Half a character can't be written at all."""
    return printable(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
