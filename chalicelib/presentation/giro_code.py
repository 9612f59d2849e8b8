"""A GiroCode: a transfer as a QR code that banking apps read (EPC069-12), drawn as SVG inside the page."""

from decimal import Decimal
from functools import lru_cache

from markupsafe import Markup

from ..domain.transfer import Transfer

# The quiet zone the standard asks for, in modules (ISO/IEC 18004); without it many cameras see nothing.
QUIET = 4


@lru_cache(maxsize=64)
def giro_code(transfer: Transfer) -> Markup:
    """The code as an inline SVG, dark on white in every theme. ValueError where the transfer is not scannable.

    Level M and at most version 13, as the standard wants. The library is loaded here only: no other page pays
    for it. Drawing takes as long as the rest of its page several times over, and a page that is opened again, or
    turned to another language, shows the same code: the last ones are kept.
    """
    from segno import helpers

    if not transfer.scannable:
        raise ValueError("this transfer does not fit a GiroCode")
    code = helpers.make_epc_qr(
        name=transfer.payee, iban=transfer.iban, amount=Decimal(transfer.amount) / 100, text=transfer.reference
    )
    drawn = code.svg_inline(
        border=QUIET, dark="#000", light="#fff", omitsize=True, svgclass="code", lineclass=None
    )
    return Markup(drawn.replace("<svg", '<svg aria-hidden="true" focusable="false"', 1))  # noqa: S704 - our own
