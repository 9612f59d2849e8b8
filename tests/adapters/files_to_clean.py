"""Files as readers send them, and as nobody should: made here, so that each says what it hides."""

import struct
import zlib
from io import BytesIO

from PIL import Image, ImageDraw, PngImagePlugin, TiffImagePlugin
from pypdf import PdfWriter
from pypdf.annotations import FreeText, Link
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

SECRET = "Geheimnis-4711"
TOP_LEFT, BOTTOM_RIGHT = (220, 40, 40), (40, 40, 220)


def drawing(width=400, height=200, mode="RGB"):
    """A picture that knows which way is up: its upper left is red, its lower right blue."""
    picture = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, width // 3, height // 3), fill=TOP_LEFT)
    pen.rectangle((width - width // 3, height - height // 3, width, height), fill=BOTTOM_RIGHT)
    return picture.convert(mode)


def saved(picture, kind, **more):
    out = BytesIO()
    picture.save(out, kind, **more)
    return out.getvalue()


def gps_exif(orientation=1):
    """Where and with what a photo was taken."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x013B], exif[0x0112] = "Kamera GmbH", SECRET, "Marta Lindqvist", orientation
    place = exif.get_ifd(0x8825)
    degrees = tuple(TiffImagePlugin.IFDRational(number) for number in (52, 31, 12))
    place[1], place[2], place[3], place[4] = "N", degrees, "E", degrees
    return exif


def photo(orientation=1, **more):
    """A JPEG with place, camera, artist, XMP, a comment and a colour profile."""
    xmp = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{SECRET}</x:xmpmeta>".encode()
    return saved(
        drawing(**more),
        "JPEG",
        exif=gps_exif(orientation),
        xmp=xmp,
        comment=SECRET.encode(),
        icc_profile=b"\0" * 40 + SECRET.encode(),
    )


def png(mode="RGB", **more):
    """A PNG with words, Exif and time written into it, and a web page behind its end."""
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", SECRET)
    words.add_itxt("XML:com.adobe.xmp", SECRET)
    return saved(drawing(mode=mode, **more), "PNG", pnginfo=words, exif=gps_exif())


def polyglot():
    """A PNG that is a web page too, for whoever asks its end or its name."""
    return png() + f"<html><script>{SECRET}</script></html>PK\x03\x04".encode()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(side=40_000):
    """A small PNG that says it is `side` by `side`, and would be."""
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compressobj(9)
    row = b"\0" * (side // 8 + 1)
    body = b"".join(rows.compress(row * 100) for _ in range(side // 100)) + rows.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def written(writer):
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def stream(data, **entries):
    made = DecodedStreamObject()
    made.set_data(data)
    for key, value in entries.items():
        made[NameObject(f"/{key}")] = value
    return made


def page_saying(writer, words):
    """A page with these words on it."""
    page = writer.add_blank_page(595, 842)
    font = DictionaryObject(
        {
            NameObject("/" + k): NameObject("/" + v)
            for k, v in (("Type", "Font"), ("Subtype", "Type1"), ("BaseFont", "Helvetica"))
        }
    )
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
    )
    page[NameObject("/Contents")] = writer._add_object(stream(f"BT /F1 24 Tf 72 720 Td ({words}) Tj ET".encode()))
    return page


def plain_pdf(pages=1):
    writer = PdfWriter()
    for number in range(pages):
        page_saying(writer, f"Seite {number + 1}")
    return written(writer)


def javascript(code=f"app.alert('{SECRET}')"):
    return DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject(code)}
    )


def armed_pdf():
    """A PDF that runs, opens, attaches and tells, at every place where one can, with words on its page."""
    writer = PdfWriter()
    page = page_saying(writer, "Rechnung")
    writer.add_metadata({"/Author": "Marta Lindqvist", "/Title": SECRET})
    writer.root_object[NameObject("/OpenAction")] = javascript()
    writer.root_object[NameObject("/AA")] = DictionaryObject({NameObject("/WC"): javascript()})
    writer.add_attachment("anlage.exe", SECRET.encode())
    xmp = stream(f"<x>{SECRET}</x>".encode(), Type=NameObject("/Metadata"), Subtype=NameObject("/XML"))
    writer.root_object[NameObject("/Metadata")] = writer._add_object(xmp)
    page[NameObject("/Metadata")] = writer._add_object(xmp)
    page[NameObject("/AA")] = DictionaryObject({NameObject("/O"): javascript()})
    page[NameObject("/PieceInfo")] = DictionaryObject({NameObject("/X"): TextStringObject(SECRET)})
    writer.add_annotation(0, Link(rect=(0, 0, 99, 99), url=f"https://evil.example/{SECRET}"))
    writer.add_annotation(0, launching())
    writer.add_annotation(0, filed(writer))
    writer.add_annotation(0, FreeText(text="ohne Bild", rect=(9, 9, 99, 99)))
    for note in field(writer, "Feldwert", flags=4), field(writer, "Versteckt", flags=2):
        writer.add_annotation(0, note)
    picture(writer, page)
    return written(writer)


def launching():
    action = DictionaryObject(
        {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject(f"{SECRET}.exe")}
    )
    return note("/Screen", A=action)


def filed(writer):
    inner = writer._add_object(stream(SECRET.encode(), Type=NameObject("/EmbeddedFile")))
    spec = DictionaryObject({NameObject("/EF"): DictionaryObject({NameObject("/F"): inner})})
    return note("/FileAttachment", FS=spec, Contents=TextStringObject(SECRET))


def note(kind, **entries):
    made = DictionaryObject({NameObject("/Type"): NameObject("/Annot"), NameObject("/Subtype"): NameObject(kind)})
    made[NameObject("/Rect")] = ArrayObject([NumberObject(n) for n in (72, 600, 272, 640)])
    for key, value in entries.items():
        made[NameObject(f"/{key}")] = value
    return made


def field(writer, words, *, flags):
    """A filled-in field of a form, as it looks."""
    box = ArrayObject([NumberObject(n) for n in (0, 0, 200, 40)])
    font = DictionaryObject({NameObject("/F1"): NameObject("/Helvetica")})
    look = stream(
        f"BT 5 5 Td ({words}) Tj ET".encode(),
        Type=NameObject("/XObject"),
        Subtype=NameObject("/Form"),
        BBox=box,
        Resources=DictionaryObject({NameObject("/Font"): font}),
    )
    looks = DictionaryObject({NameObject("/N"): writer._add_object(look)})
    return note(
        "/Widget",
        AP=looks,
        F=NumberObject(flags),
        T=TextStringObject(SECRET),
        V=TextStringObject(words),
        AA=DictionaryObject({NameObject("/K"): javascript()}),
        A=javascript(),
    )


def picture(writer, page):
    """A photo on the page, which knows where it was taken."""
    shown = stream(
        photo(),
        Type=NameObject("/XObject"),
        Subtype=NameObject("/Image"),
        Width=NumberObject(400),
        Height=NumberObject(200),
        ColorSpace=NameObject("/DeviceRGB"),
        BitsPerComponent=NumberObject(8),
        Filter=NameObject("/DCTDecode"),
        Metadata=writer._add_object(stream(SECRET.encode())),
    )
    page["/Resources"][NameObject("/XObject")] = DictionaryObject({NameObject("/Im1"): writer._add_object(shown)})


def locked_pdf():
    writer = PdfWriter()
    page_saying(writer, "Kontoauszug")
    writer.encrypt("geheim", algorithm="RC4-128")
    return written(writer)


def endless_pdf():
    """A PDF whose table of objects is packed a hundred thousand times."""
    packed = zlib.compress(zlib.compress(b"\0" * 400_000_000, 9), 9)
    head = b"%PDF-1.5\n1 0 obj\n<</Type/XRef/Size 2/W[1 2 1]/Root 1 0 R/Filter[/FlateDecode/FlateDecode]/Length "
    body = head + str(len(packed)).encode() + b">>\nstream\n" + packed + b"\nendstream\nendobj\n"
    return body + b"startxref\n9\n%%EOF\n"


def heic():
    """The beginning of an iPhone's own picture format."""
    return struct.pack(">I", 24) + b"ftypheic" + b"\0\0\0\0mif1heic" + b"\0" * 200
