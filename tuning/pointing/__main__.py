"""python -m tuning.pointing LEARNED HELD OUT [--budget 60m]: the embedded pointer, anew.

LEARNED and HELD are rows of `python -m tuning.ground`. Interrupted, the same call goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import deque
from pathlib import Path
from statistics import fmean

from retrieval import GroundsmithError
from retrieval.models.pages import large_pages
from tuning.pointing.course import Course
from tuning.pointing.steps import Rates
from tuning.training.dials import seconds
from tuning.training.run import Progressed

TOLD_EVERY = 20.0  # seconds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("learned", type=Path)
    parser.add_argument("held", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--budget", type=seconds, default=3600.0)
    parser.add_argument("--start", type=Path, help="go on from the pointer in this folder")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=Rates.layers)
    options = parser.parse_args()
    large_pages()
    rates = Rates(layers=options.rate)
    course = Course(options.learned, options.held, options.out, options.budget, rates, options.seed, options.start)
    try:
        print(json.dumps(course.run(_Told()).to_json()))
    except GroundsmithError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


class _Told:
    def __init__(self) -> None:
        self._last: deque[Progressed] = deque(maxlen=50)
        self._said = time.monotonic()

    def __call__(self, progressed: Progressed) -> None:
        self._last.append(progressed)
        if time.monotonic() - self._said < TOLD_EVERY:
            return
        self._said = time.monotonic()
        loss = fmean(one.loss for one in self._last)
        speed = sum(one.tokens for one in self._last) / sum(one.seconds for one in self._last)
        print(f"step {progressed.step} of {progressed.steps}: loss {loss:.3f}, {speed:.0f} tokens/s", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
