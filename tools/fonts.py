"""Cuts the typefaces of the documents down to what letters need: infra/fonts (`python tools/fonts.py`).

Run by hand when a script is added or the Noto fonts are renewed; the results are committed, so that building
needs neither the originals nor this. The originals are Debian's fonts-noto-core (OFL, infra/fonts/OFL.txt).
"""

import json
from itertools import pairwise
from pathlib import Path

from fontTools.subset import Options, Subsetter, load_font, parse_unicodes, save_font
from fontTools.ttLib import TTFont

ORIGINALS = Path("/usr/share/fonts/truetype/noto")
FONTS = Path(__file__).parent.parent / "infra/fonts"
COVERAGE = FONTS / "coverage.json"
LATIN_GREEK_CYRILLIC = (
    "0020-007E,00A0-024F,0259,02BB-02BC,02C6-02C7,02D8-02DD,0300-0304,0306-030C,0323,0326-0328,0331,0370-03FF,"
    "0400-052F,1E00-1EFF,2010-2027,202F-203A,2044,2070,2074,20AC,20B4,20BA,20BD,2116,2122,25CC,FFFD"
)
ARABIC = "0020,00A0,00AB,00BB,0600-06FF,0750-077F,08A0-08FF,200B-200F,2010-2011,204F,25CC,2E41,FB50-FDFF,FE70-FEFC"
WANTED = {
    "NotoSans": LATIN_GREEK_CYRILLIC,
    "NotoSansArabic": ARABIC,
    "NotoSansArmenian": "*",
    "NotoSansGeorgian": "*",
    "NotoSansHebrew": "*",
    "NotoSansThai": "*",
    "NotoSansMath": "2212",  # the minus of an amount
    "NotoSansSymbols2": "25A1",  # stands for what none of them has
}
WEIGHTS = ("Regular", "Bold")


def main() -> None:
    """Cut each typeface, and write down which characters all of them together can show."""
    shown: set[int] = set()
    for family, wanted in WANTED.items():
        for weight in WEIGHTS:
            name = f"{family}-{weight}.ttf"
            if not (ORIGINALS / name).exists():
                continue
            cut(ORIGINALS / name, FONTS / name, wanted)
            print(f"{name:32} {(FONTS / name).stat().st_size:>8,} bytes")
        shown |= set(TTFont(FONTS / f"{family}-Regular.ttf").getBestCmap())
    COVERAGE.write_text(json.dumps(ranges(sorted(shown)), separators=(",", ":")) + "\n")


def cut(original: Path, target: Path, wanted: str) -> None:
    """Only these characters, with every way their shapes join and every figure style; no hints, they are for
    coarse screens."""
    options = Options(
        layout_features=["*"], hinting=False, notdef_outline=True, name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14]
    )
    options.recalc_timestamp = False
    font = load_font(str(original), options)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=font.getBestCmap() if wanted == "*" else parse_unicodes(wanted))
    subsetter.subset(font)
    save_font(font, str(target), options)


def ranges(points: list[int]) -> list[list[int]]:
    """[[first, last], ...] of ascending code points."""
    breaks = [n + 1 for n, (one, other) in enumerate(pairwise(points)) if other != one + 1]
    return [[points[a], points[b - 1]] for a, b in pairwise([0, *breaks, len(points)])]


if __name__ == "__main__":
    main()
