"""What a JPEG says of itself, taken off without touching the picture."""

# Without these a decoder shows wrong colours: JFIF's and Adobe's. A profile may go: a PDF brings its own.
KEPT_APPS = {0xE0, 0xEE}
COMMENT = 0xFE
SCAN = 0xDA


def without_tags(jpeg: bytes) -> bytes:
    """The same picture without Exif, place, XMP, IPTC, previews and comments.

    Nothing is opened: segments are passed over up to the first scan. What is no JPEG comes back empty, since
    nobody can say what it would tell.
    """
    if not jpeg.startswith(b"\xff\xd8"):
        return b""
    kept, at = [b"\xff\xd8"], 2
    while at + 4 <= len(jpeg):
        if jpeg[at] != 0xFF:
            return b""
        mark = jpeg[at + 1]
        if mark == 0xFF:
            at += 1
            continue
        if mark == SCAN:
            end = jpeg.rfind(b"\xff\xd9")
            return b"".join((*kept, jpeg[at : end + 2] if end > at else jpeg[at:]))
        length = int.from_bytes(jpeg[at + 2 : at + 4])
        app = 0xE0 <= mark <= 0xEF
        if not (mark == COMMENT or (app and mark not in KEPT_APPS)):
            kept.append(jpeg[at : at + 2 + length])
        at += 2 + length
    return b""
