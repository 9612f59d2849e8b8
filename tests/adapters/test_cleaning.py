"""Strangers' files: what they show stays, what else they carry is gone, and none of them ends us."""

from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader

from chalicelib.adapters.documents.apart import clean_apart
from chalicelib.adapters.documents.cleaning import clean, kind_of
from chalicelib.adapters.documents.jpeg_tags import without_tags
from chalicelib.adapters.documents.pictures import LONGEST_SIDE
from chalicelib.domain.evidence import LARGEST, MOST_PAGES, EvidenceProblem
from chalicelib.ports import Cleaned

from . import files_to_clean as files

TELLING = (files.SECRET.encode(), b"Marta", b"Kamera", b"Exif", b"ICC_PROFILE", b"adobe:ns", b"script", b"tEXt")


def opened(cleaned):
    assert isinstance(cleaned, Cleaned), cleaned
    return Image.open(BytesIO(cleaned.content))


def near(point, colour):
    return all(abs(a - b) < 30 for a, b in zip(point, colour, strict=True))


@pytest.mark.parametrize("send", [files.photo, files.png, files.polyglot])
def test_a_picture_keeps_what_it_shows_and_nothing_it_tells(send):
    raw = send()
    assert files.SECRET.encode() in raw
    cleaned = clean(raw)
    picture = opened(cleaned)
    assert picture.size == (400, 200)
    assert near(picture.convert("RGB").getpixel((5, 5)), files.TOP_LEFT)
    assert near(picture.convert("RGB").getpixel((395, 195)), files.BOTTOM_RIGHT)
    assert not picture.getexif() and not {"exif", "xmp", "comment", "icc_profile", "Author"} & picture.info.keys()
    assert [word for word in TELLING if word in cleaned.content] == []


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_taken_sideways_stands_upright_and_says_so_no_more(orientation):
    turned = {6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270, 3: Image.Transpose.ROTATE_180}
    undone = {
        **turned,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        7: Image.Transpose.TRANSVERSE,
    }
    upright = files.drawing()
    held = upright.transpose(undone[orientation]) if orientation in undone else upright
    picture = opened(clean(files.saved(held, "JPEG", exif=files.gps_exif(orientation))))
    assert picture.size == (400, 200)
    assert near(picture.getpixel((5, 5)), files.TOP_LEFT)
    assert near(picture.getpixel((395, 195)), files.BOTTOM_RIGHT)
    assert not picture.getexif()


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "I;16"])
def test_a_png_of_any_kind_comes_out_in_plain_colour(mode):
    drawing = files.drawing()
    if mode == "I;16":
        drawing = drawing.convert("L").convert("I").point(lambda shade: shade * 257).convert("I;16")
    else:
        drawing = drawing.convert(mode)
    cleaned = clean(files.saved(drawing, "PNG"))
    picture = opened(cleaned)
    assert (cleaned.media_type, picture.mode) == ("image/png", "RGB")
    assert picture.getpixel((200, 100)) == (255, 255, 255)
    assert max(picture.crop((0, 0, 100, 60)).resize((1, 1)).getpixel((0, 0))[1:]) < 200


def test_what_is_see_through_becomes_white_paper():
    glass = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    for kind in ("PNG", "WEBP"):
        cleaned = clean(files.saved(glass, kind))
        assert cleaned.media_type == "image/png"
        assert opened(cleaned).getpixel((20, 20)) == (255, 255, 255)


@pytest.mark.parametrize(("kind", "mode"), [("WEBP", "RGB"), ("JPEG", "CMYK"), ("JPEG", "L")])
def test_a_photo_of_any_kind_comes_out_as_a_jpeg(kind, mode):
    cleaned = clean(files.saved(files.drawing().convert(mode), kind))
    assert (cleaned.media_type, opened(cleaned).mode) == ("image/jpeg", "RGB")


def test_of_a_picture_that_moves_the_first_moment_is_kept():
    frames = [files.drawing(), Image.new("RGB", (400, 200), "black")]
    moving = files.saved(frames[0], "WEBP", save_all=True, append_images=frames[1:])
    assert near(opened(clean(moving)).getpixel((200, 100)), (255, 255, 255))


def test_a_large_photo_is_made_smaller_and_keeps_its_shape():
    picture = opened(clean(files.photo(width=6000, height=3000)))
    assert picture.size == (LONGEST_SIDE, LONGEST_SIDE // 2)


NOT_ONE = EvidenceProblem.NOT_A_PICTURE_OR_PDF


@pytest.mark.parametrize(
    ("what", "made", "problem"),
    [
        ("nothing", lambda: b"", EvidenceProblem.UNREADABLE),
        ("a mark alone", lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 99, EvidenceProblem.UNREADABLE),
        ("a heading alone", lambda: b"%PDF-1.7\nnothing else", EvidenceProblem.UNREADABLE),
        ("half a photo", lambda: files.photo()[:2000], EvidenceProblem.UNREADABLE),
        ("the head of a photo", lambda: files.photo()[:300], EvidenceProblem.UNREADABLE),
        ("half a drawing", lambda: files.png()[:700], EvidenceProblem.UNREADABLE),
        ("too many bytes", lambda: files.photo() + b"\0" * LARGEST, EvidenceProblem.TOO_LARGE),
        ("too many points", files.bomb, EvidenceProblem.TOO_LARGE),
        ("a page", lambda: b"<!doctype html><html><body>foto.jpg</body></html>", NOT_ONE),
        ("a GIF", lambda: b"GIF89a" + b"\0" * 99, NOT_ONE),
        ("a zip", lambda: b"PK\x03\x04" + b"\0" * 99, NOT_ONE),
        ("a telephone's own", files.heic, NOT_ONE),
        ("a locked paper", files.locked_pdf, EvidenceProblem.LOCKED),
        ("too many pages", lambda: files.plain_pdf(MOST_PAGES + 1), EvidenceProblem.TOO_LONG),
        ("a paper without end", files.endless_pdf, EvidenceProblem.UNREADABLE),
    ],
)
def test_what_cannot_be_kept_says_why(what, made, problem):
    assert clean(made()) is problem, what


def test_a_picture_is_read_as_what_it_begins_with_and_as_nothing_else():
    assert kind_of(b"%!PS-Adobe-3.0 EPSF-3.0\n" + files.photo()) is None
    assert kind_of(b"II*\0" + files.photo()) is None
    # A TIFF within a JPEG's name gets no decoder of its own.
    tiff = files.saved(files.drawing(), "TIFF")
    assert clean(b"\xff\xd8\xff" + tiff) is EvidenceProblem.UNREADABLE


def test_a_pdf_shows_its_pages_and_acts_attaches_and_tells_no_more():
    raw = files.armed_pdf()
    cleaned = clean(raw)
    assert isinstance(cleaned, Cleaned) and cleaned.pages == 1
    reader = PdfReader(BytesIO(cleaned.content))
    assert "Rechnung" in reader.pages[0].extract_text()
    assert [word for word in TELLING if word in cleaned.content] == []
    for word in (b"/JS", b"/JavaScript", b"/OpenAction", b"/AA", b"/A ", b"/Launch", b"/URI", b"/EmbeddedFile"):
        assert word in raw.replace(b"/A\n", b"/A ") and word not in cleaned.content, word
    for word in (b"/Metadata", b"/Names", b"/PieceInfo", b"/Info", b"/Filespec", b"/Link", b"/FileAttachment"):
        assert word not in cleaned.content, word
    assert reader.attachments == {}
    assert reader.metadata is None


def test_what_was_filled_into_a_form_stays_to_be_seen_and_what_was_hidden_goes():
    cleaned = clean(files.armed_pdf())
    (note,) = PdfReader(BytesIO(cleaned.content)).pages[0]["/Annots"]
    note = note.get_object()
    assert set(note) == {"/Type", "/Subtype", "/Rect", "/F", "/AP"}
    assert note["/Subtype"] == "/Stamp"
    assert b"Feldwert" in note["/AP"]["/N"].get_object().get_data()
    assert b"Versteckt" not in cleaned.content


def test_a_photo_within_a_pdf_is_the_same_photo_and_says_no_more_where_it_was_taken():
    page = PdfReader(BytesIO(clean(files.armed_pdf()).content)).pages[0]
    inner = page["/Resources"]["/XObject"]["/Im1"]._data
    assert Image.open(BytesIO(inner)).tobytes() == Image.open(BytesIO(files.photo())).tobytes()
    assert not Image.open(BytesIO(inner)).getexif()


def test_taking_the_tags_off_a_jpeg_leaves_the_picture_as_it_was():
    for raw in (files.photo(), files.saved(files.drawing(), "JPEG", progressive=True, exif=files.gps_exif())):
        bare = without_tags(raw + files.SECRET.encode())
        assert Image.open(BytesIO(bare)).tobytes() == Image.open(BytesIO(raw)).tobytes()
        assert [word for word in TELLING if word in bare] == []
    assert without_tags(b"no jpeg") == without_tags(b"\xff\xd8\xff\xe1\xff\xff") == b""


def test_a_file_is_opened_in_a_process_apart_with_the_same_answer():
    for raw in (files.photo(), files.plain_pdf(2), files.locked_pdf()):
        assert clean_apart(raw) == clean(raw)


def test_a_file_that_takes_too_long_or_too_much_is_called_dangerous():
    wide = files.saved(files.drawing(9200, 6900, "RGBA"), "PNG")
    assert clean_apart(wide, seconds=0.01) is EvidenceProblem.DANGEROUS
    assert clean_apart(wide, memory=300_000_000) is EvidenceProblem.DANGEROUS
    assert isinstance(clean_apart(wide, seconds=120), Cleaned), "a busy machine is not a dangerous file"
