"""docs/voice.md: its settings are those there are, and what it says is said is what is said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Literal

import pytest

from assistant import Citation, Quote, Said, Spec, read_spec
from assistant.nouns import Reason
from assistant.voice.settings import PolicySpec, VoiceSpec
from assistant.voice.tongue import Tongue, tongue_of
from tests.assistant.making import passage
from tests.test_house import ROOT

TEXT = (ROOT / "docs" / "voice.md").read_text(encoding="utf-8")
SPOKEN = re.findall(r"^\| (en|de) \| ([^|]+?)(?:, ([\d-]+))? \| ([^|]+) \| ([^|]+) \|$", TEXT, re.MULTILINE)
REFUSED = re.findall(r"^\| ([^|`]+\?) \| ([^|]+\.) \|$", TEXT, re.MULTILINE)

POLARITIES: Mapping[str, Literal["Yes", "No"] | None] = {"": None, "Yes": "Yes", "No": "No"}


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> Spec:
    file = tmp_path_factory.mktemp("voice") / "assistant.toml"
    (block,) = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    file.write_text(block, encoding="utf-8")
    return read_spec(file)


@pytest.mark.parametrize(("section", "cls"), [("voice", VoiceSpec), ("policy", PolicySpec)])
def test_its_tables_name_every_setting(section: str, cls: type[VoiceSpec] | type[PolicySpec]) -> None:
    table = TEXT[TEXT.index(f"| `[{section}]` |") :].split("\n\n")[0]
    rows = [row.split("|")[1] for row in table.splitlines()[2:]]
    assert re.findall(r"`(\w+)`", " ".join(rows)) == [each.name for each in fields(cls)]


def test_what_it_shows_is_said(spec: Spec) -> None:
    assert len(SPOKEN) >= 6
    for language, title, date, answer, expected in SPOKEN:
        polarity, _, reason = answer.rpartition(": ")
        source = replace(passage(reason, title=title), date=date or None)
        whole = reason if reason.endswith(".") else f"It says {reason} there."
        said = Said(answer, (Citation(1, source, Quote(whole, 0, 1), "quoted"),), True, POLARITIES[polarity])
        assert Tongue(spec, language).spoken(said).spoken == expected


def test_what_it_refuses_is_refused_so(spec: Spec) -> None:
    assert len(REFUSED) >= 3
    reason: Reason = "off_topic"
    for asked, expected in REFUSED:
        assert tongue_of(spec, asked).refusal(reason) == expected
