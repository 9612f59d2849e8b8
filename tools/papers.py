"""Draw the documents as their readers see them: the first page of each into docs/gallery.

    .venv/bin/python tools/papers.py [--all FOLDER]

Without --all it draws the chosen few. With --all it draws every page of every document in every language into
FOLDER, to be looked at.
"""

import argparse
import sys
from io import BytesIO
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from chalicelib.adapters.documents.press import Press  # noqa: E402
from chalicelib.presentation import i18n  # noqa: E402
from tests.pages.papers import paper_samples  # noqa: E402

CHOSEN = {
    *((name, "de") for name in ("offer_plan", "agreement_later", "statement", "clear_slate", "receipt", "notice")),
    *((name, "ar") for name in ("offer_plan", "clear_slate")),
    ("agreement_plan", "de-simple"),
    ("statement", "uk"),
}
# A page has few colours: kept as they are it is half as large as a photograph of it.
PPI, COLOURS = 80, 12


def draw(folder: Path, *, everything: bool) -> int:
    """Draw the pages into `folder`; returns how many."""
    folder.mkdir(parents=True, exist_ok=True)
    press, count = Press(ROOT / "infra/fonts"), 0
    for language in i18n.languages():
        for name, paper in paper_samples(language).items():
            if not everything and (name, language) not in CHOSEN:
                continue
            pages = press.drawn(paper.as_json(), PPI)
            for number, page in enumerate(pages if everything else pages[:1], 1):
                file = f"paper_{name}.{language}{f'.{number}' if everything else ''}.webp"
                few = (
                    Image.open(BytesIO(page))
                    .convert("RGB")
                    .quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=0)
                )
                few.convert("RGB").save(folder / file, lossless=True, quality=100, method=6)
                count += 1
    return count


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--all", type=Path)
    options = asked.parse_args()
    folder = options.all or ROOT / "docs" / "gallery"
    print(f"{draw(folder, everything=bool(options.all))} documents in {folder}")


if __name__ == "__main__":
    main()
