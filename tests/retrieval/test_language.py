"""The language of a document: as it says, else as its small words tell; and none where nobody could be sure."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest

from retrieval import read
from retrieval.readers.language import language_of

SPOKEN = {
    "en": "The pump must be cleaned at the end of every season. If it is left in the garden, the frost will damage it.",
    "de": "Die Pumpe muss am Ende jeder Saison gereinigt werden. Wenn sie im Garten bleibt, beschädigt sie der Frost.",
    "fr": "La pompe doit être nettoyée à la fin de chaque saison. Si elle reste dans le jardin, le gel l'abîme.",
    "es": "La bomba debe limpiarse al final de cada temporada. Si se queda en el jardín, la helada daña las juntas.",
    "it": "La pompa va pulita alla fine di ogni stagione. Se resta in giardino, il gelo rovina le guarnizioni.",
    "nl": "De pomp moet aan het einde van elk seizoen worden schoongemaakt. Buiten beschadigt de vorst hem.",
    "pt": "A bomba deve ser limpa no fim de cada estação. Se ficar no jardim, a geada estraga as juntas.",
    "ca": "La bomba s'ha de netejar al final de cada temporada. Si es queda al jardí, la gelada fa malbé les juntes.",
    "da": "Pumpen skal renses efter hver sæson. Hvis den bliver stående i haven, ødelægger frosten den.",
    "nb": "Pumpen skal rengjøres etter hver sesong. Hvis den blir stående i hagen, ødelegger frosten den.",
    "sv": "Pumpen ska rengöras i slutet av varje säsong. Om den blir kvar i trädgården skadar frosten den.",
    "pl": "Pompę należy czyścić po każdym sezonie. Jeśli zostanie w ogrodzie, mróz ją uszkodzi, a to nie jest wada.",
    "ro": "Pompa trebuie curățată la sfârșitul sezonului. Dacă rămâne în grădină, gerul o strică, iar asta nu e bine.",
}
UNKNOWN = {
    "Finnish": "Pumppu on puhdistettava jokaisen kauden lopussa. Jos se jää puutarhaan.",
    "Turkish": "Pompa her sezonun sonunda temizlenmelidir. Bahçede kalırsa don contalara zarar verir.",
    "Hungarian": "A szivattyút minden idény végén meg kell tisztítani. Ha a kertben marad, a fagy tönkreteszi.",
    "Czech": "Čerpadlo se musí na konci každé sezóny vyčistit. Pokud zůstane na zahradě, mráz poškodí těsnění.",
    "Indonesian": "Pompa harus dibersihkan pada akhir setiap musim. Embun beku akan merusak segelnya.",
    "Latin": "Antlia post quamque tempestatem purganda est. Si in horto manet, gelu signa laedit.",
    "Greek": "Η αντλία πρέπει να καθαρίζεται στο τέλος κάθε σεζόν.",
    "two": f"{SPOKEN['en']} {SPOKEN['de']}",
    "a table": "Model: X1; Price: 300; Weight: 2 kg\nModel: X2; Price: 400; Weight: 3 kg",
    "a name": "Pump X1",
    "nothing": "",
}
STATED = {
    "a.html": '<html lang="pt-BR"><title>T</title><p>{}</p></html>',
    "b.html": '<html><head><meta http-equiv="content-language" content="pt-BR"></head><p>{}</p></html>',
    "c.md": "---\nlang: pt-BR\n---\n# T\n\n{}\n",
    "d.md": "---\nlanguage: pt_BR\n---\n# T\n\n{}\n",
    "e.jsonl": '{{"id": "e", "text": "{}", "language": "pt-BR"}}\n',
    "f.rst": "T\n=\n\n:language: pt-BR\n\n{}\n",
    "g.eml": "From: a@example.org\r\nSubject: T\r\nContent-Language: pt-BR\r\n\r\n{}\r\n",
    "h.xhtml": '<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="pt-BR"><body><p>{}</p></body></html>',
}


@pytest.mark.parametrize("tag", SPOKEN)
def test_two_plain_sentences_tell(tag: str) -> None:
    assert language_of(SPOKEN[tag]) == tag
    assert language_of(SPOKEN[tag].upper()) == tag


@pytest.mark.parametrize("what", UNKNOWN)
def test_what_nobody_could_be_sure_of_is_not_told(what: str) -> None:
    assert language_of(UNKNOWN[what]) is None


@pytest.mark.parametrize("name", STATED)
def test_what_a_document_says_goes_first(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(STATED[name].format(SPOKEN["en"]), encoding="utf-8")
    assert [document.language for document in read(tmp_path / name, name)] == ["pt-BR"]


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_a_document_that_says_none_is_told_by_its_words(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(f"{SPOKEN['de']}\n\n" * 2000, encoding="utf-8")
    assert read(tmp_path / name, name)[0].language == "de"


def test_a_program_speaks_no_language(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("def of(x):\n    return [y for y in x if y is not None and y in x or x]\n" * 9)
    assert read(tmp_path / "a.py", "a.py")[0].language is None


@pytest.mark.parametrize(("words", "language"), [("de", "de"), ("en", "en-US")])
def test_properties_of_the_program_do_not_outweigh_the_words(words: str, language: str, tmp_path: Path) -> None:
    """Word's own template says en-US in every file that is made from it."""
    page = docx.Document()
    page.add_paragraph(SPOKEN[words])
    page.save(str(tmp_path / "a.docx"))
    assert read(tmp_path / "a.docx", "a.docx")[0].language == language
