"""The peers' environment: `python -m benchmarks.peers --make`."""

from __future__ import annotations

import argparse

from benchmarks.peers.environment import FOLDER, make


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--make", action="store_true", required=True, help=f"make {FOLDER.name}, anew where it is")
    parser.parse_args()
    make()


if __name__ == "__main__":
    main()
