"""What this machine computes fastest in: brain floats where its processor has instructions for them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from retrieval.errors import UsageError

Precision = Literal["bf16", "fp32"]
Use = Literal["encode", "prompt"]
# What makes bf16 faster than fp32. Measured with avx512_bf16 alone: encode 1.7 to 2.0 times as fast, a prompt
# of 600 tokens 1.6 to 1.9, and each token written after it as fast or a little slower. amx: not measured.
UNITS: dict[Use, tuple[str, ...]] = {"encode": ("amx", "avx512_bf16"), "prompt": ("amx", "avx512_bf16")}
VARIABLE = "GROUNDSMITH_PRECISION"
CPUINFO = Path("/proc/cpuinfo")  # Linux only; elsewhere nothing is claimed, and fp32 is always right


@dataclass(frozen=True)
class Processor:
    amx: bool = False
    avx512_bf16: bool = False
    cuda: bool = False
    cuda_bf16: bool = False


def precision(use: Use) -> Precision:
    chosen = os.environ.get(VARIABLE)
    return _checked(chosen) if chosen else fastest(use, processor())


def fastest(use: Use, has: Processor) -> Precision:
    """A CUDA device does the work where there is one, so then it alone decides."""
    faster = has.cuda_bf16 if has.cuda else any(getattr(has, unit) for unit in UNITS[use])
    return "bf16" if faster else "fp32"


def read_flags(cpuinfo: str) -> Processor:
    """All processors of a machine must have a flag: a process may run on any of them."""
    lines = [line.partition(":") for line in cpuinfo.splitlines()]
    sets = [set(flags.split()) for key, _, flags in lines if key.strip() == "flags"]
    common = set.intersection(*sets) if sets else set()
    return Processor(amx={"amx_tile", "amx_bf16"} <= common, avx512_bf16="avx512_bf16" in common)


@cache
def processor() -> Processor:
    cpu = read_flags(CPUINFO.read_text(encoding="utf-8")) if CPUINFO.is_file() else Processor()
    import torch

    if not torch.cuda.is_available():
        return cpu
    native = torch.cuda.is_bf16_supported(including_emulation=False)
    return Processor(cpu.amx, cpu.avx512_bf16, cuda=True, cuda_bf16=native)


def _checked(chosen: str) -> Precision:
    for known in get_args(Precision):
        if chosen == known:
            return known  # type: ignore[no-any-return]
    raise UsageError(f"{VARIABLE} is {chosen!r}.", "Set it to bf16 or fp32, or not at all.")
