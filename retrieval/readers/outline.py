"""Values without a text of their own (objects, lists, numbers) as people read them: headings, rows, `key: value`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from retrieval.errors import ReadError
from retrieval.readers.canvas import Canvas, tidy
from retrieval.readers.source import Source

MAX_DEPTH = 100
_SECTIONS = 2  # how deep keys become headings; below, they are part of the path before a value


def write_outline(source: Source, canvas: Canvas, value: Any) -> None:
    """What an object says of itself comes before what it holds, so that all stands under its own heading."""
    _write(source, canvas, value, (), 0)


def scalar(value: Any) -> str | None:
    """As text; None for an object or a list with anything in it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping | list):
        return None if value else ""
    return tidy(str(value))


def _write(source: Source, canvas: Canvas, value: Any, path: tuple[str, ...], depth: int) -> None:
    if depth + len(path) > MAX_DEPTH:
        raise ReadError(
            f"{source.id} nests values more than {MAX_DEPTH} deep, the limit.", "Save it in a plainer form."
        )
    text = scalar(value)
    if text is not None:
        canvas.add("item", f"{'.'.join(path)}: {text}" if path and text else text)
    elif isinstance(value, Mapping):
        for key, inner in sorted(value.items(), key=lambda pair: _holds_more(pair[1])):
            _member(source, canvas, str(key), inner, path, depth)
    else:
        _list(source, canvas, value, path, depth)


def _holds_more(value: Any) -> bool:
    return scalar(value) is None and not _is_flat_list(value)


def _member(source: Source, canvas: Canvas, key: str, value: Any, path: tuple[str, ...], depth: int) -> None:
    if depth < _SECTIONS and _holds_more(value):
        canvas.heading(key, depth + 1)
        _write(source, canvas, value, (), depth + 1)
    else:
        _write(source, canvas, value, (*path, key), depth)


def _list(source: Source, canvas: Canvas, values: Sequence[Any], path: tuple[str, ...], depth: int) -> None:
    if _is_flat_list(values):
        canvas.add("item", _pair(".".join(path), ", ".join(text for each in values if (text := scalar(each)))))
        return
    canvas.apart()
    for number, value in enumerate(values, start=1):
        row = list(_flat(value)) if isinstance(value, Mapping) else []
        if row:
            canvas.row([name for name, _ in row], [text for _, text in row])
        else:
            _write(source, canvas, value, (*path, str(number)), depth)
    canvas.apart()


def _is_flat_list(value: Any) -> bool:
    return isinstance(value, list) and all(scalar(each) is not None for each in value)


def _flat(value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The names and values of a record; nothing, where it holds more than can stand in a row."""
    pairs = [(str(key), scalar(inner) if not _is_flat_list(inner) else _listed(inner)) for key, inner in value.items()]
    if all(text is not None for _, text in pairs):
        yield from ((key, text or "") for key, text in pairs)


def _listed(values: Sequence[Any]) -> str:
    return ", ".join(text for each in values if (text := scalar(each)))


def _pair(name: str, text: str) -> str:
    return f"{name}: {text}" if name else text
