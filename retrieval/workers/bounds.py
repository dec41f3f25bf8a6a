"""What reading one file may cost. Large files may cost more; whatever costs more than this is no document."""

from __future__ import annotations

from dataclasses import dataclass

MB = 2**20


@dataclass(frozen=True, slots=True)
class Bounds:
    """For one file: its time, its reader's memory, and how much may come back."""

    work: float  # seconds of the processor's time: as many on a busy machine as on an idle one
    wait: float  # seconds by the clock, for a disk that does not answer
    memory_mb: int  # enforced on Linux; elsewhere time and output alone are bounded
    characters: int  # of text, titles, names and metadata together
    blocks: int

    @property
    def frame(self) -> int:
        """The bytes of a reply that keeps to them."""
        return 4 * self.characters + 64 * self.blocks + MB


def bounds_for(size: int) -> Bounds:
    """About three times what the slowest reader (tables) takes for an honest file of so many bytes."""
    mb = size / MB
    work = min(10 + 4 * mb, 300)
    return Bounds(
        work=work,
        wait=6 * work,
        memory_mb=1024 + int(32 * mb),
        characters=32 * MB + 4 * size,
        blocks=1_000_000,
    )
