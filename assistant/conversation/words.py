"""Words that tell a follow-up from a question of its own, in English, German, French and Spanish."""

from __future__ import annotations

import re
from collections.abc import Iterable


def _any(phrases: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, phrases), key=len, reverse=True))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What begins a question that goes on from the one before.
AND = ("and", "but", "or", "so", "then", "und", "aber", "oder", "et", "mais", "ou", "y", "e", "pero", "o")
ABOUT = (
    *("what about", "how about", "and what about", "and how about", "same for", "and for", "and with", "and on"),
    *("was ist mit", "und was ist mit", "wie ist es mit", "wie sieht es mit", "wie steht es mit", "und mit", "und für"),
    *("qu'en est-il de", "qu’en est-il de", "qu'en est-il du", "et pour", "et avec", "et chez"),
    *("qué hay de", "que hay de", "qué pasa con", "que pasa con", "y para", "y con", "y qué hay de"),
)
OPENING = re.compile(rf"^[¿\s]*(?:{_any(ABOUT)}|(?:{_any(AND)})(?=[\s,]))[\s,]*", re.IGNORECASE)

# Words that stand for something said before.
_POINTING = _words("""
    its itself they them their theirs themselves he him his himself she her hers herself these those this
    davon dafür damit dabei darin daran darauf dazu dort diese dieser dieses diesem diesen deren dessen seine seinen
    seiner seinem ihm ihn ihnen
    celui-ci celle-ci ceux-ci celles-ci celui-là celle-là celui celle ceux celles ça cela cette ces cet
    esto eso esta este estos estas esa ese esos esas ello ellos ellas aquello
""")
_ALIKE = ("another one", "the other", "the others", "the same", "the former", "the latter", "instead", "anything else")
POINTING = re.compile(
    rf"\b(?:{_any(_POINTING)}|{_any(_ALIKE)}|(?:the|this|that|another|other|which|\w+er) ones?)\b(?!-)", re.IGNORECASE
)
# `it` stands for nothing in "is it true that …", `that` joins clauses in "the pump that leaks".
IT = re.compile(
    r"\bit(?:'s|’s)?\b(?! (?:true|possible|safe|legal|ok|okay|allowed|necessary|worth|better|normal|common|take|cost)"
    r"\b.* (?:to|that|if|for)\b)",
    re.IGNORECASE,
)
THAT = re.compile(
    r"(?:\b(?:about|of|for|with|after|before|in|on|to|than|is|does|was|did|by|from|do|like|at|are|would|can|will|if)"
    r" that\b(?! \w+ (?:is|are|was|has|have|can|will)\b)|^that\b|\bthat(?=[\s?!.]*$|[’']s\b))",
    re.IGNORECASE,
)

# It asks the same of something else: "how long is it on the …".
MEASURED = re.compile(r"\b(?:it|that|this)\b.* (?:on|for|of|with|in|at|to) (?:the |a |an )?[A-Z\d]")

# Words that shape a question and say nothing of its subject.
_ENGLISH = _words("""
    a an the of in on at to for with from by as and or but so if than then also please tell know want need like mean
    is are was were be been being am do does did done has have had can could may might must shall should will would
    what which who whom whose when where why how many much long often far old there here it its they them their
    he him his she her hers this that these those i me my mine we us our you your yours one ones any some all no not
    yes just more most other another else same such thing things kind kinds type types way ways really still about
    what's who's where's how's it's that's i'm i'd i've don't doesn't didn't isn't aren't can't meant ok okay thanks
    thank tell give show explain describe get got go let come comes per every each
    both several
""")
_ELSEWHERE = _words("""
    der die das den dem des ein eine einen einem einer eines und oder aber in im auf an am zu zum zur für von vom mit
    bei nach aus ist sind war waren hat haben kann können muss müssen soll sollen wird werden wie was wer wo wann warum
    wieso welche welcher welches wieviel viel viele lange ich wir mein unser es er sie man nicht auch noch denn dann
    le la les un une des du de et ou mais dans sur pour avec par est sont était a ont peut doit que qui quoi quand où
    pourquoi comment combien quel quelle quels quelles je nous il elle ils elles on mon ma mes ne pas aussi
    el los las una unos unas del y o pero en con por para es son está están fue ha han puede debe qué quién cuándo dónde
    cuánto cuántos cuánta cuántas cómo cuál cuáles yo mi su sus se no también
""")

SHAPING = _ENGLISH | _ELSEWHERE
FOREIGN = _ELSEWHERE - _ENGLISH  # where nouns may have capitals that are no names
# A question without any of these, and short, is no sentence: it leans on the one before.
ASKING = _words("""
    is are was were am do does did has have had can could may might must shall should will would
    what which who whom whose when where why how tell explain describe show give list compare
    ist sind war hat haben kann können muss soll wird darf gibt wie was wer wo wann warum welche welcher welches
    est sont peut doit a ont que qui quoi quand où pourquoi comment combien quel quelle
    es son está puede debe hay qué quién cuándo dónde cuánto cómo cuál
    what's who's where's how's
""")
