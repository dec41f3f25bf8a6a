"""What the owner decides of a correction: accepted it acts at once, as a document of its own; undone it is gone again.

The file comes first, the decision last: what was interrupted in between still waits, and is decided once more.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from unicodedata import category

from assistant import Assistant
from assistant.memory import LONGEST_COMMENT
from retrieval import Hit, Library, Passage, Principal, UsageError
from retrieval.access import PUBLIC, Audience
from tuning.feedback.checking import check, says_nothing
from tuning.feedback.granting import common, within
from tuning.feedback.nouns import Checked, Correction, OwnerAnswer
from tuning.feedback.queue import forget, keep, named, owner_answers, record
from tuning.feedback.shelf import files_of, is_owners, name_of, put, remove


def owner(library: Library) -> Principal:
    """Who owns the Home may read all that is in it."""
    return Principal(groups=frozenset(group for audience in library.catalogue.audiences() for group in audience))


def checked(assistant: Assistant, correction: Correction, text: str | None = None) -> Checked:
    """What the documents of this moment say to it. An Owner's answer is no evidence: it would be its own."""
    library, said = assistant.library, text or correction.text
    asker = owner(library)
    without = [id for id in library.catalogue.titles(asker) if is_owners(id)]
    most, search = assistant.spec.retrieval.passages, library.searcher.search
    cited = [passage for id in correction.cited if (passage := opened(library, id, asker))]
    hits = [Hit(passage, 1.0, {}) for passage in cited if passage.document not in without]
    for wanted in (correction.question, f"{correction.question} {said}"):
        hits += search(wanted, most, asker, without=without)
    return check(correction.question, said, list({hit.passage.id: hit for hit in hits}.values()))


def opened(library: Library, passage: str, asker: Principal) -> Passage | None:
    """A passage as it stands today, where it does."""
    kept = library.catalogue.open_passage(passage, asker)
    return kept.passage if kept and kept.state == "live" else None


def accept(
    assistant: Assistant,
    id: str,
    *,
    by: str = "",
    text: str | None = None,
    groups: Audience | None = None,
    anyway: bool = False,
    why: str = "",
) -> OwnerAnswer | None:
    """The document that it becomes; None where the correction is that there is no answer."""
    library = assistant.library
    correction = _waiting(library, id)
    said = _worded(text) if text is not None else correction.text
    found = checked(assistant, correction, said)
    if found.verdict == "contradicted" and not anyway:
        quote = f" “{found.evidence[0].quote.text}”" if found.evidence else ""
        raise UsageError(f"{found.why}{quote}", "Mend the document and sync; or accept it --anyway.")
    answer = None if says_nothing(said) else _answer(library, correction, said, found, groups)
    if answer:
        put(library, answer)
        keep(library.database, answer, correction.id)
    record(library.database, correction, "accepted", found.verdict, why or found.why, by)
    return answer


def reject(assistant: Assistant, id: str, *, by: str = "", why: str = "") -> Correction:
    """Nothing comes of it; what an interrupted acceptance may have left goes."""
    library = assistant.library
    correction = _waiting(library, id)
    found = checked(assistant, correction)
    if files_of(library.home, [name_of(correction.id)]):
        remove(library, name_of(correction.id))
    record(library.database, correction, "rejected", found.verdict, why or found.why, by)
    return named(library.database, correction.id)


def undo(assistant: Assistant, id: str) -> Correction:
    """As if nothing had been decided: its document leaves, and it waits again."""
    library = assistant.library
    correction = named(library.database, id)
    if correction.state == "waiting":
        raise UsageError(f"Nothing has been decided of {correction.id[:8]}.", "There is nothing to undo.")
    if correction.document:
        remove(library, correction.document)
    forget(library.database, correction.id)
    return correction


# ------------------------------------------------------------------------------------- steps


def _waiting(library: Library, id: str) -> Correction:
    correction = named(library.database, id)
    if correction.state != "waiting":
        raise UsageError(
            f"{correction.id[:8]} was {correction.state} on {correction.decided_at[:10]}.",
            f"First take that back: groundsmith corrections {library.home.root} undo {correction.id[:8]}",
        )
    return correction


def _worded(text: str) -> str:
    """The owner's wording, without what steers a screen."""
    if len(text) > LONGEST_COMMENT:
        raise UsageError(f"The text has {len(text)} characters, the limit is {LONGEST_COMMENT}.", "Shorten it.")
    seen = "".join(letter for letter in text if letter == "\n" or category(letter) not in ("Cc", "Cf", "Cs"))
    if not seen.strip():
        raise UsageError("The text says nothing.", "Leave --text out, or give it words.")
    return seen.strip()


def _answer(
    library: Library, correction: Correction, said: str, found: Checked, groups: Audience | None
) -> OwnerAnswer:
    evidence = [one.passage.document for one in found.evidence]
    cited = [passage.rpartition("@")[0] for passage in correction.cited]
    bounding = tuple(dict.fromkeys(evidence if found.verdict == "supported" else [*evidence, *cited]))
    before = _earlier(library, correction)
    return OwnerAnswer(
        id=name_of(correction.id),
        question=correction.question,
        text=said,
        date=datetime.now(UTC).date().isoformat(),
        groups=_groups(library, bounding, [*bounding, *cited], groups),
        evidence=bounding,
        supersedes=tuple(before),
    )


def _groups(library: Library, bounding: Iterable[str], all: Iterable[str], wanted: Audience | None) -> Audience:
    """Those that the owner names, as far as they may read the evidence; else those of all that the answer rests on."""
    audiences, documents = library.catalogue.audiences_of, list(bounding)
    bound = common(audiences(documents))
    if bound is None:
        raise UsageError(
            "No group may read all of its evidence.", "Word it so that one document says it: --text; or mend that one."
        )
    if wanted is None:
        wanted = _usual(library, documents, list(all))
    if not within(wanted, bound):
        who = ", ".join(sorted(wanted)) or "everyone"
        raise UsageError(
            f"It may not be for {who}: its evidence is for {', '.join(sorted(bound))} alone.",
            "Name some of these groups, or leave --groups out.",
        )
    return wanted


def _usual(library: Library, documents: list[str], all: list[str]) -> Audience:
    usual = common(library.catalogue.audiences_of(all))
    restricted = any(audience != PUBLIC for audience in library.catalogue.audiences())
    if usual is None or (not all and restricted):
        why = "no document tells for whom it is" if not all else "no group may read all that it rests on"
        raise UsageError(f"For whom is it? Here {why}.", "Name them: --groups A,B, or --groups everyone.")
    return usual


def _earlier(library: Library, correction: Correction) -> list[str]:
    """Owner's answers to the same question, whose place the new one takes."""
    asked, own = _same(correction.question), name_of(correction.id)
    return [each.id for each in owner_answers(library.database) if each.id != own and _same(each.question) == asked]


def _same(question: str) -> str:
    return " ".join("".join(letter if letter.isalnum() else " " for letter in question.casefold()).split())
