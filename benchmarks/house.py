"""Lines and function lengths of each room: `python -m benchmarks.house`."""

from __future__ import annotations

import ast
from pathlib import Path
from statistics import median

ROOMS = ("retrieval", "assistant", "tuning", "ui", "tests", "benchmarks")


def main() -> None:
    print(f"{'folder':<12}{'files':>6}{'lines':>7}{'functions':>11}{'median':>8}{'longest':>9}")
    for room in ROOMS:
        texts = [path.read_text(encoding="utf-8") for path in sorted(Path(room).rglob("*.py"))]
        lengths = [length for text in texts for length in _lengths(text)] or [0]
        lines = sum(text.count("\n") for text in texts)
        print(f"{room:<12}{len(texts):>6}{lines:>7}{len(lengths):>11}{median(lengths):>8.0f}{max(lengths):>9}")


def _lengths(text: str) -> list[int]:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    found = [node for node in ast.walk(ast.parse(text)) if isinstance(node, functions)]
    return [(node.end_lineno or node.lineno) - node.lineno + 1 for node in found]


if __name__ == "__main__":
    main()
