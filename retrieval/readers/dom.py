"""The tree of a page: what of it can be seen, and where its blocks are."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

_DROPPED = frozenset([
    "head", "script", "style", "nav", "footer", "aside", "template", "noscript", "svg", "iframe", "button",
    "select", "input", "textarea", "canvas", "video", "audio", "object", "embed", "dialog", "map",
    "-comment",
])  # fmt: skip
BLOCKS = frozenset([
    "address", "article", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hgroup", "hr", "li", "main", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot",
    "th", "thead", "tr", "ul",
])  # fmt: skip
_FURNITURE = frozenset([
    "navheader", "navfooter", "navbar", "breadcrumb", "breadcrumbs", "toc", "toctree-wrapper",
    "sphinxsidebar", "related", "headerlink", "skip-link", "cookie-banner",
])  # fmt: skip
_ROLES = ("navigation", "search", "banner", "contentinfo")
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
HEADING = re.compile(r"h([1-6])$")


def walk(root: Any, enter: Callable[[Any], bool], leave: Callable[[Any], None]) -> None:
    """Without recursion: a page may be nested deeper than Python's stack. `enter` says whether to go inside."""
    node = root
    while node is not None:
        child = node.child if enter(node) else None
        while child is None and node is not None:
            leave(node)
            if node.mem_id == root.mem_id:
                return
            child, node = node.next, node.parent
        node = child


def is_dropped(node: Any) -> bool:
    tag = node.tag or ""
    if tag == "-text":
        return False
    if tag in _DROPPED:
        return True
    if tag in ("header", "form"):
        return node.css_first("h1, h2") is None
    given = node.attributes
    hidden = "hidden" in given or given.get("aria-hidden") == "true"
    furniture = _FURNITURE.intersection((given.get("class") or "").split()) or given.get("role") in _ROLES
    return bool(hidden or furniture or _HIDDEN_STYLE.search(given.get("style") or ""))


def text_of(root: Any, line_break: str = " ") -> str:
    """The visible text inside a node; block elements in it are set apart."""
    pieces: list[str] = []

    def enter(node: Any) -> bool:
        inside = node.mem_id != root.mem_id
        if node.tag == "-text":
            pieces.append(node.text_content or "")
        elif inside and is_dropped(node):
            return False
        elif inside and (node.tag == "br" or node.tag in BLOCKS):
            pieces.append(line_break)
        return True

    walk(root, enter, lambda node: None)
    return "".join(pieces)
