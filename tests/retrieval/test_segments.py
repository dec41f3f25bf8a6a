"""Segments are made aside: nothing of the making is left where they are laid."""

from __future__ import annotations

import threading
from pathlib import Path

from retrieval.index.lexical import _sweep, make_lexical, write_segments


def test_a_folder_goes_though_another_thread_still_writes_into_it(tmp_path: Path) -> None:
    """As the writer of segments does, which notes what it dropped a moment after it has ended."""
    folder, begun = tmp_path / "aside", threading.Event()
    folder.mkdir()

    def write() -> None:
        for number in range(200):
            try:
                (folder / f"late-{number}").touch()
            except FileNotFoundError:
                return
            begun.set()

    late = threading.Thread(target=write)
    late.start()
    begun.wait()
    _sweep(folder)
    late.join()
    assert not folder.exists()


def test_nothing_of_the_making_is_left_beside_the_segments(tmp_path: Path) -> None:
    make_lexical(tmp_path / "lexical")
    segments = write_segments(tmp_path / "lexical", [(1, "Kettle", "Descale it."), (2, "Pump", "Bleed it.")])
    assert segments
    assert [path for path in (tmp_path / "lexical").iterdir() if path.is_dir()] == []
