"""Rich text (.rtf): paragraphs, headings by their style, lists, tables; no pictures, objects or hidden text."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace

from retrieval.errors import ReadError
from retrieval.nouns import Document
from retrieval.readers.canvas import Canvas, tidy
from retrieval.readers.facts import Facts, finish, sensible_title
from retrieval.readers.source import Source
from retrieval.readers.table import Cell, lay_out, write_table

MAX_DEPTH = 1_000  # groups inside one another
_TOKEN = re.compile(
    r"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,9})? ?|(?P<bytes>(?:\\'[0-9a-fA-F]{2})+)|\\(?P<sign>.)"
    r"|(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)|[\r\n]+|\\",
    re.S,
)
_UNREAD = frozenset((
    "fonttbl", "colortbl", "pict", "object", "header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr",
    "footerf", "fldinst", "themedata", "datastore", "listtable", "listoverridetable", "generator", "xmlnstbl",
    "author", "operator", "company", "doccomm", "keywords", "subject", "revtbl", "rsidtbl", "annotation", "atnid",
    "atnauthor", "bkmkstart", "bkmkend", "filetbl", "tc", "xe", "nonshppict", "mmathPr", "latentstyles", "creatim",
))  # fmt: skip
_SIGNS = {
    "tab": "\t", "line": "\n", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“",
    "rdblquote": "”", "bullet": "•", "emspace": " ", "enspace": " ", "~": "\u00a0", "_": "-", "-": "",
}  # fmt: skip
_APART = ("listtext", "pntext", "title", "stylesheet", "revtim")  # groups whose text goes elsewhere
_STYLE = re.compile(r"heading (\d)", re.I)


@dataclass(frozen=True)
class _State:
    """What holds within a group, until its brace closes."""

    place: str = "body"  # or what the text is for; "" where it is for nobody
    hidden: bool = False
    fallbacks: int = 1  # letters after \u that stand for it in old programs


def read(source: Source) -> Document:
    reader = _Reader(source)
    for token in _TOKEN.finditer(source.data.decode("latin-1")):
        reader.take(token)
    reader.end()
    stated = Facts(reader.title)
    return finish(source, reader.canvas, "rtf", stated, Facts(sensible_title(reader.taken("title")), reader.date()))


class _Reader:
    def __init__(self, source: Source) -> None:
        self.canvas = Canvas()
        self.title: str | None = None
        self._said: dict[str, list[str]] = {place: [] for place in (*_APART, "body")}
        self._source = source
        self._states = [_State()]
        self._page = "cp1252"  # code page
        self._skip = 0  # letters that an \u before them stands for
        self._styles: dict[int, str] = {}
        self._style = self._defined = 0  # of the paragraph, and the one that the list of styles is at
        self._level = 0
        self._in_table = False
        self._cells: list[str] = []
        self._rows: list[list[str]] = []
        self._stamp: dict[str, int] = {}

    def take(self, token: re.Match[str]) -> None:
        if token["word"]:
            self._word(token["word"], int(token["number"]) if token["number"] else None)
        elif token["brace"]:
            self._brace(token["brace"])
        elif token["bytes"]:
            self._text(bytes.fromhex(token["bytes"].replace("\\'", "")).decode(self._page, "replace"))
        elif token["sign"] == "*":
            self._change(place="")
        elif token["sign"]:
            self._text(_SIGNS.get(token["sign"], token["sign"] if token["sign"] in "\\{}" else ""))
        elif token["text"]:
            self._text(token["text"])

    def end(self) -> None:
        self._paragraph()
        self._table()

    def date(self) -> str | None:
        year, month, day = (self._stamp.get(key) for key in ("yr", "mo", "dy"))
        return f"{year:04}-{month:02}-{day:02}" if year and month and day else None

    def _brace(self, brace: str) -> None:
        if brace == "{":
            if len(self._states) > MAX_DEPTH:
                problem = f"{self._source.id} nests groups more than {MAX_DEPTH:,} deep, the limit."
                raise ReadError(problem, "Save it in a plainer form.")
            self._states.append(self._states[-1])
        elif len(self._states) > 1:
            self._states.pop()

    def _change(self, **changes: str | int | bool) -> None:
        self._states[-1] = replace(self._states[-1], **changes)  # type: ignore[arg-type]

    def _word(self, word: str, number: int | None) -> None:
        place = self._states[-1].place
        if word in _SIGNS:
            self._text(_SIGNS[word])
        elif word in _APART:
            self._change(place=word)
            self._said[word].clear()
        elif word in _UNREAD:
            self._change(place="")
        elif word == "u" and number is not None:
            self._text(chr(number % 2**16))
            self._skip = self._states[-1].fallbacks
        elif place == "revtim":
            self._stamp[word] = number or 0
        elif word in ("shptxt", "footnote"):
            self._change(place="body")
        elif place in ("body", "stylesheet"):
            self._layout(word, number)

    def _layout(self, word: str, number: int | None) -> None:
        match word:
            case "par" | "sect" | "page":
                self._paragraph()
            case "pard":
                self._style = self._level = 0
                self._in_table = False
            case "s" if self._states[-1].place == "stylesheet":
                self._defined = number or 0
            case "s":
                self._style = number or 0
            case "outlinelevel":
                self._level = (number or 0) + 1
            case "intbl":
                self._in_table = True
            case "cell" | "nestcell":
                self._cells.append(self.taken("body"))
            case "row":
                self._rows.append(self._cells)
                self._cells = []
            case "v" | "deleted":
                self._change(hidden=number != 0)
            case "uc":
                self._change(fallbacks=max(number or 0, 0))
            case "ansicpg":
                self._page = _known(f"cp{number}")
            case "mac":
                self._page = "mac_roman"

    def _text(self, text: str) -> None:
        taken, self._skip = min(self._skip, len(text)), max(self._skip - len(text), 0)
        state = self._states[-1]
        if state.place == "stylesheet":
            self._styles[self._defined] = text.strip(" ;")
        elif state.place in self._said and not state.hidden:
            self._said[state.place].append(text[taken:])

    def taken(self, place: str) -> str:
        """What was written there since it was last asked; pairs of surrogates become the sign that they stand for."""
        text = "".join(self._said[place])
        self._said[place].clear()
        return tidy(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))

    def _paragraph(self) -> None:
        if self._in_table:
            self._said["body"].append(" ")
            return
        self._table()
        listed = bool(self._said["listtext"] or self._said["pntext"])
        label = self.taken("listtext") + self.taken("pntext")
        text = self.taken("body")
        numbered = f"{label} {text}" if text and any(sign.isalnum() for sign in label) else text
        style = self._styles.get(self._style, "")
        heading = _STYLE.match(style)
        if style.lower() == "title":
            self.title = self.title or text
            self.canvas.heading(text, 1)
        elif heading or 0 < self._level < 10:
            self.canvas.heading(numbered, int(heading[1]) if heading else self._level)
        else:
            self.canvas.add("item" if listed else "paragraph", numbered)

    def _table(self) -> None:
        if self._rows:
            write_table(self.canvas, lay_out([[Cell(text) for text in row] for row in self._rows]))
        self._rows = []


def _known(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"
