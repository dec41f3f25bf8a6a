"""groundsmith rollback HOME [--domain GROUP]: the adapter before serves again, or none. Nothing is deleted."""

from __future__ import annotations

import argparse

from retrieval import open_home
from tuning.teaching.adoption import rollback
from ui.commands.adopt import person, whom
from ui.terminal import printable


def run(options: argparse.Namespace) -> int:
    left, back = rollback(open_home(options.home), options.domain, options.why or "", person())
    now = f"{back} serves again" if back else "no adapter serves"
    print(printable(f"For {whom(options.domain)} {now} from the next question on; {left} did before, and stays."))
    return 0
