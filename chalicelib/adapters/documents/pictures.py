"""Pictures drawn anew from their points: no place, no camera, no hidden preview, nothing behind the last point."""

from io import BytesIO

from PIL import Image, ImageOps

from ...domain.evidence import EvidenceProblem
from ...ports import Cleaned

LONGEST_SIDE = 2400  # points: a whole A4 page stays readable
MOST_POINTS = 64_000_000  # the largest phone camera that is not a curiosity, and about 256 MB once opened
QUALITY = 85


def clean_picture(raw: bytes, kind: str) -> Cleaned | EvidenceProblem:
    """The picture upright, at most LONGEST_SIDE long; a JPEG where there was a photo, else a PNG.

    `kind` (JPEG, PNG or WEBP) is the only decoder that gets to see the file. The size it claims is judged before
    a single point is opened.
    """
    try:
        with Image.open(BytesIO(raw), formats=[kind]) as picture:
            if picture.width * picture.height > MOST_POINTS:
                return EvidenceProblem.TOO_LARGE
            return _drawn_anew(picture, kind)
    except Image.DecompressionBombError:
        return EvidenceProblem.TOO_LARGE
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a decoder stumbles over a broken file in any way it likes
        return EvidenceProblem.UNREADABLE


def _drawn_anew(picture: Image.Image, kind: str) -> Cleaned:
    if kind == "JPEG":
        picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    turned = picture.getexif().get(0x0112, 1)
    seen = _in_colour(picture)
    seen.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    # A fresh sheet: a copy of the old one would take along what was noted on it.
    sheet = Image.new("RGB", seen.size, "white")
    sheet.paste(seen, mask=seen.getchannel("A") if seen.mode == "RGBA" else None)
    if turned in range(2, 9):
        sheet.getexif()[0x0112] = turned
        sheet = ImageOps.exif_transpose(sheet)
        sheet.info.clear()
    photo = kind == "JPEG" or (kind == "WEBP" and seen.mode == "RGB")
    out = BytesIO()
    if photo:
        sheet.save(out, "JPEG", quality=QUALITY, exif=b"", comment=b"")
    else:
        sheet.save(out, "PNG", exif=b"", icc_profile=None)
    return Cleaned("image/jpeg" if photo else "image/png", out.getvalue())


def _in_colour(picture: Image.Image) -> Image.Image:
    """RGB, or RGBA where parts are see-through."""
    if picture.mode.startswith("I"):
        # 16 bits of grey: their upper half is what an eye sees.
        return picture.convert("I").point([shade // 256 for shade in range(65536)], "L").convert("RGB")
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")
