"""For whom an Owner's answer is: never for more people than its evidence. Its groups become a folder with a rule."""

from __future__ import annotations

from collections.abc import Iterable

from retrieval import Access, Home, SpecError
from retrieval.access import PUBLIC, Audience
from retrieval.granting import granted, named

ROOM = "owners-answers"  # the folder below documents/ where they lie, and how their ids begin
COMMON = f"{ROOM}/everyone"
RESTRICTED = f"{ROOM}/groups"
_ABOUT = "# Owner's answers, a folder for each choice of groups; one without a rule is for nobody.\n"


def common(audiences: Iterable[Audience]) -> Audience | None:
    """The groups that may read all of these; None where no group may."""
    found: Audience = PUBLIC
    for audience in audiences:
        both = found & audience if found and audience else found | audience
        if not both and (found or audience):
            return None
        found = both
    return found


def within(groups: Audience, bound: Audience) -> bool:
    """Whether nobody of these groups is outside of the bound."""
    return not bound or (bool(groups) and groups <= bound)


def folder_of(groups: Audience) -> str:
    return COMMON if groups == PUBLIC else f"{RESTRICTED}/{named(groups)}"


def grant(home: Home, groups: Audience) -> Access:
    """The Spec's rules, with one for these groups. The caller holds the Home for writing."""
    folder = folder_of(groups)
    access = granted(home, {} if groups == PUBLIC else {folder: groups}, RESTRICTED, _ABOUT)
    if not within(access.audience(folder), groups):
        raise SpecError(
            f"{home.spec}: {folder} is for {', '.join(sorted(access.audience(folder)))}, not for"
            f" {', '.join(sorted(groups))}.",
            "Set the rule back.",
        )
    return access
