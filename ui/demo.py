"""What `make demo` runs: the sample company, one question that its documents answer, and one that they do not."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

from ui.command import main as groundsmith

ANSWERED = "How long are the boilers of the Heron 320 covered against leaks?"
REFUSED = "What pump pressure does the Dunlin 400 brew with?"


def main() -> int:
    parser = argparse.ArgumentParser(prog="make demo")
    parser.add_argument("home", type=Path)
    parser.add_argument("--port", default="8501")
    parser.add_argument("--headless", action="store_true", help="do not open the app at the end")
    options = parser.parse_args()
    home = str(options.home)
    steps = [["sync", home], ["ask", home, ANSWERED], ["ask", home, REFUSED]]
    if not (options.home / "assistant.toml").is_file():
        steps.insert(0, ["new", home, "--sample"])
    for step in steps:
        failed = _run(step)
        if failed:
            return failed
    print(NEXT.format(home=home))
    return 0 if options.headless else _run(["app", home, "--port", options.port])


def _run(step: list[str]) -> int:
    print(f"\n$ groundsmith {shlex.join(step)}", flush=True)
    return groundsmith(step)


NEXT = """
Now with your own documents:
  .venv/bin/groundsmith new my-home
  .venv/bin/groundsmith sync my-home path/to/your/documents
  .venv/bin/groundsmith ask my-home "Your question?"
  .venv/bin/groundsmith app my-home
The sample in a browser: make app (its Home is the folder {home})"""

if __name__ == "__main__":
    raise SystemExit(main())
