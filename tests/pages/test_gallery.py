"""The gallery holds every page and message there is a sample of, and stays small."""

import re
from pathlib import Path

from .samples import TONED, message_samples, page_samples

GALLERY = Path(__file__).parents[2] / "docs" / "gallery"
MOST = 6 * 1024 * 1024


def test_every_page_and_message_is_drawn_and_listed():
    drawn = {picture.stem for picture in (GALLERY / "pages").glob("*.webp")}
    mails = {f"mail_{name}" for name in message_samples("de")}
    assert drawn == {*page_samples("de"), *mails, *(f"text_{name}" for name in TONED)}, "run make gallery"
    listed = re.findall(r"!\[[^]]*]\(([^)]*)\)", (GALLERY / "README.md").read_text("utf-8"))
    assert len(listed) == len(set(listed))
    assert {GALLERY / name for name in listed} == {*GALLERY.glob("*.webp"), *GALLERY.glob("pages/*.webp")}


def test_the_gallery_stays_small():
    assert sum(file.stat().st_size for file in GALLERY.rglob("*") if file.is_file()) < MOST


def test_every_picture_the_readme_shows_is_there():
    readme = GALLERY.parents[1] / "README.md"
    shown = re.findall(r"\((docs/gallery/[^)]*)\)", readme.read_text("utf-8"))
    assert shown and [name for name in shown if not (readme.parent / name).is_file()] == []
