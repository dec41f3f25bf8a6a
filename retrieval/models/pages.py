"""Large pages: what is reserved and freed at every layer costs the system a fault for each small one."""

from __future__ import annotations

import os

VARIABLE = "THP_MEM_ALLOC_ENABLE"  # torch's own; it is read when torch first reserves memory


def large_pages() -> None:
    """For a process of our own, at its beginning. Where the system has none, nothing changes."""
    os.environ.setdefault(VARIABLE, "1")
