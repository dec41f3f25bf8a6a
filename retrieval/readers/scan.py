"""Words on the picture of a page, as tesseract sees them, where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from retrieval.errors import ReadError
from retrieval.readers.hocr import words_in
from retrieval.readers.layout import Page, Word
from retrieval.readers.patience import longer
from retrieval.readers.source import Source

DOTS = 300  # an inch: what tesseract was trained for
MAX_SECONDS = 120  # for a page
MAX_PAGES = 300  # of a file
REMEDY = "Run OCR on it (for example ocrmypdf), or install tesseract, and sync again."
_GRACE = 30  # seconds to draw the page and to make sense of its words
_MOST_LANGUAGES = 3
_CODES = {
    "de": "deu", "en": "eng", "fr": "fra", "es": "spa", "it": "ita", "nl": "nld", "pt": "por", "pl": "pol",
    "sv": "swe", "da": "dan", "nb": "nor", "no": "nor", "fi": "fin", "cs": "ces", "hu": "hun", "tr": "tur",
    "ru": "rus", "uk": "ukr", "el": "ell", "ja": "jpn", "zh": "chi_sim", "ko": "kor", "ar": "ara", "he": "heb",
}  # fmt: skip


@dataclass(frozen=True)
class Picture:
    """Grey values, row by row, and how many of them make a point."""

    width: int
    height: int
    grey: bytes
    scale: float

    @property
    def portable(self) -> bytes:
        """As a PGM file, which any program reads."""
        return b"P5\n%d %d\n255\n" % (self.width, self.height) + self.grey


def engine() -> str | None:
    """Where tesseract is; None: not on this machine."""
    return shutil.which("tesseract")


def with_words(
    source: Source,
    pages: Sequence[Page],
    pictures: Sequence[int],
    language: str | None,
    picture: Callable[[int], Picture],
) -> tuple[list[Page], list[ReadError]]:
    """The pages, those that are pictures with the words that are seen on them; and the ones that could not be read."""
    program = engine()
    if program is None:
        return list(pages), [_unread(source, pictures, "")]
    read: dict[int, tuple[Word, ...]] = {}
    problems: list[ReadError] = []
    for number in pictures[:MAX_PAGES]:
        try:
            read[number] = words_on(source, picture(number), program, language)
        except (OSError, ValueError, ReadError, subprocess.SubprocessError) as problem:
            told = f"{source.id}, page {number}: tesseract failed ({_reason(problem)})."
            problems.append(ReadError(told, "Try it on this page by hand."))
    if left := pictures[MAX_PAGES:]:
        problems.append(_unread(source, left, f"; the limit is {MAX_PAGES} a file"))
    return [replace(page, words=read.get(page.number, page.words)) for page in pages], problems


def _unread(source: Source, pictures: Sequence[int], why: str) -> ReadError:
    return ReadError(f"{source.id}: {_listed(pictures)} without a text layer{why}.", REMEDY)


def _reason(problem: Exception) -> str:
    if isinstance(problem, subprocess.TimeoutExpired):
        return f"it took longer than {problem.timeout:g} s"
    if isinstance(problem, subprocess.CalledProcessError):
        said = problem.stderr.decode("utf-8", "replace").strip().split("\n")[-1]
        return f"exit {problem.returncode}: {said[:200]}"
    return str(problem)


def _listed(numbers: Sequence[int]) -> str:
    """Pages 2, 5-7 are pictures."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    names = ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
    return f"page {names} is a picture" if len(numbers) == 1 else f"pages {names} are pictures"


def words_on(source: Source, picture: Picture, program: str, language: str | None) -> tuple[Word, ...]:
    """In reading order. Raises OSError and subprocess's errors where the program fails."""
    longer(MAX_SECONDS + _GRACE)
    command = [program, "stdin", "stdout", "--dpi", str(DOTS), "-l", _languages(program, language), "hocr"]
    done = subprocess.run(
        command, input=picture.portable, capture_output=True, timeout=MAX_SECONDS, check=True, env=_environment()
    )
    return words_in(source, done.stdout, picture.scale)


def _environment() -> dict[str, str]:
    return {**os.environ, "OMP_THREAD_LIMIT": "1"}


def _languages(program: str, language: str | None) -> str:
    """The document's own, where it says one that is installed; else all that are, for they were installed for this."""
    installed = _installed(program)
    own = _CODES.get((language or "").split("-")[0].lower())
    return own if own in installed else "+".join(installed[:_MOST_LANGUAGES]) or "eng"


@lru_cache(maxsize=4)
def _installed(program: str) -> tuple[str, ...]:
    done = subprocess.run(
        [program, "--list-langs"], capture_output=True, timeout=MAX_SECONDS, check=True, env=_environment()
    )
    names = done.stdout.decode("utf-8", "replace").split("\n")[1:]
    return tuple(sorted((name for name in names if name and name != "osd"), key=lambda name: (name == "eng", name)))
