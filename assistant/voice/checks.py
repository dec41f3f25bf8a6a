"""What of voice, words and policy contradicts itself is said when the Spec is read, with its line."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from assistant.nouns import REASONS
from assistant.voice.settings import AUTO, TALK, TEMPLATES, PolicySpec, VoiceSpec
from assistant.voice.templates import Template, fields_of, sentence, template
from assistant.voice.translations import TAG, TRANSLATED, Translations
from assistant.voice.words import avoided
from retrieval import SpecError
from retrieval.spec import line_of


def check(path: Path, voice: VoiceSpec, policy: PolicySpec, translations: Translations) -> None:
    _check_tags(path, voice, translations)
    for tag, values in [("", vars(voice)), *translations.get("voice", {}).items()]:
        section = f"voice.{tag}".rstrip(".")
        for key in TEMPLATES:
            _check_templates(path, section, key, values.get(key, ()), partial(template, fields=fields_of(key)))
        for key in TALK:
            _check_templates(path, section, key, [values[key]] if key in values else [], sentence)
    for reason in policy.hand_over_after:
        if reason not in REASONS:
            where = at(path, "policy", "hand_over_after")
            raise SpecError(f"{where} names {reason!r}, which is no reason.", f"Known: {', '.join(REASONS)}.")
    for key in ("off_limits", "disclaimer_topics"):
        _check_topics(path, key, getattr(policy, key))


def read_words(path: Path, table: Mapping[str, Any]) -> dict[str, str]:
    for word, used in table.items():
        where = at(path, "words", word)
        if not isinstance(used, str) or not any(map(str.isalnum, word)):
            raise SpecError(f"{where} = {used!r} is no word and the one to use.", 'Write "cheap" = "affordable".')
        if word.casefold() == used.casefold():
            raise SpecError(f"{where} is to be avoided and to be used.", "Give another word, or none.")
    return dict(table)


def check_words(path: Path, words: Mapping[str, str], sections: Mapping[str, Any], translations: Translations) -> None:
    """A word to avoid without one to use cannot be replaced where the Spec itself says it."""
    for section, key, text in _sentences(sections, translations):
        if found := avoided(text, words):
            where = at(path, section, key)
            raise SpecError(f"{where} says {found[0]!r}, which [words] avoids.", "Reword it, or say what to use.")


def at(path: Path, section: str, key: str) -> str:
    return f"{path}, {line_of(path, key, section)}: [{section}] {key}"


def _check_tags(path: Path, voice: VoiceSpec, translations: Translations) -> None:
    for key, tag in (("language", voice.language), ("written_in", voice.written_in)):
        if not TAG.fullmatch(tag) and not (key == "language" and tag == AUTO):
            raise SpecError(f"{at(path, 'voice', key)} = {tag!r} is no language.", "Write a tag, as `en` or `de`.")
    for section, tables in translations.items():
        if voice.written_in in tables:
            raise SpecError(
                f"[{section}.{voice.written_in}] in {path}: this file is written in {voice.written_in!r} already.",
                f"Write these sentences into [{section}], or set [voice] written_in.",
            )


def _check_templates(
    path: Path, section: str, key: str, written: Collection[str], read: Callable[[str], Template]
) -> None:
    for one in written:
        try:
            read(one)
        except SpecError as error:
            raise SpecError(f"{at(path, section, key)}: {error.problem}", error.remedy) from error


def _check_topics(path: Path, key: str, topics: Collection[str]) -> None:
    for topic in topics:
        if not any(map(str.isalnum, topic)):
            raise SpecError(f"{at(path, 'policy', key)} has {topic!r}, which is no word.", "Write a word or phrase.")


def _sentences(sections: Mapping[str, Any], translations: Translations) -> Iterator[tuple[str, str, str]]:
    for section, keys in TRANSLATED.items():
        tables = [(section, vars(sections[section]))]
        tables += [(f"{section}.{tag}", dict(table)) for tag, table in translations.get(section, {}).items()]
        for name, values in tables:
            for key in keys:
                said = values.get(key, ())
                yield from ((name, key, text) for text in ([said] if isinstance(said, str) else said))
