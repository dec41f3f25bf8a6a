"""Of which kind the values are that answer a question (English)."""

from __future__ import annotations

import re

from assistant.conflict.values import CLOCK, COUNT, DATE, NAMED, TIME

_MONEY = "money"
_ANSWERS: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = tuple(
    (re.compile(rf"\b(?:{asked})\b", re.IGNORECASE), frozenset(kinds))
    for asked, kinds in (
        (r"how (?:much|many) (?:notice|time)|how (?:soon|quickly|fast|often|frequently|far back)", (TIME,)),
        (r"how many (?:seconds?|minutes?|hours?|(?:\w+ )?days?|weeks?|months?|years?)", (TIME,)),
        (r"how long", (TIME, "length", COUNT)),
        (r"when|which (?:date|day)|what (?:date|day)|deadline|until when|by when", (DATE, TIME, CLOCK)),
        (r"(?:what|which) time|opening hours|open|close", (CLOCK, TIME)),
        (r"what (?:percentage|percent|share)|how many percent", ("%",)),
        (r"how many", (COUNT,)),
        (r"costs?|prices?|fees?|expensive|charged?", (_MONEY, "%")),
        (r"how (?:heavy|light)|weight?s?", ("weight",)),
        (r"how (?:far|wide|tall|deep|high|thick)", ("length",)),
        (r"how (?:hot|cold|warm)|temperature", ("celsius", "fahrenheit")),
    )
)


def answers(question: str, kind: str) -> bool:
    """Whether a value of this kind can be what is asked for; where the question doesn't tell, any that has a unit."""
    wanted = next((kinds for asked, kinds in _ANSWERS if asked.search(question)), None)
    return kind not in (COUNT, NAMED) if wanted is None else kind.partition(" ")[0] in wanted
