"""The language of a text that does not say it: told by the small words that no sentence does without."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from operator import itemgetter

_SMALL = {
    "en": "the of and to in is that for it as with was on are by this be from at or an which not have has you we they"
    " their its can will would if when may must but been were there any all your our what how",
    "de": "der die das und ist in zu den von mit sich des auf für im dem nicht ein eine als auch es an werden aus er"
    " hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis"
    " mehr durch wenn kann ich wir ihr muss",
    "fr": "le la les de des du et est en un une que qui dans pour pas sur au aux par il elle ne se ce cette ces son sa"
    " ses avec plus ou mais nous vous sont être ont été leur comme si tout à y dont je lui même",
    "es": "el la los las de del y en que un una es por con para no se su sus al lo como más pero o este esta si ha son"
    " fue ser está han también cuando muy sin sobre hay desde todo nos entre donde e le les ya puede",
    "it": "il lo la gli le di del della dei delle e è in un una che per con non si da dal nel nella al alla sono come"
    " più ma o questo questa se ha anche essere suo sua loro ai sul sulla ed era quando ci tra",
    "nl": "de het een en van in is dat op te zijn met voor niet aan er om ook als bij door uit naar wordt worden deze"
    " dit of maar over tot heeft kan hij zij we ze wij uw nog dan was hun geen je meer moet",
    "pt": "o a os as de do da dos das e em no na nos nas um uma que é para por com não se ao à mais como mas ou seu sua"
    " são foi ser está também pelo pela quando muito isso este esta ele ela já há até",
    "ca": "el la els les de del dels i en que un una és per amb no es al als més com però o aquest aquesta si ha són"
    " ser també quan molt sense sobre hi des tot entre on li pel pels seu seva es al als fa té pot",
    "da": "og i er at det en den til af på med for de der ikke et som har han jeg kan men om vi var skal fra eller"
    " blev efter være også hvis når nogle meget hvad bliver sig du",
    "nb": "og i er at det en den til av på med for de som ikke et har han jeg kan men om vi var skal fra eller ble"
    " etter være også hvis når noen mye hva blir seg du",
    "sv": "och i är att det en den till av på med för de som inte ett har han jag kan men om vi var ska från eller"
    " blev efter vara också när några mycket vad blir sig du må",
    "pl": "i w na z do nie się to jest że o jak po co dla od za przez ale są oraz lub być może tym tego które który"
    " jego jej ich czy przy ma już tylko jeśli aby",
    "ro": "și în de la a cu pe care este nu o un din pentru se că să mai ca prin sau dar sunt fi fost ale al lui au"
    " ce după dacă această acest",
}
_WORD = re.compile(r"[^\W\d_]+")
MOST_LOOKED_AT = 20_000  # characters
_LEAST_SHARE = 0.15  # of all words that are small words; running text has twice as many
_LEAST_OWN = 1.5  # of them, those of several languages counted in parts
_LEAD = 1.4  # times as many as any other language has

_SPEAKERS: dict[str, list[str]] = {}
for _language, _words in _SMALL.items():
    for _word in _words.split():
        _SPEAKERS.setdefault(_word, []).append(_language)


def language_of(text: str) -> str | None:
    """Its tag, or None where the text is short, mixed, or in a language that is not known here."""
    words = Counter(word.lower() for word in _WORD.findall(text[:MOST_LOOKED_AT]))
    said: Counter[str] = Counter()
    own: dict[str, float] = defaultdict(float)
    for word in words.keys() & _SPEAKERS.keys():
        for language in _SPEAKERS[word]:
            said[language] += words[word]
            own[language] += words[word] / len(_SPEAKERS[word])
    (best, most), (_, next_best) = sorted([*own.items(), ("", 0.0), ("", 0.0)], key=itemgetter(1))[:-3:-1]
    sure = most >= max(_LEAST_OWN, _LEAD * next_best) and said[best] >= _LEAST_SHARE * words.total()
    return best if sure else None
