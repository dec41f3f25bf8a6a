"""The text of a letter: what was written, and below it the letters that it answers, each under a heading of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retrieval.readers.canvas import Canvas, clean, tidy
from retrieval.readers.text import write_text

_MARKS = re.compile(r"((?:>[ \t]?)+)(.*)$")
_INTRODUCES = re.compile(r".*\b(?:wrote|writes|schrieb|écrit|escribió|scritto|schreef)\b.*:\s*$", re.I | re.S)
_ORIGINAL = re.compile(
    r"\s*-{2,}\s*(?P<name>[\w ]*(?:original|ursprüngliche|forwarded|weitergeleitete)[\w ]*?)\s*-{2,}", re.I
)
_HEAD_LINE = re.compile(r"\*?(from|sent|date|to|cc|subject|von|gesendet|datum|an|betreff)\*?:\s*(.*)$", re.I)
_SIGNATURE = re.compile(r"-- ?$")
_QUOTED = "Quoted text"
_LONGEST = 300  # characters of a line that introduces a letter
_LEAST_HEAD = 3  # lines, for what mail programs write above the letter that is answered
_DEEPEST = 4


@dataclass(frozen=True)
class _Part:
    """Lines that were quoted as often."""

    depth: int
    lines: Sequence[str]
    title: str = ""  # how the mail program introduces them

    @property
    def text(self) -> str:
        return "\n".join("" if _SIGNATURE.match(line) else line for line in self.lines)


def write_letter(canvas: Canvas, text: str) -> None:
    """Quotes between the writer's own lines keep their mark; those below are the letters that came before."""
    parts = list(_introduced(_parts(clean(text).split("\n"))))
    own = max((n for n, part in enumerate(parts) if part.depth == 0 and part.text.strip()), default=-1)
    titles: dict[int, str] = {}
    for number, part in enumerate(parts):
        written = Canvas()
        write_text(written, part.text, titled=False)
        if part.title and (number < own or not written.blocks):
            canvas.add("paragraph", part.title)
        if not written.blocks:
            continue
        if part.depth and number < own:
            _write_marked(canvas, written)
            continue
        if part.depth:
            titles[part.depth] = part.title or titles.get(part.depth, _QUOTED)
            canvas.heading(titles[part.depth], part.depth)
        canvas.pour(written, deeper=part.depth)


def _write_marked(canvas: Canvas, written: Canvas) -> None:
    for block in written.blocks:
        canvas.add("paragraph", "> " + written.text[block.start : block.end])


def _parts(lines: Sequence[str]) -> Iterator[_Part]:
    """Lines of one depth; what follows "Original message" is one deeper, though nothing marks it."""
    beyond, title = 0, ""
    open_lines: list[str] = []
    depth, at = 0, 0
    while at < len(lines):
        found, taken = _opening(lines, at)
        marks = _MARKS.match(lines[at])
        now = min(beyond + (marks[1].count(">") if marks else 0), _DEEPEST)
        if open_lines and (now != depth or taken):
            yield _Part(depth, open_lines, title)
            open_lines, title = [], ""
        if taken:
            beyond, title = beyond + 1, found
        else:
            open_lines.append(marks[2] if marks else lines[at])
        depth = min(beyond, _DEEPEST) if taken else now
        at += max(taken, 1)
    yield _Part(depth, open_lines, title)


def _opening(lines: Sequence[str], at: int) -> tuple[str, int]:
    """How the letter that begins at a line is introduced, and how many lines that takes; 0: none begins there."""
    original = _ORIGINAL.match(lines[at][:_LONGEST])
    first = at + 1 if original else at
    head: list[str] = []
    for line in lines[first : first + 8]:
        match = _HEAD_LINE.match(line.strip()) if len(line) <= _LONGEST * 10 else None
        if not match:
            break
        head.append(f"{match[1]}: {match[2]}")
    if len(head) >= _LEAST_HEAD:
        return tidy("; ".join(head)), first + len(head) - at
    return (tidy(original["name"]), 1) if original else ("", 0)


def _introduced(parts: Iterator[_Part]) -> Iterator[_Part]:
    """A line such as "Anna wrote:" goes from the end of one part to the head of the next."""
    before: _Part | None = None
    for part in parts:
        if before is not None:
            named = part.depth > before.depth and not part.title
            own, title = _without_introduction(before.lines) if named else (before.lines, part.title)
            part = _Part(part.depth, part.lines, title)
            yield _Part(before.depth, own, before.title)
        before = part
    if before is not None:
        yield before


def _without_introduction(lines: Sequence[str]) -> tuple[Sequence[str], str]:
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    start = end
    while start and end - start < 3 and lines[start - 1].strip():
        start -= 1
        text = " ".join(lines[start:end])
        if len(text) <= _LONGEST and _INTRODUCES.match(text) and (start == 0 or not lines[start - 1].strip()):
            return lines[:start], tidy(" ".join(lines[start:end])).rstrip(":")
    return lines, ""
