"""How much memory a training wants, and how much there is."""

from __future__ import annotations

import sys
from pathlib import Path

from retrieval import StorageError

MEMINFO = Path("/proc/meminfo")
LIMITS = ((Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current")),)
LARGE = ".safetensors"
TOKEN = 220_000  # bytes a token of what is read at once keeps until its gradients are known, for 100 M of weights


def wanted(folder: Path, bytes_a_weight: int, longest: int) -> int:
    """The weights once, in the precision of the training, and what a reading of full length leaves behind."""
    weights = sum(path.stat().st_size for path in folder.glob(f"*{LARGE}"))  # stored in 16 bits
    scale = weights / 2 / 100e6
    return int(weights / 2 * bytes_a_weight + longest * TOKEN * max(scale, 0.1) * bytes_a_weight / 2)


def check(wants: int) -> None:
    free = available()
    if free is not None and wants > free:
        raise StorageError(
            f"Training wants about {_gigabytes(wants)} of memory, {_gigabytes(free)} are free.",
            f"Free {_gigabytes(wants - free)}, lower --longest, or choose a smaller base model.",
        )


def available() -> int | None:
    """What may still be used here, a container's limit included; None where the system doesn't say."""
    if not MEMINFO.is_file():
        return None
    found = {line.partition(":")[0]: line.split()[1] for line in MEMINFO.read_text(encoding="utf-8").splitlines()}
    free = int(found["MemAvailable"]) * 1024
    for most, used in LIMITS:
        limit = most.read_text(encoding="utf-8").strip() if most.is_file() else "max"
        if limit != "max" and used.is_file():
            free = min(free, int(limit) - int(used.read_text(encoding="utf-8")))
    return free


def peak() -> int:
    """The most memory that this process has used so far, in bytes; 0 where the system doesn't say."""
    try:
        import resource
    except ImportError:  # Windows
        return 0
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used if sys.platform == "darwin" else used * 1024


def _gigabytes(number: int) -> str:
    return f"{number / 1e9:.1f} GB"
