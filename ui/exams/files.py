"""What an exam reads and writes: questions in, reports out."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from retrieval import UsageError, storing
from tuning.exam.questions import Problem, read_questions
from tuning.nouns import Question
from ui.terminal import printable

NAMED = 10  # bad rows, one by one


def usable(files: Sequence[Path], skip_bad: bool) -> list[Question]:
    """The questions of these files. Bad rows are named, and refused unless they may be left out."""
    questions, problems = read_questions(files)
    refused(problems, skip_bad)
    return questions


def refused(problems: Sequence[Problem], skip_bad: bool) -> None:
    for problem in problems[:NAMED]:
        print(printable(f"{problem.file}, line {problem.line}: {problem.reason}"), file=sys.stderr)
    if problems and not skip_bad:
        raise UsageError(f"{len(problems)} rows can't be used.", "Mend them, or leave them out with --skip-bad.")


def write(out: Path, content: str) -> None:
    with storing(out):
        out.write_text(content, encoding="utf-8")
    print(f"Written: {out}")
