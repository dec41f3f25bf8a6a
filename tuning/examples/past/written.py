"""What somebody wrote in a message: without what it quotes, without greeting and signature. Names are roles by now."""

from __future__ import annotations

import re
from pathlib import Path

from assistant.conversation.small_talk import small_talk
from retrieval.readers.canvas import Canvas, clean
from retrieval.readers.html import write_page
from retrieval.readers.source import Source
from retrieval.units import sentences

LONGEST = 20_000  # characters of a message
_MARKUP = re.compile(r"</?(?:html|body|div|p|br|span|strong|em|ul|ol|li|table|td|blockquote)\b[^<>]*>", re.I)
_QUOTED_MARKUP = re.compile(r"<blockquote\b|<div[^<>]*class=[\"'][^\"']*(?:gmail_quote|moz-cite)", re.I)
_MARKED = re.compile(r"^[ \t]*>.*\n?", re.M)
_INTRODUCED = re.compile(  # on one line, or broken in two
    r"^(?:On|Am|Le|El|Il|Op)\b[^\n]*(?:\n[^\n]+)?"
    r"\b(?:wrote|writes|schrieb|a écrit|escribió|ha scritto|schreef)\b[^\n]*:$\n?",
    re.M,
)
_HEAD = r"\*?(?:from|sent|to|cc|subject|date|von|gesendet|an|betreff|datum)\*?:[ \t].*"
_BELOW = re.compile(  # what program or writer puts above the letter that is answered, or above a signature
    rf"^(?:-{{2,}} *[\w ]*(?:original|ursprüngliche|forwarded|weitergeleitete).*|-- ?|_{{10,}}"
    rf"|(?:{_HEAD}\n){{2}}{_HEAD})$",
    re.I | re.M,
)
_THANKS = r"(?:many |kind )?thanks(?: again| a lot| in advance| for [\w ]+)?|thank you(?: \w+){0,5}"
_ROLE = r"\[\w+\]"  # in the place of a name
_NAME = rf"(?:{_ROLE}|(?-i:[A-Z])[\w'’.-]+)"
_SIGNED = re.compile(rf"{_NAME}(?: {_NAME}){{0,2}}", re.IGNORECASE)
_CLOSING = re.compile(
    rf"(?:(?:with )?(?:kind|best|warm)(?:est)? (?:regards|wishes|greetings)|regards|all the best|best|cheers|sincerely"
    rf"|yours(?: \w+)?|{_THANKS}|mit \w+ grüßen|viele grüße|cordialement|saludos|sent from my .*"
    rf"|{_ROLE})(?:[\s,.!–-]+{_NAME}){{0,3}}[\s,.!–-]*",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"(?:hi|hello|hey|dear|hallo|liebe[rs]?|sehr geehrte[rs]?|guten tag|bonjour|hola"
    r"|good (?:morning|afternoon|day|evening))"
    rf"(?: (?:there|all|team|everyone|sir or madam)|(?: (?:(?-i:[A-Z])[\w.'’&-]*|{_ROLE})){{1,4}}(?: team)?)?"
    r"(?:\s*[,!:.–-]+\s*|$)",
    re.IGNORECASE,
)


def own_words(text: str) -> str:
    """Paragraph after paragraph, each on one line."""
    plain = shown(text) if _MARKUP.search(text) else clean(text)
    plain = _INTRODUCED.sub("", _MARKED.sub("", plain))
    below = _BELOW.search(plain)
    lines = _before_closing([line.strip() for line in plain[: below.start() if below else None].split("\n")])
    paragraphs = re.split(r"\n{2,}", "\n".join(lines))
    return "\n".join(filter(None, (without_greeting(" ".join(one.split())) for one in paragraphs)))


def shown(page: str) -> str:
    """What a page of HTML shows above what it quotes."""
    quoted = _QUOTED_MARKUP.search(page)
    canvas = Canvas()
    write_page(Source("letter", Path("letter.html"), b""), canvas, page[: quoted.start()] if quoted else page)
    return canvas.text


def without_greeting(said: str) -> str:
    """A paragraph that only greets leaves nothing."""
    found = _GREETING.match(said)
    return said[found.end() :].strip() if found else said


def statements(text: str) -> list[str]:
    """Its sentences, those that are small talk left out."""
    found = [line[start:end] for line in text.split("\n") for start, end in sentences(line)]
    return [one for one in found if small_talk(one) is None]


def _before_closing(lines: list[str]) -> list[str]:
    """Thanks may stand first: what closes has something above it; so has a name on a line of its own."""
    kept: list[str] = []
    for line in lines:
        if not _CLOSING.fullmatch(line):
            kept.append(line)
        elif any(kept):
            break
    filled = [line for line in kept if line]
    if not filled:
        return lines  # thanks, and nothing else
    signed = len(filled) > 1 and _SIGNED.fullmatch(filled[-1]) and not filled[-1].endswith(".")
    return kept[: len(kept) - 1 - kept[::-1].index(filled[-1])] if signed else kept
