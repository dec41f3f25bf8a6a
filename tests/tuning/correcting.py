"""A Home in which somebody asked and corrected: what the app keeps, by the assistant's own doors."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from assistant import Assistant, Spec, create_home
from assistant.spec import ModelSpec
from retrieval import Access, Principal
from tests.fakes import WordEncoder
from tuning.examples.sides import sides
from tuning.opening import open_whole

ADA, BOB = Principal("ada"), Principal("bob", frozenset({"HR"}))
DOCUMENTS = {
    "warranty.md": "# Warranty\n\n## Duration\n\nThe warranty lasts 24 months from delivery. It covers the pump.\n",
    "kettle.md": "# Kettle\n\n## Care\n\nDescale the kettle every 3 months. The kettle is not dishwasher safe.\n",
    "shipping.md": "# Shipping\n\n## Costs\n\nExpress shipping costs £12 a parcel.\n",
    "oven.md": "# Oven\n\n## Care\n\nClean the oven once a week. The oven heats to 240 °C.\n",
    "hr/salaries.md": "# Salaries\n\n## Bands\n\nThe tamarisk band pays £41,000 a year.\n",
    "board/plans.md": "# Plans\n\n## Sites\n\nThe tamarisk site opens in 2027.\n",
}
SIDES = dict.fromkeys(DOCUMENTS, "train") | {"shipping.md": "exam"}
SPEC = Spec(
    access=Access({"hr": frozenset({"HR", "Board"}), "board": frozenset({"Board", "Legal"})}),
    model=ModelSpec(reader="extractive"),
)


def made(root: Path) -> Assistant:
    home = create_home(root, SPEC)
    for name, text in DOCUMENTS.items():
        path = home.documents / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assistant = opened(root)
    assistant.library.sync()
    assistant.library.catalogue.assign(SIDES)
    sides(assistant.library)  # for good, before a document comes whose name is drawn
    return assistant


def opened(root: Path) -> Assistant:
    """As a new process would open it, at a threshold that suits the fake encoder."""
    assistant = open_whole(root, WordEncoder())
    assistant.spec = replace(assistant.spec, decision=replace(assistant.spec.decision, threshold=0.5))
    return assistant


def corrected(assistant: Assistant, question: str, correction: str | None, who: Principal = ADA) -> str:
    """Asked, answered, and corrected; the id of the answer."""
    answer = assistant.ask(question, who, conversation=assistant.memory.begin(who))
    assistant.memory.rate(answer.id, who, "down", None, correction)
    return answer.id
