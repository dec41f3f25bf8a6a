"""Which adapter serves from the next question on: adopting one, and going back. Nothing is ever deleted by either."""

from __future__ import annotations

from contextlib import AbstractContextManager

from assistant import Adapter, read_adapter, read_spec
from assistant.adapters import Slot, called, named, note, place, read_serving, write_serving
from assistant.card import Card, check_weights, read_card
from assistant.opening import language_of
from retrieval import Home, ModelError, UsageError
from retrieval.home import alone

PATIENCE = 5.0  # seconds, for what takes a moment


def adopt(home: Home, name: str, why: str = "", anyway: bool = False, who: str = "") -> Adapter:
    """The adapter serves from the next question on: its group, where it was made for one, or else everyone.

    Without a verdict in its favour it is refused, unless somebody says `anyway` and why.
    """
    adapter = called(home, name)
    check_fit(home, adapter)
    card = read_card(adapter.folder)
    check_origin(home, name, card)
    doubts = doubts_of(card)
    if doubts and not (anyway and why.strip()):
        raise UsageError(f"{name} is not adopted: {doubts}", 'Adopt it all the same with --anyway --why "your reason".')
    with _adopting(home):
        found = read_serving(home)
        slot = found.slot(adapter.domain)
        told = {"group": adapter.domain, "instead_of": slot.adapter, "who": who, "why": why}
        note(home, "adopted", name, **told, verdict=(card.verdict or {}).get("decision"), anyway=doubts)
        before = slot.before if slot.adapter == name else (*slot.before, slot.adapter)
        write_serving(home, found.changed(adapter.domain, Slot(name, before)))
    return adapter


def rollback(home: Home, group: str | None = None, why: str = "", who: str = "") -> tuple[str, str | None]:
    """What served, and what serves again: the one before, or none. One that can't serve any more is passed over."""
    with _adopting(home):
        found = read_serving(home)
        slot = found.slot(group)
        if slot.adapter is None:
            whom = f"the group {group}" if group else "everyone"
            raise UsageError(f"No adapter serves {whom}, so there is none to roll back.", "Adopt one first.")
        back = _before(home, slot)
        note(home, "rolled back", slot.adapter, group=group, to=back.adapter or "none", who=who, why=why)
        write_serving(home, found.changed(group, back))
    return slot.adapter, back.adapter


def doubts_of(card: Card) -> str:
    """Why an adapter should not be adopted by itself; nothing where its verdict is for it."""
    if card.retrain:
        return f"documents that it learned from were purged ({card.retrain.get('purged', 'some')})."
    if card.verdict is None:
        return "it was never examined beside what serves."
    return "" if card.passed else f"its verdict is {card.verdict.get('decision')!r}."


def check_fit(home: Home, adapter: Adapter) -> None:
    """Its files are those of its card, and it belongs to the model that the Spec names."""
    check_weights(adapter.folder, adapter.weights)
    language_of(read_spec(home.spec), adapter)


def check_origin(home: Home, name: str, card: Card) -> None:
    """What a group's documents taught stays in the weights of all that go on from there."""
    source, known = card.continued_from, named(home)
    while source in known:
        origin = read_card(home.adapters / source)
        if origin.domain not in (None, card.domain):
            raise UsageError(
                f"{name} goes on from {source}, which learned from what the group {origin.domain} may read.",
                f"Train it again from the base, or for that group: --domain {origin.domain}",
            )
        source, known = origin.continued_from, [each for each in known if each != source]


def _before(home: Home, slot: Slot) -> Slot:
    *earlier, last = slot.before or (None,)
    back = Slot(last, tuple(earlier))
    if last is None:
        return back
    try:
        check_fit(home, read_adapter(place(home, last)))
    except ModelError as error:
        note(home, "passed over", last, why=str(error))
        return _before(home, back)
    return back


def _adopting(home: Home) -> AbstractContextManager[None]:
    return alone(home.adapters / ".adopting.lock", "adopting an adapter", PATIENCE)
