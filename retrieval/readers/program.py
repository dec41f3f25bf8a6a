"""Source code: the text as it stands, every definition under its name and line."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Sequence

from retrieval.nouns import Document
from retrieval.readers.canvas import Canvas, clean
from retrieval.readers.decode import decode
from retrieval.readers.definitions import Definition, definitions
from retrieval.readers.facts import Facts, finish
from retrieval.readers.source import Source

_Defines = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def read(source: Source) -> Document:
    text = clean(decode(source))
    lines = text.split("\n")
    found = _in_python(text, lines) if source.path.suffix.lower() in (".py", ".pyi") else None
    canvas = Canvas()
    for part in _parts(source.path.name, lines, definitions(lines) if found is None else found):
        if part.name:
            canvas.heading(f"{part.name} (line {part.start})", part.level)
        canvas.add("code", "\n".join(lines[part.start - 1 : part.end]))
    return finish(source, canvas, "code", Facts(source.path.name))


def _parts(file: str, lines: Sequence[str], found: Sequence[Definition]) -> Iterator[Definition]:
    """The definitions, and between them what is outside of any: no line is lost."""
    at = 1
    for definition in found:
        yield from _outside(file, lines, at, definition.start - 1)
        yield definition
        at = definition.end + 1
    yield from _outside(file, lines, at, len(lines))


def _outside(file: str, lines: Sequence[str], start: int, end: int) -> Iterator[Definition]:
    while start <= end and not lines[start - 1].strip():
        start += 1
    if start <= end:
        yield Definition(file if start > 1 else "", start, end)


def _in_python(text: str, lines: Sequence[str]) -> list[Definition] | None:
    """None where it is not the Python that runs here."""
    try:
        with warnings.catch_warnings():  # of escapes in its strings: a matter for its author
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return [found for node in tree.body for found in _of(node, lines)]


def _of(node: ast.stmt, lines: Sequence[str]) -> Iterator[Definition]:
    """A class up to its first method, then each method."""
    if not isinstance(node, _Defines):
        return
    start, end = _start(node, lines), node.end_lineno or node.lineno
    methods = [each for each in node.body if isinstance(each, _Defines)] if isinstance(node, ast.ClassDef) else []
    starts = [_start(method, lines) for method in methods]
    yield Definition(node.name, start, starts[0] - 1 if starts else end)
    for method, first, following in zip(methods, starts, [*starts, end + 1][1:], strict=True):
        yield Definition(f"{node.name}.{method.name}", first, following - 1, 2)


def _start(node: _Defines, lines: Sequence[str]) -> int:
    """With decorators, and the comment above."""
    start = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    while start > 1 and lines[start - 2].lstrip().startswith("#"):
        start -= 1
    return start
