"""groundsmith exam HOME --make N: an exam drafted from the Home's own documents, for its owner to go through."""

from __future__ import annotations

import argparse
import shlex
from collections import Counter
from pathlib import Path

from retrieval import Home, UsageError, storing
from tuning.drafting.drafts import Drafted, draft_exam
from tuning.exam.questions import write_questions
from tuning.nouns import KINDS
from tuning.opening import open_whole
from ui.terminal import Progress, printable

MOST = 2000  # questions
ENDINGS = (".jsonl", ".csv")
NAMED = {"answerable": "answerable", "twin": "twin", "hard": "near miss", "off_topic": "off the topic"}
MANY = {"twin": "twins", "near miss": "near misses"}


def run(options: argparse.Namespace) -> int:
    if not 1 <= options.make <= MOST:
        raise UsageError(f"{options.make} questions can't be made.", f"Ask for 1 to {MOST}.")
    assistant = open_whole(options.home)
    files = _files(options.out, assistant.library.home)
    drafted = draft_exam(assistant.library, options.make, options.seed, Progress())
    if not drafted.questions:
        raise UsageError(
            f"{options.home} holds nothing that everyone may read and a question could be made of.",
            f"Put documents into it, then: groundsmith sync {options.home}",
        )
    for file in files:
        write_questions(file, drafted.questions, drafted.notes)
    print(printable(_text(drafted, options.make, options.seed)))
    print(f"Written: {', '.join(map(str, files))}")
    command = shlex.join(["groundsmith", "exam", str(options.home), "--questions", str(files[1])])
    print(f"Read them, strike out or mend what you would not ask, then: {command}")
    return 0


def _files(out: Path | None, home: Home) -> list[Path]:
    """JSON lines and a table beside each other. A draft that somebody may have worked on is never written over."""
    if out is None:
        out = home.exams / "draft"
        with storing(home.exams):
            home.exams.mkdir(exist_ok=True)
    if not out.parent.is_dir():
        raise UsageError(f"{out.parent} is not a folder.", "Name a file in a folder that exists.")
    name = out.stem if out.suffix.lower() in ENDINGS else out.name
    files = [out.with_name(name + ending) for ending in ENDINGS]
    for file in files:
        if file.exists():
            raise UsageError(f"{file} is already there.", "Move it away, or name another file with --out.")
    return files


def _text(drafted: Drafted, wanted: int, seed: int) -> str:
    made = len(drafted.questions)
    mix = ", ".join(_counted(drafted.mix[kind], NAMED[kind]) for kind in KINDS if drafted.mix[kind])
    ways = Counter(question.slice for question in drafted.questions if question.answerable)
    lines = [f"{made} questions drafted: {mix} (seed {seed})"]
    lines.append("made of: " + ", ".join(f"{way} {many}" for way, many in ways.most_common()))
    lines.append("They use the documents' own words, and are easier for it than what people will ask.")
    lines.append(f"chosen from {drafted.considered} drafts; left out before enough were found:")
    lines += [f"{many:>6}  {reason}" for reason, many in drafted.left_out.most_common() if many] or ["     none"]
    if made < wanted:
        lines.append(f"{wanted} were asked for: these documents hold no more that passes every filter.")
    return "\n".join(lines)


def _counted(many: int, name: str) -> str:
    return f"{many} {name if many == 1 else MANY.get(name, name)}"
