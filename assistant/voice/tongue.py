"""All that code says, in one language: the Spec's words for it, else those that are brought along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.nouns import Reason, Said
from assistant.spec import Spec
from assistant.voice.language import language_asked
from assistant.voice.sentences import SENTENCES
from assistant.voice.settings import AUTO
from assistant.voice.templates import Frame, Template, fields_of, framed, plain, reworded_template, sentence, template
from assistant.voice.words import has, reworded


@dataclass(frozen=True)
class Tongue:
    spec: Spec
    language: str

    def refusal(self, reason: Reason) -> str:
        return self._sentence("refusals", reason)

    @property
    def off_limits(self) -> str:
        return self._sentence("policy", "off_limits_sentence")

    def hand_over(self, reason: Reason) -> str:
        """Who else may help, after a refusal for this reason; empty where nobody is named."""
        return self._sentence("policy", "hand_over") if reason in self.spec.policy.hand_over_after else ""

    def disclaimer(self, question: str) -> str:
        """What stands below an answer to this question; empty where nothing does."""
        topics = self.spec.policy.disclaimer_topics
        return self._sentence("policy", "disclaimer") if not topics or named(topics, question) else ""

    def talk(self, kind: str) -> str:
        """The reply to small talk of this kind."""
        persona = self.spec.assistant
        organisation = persona.organisation
        if organisation == type(persona)().organisation:  # nobody named it
            organisation = SENTENCES.get(self.language, {}).get("organisation", organisation)
        greeting = self._sentence("assistant", "greeting")
        values = {"name": persona.name, "organisation": organisation, "greeting": greeting}
        said = reworded_template(sentence(self._chosen("voice", kind)), self.spec.words)
        return "".join(said.frame(values, "")).strip()

    def spoken(self, said: Said) -> Said:
        """A span with what is said around it, itself untouched; a sentence of prose has its voice from its writer."""
        return replace(said, frame=self._frame(said)) if said.span else said

    def beside(self, sides: Sequence[Said], known: bool) -> list[Said]:
        """Sides of a conflict, each by its place and date; and before the first, whether that is the newest."""
        frames = [framed(side, self._templates("conflict")) for side in sides]
        opening = plain(self._sentence("voice", "disagree" if known else "disagree_undated"))
        said = [f"{self._word(side.polarity)}: " if side.polarity else "" for side in sides]
        begun = [f"{opening} ".lstrip(), *[""] * len(sides)]
        framing = zip(sides, begun, frames, said, strict=False)
        return [
            replace(side, frame=(start + before + verdict, after)) for side, start, (before, after), verdict in framing
        ]

    def _frame(self, said: Said) -> Frame:
        if said.polarity:
            return framed(said, self._templates("yes_no"), self._word(said.polarity))
        whole = said.words == said.citations[0].quote.text.strip()
        return framed(said, self._templates("whole" if whole else "phrases"))

    def _sentence(self, section: str, key: str) -> str:
        return reworded(self._chosen(section, key), self.spec.words)

    def _chosen(self, section: str, key: str) -> str:
        """The owner's in this language; else one that is brought along; else the owner's as it is."""
        owners = getattr(self.spec, section)
        said = str(getattr(owners, key))
        chosen = self._translated(section).get(key)
        if chosen is None and (said == getattr(type(owners)(), key) or self.language != self.spec.voice.written_in):
            chosen = SENTENCES.get(self.language, {}).get(key)
        return said if chosen is None else str(chosen)

    def _templates(self, key: str) -> list[Template]:
        written = self._translated("voice").get(key, getattr(self.spec.voice, key))
        return [reworded_template(template(one, fields_of(key)), self.spec.words) for one in written]

    def _word(self, polarity: str) -> str:
        return SENTENCES.get(self.language, {}).get(polarity, polarity)

    def _translated(self, section: str) -> Mapping[str, Any]:
        return self.spec.translations.get(section, {}).get(self.language, {})


def tongue_of(spec: Spec, *questions: str) -> Tongue:
    """The language that is spoken with whoever asks this: that of the first question of which it can be told."""
    return tongue_in(spec, next(filter(None, map(language_asked, questions)), ""))


def tongue_in(spec: Spec, language: str) -> Tongue:
    """Where the Spec leaves it to the asker, theirs; the owner's where that can't be told."""
    auto = spec.voice.language == AUTO
    return Tongue(spec, (language or spec.voice.written_in) if auto else spec.voice.language)


def named(topics: tuple[str, ...], *questions: str) -> str | None:
    """The first of these words and phrases that one of the questions has."""
    return next((topic for topic in topics if any(has(question, topic) for question in questions)), None)
