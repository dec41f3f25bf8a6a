"""Bytes to text: byte-order mark, UTF-8, what the file declares, and only then a guess."""

from __future__ import annotations

import codecs
import re

from retrieval.errors import ReadError
from retrieval.readers.source import Source

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([\w.:-]+)""", re.I)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_SAMPLE = 2**18


def decode(source: Source) -> str:
    text = next((text for name in _candidates(source.data) if (text := _try(source.data, name))), None)
    if text is None or _is_binary(text):
        raise ReadError(
            f"{source.id} is not text in any encoding that could be recognised.",
            "Save it as UTF-8 text, or remove it from the folder.",
        )
    return text


def _candidates(data: bytes) -> list[str]:
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    if marked:
        return [marked]
    declared = _DECLARED.search(data[:4096])
    names = ["utf-8"] + ([declared.group(1).decode("ascii", "replace")] if declared else [])
    return names if _try(data, *names) else names + _guesses(data[:_SAMPLE])


def _guesses(sample: bytes) -> list[str]:
    """Best first. Where nothing tells them apart, the Windows encoding of Western Europe is likelier."""
    from charset_normalizer import from_bytes

    matches = list(from_bytes(sample))
    if not matches:
        return []
    best = matches[0]
    ties = [m.encoding for m in matches if m.chaos <= best.chaos and m.coherence >= best.coherence]
    western = "cp1252" in ties or (best.encoding == "cp1250" and best.coherence == 0)
    return (["cp1252"] if western and best.encoding != "cp1252" else []) + [best.encoding]


def _try(data: bytes, *names: str) -> str | None:
    for name in names:
        try:
            return data.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return None


def _is_binary(text: str) -> bool:
    sample = text[:_SAMPLE]
    return len(_CONTROL.findall(sample)) > max(2, len(sample) // 200)
