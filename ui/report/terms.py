"""Terms and what is said to them: what was wanted, what was answered, in the words of whoever wrote them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ui.report.elements import Content, Html, element, said, shortened, together

LONGEST = 2000  # characters of any one text
WANTED = 4  # answers


def terms(told: Iterable[tuple[str, Content]], style: str | None = None) -> Html:
    return element(
        "dl", (together(element("dt", name), element("dd", content)) for name, content in told), class_=style
    )


def theirs(text: str, name: str = "bdi") -> Html:
    return said(shortened(text, LONGEST), name)


def wanted(answers: Sequence[str]) -> Content:
    """Any of the answers; where there is none, to be refused."""
    if not answers:
        return "a refusal: the documents do not hold it"
    more = len(answers) - WANTED
    told = [(" or " if at else "", theirs(answer)) for at, answer in enumerate(answers[:WANTED])]
    return (told, f" or {more} more" if more > 0 else None)
