"""In which language a question is asked: by its small words, and by those that make it a question."""

from __future__ import annotations

import re
from collections import Counter

from retrieval.readers.language import language_of

# Words of short questions. One that several languages have counts in parts.
_ASKING = {
    "en": "what which who whose where when why how is are does do did can could should would must my your the there a"
    " much many long if with please tell show give",
    "de": "was welche welcher welches wer wem wo wohin woher wann warum wieso weshalb wie ist sind kann darf muss soll"
    " gibt ich wir mein meine ihr ihre das der und nicht mit viel viele bitte wird haben habe hat finde",
    "fr": "quel quelle quels quelles qui où quand pourquoi comment combien est sont peut puis dois je nous mon ma mes"
    " votre le la les de des et avec pas temps y",
    "es": "qué cuál cuáles quién dónde cuándo cómo cuánto cuánta cuántos cuántas puedo puede debo hay está el la los"
    " las de mis su y por favor",
    "it": "che quale quali chi dove quando perché quanto quanta quanti quante posso può devo dov'è c'è il la gli della"
    " del mio mia si",
    "nl": "wat welke wie waar wanneer waarom hoe is zijn kan mag moet heb ik wij mijn uw het de een vind hoelang niet"
    " hoeveel er",
    "pt": "quanto quanta quantos quantas qual quais quem onde quando como a o de os as do da dos meu minha posso pode"
    " é há não",
}
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_WORDS = {tag: frozenset(words.split()) for tag, words in _ASKING.items()}
_SPEAKERS = Counter(word for words in _WORDS.values() for word in words)


def language_asked(question: str) -> str | None:
    """Its tag, or None where that can't be told: a name, a number, or a language that is not known here."""
    if "¿" in question:
        return "es"
    words = [word.lower().replace("’", "'") for word in _WORD.findall(question)]
    many = {tag: sum(1 / _SPEAKERS[word] for word in words if word in known) for tag, known in _WORDS.items()}
    (best, most), (_, next_best) = sorted(many.items(), key=lambda each: -each[1])[:2]
    return language_of(question) or (best if most > next_best else None)
