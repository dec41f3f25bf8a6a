"""How much may be unpacked from one file, whatever lies in it and however deep."""

from __future__ import annotations

from retrieval.errors import ReadError

MAX_UNPACKED = 256 * 2**20
MAX_MEMBERS = 5_000
MAX_DEPTH = 2  # an archive in an archive, a message in a message; not a third
_SMALLER = "Unpack it, and put the files that matter into the folder."


class Room:
    """What is left for the members of a file: one budget, shared by all that it holds."""

    def __init__(self, members: int = MAX_MEMBERS, unpacked: int = MAX_UNPACKED) -> None:
        self._members = members
        self._unpacked = unpacked
        self.members = 0
        self.unpacked = 0

    def enter(self, id: str) -> None:
        self.members += 1
        if self.members > self._members:
            raise ReadError(f"{id} is member {self.members:,}; the limit is {self._members:,}.", _SMALLER)

    def take(self, id: str, size: int) -> None:
        """Bytes that have just been unpacked, counted as they come: a header may say anything."""
        self.unpacked += size
        if self.unpacked > self._unpacked:
            problem = f"{id} unpacks to more than what is left of {self._unpacked:,} bytes, the limit."
            raise ReadError(problem, _SMALLER)


def check_depth(id: str, depth: int) -> None:
    if depth >= MAX_DEPTH:
        problem = f"{id} lies {depth} files deep and holds files itself; the limit is {MAX_DEPTH}."
        raise ReadError(problem, _SMALLER)
