"""Greetings, thanks and the like are known by their whole wording and answered by code: nothing is searched.

A message with anything besides is a question, so that "Hello, how long is the warranty?" is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Literal, get_args

from assistant.spec import Spec

Kind = Literal["greeting", "thanks", "farewell", "who", "help"]
# English, German, French, Spanish. Where several kinds are said at once, the last of these is answered.
PHRASES: Mapping[Kind, str] = {
    "greeting": """
        hi|hello|hey|hiya|howdy|good morning|good afternoon|good evening|good day|morning|greetings|how are you
        how are you doing|how do you do|nice to meet you
        hallo|guten tag|guten morgen|guten abend|moin|servus|grüß gott|grüezi|wie geht's|wie geht es dir
        wie geht es ihnen|bonjour|bonsoir|salut|coucou|comment ça va|ça va|comment allez-vous
        hola|buenos días|buenas tardes|buenas|qué tal|cómo estás|cómo está
    """,
    "thanks": """
        thanks|thank you|many thanks|thx|ty|cheers|much appreciated|appreciate it|that helped|that helps
        that was helpful
        ok|okay|great|perfect|wonderful|excellent|cool|got it|understood|i see|all right|alright|good to know
        danke|vielen dank|danke schön|dankeschön|besten dank|herzlichen dank|super|prima|alles klar|verstanden
        merci|merci beaucoup|parfait|d'accord|gracias|muchas gracias|mil gracias|perfecto|vale|de acuerdo
    """,
    "farewell": """
        bye|goodbye|bye bye|see you|see you later|see you soon|good night|have a nice day|have a good day|take care
        that's all|that is all|that was all
        tschüss|tschüß|auf wiedersehen|bis bald|bis später|schönen tag|schönen tag noch|das war alles|gute nacht
        au revoir|à bientôt|bonne journée|bonne soirée|c'est tout
        adiós|hasta luego|hasta pronto|chao|que tenga un buen día|eso es todo
    """,
    "who": """
        who are you|what are you|what is your name|what's your name|are you a bot|are you a robot|are you human
        are you a human|are you a person|are you real|are you an ai|who am i talking to|introduce yourself
        wer bist du|wer sind sie|wie heißt du|wie heißen sie|bist du ein mensch|bist du ein roboter
        qui es-tu|qui êtes-vous|comment t'appelles-tu|quién eres|quién es usted|cómo te llamas
    """,
    "help": """
        help|help me|please help|what can you do|what can i ask|what can i ask you|how does this work|how do you work
        how can you help|how can you help me|can you help me|what do you know|what can you help me with
        hilfe|was kannst du|was können sie|was kann ich fragen|wie funktioniert das|kannst du mir helfen
        aide|à l'aide|que peux-tu faire|que pouvez-vous faire|ayuda|qué puedes hacer|puedes ayudarme
    """,
}
FILLERS = """
    there|everyone|all|again|so much|very much|a lot|a bunch|please|then|now|today|for your help|for the help
    for that|for now|assistant|and|well|oh|yes|no|sehr|noch|mal|und|zusammen|beaucoup|et|y|muchas|for everything
"""
REPLIES: Mapping[Kind, str] = {
    "greeting": "Hello. {greeting}",
    "thanks": "You're welcome.",
    "farewell": "Goodbye.",
    "who": "I am {name}, the assistant of {organisation}: a program that answers from documents, in their own words.",
    "help": "Ask a question in your own words. I look for the answer in the documents of {organisation}, quote what I"
    " found and say where it stands; where they hold no answer, I say so.",
}
LONGEST = 80  # characters of a message that may be small talk
_NO_WORD = re.compile(r"[^\w\s'-]+|_")


def small_talk(message: str, name: str = "") -> Kind | None:
    """What kind of small talk the whole message is, if it is any. `name` is what the assistant may be called by."""
    if len(message) > LONGEST:
        return None
    rest, kinds = _plain(message), set[Kind]()
    while rest:
        found = _beginning(name).match(rest)
        if found is None:
            return None
        if phrase := found["phrase"]:
            kinds.add(_kinds()[phrase])
        rest = rest[found.end() :].lstrip()
    return max(kinds, key=get_args(Kind).index, default=None)


def reply(kind: Kind, spec: Spec) -> str:
    persona = spec.assistant
    return REPLIES[kind].format(name=persona.name, organisation=persona.organisation, greeting=persona.greeting)


def _plain(text: str) -> str:
    return " ".join(_NO_WORD.sub(" ", text.replace("’", "'").casefold()).split())


@cache
def _kinds() -> dict[str, Kind]:
    return {phrase: kind for kind, listed in PHRASES.items() for phrase in _listed(listed)}


@cache
def _beginning(name: str) -> re.Pattern[str]:
    fillers = [*_listed(FILLERS), *filter(None, [_plain(name)])]
    return re.compile(rf"(?:(?P<phrase>{_longest_first(_kinds())})|(?:{_longest_first(fillers)}))(?![\w'-])")


def _longest_first(phrases: Iterable[str]) -> str:
    return "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))


def _listed(text: str) -> list[str]:
    return [_plain(phrase) for line in text.splitlines() for phrase in line.split("|") if phrase.strip()]
