"""One question's way, for `ask --explain`: what was searched, found, decided and checked, how it ended, and why."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from assistant.nouns import Answer, Reason
from assistant.tracing import finish_reason
from ui.terminal import many, printable

WIDTH = 100  # columns
SCORES = ("dense", "lexical", "shared", "reranked")  # of a hit, by side
WAYS: Mapping[str, str] = {
    "dense": "by meaning",
    "lexical": "by words",
    "hybrid": "by meaning and by words",
    "reranked": "by meaning and by words, then reranked",
}
ORDERED: Mapping[str, str] = {
    "date": "the newest first",
    "version": "the latest version first",
    "rank": "and nothing says which is newer",
}
ENDED: Mapping[Reason, str] = {
    "nothing_found": "nothing was found",
    "insufficient": "what was found does not answer it surely enough",
    "off_topic": "nothing near it was found",
    "withdrawn": "what was read did not pass its check",
    "malformed": "what the model said is no answer",
    "unavailable": "the model could not be used",
}


def told(answer: Answer) -> dict[str, Any]:
    """The same as JSON: the trace, with what was kept, how it ended, and the seconds of each stage."""
    kept = [
        {"text": one.text, "citations": [[each.number, each.support] for each in one.citations]} for one in answer.said
    ]
    ended = {"ended": finish_reason(answer), "why": _ending(answer)}
    return answer.trace | {"kept": kept} | ended | {"seconds": dict(answer.seconds)}


def explanation(answer: Answer) -> str:
    trace = answer.trace
    parts = (_understood(trace), _searched(trace), _found(trace), _decisions(answer), _checked(answer), _ended(answer))
    return "\n".join(line for part in parts for line in part)


def _understood(trace: Mapping[str, Any]) -> Iterator[str]:
    condensed = trace.get("condensed")
    if condensed:
        before = many(len(condensed["after"]), "answer") + " before it"
        yield from _lines("Understood", f'"{condensed["from"]}", after {before}, as "{condensed["question"]}"')
    for part in trace.get("parts", ()):
        yield from _lines("Part", f'{part["label"]}, asked as "{part["question"]}"')


def _searched(trace: Mapping[str, Any]) -> Iterator[str]:
    searched = trace.get("searched")
    if not searched:
        yield from _lines("Searched", "nothing; code answers this")
        return
    meant = [f"{name} {_listed(value)}" for name, value in searched["where"].items()]
    meant += [f"without {_listed(searched['without'])}"] if searched["without"] else []
    most = f"at most {many(searched['passages'], 'passage')}"
    yield from _lines("Searched", "; ".join([WAYS[searched["how"]], most, *meant]))


def _found(trace: Mapping[str, Any]) -> Iterator[str]:
    if "searched" not in trace:
        return
    yield from _lines("Found", many(len(trace["found"]), "passage"))
    places = {}
    for number, hit in enumerate(trace["found"], 1):
        sides = ", ".join(f"{side} {hit[side]:.3f}" for side in SCORES if side in hit)
        places[hit["passage"]] = f"{number}. {hit['place']}"
        yield from _lines("", f"{number}. {hit['score']:.3f} ({sides}) {hit['place']}")
    for passage in trace["dropped"]:
        yield from _lines("Dropped", f"{places.get(passage, passage)}: there was no room for it")


def _decisions(answer: Answer) -> Iterator[str]:
    trace = answer.trace
    if "policy" in trace:
        yield from _lines("Decided", f"not to answer: the policy puts `{trace['policy']}` off limits")
    elif answer.kind == "clarification":
        yield from _lines("Decided", "to ask back: passages found alike answer it differently")
    elif answer.kind == "answer":
        yield from _lines("Read", f"by the {_reader(answer)}")
        for part in trace.get("parts", ()):
            yield from _decided(part["decided"], f"{part['label']}: ")
        if "parts" not in trace:
            yield from _decided(trace["decided"])


def _decided(decided: Mapping[str, Any], label: str = "") -> Iterator[str]:
    cited, sure, threshold = decided["cited"], decided["confidence"], decided["threshold"]
    answers = cited is not None and (sure is None or sure >= threshold)
    best = "no passage" if cited is None else f"passage {cited + 1}{' of its own' if label else ''}"
    confidence = "told no confidence" if sure is None else f"with confidence {sure:.3f}"
    verdict = f"{label}{'answers' if answers else 'abstains'}: {best}, {confidence}, threshold {threshold:.3f}"
    yield from _lines("Decided", verdict)
    promise = "certified" if decided["certified"] else f"uncertified: {decided['why']}"
    features = ", ".join(f"{name} {value:.3f}" for name, value in sorted(decided["features"].items()))
    yield from _lines("", f"{promise}; on {features}" if features else promise)


def _reader(answer: Answer) -> str:
    model = "" if answer.model == "none" else f", {answer.model}"
    return f"{answer.reader} reader{model}" + (f" with the adapter {answer.adapter}" if answer.adapter else "")


def _checked(answer: Answer) -> Iterator[str]:
    """Sentence by sentence: what was kept and by which quotes it is carried, what was removed and why."""
    if answer.kind != "answer":
        return
    if "conflict" in answer.trace:
        yield from _conflict(answer.trace["conflict"])
    for one in answer.said:
        carried = ", ".join(f"[{citation.number}] {citation.support}" for citation in one.citations)
        yield from _lines("Kept", f'"{one.text}" {carried}')
    for removed in answer.trace.get("removed", ()):
        instead = f'; said instead: "{removed["instead"]}"' if removed["instead"] else ""
        yield from _lines("Removed", f'"{removed["text"]}" ({removed["why"]}){instead}')


def _conflict(conflict: Mapping[str, Any]) -> list[str]:
    sides = [f"{side['passage']} ({side['date'] or side['version'] or 'no date'})" for side in conflict["sides"]]
    return _lines("Conflict", f"passages contradict each other, {ORDERED[conflict['ordered_by']]}: {', '.join(sides)}")


def _ended(answer: Answer) -> Iterator[str]:
    if "error" in answer.trace:
        yield from _lines("Unavailable", answer.trace["error"])
    yield from _lines("Ended", f"{finish_reason(answer).replace('_', ' ')}: {_ending(answer)}")
    if answer.seconds:
        stages = ", ".join(f"{stage} {seconds:.3f} s" for stage, seconds in answer.seconds.items())
        yield from _lines("Took", stages)


def _ending(answer: Answer) -> str:
    if "policy" in answer.trace:
        return "the policy says so"
    if answer.abstention:
        return ENDED[answer.abstention.reason]
    if answer.kind != "answer":
        return "said by code, from no document"
    return f"{many(len(answer.said), 'sentence')} with {many(len(answer.citations), 'citation')}"


def _listed(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name}={each}" for name, each in value.items())
    return " or ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _lines(head: str, text: str) -> list[str]:
    """The head, and beside it the text, in lines of at most WIDTH columns."""
    begins = f"{head}: " if head else "  "
    return textwrap.wrap(printable(" ".join(text.split())), WIDTH, initial_indent=begins, subsequent_indent="    ")
