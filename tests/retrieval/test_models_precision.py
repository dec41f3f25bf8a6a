"""What a processor says of itself, and what follows."""

from __future__ import annotations

import pytest

from retrieval.errors import UsageError
from retrieval.models.precision import Processor, fastest, precision, processor, read_flags

LINE = "processor\t: {}\nmodel name\t: A @ 2.40GHz\nflags\t\t: fpu sse2 avx512f {}\nbugs\t\t: spectre_v1\n\n"
SAPPHIRE_RAPIDS = LINE.format(0, "avx512_bf16 amx_bf16 avx512_fp16 amx_tile amx_int8")
ZEN_4 = LINE.format(0, "avx512_bf16 avx512vbmi")
HASWELL = LINE.format(0, "avx2")
GRAVITON = "processor\t: 0\nFeatures\t: fp asimd bf16 i8mm\n"


@pytest.mark.parametrize(
    ("cpuinfo", "found"),
    [
        (SAPPHIRE_RAPIDS, Processor(amx=True, avx512_bf16=True)),
        (ZEN_4, Processor(avx512_bf16=True)),
        (HASWELL, Processor()),
        (GRAVITON, Processor()),
        ("", Processor()),
        (LINE.format(0, "amx_tile amx_int8"), Processor()),
        (ZEN_4 + HASWELL, Processor()),
    ],
)
def test_flags(cpuinfo: str, found: Processor) -> None:
    assert read_flags(cpuinfo) == found


@pytest.mark.parametrize(
    ("has", "answer"),
    [
        (Processor(), "fp32"),
        (Processor(amx=True), "bf16"),
        (Processor(avx512_bf16=True), "bf16"),
        (Processor(cuda=True, cuda_bf16=True), "bf16"),
        (Processor(amx=True, cuda=True), "fp32"),
    ],
)
def test_the_device_that_works_decides(has: Processor, answer: str) -> None:
    assert fastest("encode", has) == fastest("prompt", has) == answer


def test_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GROUNDSMITH_PRECISION", raising=False)
    assert precision("encode") == fastest("encode", processor())


@pytest.mark.parametrize("chosen", ["bf16", "fp32"])
def test_the_owner_may_choose(chosen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROUNDSMITH_PRECISION", chosen)
    assert precision("prompt") == chosen


def test_an_unknown_choice_is_told_the_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROUNDSMITH_PRECISION", "fp8")
    with pytest.raises(UsageError, match=r"'fp8'.*bf16 or fp32"):
        precision("prompt")
