"""The rows of the sample that are wrong on purpose, and what intake is to say of each (docs/claims.md)."""

from dataclasses import dataclass

from .creditors import ENERGY_ID, SHOES_ID


@dataclass(frozen=True)
class Slip:
    """In data row `row` (from 0) the cell under `header` says `text`; an empty header adds a cell too many.
    `reason` is that of the quarantine or, where the row is taken all the same, its flag ("" for none)."""

    row: int
    header: str
    text: str
    reason: str
    taken: bool = False


SLIPS: dict[str, tuple[Slip, ...]] = {
    ENERGY_ID: (
        Slip(12, "Hauptforderung", "148.20", "amount_form"),
        Slip(34, "Rechnung vom", "2026-09-01", "date_form"),
        Slip(58, "PLZ", "1067", "postcode_form"),
        Slip(66, "Fällig am", "31.02.2026", "date_form"),
        Slip(71, "E-Mail", "b.krüger(at)example.com", "bad_email", taken=True),
        Slip(83, "Mobil", "030 23125 777", "landline", taken=True),
        Slip(90, "Mobil", "0171/392", "bad_phone", taken=True),
    ),
    SHOES_ID: (
        Slip(9, "open_amount", "0.00", "amount_not_positive"),
        Slip(15, "items", "=HYPERLINK(0) Sneaker", "", taken=True),
        Slip(26, "order_id", "FL0310296", "twin_claim"),
        Slip(44, "full_name", "", "missing"),
        Slip(62, "kind", "Kunde", "not_a_choice"),
        Slip(77, "", "one cell too many", "column_count"),
        Slip(88, "full_name", "Mei \u202eChen", "characters_removed", taken=True),
    ),
}
