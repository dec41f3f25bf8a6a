"""The sample company: documents and exam questions that show in a minute what groundsmith does."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from assistant import PersonaSpec, Spec, create_home
from retrieval import Access, Home, storing
from tuning.opening import open_whole

FOLDER = Path(__file__).parent
DOCUMENTS = FOLDER / "documents"
QUESTIONS = FOLDER / "questions.jsonl"
SPLITS = FOLDER / "splits.json"

SPEC = Spec(
    assistant=PersonaSpec(
        name="Pellbrook assistant",
        organisation="Pellbrook Coffee Machines",
        greeting="Ask me about our machines, policies and prices.",
        suggestions=(
            "How long are the boilers of the Heron 320 covered against leaks?",
            "How big is the water tank of the Curlew?",
            "What does VPN error 619 mean?",
            "May I put beans in the freezer?",
        ),
    ),
    access=Access({"hr-only": frozenset({"HR"})}),
)


def create_sample_home(root: Path) -> Home:
    """A Home with the sample's documents, its exam, and each document's part in teaching. It still has to be synced."""
    home = create_home(root, SPEC)
    with storing(root):
        shutil.copytree(DOCUMENTS, home.documents, dirs_exist_ok=True)
        shutil.copy(QUESTIONS, home.exams / "sample.jsonl")
    library = open_whole(root).library
    library.catalogue.assign(json.loads(SPLITS.read_text(encoding="utf-8")))
    library.database.close()
    return home
