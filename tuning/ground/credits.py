"""Whose work the sets are, for the cards of what learned from them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

LICENCES: Mapping[str, str] = {
    "squad2": "CC-BY-SA-4.0",
    "covid_qa": "Apache-2.0",
    "contractnli": "CC-BY-4.0",
    "cuad_clauses": "CC-BY-4.0",
    "qamr": "CC-BY-SA-3.0",
    "grounded": "CC-BY-SA-4.0",
    "near": "CC-BY-SA-3.0",
    "firms": "Apache-2.0",
}
MAKERS: Mapping[str, str] = {
    "squad2": "SQuAD 2.0, Rajpurkar, Jia and Liang 2018; text from Wikipedia; CC BY-SA 4.0",
    "covid_qa": "COVID-QA, Möller and others 2020; Apache-2.0",
    "contractnli": "ContractNLI, Koreeda and Manning 2021; CC BY 4.0",
    "cuad_clauses": "CUAD, The Atticus Project 2021; CC BY 4.0",
    "qamr": "QAMR, Michael and others 2018; CC BY-SA 3.0, CC BY 2.5",
    "grounded": "QuAC, Choi and others 2018, CC BY-SA 4.0; "
    "Natural Questions, Kwiatkowski and others 2019, CC BY-SA 3.0",
    "near": "Questions written for this project over passages of Natural Questions, "
    "Kwiatkowski and others 2019; text from Wikipedia; CC BY-SA 3.0",
    "firms": "Firms invented and written for this project; Apache-2.0",
}


def attribution(sets: Collection[str]) -> dict[str, str]:
    """Of each set among these, who made it."""
    return {name: MAKERS[name] for name in MAKERS if name in sets}
