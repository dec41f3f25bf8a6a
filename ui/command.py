"""The `groundsmith` command. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from retrieval.errors import GroundsmithError
from retrieval.models.pages import large_pages
from ui.learning.options import adapters, adopt, rollback, teach, training

INTERRUPTED = 130
FORMATS = ("examples", "messages", "prompt-completion", "alpaca", "sharegpt")
EPILOG = "First steps: groundsmith new my-home, put documents into my-home/documents, groundsmith sync my-home."


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    large_pages()
    command = import_module(f"ui.commands.{options.command}")
    try:
        return int(command.run(options))
    except GroundsmithError as error:
        print(f"groundsmith: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("\ngroundsmith: stopped. What was done stays done; the same command goes on from there.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has gone: nobody is left to tell
        return 1


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="groundsmith", description="Answers from your own documents.", epilog=EPILOG)
    top.add_argument("--version", action="version", version=f"groundsmith {version('groundsmith')}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _new(commands.add_parser("new", help="make a Home: the folder in which one assistant lives"))
    _sync(commands.add_parser("sync", help="bring the index in step with the documents"))
    _ask(commands.add_parser("ask", help="ask one question"))
    _search(commands.add_parser("search", help="show the passages that a question finds, without an answer"))
    _chat(commands.add_parser("chat", help="ask in the terminal, question after question"))
    _status(commands.add_parser("status", help="what a Home holds, and who reads it how"))
    _feedback(commands.add_parser("feedback", help="what people thought of answers, and how they would correct them"))
    _corrections(commands.add_parser("corrections", help="accept what people would have had, or reject it"))
    _gaps(commands.add_parser("gaps", help="what people asked and nobody could answer: documents to write"))
    _memory(commands.add_parser("memory", help="what is remembered of whom; hands it out, or erases it"))
    _purge(commands.add_parser("purge", help="erase documents that are gone, and every trace of them"))
    _exam(commands.add_parser("exam", help="measure how often the answers are right, and both ways of being wrong"))
    _calibrate(commands.add_parser("calibrate", help="find how sure an answer must be for the risk that you set"))
    _examples(commands.add_parser("examples", help="make rows to learn from, of the documents or of what you bring"))
    _train(commands.add_parser("train", help="teach the model with examples: an adapter, with its card"))
    teach(_home(commands.add_parser("teach", help="teach it with its documents, examine it, and adopt what is better")))
    adopt(_home(commands.add_parser("adopt", help="let a trained adapter serve from the next question on")))
    rollback(_home(commands.add_parser("rollback", help="let the adapter serve again that did before")))
    adapters(_home(commands.add_parser("adapters", help="what was trained, and what serves; compare, or export one")))
    _review(commands.add_parser("review", help="go through the examples that are doubtful"))
    _app(commands.add_parser("app", help="open the chat in a browser"))
    _models(commands.add_parser("models", help="list the embedded models, or fetch them"))
    return top


def _home(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("home", type=Path, metavar="HOME", help="the assistant's folder")
    return parser


def _principal(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--as", dest="user", metavar="USER", help="who asks")
    parser.add_argument(
        "--groups", default="", metavar="A,B", help="the asker's groups; without, what everyone may read"
    )


def _filters(parser: argparse.ArgumentParser) -> None:
    """Which documents are meant. Each of the first three may be given several times: any of these."""
    parser.add_argument("--folder", action="append", metavar="NAME", help="only documents in this folder, or file")
    parser.add_argument("--type", action="append", dest="media", metavar="TYPE", help="only of this type: pdf, docx, …")
    parser.add_argument("--language", action="append", metavar="TAG", help="only in this language: en, de, …")
    parser.add_argument("--since", metavar="DATE", help="only of this day, month or year, or later")
    parser.add_argument("--until", metavar="DATE", help="only of this day, month or year, or earlier")
    parser.add_argument("--metadata", action="append", metavar="NAME=VALUE", help="only what says this about itself")


def _new(parser: argparse.ArgumentParser) -> None:
    _home(parser)
    parser.add_argument("--sample", action="store_true", help="fill it with the sample company's documents")


def _sync(parser: argparse.ArgumentParser) -> None:
    _home(parser)
    parser.add_argument("brought", nargs="*", type=Path, metavar="FILE or FOLDER", help="further sources, remembered")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--dry-run", action="store_true", help="say what would be done, and write nothing")
    how.add_argument("--watch", action="store_true", help="go on, and sync again whenever files change; ^C ends it")
    parser.add_argument("--yes", action="store_true", help="delete what is gone, however much that is")


def _ask(parser: argparse.ArgumentParser) -> None:
    _home(parser)
    parser.add_argument("question", help="in quotes")
    parser.add_argument("--json", action="store_true", help="the whole answer as JSON")
    parser.add_argument("--explain", action="store_true", help="show its way: searched, found, decided, checked, why")
    _filters(parser)
    _principal(parser)


def _search(parser: argparse.ArgumentParser) -> None:
    _home(parser)
    parser.add_argument("question", help="in quotes")
    parser.add_argument("--k", type=int, metavar="N", help="how many passages (as many as are read for an answer)")
    parser.add_argument("--how", choices=["dense", "lexical", "hybrid", "reranked"], help="by which search (the best)")
    parser.add_argument("--json", action="store_true", help="as JSON, each passage whole")
    _filters(parser)
    _principal(parser)


def _chat(parser: argparse.ArgumentParser) -> None:
    _home(parser)
    _principal(parser)


def _status(parser: argparse.ArgumentParser) -> None:
    _home(parser)
    parser.add_argument("--json", action="store_true", help="as JSON")
    _principal(parser)


def _feedback(parser: argparse.ArgumentParser) -> None:
    _home(parser)
    parser.add_argument("--thumb", choices=["up", "down"], help="only these")
    parser.add_argument("--corrected", action="store_true", help="only with a correction")
    parser.add_argument("--since", metavar="DATE", help="only of this day or later")
    parser.add_argument("--json", action="store_true", help="as JSON")
    _principal(parser)


def _corrections(parser: argparse.ArgumentParser) -> None:
    _home(parser)
    actions = ["list", "show", "accept", "reject", "undo"]
    parser.add_argument("action", nargs="?", choices=actions, default="list", help="list (default), show, accept, …")
    parser.add_argument("id", nargs="?", metavar="ID", help="of the correction; its beginning will do")
    parser.add_argument("--text", metavar="TEXT", help="with accept: the answer, in better words")
    parser.add_argument("--groups", metavar="A,B", help="with accept: for whom it is; or `everyone`")
    parser.add_argument("--anyway", action="store_true", help="with accept: though a document says otherwise")
    parser.add_argument("--why", metavar="TEXT", help="with accept and reject: the reason, to be kept")
    parser.add_argument("--as", dest="user", metavar="USER", help="who decides")
    parser.add_argument("--json", action="store_true", help="as JSON")


def _gaps(parser: argparse.ArgumentParser) -> None:
    _home(parser)
    parser.add_argument("--since", metavar="DATE", help="only what was asked on this day or later")
    parser.add_argument("--all", action="store_true", help="also those that a later document answers")
    parser.add_argument("--dismiss", metavar="ID", help="never show this one again")
    parser.add_argument("--json", action="store_true", help="as JSON")
    _principal(parser)


def _memory(parser: argparse.ArgumentParser) -> None:
    _home(parser)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--export", metavar="USER", help="all that is stored about this user, as JSON lines")
    what.add_argument("--delete", metavar="USER", help="erase all that is stored about this user")
    parser.add_argument("--out", type=Path, metavar="FILE", help="with --export: where to (the terminal)")
    parser.add_argument("--groups", default="", metavar="A,B", help="with --export: the groups of this user")
    parser.add_argument("--yes", action="store_true", help="with --delete: don't ask")


def _purge(parser: argparse.ArgumentParser) -> None:
    _home(parser)
    parser.add_argument("documents", nargs="+", metavar="DOCUMENT", help="as citations name it; or a file or folder")
    parser.add_argument("--yes", action="store_true", help="don't ask")


def _exam(parser: argparse.ArgumentParser) -> None:
    _home(parser)
    about = parser.add_mutually_exclusive_group(required=True)
    about.add_argument("--questions", nargs="+", type=Path, metavar="FILE", help="examine answers; JSONL or CSV")
    about.add_argument("--retrieval", nargs="+", type=Path, metavar="FILE", help="examine what each search finds")
    about.add_argument("--forgetting", type=Path, metavar="FOLDER", help="examine what the adapter cost elsewhere")
    about.add_argument("--make", type=int, metavar="N", help="draft N questions from the documents, to be gone through")
    parser.add_argument("--out", type=Path, metavar="FILE", help="with --make: where to (HOME/exams/draft.jsonl, .csv)")
    parser.add_argument("--adapter", metavar="NAME", help="examine this adapter, or `none`: the model as it comes")
    parser.add_argument(
        "--against", metavar="NAME", help="compare with an adapter, none, abstain, extractive or prompt"
    )
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the whole report to this file")
    parser.add_argument("--html", type=Path, metavar="OUT", help="write the report as a page that needs nothing else")
    parser.add_argument(
        "--limit", type=int, metavar="N", help="only the first N questions; of each file with --forgetting"
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the bootstrap, or of the drafts (0)")
    parser.add_argument(
        "--skip-bad", action="store_true", help="leave out rows that can't be used, instead of refusing"
    )


def _calibrate(parser: argparse.ArgumentParser) -> None:
    _home(parser)
    parser.add_argument("--questions", nargs="+", type=Path, required=True, metavar="FILE", help="as for exam")
    parser.add_argument("--risk", type=float, metavar="R", help="share of answers that may be wrong (as the Spec says)")
    parser.add_argument(
        "--unanswerable",
        type=float,
        metavar="SHARE",
        help="share of people's questions that the documents do not answer (as the Spec says)",
    )
    parser.add_argument("--json", action="store_true", help="the whole calibration as JSON")
    parser.add_argument(
        "--skip-bad", action="store_true", help="leave out rows that can't be used, instead of refusing"
    )


def _examples(parser: argparse.ArgumentParser) -> None:
    _home(parser)
    parser.add_argument("--many", type=int, default=2000, metavar="N", help="so many rows at most (2000)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write them to this file, too, as JSON lines")
    parser.add_argument(
        "--format", choices=FORMATS, default=FORMATS[0], help="of that file: ours, or another trainer's"
    )
    parser.add_argument("--questions", nargs="+", type=Path, metavar="FILE", help="make them of these: JSONL or CSV")
    parser.add_argument("--corpus", nargs="+", type=Path, metavar="FILE", help="what --questions are asked of: JSONL")
    _origins(parser)
    parser.add_argument("--domain", metavar="GROUP", help="learn from what this group may read, for this group alone")
    parser.add_argument(
        "--abstaining", type=float, default=0.45, metavar="SHARE", help="of the rows that nothing answers (0.45)"
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of what is chosen and shuffled (0)")
    parser.add_argument("--json", action="store_true", help="the report as JSON")
    parser.add_argument(
        "--skip-bad", action="store_true", help="leave out rows that can't be used, instead of refusing"
    )


def _origins(parser: argparse.ArgumentParser) -> None:
    """Others than documents and questions: what people asked before, and a larger model."""
    parser.add_argument(
        "--conversations",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="make them of chats, tickets or mails whose replies the documents confirm: CSV, JSONL, MBOX, EML",
    )
    parser.add_argument(
        "--columns", metavar="asked=A,replied=B", help="which column is which; also conversation, author, text, when"
    )
    parser.add_argument(
        "--teacher", metavar="URL", help="let your own larger model make them, at an address as https://host/v1"
    )
    parser.add_argument("--model", metavar="NAME", help="with --teacher: what the model is called there")
    parser.add_argument("--key-from", metavar="VARIABLE", help="with --teacher: environment variable that has its key")
    parser.add_argument(
        "--budget", metavar="N", help="with --teacher: so many requests at most, or tokens: 500, 200000tokens"
    )
    parser.add_argument("--yes", action="store_true", help="with --teacher: don't ask after its first questions")


def _train(parser: argparse.ArgumentParser) -> None:
    _home(parser)
    training(parser)
    parser.add_argument(
        "--examples", nargs="+", type=Path, metavar="FILE", help="learn from these, not from the Home's"
    )
    parser.add_argument("--held", nargs="+", type=Path, metavar="FILE", help="with --examples: rows to check with")
    parser.add_argument("--json", action="store_true", help="each step as JSON")
    parser.add_argument(
        "--skip-bad", action="store_true", help="leave out rows that can't be used, instead of refusing"
    )


def _review(parser: argparse.ArgumentParser) -> None:
    _home(parser)
    actions = ["list", "accept", "reject", "correct"]
    parser.add_argument("action", nargs="?", choices=actions, help="without one, each is shown and asked about")
    parser.add_argument("ids", nargs="*", metavar="ID", help="of the examples meant")
    parser.add_argument("--answer", metavar="TEXT", help="with correct: the answer, as one of the sources words it")
    parser.add_argument("--json", action="store_true", help="as JSON")


def _app(parser: argparse.ArgumentParser) -> None:
    _home(parser)
    parser.add_argument("--port", type=int, default=8501, help="where it listens (8501)")
    parser.add_argument("--address", default="localhost", help="on which address it listens (localhost)")


def _models(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", nargs="?", choices=["list", "get"], default="list", help="list (default) or get")


if __name__ == "__main__":
    sys.exit(main())
