"""The groups of a document added through LangChain: a folder for each choice of them, with its rule in the Spec."""

from __future__ import annotations

from collections.abc import Iterable

from retrieval.access import PUBLIC, Access, Audience
from retrieval.errors import SpecError
from retrieval.granting import granted, named
from retrieval.home import Home
from retrieval.langchain.records import ROOM

COMMON = f"{ROOM}/common"
RESTRICTED = f"{ROOM}/restricted"
_ABOUT = "# Documents added through LangChain, a folder for each choice of groups; one without a rule is for nobody.\n"


def folder_of(groups: Audience) -> str:
    """Where documents for these groups lie; without groups, the rules of the Home alone decide."""
    return COMMON if groups == PUBLIC else f"{RESTRICTED}/{named(groups)}"


def grant(home: Home, audiences: Iterable[Audience]) -> Access:
    """The Spec's rules, with one for each of these audiences. The caller holds the Home for writing."""
    wanted = {folder_of(groups): groups for groups in audiences if groups != PUBLIC}
    access = granted(home, wanted, RESTRICTED, _ABOUT)
    for folder, groups in wanted.items():
        if access.audience(folder) != groups:
            raise SpecError(
                f"{home.spec}: {folder} is for {sorted(access.audience(folder))}, not for {sorted(groups)}.",
                "Set the rule back, or give the documents the groups that it names.",
            )
    return access
