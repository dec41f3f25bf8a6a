"""groundsmith adopt HOME NAME [--anyway --why TEXT]: this adapter serves from the next question on."""

from __future__ import annotations

import argparse
import getpass

from assistant.adapters import read_serving
from retrieval import UsageError, open_home
from tuning.teaching.adoption import adopt
from ui.terminal import printable


def run(options: argparse.Namespace) -> int:
    if options.anyway and not (options.why or "").strip():
        raise UsageError("--anyway needs a reason: it is kept in the log.", 'Add --why "your reason".')
    home = open_home(options.home)
    before = read_serving(home)
    adapter = adopt(home, options.name, options.why or "", options.anyway, person())
    served = before.slot(adapter.domain).adapter
    instead = f", in the place of {served}" if served and served != adapter.name else ""
    print(printable(f"{adapter.name} serves {whom(adapter.domain)} from the next question on{instead}."))
    group = f" --domain {adapter.domain}" if adapter.domain else ""
    print(printable(f"Back to what was before: groundsmith rollback {options.home}{group}"))
    return 0


def whom(group: str | None) -> str:
    return f"the group {group}" if group else "everyone"


def person() -> str:
    """Who is at the keyboard, as far as this machine tells."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name
        return ""
