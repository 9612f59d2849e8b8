"""The gallery holds every page and message there is a sample of, and stays small."""

import re
from pathlib import Path

from chalicelib import registry
from chalicelib.adapters import channels
from chalicelib.domain.channel import ANSWERS_ONLY
from chalicelib.domain.contact import Tone

from .samples import ALIKE, TONED, message_samples, page_samples
from .samples_channels import channel_samples
from .samples_desk import desk_samples
from .samples_own import ALIKE_WHYS

GALLERY = Path(__file__).parents[2] / "docs" / "gallery"
MOST = 6 * 1024 * 1024


def test_every_page_and_message_is_drawn_and_listed():
    drawn = {picture.stem for picture in (GALLERY / "pages").glob("*.webp")}
    mails = {f"mail_{n}" for n in message_samples("de") if not n.startswith("reminder") and n not in ALIKE}
    pages = set(page_samples("de")) - set(ALIKE_WHYS)
    assert drawn == {*pages, *mails, *(f"text_{name}" for name in TONED)}, "run make gallery"
    listed = re.findall(r"!\[[^]]*]\(([^)]*)\)", (GALLERY / "README.md").read_text("utf-8"))
    assert len(listed) == len(set(listed))
    assert {GALLERY / name for name in listed} == set(GALLERY.rglob("*.webp"))


def test_every_channel_that_writes_first_stands_in_the_gallery_in_every_tone():
    known = {channel.terms.kind for channel in registry.collect(channels, "CHANNEL").values()} - ANSWERS_ONLY
    assert {channel for channel, _ in channel_samples("de")} == known
    assert set(channel_samples("de")) == {(channel, tone) for channel in known for tone in Tone}
    drawn = {picture.stem for picture in (GALLERY / "channels").glob("*.webp")}
    assert drawn == {f"{channel}.{tongue}" for channel in known for tongue in ("de", "de-simple", "ar")}


def test_every_page_of_the_desk_is_drawn():
    shown = {tuple(picture.stem.split(".")) for picture in (GALLERY / "desk").glob("*.webp")}
    samples = desk_samples("de")
    assert {samples[name].template for name, _, _ in shown} == {view.template for view in samples.values()}
    assert {("matter", "de", shape) for shape in ("desk", "lamp", "phone")} <= shown
    assert {language for _, language, _ in shown} == {"de", "en"}


def test_the_gallery_stays_small():
    assert sum(file.stat().st_size for file in GALLERY.rglob("*") if file.is_file()) < MOST


def test_every_picture_the_readme_shows_is_there():
    readme = GALLERY.parents[1] / "README.md"
    shown = re.findall(r"\((docs/gallery/[^)]*)\)", readme.read_text("utf-8"))
    assert shown and [name for name in shown if not (readme.parent / name).is_file()] == []
