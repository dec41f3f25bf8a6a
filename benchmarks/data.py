"""The public data sets that benchmarks read: the folder that GROUNDSMITH_DATA names."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

DEFAULT = Path("../shared/data")
Row = dict[str, Any]


def data_folder() -> Path:
    folder = Path(os.environ.get("GROUNDSMITH_DATA", DEFAULT))
    if not folder.is_dir():
        sys.exit(f"No data in {folder}. Set GROUNDSMITH_DATA to the folder that holds squad2/, covid_qa/ and so on.")
    return folder


def rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]
