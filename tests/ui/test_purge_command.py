"""groundsmith purge at the terminal, and what status and sync tell of superseded documents."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ui.command import main

pytestmark = pytest.mark.models

OLD = "---\ntitle: Returns\ndate: 2024-04-01\n---\n\n# Returns\n\nThe quince pump may be returned for 30 days.\n"
NEW = "---\ntitle: Returns\ndate: 2026-04-01\n---\n\n# Returns\n\nThe medlar pump may be returned for 40 days.\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("purge") / "home"
    main(["new", str(root)])
    for name, text in {"old.md": OLD, "new.md": NEW}.items():
        (root / "documents" / name).write_text(text, encoding="utf-8")
    assert main(["sync", str(root)]) == 0
    return root


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_from_a_suggestion_to_a_purge(
    made: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = made / "documents"
    _, out, _ = run(capsys, "status", made)
    assert "superseded? old.md (2024-04-01), by new.md (2026-04-01)" in out
    assert "[retrieval] superseded" in out
    (documents / "new.md").write_text(NEW.replace("date:", "supersedes: old.md\ndate:"), encoding="utf-8")
    code, _, err = run(capsys, "sync", made)
    assert (code, "Superseded, and no longer searched: old.md, by new.md" in err) == (0, True)
    _, out, _ = run(capsys, "status", made)
    assert "superseded: old.md, by new.md" in out
    state = json.loads(run(capsys, "status", made, "--json")[1])
    assert (state["superseded"], state["suggested"], state["documents"]) == ({"old.md": "new.md"}, [], 1)

    code, _, err = run(capsys, "purge", made, "old.md", "--yes")
    assert (code, "still there" in err) == (2, True)
    (documents / "old.md").unlink()
    code, out, err = run(capsys, "purge", made, "old.md")
    assert (code, "old.md: 1 version" in out, "Add --yes" in err) == (2, True, True)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda question: "n")
    code, out, _ = run(capsys, "purge", made, "old.md")
    assert (code, "Nothing was erased." in out) == (1, True)
    monkeypatch.setattr("builtins.input", lambda question: "y")
    code, out, _ = run(capsys, "purge", made, documents / "old.md")
    assert (code, f"  {documents / 'new.md'}" in out) == (0, True)  # its front matter names the earlier one
    held = b"".join(path.read_bytes() for path in (made / "store").iterdir())
    assert b"quince" not in held
    assert b"medlar" in held
    code, _, err = run(capsys, "purge", made, "old.md", "--yes")
    assert (code, "has never held 'old.md'" in err) == (2, True)
