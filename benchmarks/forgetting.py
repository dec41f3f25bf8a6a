"""What the embedded model knows by itself, without an adapter: `python -m benchmarks.forgetting --out F [--limit N]`.

The probes lie in the folder `forgetting` of the one that GROUNDSMITH_DATA names. Summaries alone are written, no rows.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

from assistant import Spec
from assistant.language.likelihood import opened
from assistant.opening import language_of
from benchmarks.data import data_folder
from retrieval import precision
from tuning.exam.forgetting import examine_forgetting
from tuning.exam.probes import drawn, read_probes
from ui.exams.forgetting import refusals, text
from ui.terminal import Progress


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--limit", type=int, metavar="N", help="only N rows of each file, drawn by chance")
    options = parser.parse_args()
    found, began = read_probes(data_folder() / "forgetting"), time.perf_counter()
    probes = drawn(found.probes, options.limit, seed=0)
    with tempfile.TemporaryDirectory() as folder:
        model = opened(language_of(Spec()))
        report = examine_forgetting(model, probes, refusals(Spec()), Path(folder), Progress())
    print(text(report, None, found))
    summary = {key: value for key, value in report.to_json().items() if key != "rows"}
    about = {"limit": options.limit, "precision": precision("prompt"), "files_sha256": found.sha256}
    seconds = {"seconds": round(time.perf_counter() - began)}
    options.out.write_text(json.dumps(summary | about | seconds, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
