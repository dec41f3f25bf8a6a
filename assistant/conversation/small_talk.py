"""Greetings, thanks and the like are known by their whole wording and answered by code: nothing is searched.

A message with anything besides is a question, so that "Hello, how long is the warranty?" is one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

from assistant.spec import Spec
from assistant.voice.language import language_asked
from assistant.voice.tongue import tongue_in

Kind = Literal["hello", "thanks", "farewell", "who", "help"]
ANY = ""  # of words that are said in several languages
# Where several kinds are said at once, the last of these is answered.
PHRASES: Mapping[Kind, Mapping[str, str]] = {
    "hello": {
        ANY: "hi",
        "en": """hello|hey|hiya|howdy|good morning|good afternoon|good evening|good day|morning|greetings
            how are you|how are you doing|how do you do|nice to meet you""",
        "de": """hallo|guten tag|guten morgen|guten abend|moin|servus|grüß gott|grüezi|wie geht's|wie geht es dir
            wie geht es ihnen""",
        "fr": "bonjour|bonsoir|salut|coucou|comment ça va|ça va|comment allez-vous",
        "es": "hola|buenos días|buenas tardes|buenas|qué tal|cómo estás|cómo está",
        "it": "ciao|buongiorno|buon giorno|buonasera|salve|come stai|come sta|come va",
        "nl": "hallo|hoi|dag|goedendag|goedemorgen|goedemiddag|goedenavond|hoe gaat het|hoe gaat het met u",
        "pt": "olá|oi|bom dia|boa tarde|boa noite|tudo bem",
    },
    "thanks": {
        ANY: "ok|okay|super|cool|perfect|prima|excellent",
        "en": """thanks|thank you|many thanks|thx|ty|cheers|much appreciated|appreciate it|that helped|that helps
            that was helpful|great|wonderful|got it|understood|i see|all right|alright|good to know""",
        "de": "danke|vielen dank|danke schön|dankeschön|besten dank|herzlichen dank|alles klar|verstanden",
        "fr": "merci|merci beaucoup|parfait|d'accord",
        "es": "gracias|muchas gracias|mil gracias|perfecto|vale|de acuerdo",
        "it": "grazie|grazie mille|mille grazie|molte grazie|perfetto|va bene|ho capito|d'accordo",
        "nl": "bedankt|dank je|dank u|dank je wel|dank u wel|dankjewel|hartelijk dank|begrepen",
        "pt": "obrigado|obrigada|muito obrigado|muito obrigada|perfeito|entendi",
    },
    "farewell": {
        "en": """bye|goodbye|bye bye|see you|see you later|see you soon|good night|have a nice day|have a good day
            take care|that's all|that is all|that was all""",
        "de": """tschüss|tschüß|auf wiedersehen|bis bald|bis später|schönen tag|schönen tag noch|das war alles
            gute nacht""",
        "fr": "au revoir|à bientôt|bonne journée|bonne soirée|c'est tout",
        "es": "adiós|hasta luego|hasta pronto|chao|que tenga un buen día|eso es todo",
        "it": "arrivederci|a presto|buona giornata|buona serata|buona notte|è tutto",
        "nl": "tot ziens|doei|tot later|fijne dag|fijne dag nog|dat was alles|dat is alles",
        "pt": "tchau|adeus|até logo|até breve|é tudo",
    },
    "who": {
        "en": """who are you|what are you|what is your name|what's your name|are you a bot|are you a robot
            are you human|are you a human|are you a person|are you real|are you an ai|who am i talking to
            introduce yourself""",
        "de": "wer bist du|wer sind sie|wie heißt du|wie heißen sie|bist du ein mensch|bist du ein roboter",
        "fr": "qui es-tu|qui êtes-vous|comment t'appelles-tu",
        "es": "quién eres|quién es usted|cómo te llamas",
        "it": "chi sei|chi è lei|come ti chiami|come si chiama|sei un robot",
        "nl": "wie ben je|wie bent u|hoe heet je|hoe heet u|ben je een robot|bent u een robot",
        "pt": "quem é você|quem és tu|como você se chama|como te chamas",
    },
    "help": {
        "en": """help|help me|please help|what can you do|what can i ask|what can i ask you|how does this work
            how do you work|how can you help|how can you help me|can you help me|what do you know
            what can you help me with""",
        "de": "hilfe|was kannst du|was können sie|was kann ich fragen|wie funktioniert das|kannst du mir helfen",
        "fr": "aide|à l'aide|que peux-tu faire|que pouvez-vous faire",
        "es": "ayuda|qué puedes hacer|puedes ayudarme",
        "it": "aiuto|cosa sai fare|che cosa sai fare|cosa puoi fare|come funziona|puoi aiutarmi|può aiutarmi",
        "nl": "wat kun je|wat kunt u|wat kan ik vragen|hoe werkt dit|hoe werkt het|kun je me helpen|kunt u me helpen",
        "pt": "ajuda|o que você pode fazer|como funciona|pode me ajudar",
    },
}
FILLERS = """
    there|everyone|all|again|so much|very much|a lot|a bunch|please|then|now|today|for your help|for the help
    for that|for now|assistant|and|well|oh|yes|no|sehr|noch|mal|und|zusammen|beaucoup|et|y|muchas|for everything
    a tutti|tanto|allemaal|a todos
"""
LONGEST = 80  # characters of a message that may be small talk
_NO_WORD = re.compile(r"[^\w\s'-]+|_")


@dataclass(frozen=True, slots=True)
class Talk:
    """`languages` are those that may be spoken, the likeliest first; none where the words tell nothing."""

    kind: Kind
    languages: tuple[str, ...] = ()


def small_talk(message: str, name: str = "") -> Talk | None:
    """What the whole message is, if it is small talk. `name` is what the assistant may be called by."""
    if len(message) > LONGEST:
        return None
    rest, phrases = _plain(message), list[str]()
    while rest:
        found = _beginning(name).match(rest)
        if found is None:
            return None
        phrases += filter(None, [found["phrase"]])
        rest = rest[found.end() :].lstrip()
    kinds = {_known()[phrase][0] for phrase in phrases}
    return Talk(max(kinds, key=get_args(Kind).index), _languages(message, phrases)) if kinds else None


def reply(talk: Talk, spec: Spec) -> str:
    """In the owner's words. Of languages that are as likely, the one that the owner writes comes first."""
    owners = spec.voice.written_in
    language = owners if owners in talk.languages else next(iter(talk.languages), "")
    return tongue_in(spec, language).talk(talk.kind)


def _languages(message: str, phrases: Iterable[str]) -> tuple[str, ...]:
    """Those that say most of these phrases; else what the other words tell."""
    said = Counter(tag for phrase in phrases for tag in _known()[phrase][1] if tag != ANY)
    found = [tag for tag, times in said.items() if times == max(said.values())]
    return tuple(found or filter(None, [language_asked(message)]))


def _plain(text: str) -> str:
    return " ".join(_NO_WORD.sub(" ", text.replace("’", "'").casefold()).split())


@cache
def _known() -> dict[str, tuple[Kind, tuple[str, ...]]]:
    """Each phrase with its kind and the languages that say it."""
    found: dict[str, tuple[Kind, tuple[str, ...]]] = {}
    for kind, spoken in PHRASES.items():
        for tag, listed in spoken.items():
            for phrase in _listed(listed):
                found[phrase] = (kind, (*found.get(phrase, (kind, ()))[1], tag))
    return found


@cache
def _beginning(name: str) -> re.Pattern[str]:
    fillers = [*_listed(FILLERS), *filter(None, [_plain(name)])]
    return re.compile(rf"(?:(?P<phrase>{_longest_first(_known())})|(?:{_longest_first(fillers)}))(?![\w'-])")


def _longest_first(phrases: Iterable[str]) -> str:
    return "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))


def _listed(text: str) -> list[str]:
    return [_plain(phrase) for line in text.splitlines() for phrase in line.split("|") if phrase.strip()]
