"""The rows of the adapter that ships: `python -m tuning.ground FOLDER OUT [--rows 4000]`.

FOLDER holds the public sets (docs/data.md); OUT gets `learned.jsonl` and `held.jsonl`, for `groundsmith train`.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from retrieval import GroundsmithError, RetrievalSpec, open_encoder
from tuning.examples.rows import write_examples
from tuning.ground.making import rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--rows", type=int, default=4000)
    parser.add_argument("--held", type=int, default=160)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    try:
        return _write(options)
    except GroundsmithError as error:
        print(error, file=sys.stderr)
        return error.exit_code


def _write(options: argparse.Namespace) -> int:
    encoder = open_encoder(RetrievalSpec().encoder)
    found = rows(options.folder, encoder, options.rows, options.held, options.seed, _progress)
    options.out.mkdir(parents=True, exist_ok=True)
    for name, some in (("learned", found.learned), ("held", found.held)):
        write_examples(options.out / f"{name}.jsonl", some)
        kinds = ", ".join(f"{many} {kind}" for kind, many in Counter(row.kind for row in some).most_common())
        print(f"{name}: {len(some)} rows ({kinds})")
    return 0


def _progress(what: str, done: int, total: int) -> None:
    print(f"{what} {done}/{total}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
