"""Sets a letter in type: words in, an accessible PDF out (PDF/UA-1). The same words and moment, the same bytes."""

import json
from bisect import bisect_right
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

TEMPLATES = Path(__file__).parents[3] / "templates/documents"
PAPER = TEMPLATES / "paper.typ"
STANDARD = "ua-1"
# Stands for a character that no typeface of ours has: a letter with a gap arrives, one that fails does not.
GAP = "\u25a1"
# Marks that are never seen: isolates, joiners, soft hyphens. They need no shape.
UNSEEN = frozenset("\u200b\u200c\u200d\u2060\u2066\u2067\u2068\u2069\u00ad\n")


class Press:
    """The typesetter, opened once. `fonts` is the folder of its typefaces; None: they lie beside it."""

    def __init__(self, fonts: Path | None = None) -> None:
        self._given = fonts

    @cached_property
    def _fonts(self) -> Path:
        import typst

        return self._given or Path(typst.__file__).parents[1] / "fonts"

    @cached_property
    def _compiler(self) -> Any:
        import typst

        # Nothing of the machine it runs on: only our own typefaces, only our own template.
        faces = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(self._fonts)]
        )
        return typst.Compiler(str(PAPER), root=str(TEMPLATES), font_paths=faces)

    @cached_property
    def _shown(self) -> tuple[list[int], list[int]]:
        """The first and the last code point of each run of characters that our typefaces have."""
        runs = json.loads((self._fonts / "coverage.json").read_text("utf-8"))
        return [first for first, _ in runs], [last for _, last in runs]

    def printed(self, paper: str, at: datetime) -> bytes:
        """The PDF of a Paper given as JSON. `at` is the moment it says it was made, to the second."""
        return bytes(
            self._compiler.compile(
                format="pdf",
                sys_inputs={"paper": self.showable(paper)},
                pdf_standards=[STANDARD],
                timestamp=at.astimezone(UTC).replace(microsecond=0),
            )
        )

    def drawn(self, paper: str, ppi: float = 96) -> list[bytes]:
        """The same pages as pictures, to be looked at."""
        pages = self._compiler.compile(format="png", sys_inputs={"paper": self.showable(paper)}, ppi=ppi)
        return pages if isinstance(pages, list) else [pages]

    def showable(self, paper: str) -> str:
        """The same JSON with a gap for each character that could not be shown; a name that would be gaps is not
        printed, and the letter says why."""
        letter = json.loads(paper)
        instead = letter.get("unnamed")
        if instead and any(sign.isalpha() and not self._has(sign) for sign in letter["recipient"]):
            letter["recipient"] = instead
            for block in letter["blocks"]:
                if "unnamed" in block:
                    block["text"] = block["unnamed"]
        text = json.dumps(letter, ensure_ascii=False)
        return "".join(character if self._has(character) else GAP for character in text)

    def _has(self, character: str) -> bool:
        if character in UNSEEN or character.isascii():
            return True
        firsts, lasts = self._shown
        at = bisect_right(firsts, ord(character)) - 1
        return at >= 0 and ord(character) <= lasts[at]
