"""What reaches a terminal is text, whatever the documents hold."""

from __future__ import annotations

import io
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from ui.terminal import Progress, printable


@given(st.text())
def test_nothing_printed_steers_the_terminal(text: str) -> None:
    shown = printable(text)
    assert not [letter for letter in shown if letter not in "\n\t" and unicodedata.category(letter) in ("Cc", "Cf")]


def test_words_stay_as_they_are() -> None:
    assert printable("Größe: 2,3 l\n– naïve 東京 \033[31mred\u202e") == "Größe: 2,3 l\n– naïve 東京 [31mred"


def test_progress_in_a_log_is_one_line_a_task() -> None:
    out = io.StringIO()
    progress = Progress(out)
    for done in range(4):
        progress("Reading", done, 3)
    progress("Encoding", 0, 0)
    assert out.getvalue() == "Reading 3/3\n"
