"""groundsmith sync HOME --watch: syncs again whenever files change, by the rules that the Spec has at that moment."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from retrieval import GroundsmithError, HomeBusy, Library, StorageError
from retrieval.watch import State, look, wait
from tuning.opening import open_whole
from ui.terminal import printable

PASSING = (HomeBusy, StorageError)  # may be over without any file having changed


def watch(root: Path, brought: Sequence[Path], sync: Callable[[Library, Sequence[Path]], object]) -> None:
    """Until ^C. What goes wrong is said, once, and what comes next may mend it."""
    library = open_whole(root).library
    seen = _look(library)
    rules = seen[str(library.home.spec)]
    sync(library, brought)
    print(f"Watching {printable(str(root))} and its sources. ^C ends it.", file=sys.stderr, flush=True)
    complaint = ""
    while now := _wait(seen, library):
        try:
            if now[str(library.home.spec)] != rules:
                library = _reopened(library)
                rules = now[str(library.home.spec)]
            sync(library, [])
            seen, complaint = now, ""
        except GroundsmithError as error:
            seen = {} if isinstance(error, PASSING) else now
            if str(error) != complaint:
                print(f"groundsmith: {error}", file=sys.stderr, flush=True)
            complaint = str(error)


def _look(library: Library) -> State:
    return look(library.home, library.catalogue.sources())


def _wait(seen: State, library: Library) -> State | None:
    try:
        return wait(seen, lambda: _look(library))
    except KeyboardInterrupt:
        print("\nStopped watching.", file=sys.stderr)
        return None


def _reopened(library: Library) -> Library:
    found = open_whole(library.home.root).library
    library.database.close()
    return found
