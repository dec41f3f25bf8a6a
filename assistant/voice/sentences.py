"""What code says, in the languages that it brings along. The Spec's own words in a language go before these."""

from __future__ import annotations

from collections.abc import Mapping

YES, NO = "Yes", "No"

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "nothing_found": "I found nothing about this in the documents.",
        "insufficient": "I don't know: the documents come near this question, but do not answer it.",
        "off_topic": "I don't know: this is not a subject of the documents.",
        "withdrawn": "I don't know: what I read did not hold up when I checked it.",
        "malformed": "I could not read an answer out of the documents.",
        "unavailable": "I can't answer just now: the model is not available.",
        "off_limits_sentence": "I am not the one to ask about this.",
        YES: "Yes",
        NO: "No",
    },
    "de": {
        "nothing_found": "Dazu habe ich in den Dokumenten nichts gefunden.",
        "insufficient": "Das weiß ich nicht: Die Dokumente kommen der Frage nahe, beantworten sie aber nicht.",
        "off_topic": "Das weiß ich nicht: Davon handeln die Dokumente nicht.",
        "withdrawn": "Das weiß ich nicht: Was ich gelesen habe, hielt der Prüfung nicht stand.",
        "malformed": "Ich konnte aus den Dokumenten keine Antwort herauslesen.",
        "unavailable": "Ich kann gerade nicht antworten: Das Modell ist nicht erreichbar.",
        "off_limits_sentence": "Dafür bin ich nicht der richtige Ansprechpartner.",
        YES: "Ja",
        NO: "Nein",
    },
    "fr": {
        "nothing_found": "Je n'ai rien trouvé à ce sujet dans les documents.",
        "insufficient": "Je ne sais pas : les documents s'approchent de cette question, mais n'y répondent pas.",
        "off_topic": "Je ne sais pas : les documents ne traitent pas de ce sujet.",
        "withdrawn": "Je ne sais pas : ce que j'ai lu n'a pas résisté à la vérification.",
        "malformed": "Je n'ai pas pu tirer de réponse des documents.",
        "unavailable": "Je ne peux pas répondre pour l'instant : le modèle n'est pas disponible.",
        "off_limits_sentence": "Ce n'est pas à moi qu'il faut poser cette question.",
        YES: "Oui",
        NO: "Non",
    },
    "es": {
        "nothing_found": "No he encontrado nada sobre esto en los documentos.",
        "insufficient": "No lo sé: los documentos se acercan a esta pregunta, pero no la responden.",
        "off_topic": "No lo sé: los documentos no tratan de este tema.",
        "withdrawn": "No lo sé: lo que he leído no ha superado la comprobación.",
        "malformed": "No he podido extraer ninguna respuesta de los documentos.",
        "unavailable": "Ahora mismo no puedo responder: el modelo no está disponible.",
        "off_limits_sentence": "No soy la fuente adecuada para esta pregunta.",
        YES: "Sí",
        NO: "No",
    },
    "it": {
        "nothing_found": "Non ho trovato nulla su questo nei documenti.",
        "insufficient": "Non lo so: i documenti si avvicinano a questa domanda, ma non vi rispondono.",
        "off_topic": "Non lo so: i documenti non trattano questo argomento.",
        "withdrawn": "Non lo so: ciò che ho letto non ha superato la verifica.",
        "malformed": "Non sono riuscito a ricavare una risposta dai documenti.",
        "unavailable": "Al momento non posso rispondere: il modello non è disponibile.",
        "off_limits_sentence": "Non sono la fonte adatta per questa domanda.",
        YES: "Sì",
        NO: "No",
    },
    "nl": {
        "nothing_found": "Ik heb hierover niets gevonden in de documenten.",
        "insufficient": "Dat weet ik niet: de documenten komen dicht bij deze vraag, maar beantwoorden haar niet.",
        "off_topic": "Dat weet ik niet: de documenten gaan hier niet over.",
        "withdrawn": "Dat weet ik niet: wat ik las, hield bij controle geen stand.",
        "malformed": "Ik kon geen antwoord uit de documenten halen.",
        "unavailable": "Ik kan nu niet antwoorden: het model is niet beschikbaar.",
        "off_limits_sentence": "Voor deze vraag kunt u beter niet bij mij zijn.",
        YES: "Ja",
        NO: "Nee",
    },
}
NAMES: Mapping[str, str] = {
    "ca": "Catalan",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fi": "Finnish",
    "fr": "French",
    "it": "Italian",
    "nb": "Norwegian",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "sv": "Swedish",
}
