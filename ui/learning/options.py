"""What the commands that teach can be told, besides HOME."""

from __future__ import annotations

import argparse
from pathlib import Path


def training(parser: argparse.ArgumentParser) -> None:
    """The dials of a training, as they have been found to be best."""
    parser.add_argument("--name", help="of the adapter (the day)")
    parser.add_argument("--domain", metavar="GROUP", help="learn from what this group may read, for this group alone")
    parser.add_argument(
        "--base", metavar="ADAPTER", help="to go on from, or `none` (the one that serves, else the one that ships)"
    )
    parser.add_argument("--budget", default="30m", metavar="TIME", help="how long it may take: 90s, 30m, 2h (30m)")
    parser.add_argument("--rank", type=int, metavar="N", help="of the LoRA (16)")
    parser.add_argument("--rate", type=float, metavar="R", help="at which it learns (0.0007)")
    parser.add_argument("--rounds", type=float, metavar="N", help="how often each row is read at most (4)")
    parser.add_argument("--replay", type=float, metavar="SHARE", help="of general instructions, not to forget (0.1)")
    parser.add_argument("--longest", type=int, metavar="N", help="tokens that are read at once (1200)")
    parser.add_argument("--seed", type=int, metavar="N", help="of the first weights and the order (1)")


def teach(parser: argparse.ArgumentParser) -> None:
    training(parser)
    parser.add_argument("--anyway", action="store_true", help="adopt it whatever the verdict says; needs --why")
    parser.add_argument("--why", metavar="TEXT", help="the reason, for the log")
    parser.add_argument("--json", action="store_true", help="verdict and report as JSON")
    parser.add_argument("--html", type=Path, metavar="OUT", help="write the report as a page that needs nothing else")


def adopt(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="of the adapter")
    parser.add_argument("--anyway", action="store_true", help="also without a verdict in its favour; needs --why")
    parser.add_argument("--why", metavar="TEXT", help="the reason, for the log")


def rollback(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--domain", metavar="GROUP", help="for this group, not for everyone")
    parser.add_argument("--why", metavar="TEXT", help="the reason, for the log")


def adapters(parser: argparse.ArgumentParser) -> None:
    actions = ["list", "show", "compare", "export"]
    parser.add_argument("action", nargs="?", choices=actions, default="list", help="list (default), show, …")
    parser.add_argument("names", nargs="*", metavar="NAME", help="show NAME, compare A B, export NAME OUT")
    formats = ["peft", "merged", "gguf"]
    parser.add_argument("--format", choices=formats, default="peft", help="of what is exported (peft)")
    parser.add_argument("--json", action="store_true", help="as JSON")
