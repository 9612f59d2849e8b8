"""Writes the table of the bundled strategies into docs/strategies.md: `python tools/strategies.py`."""

from pathlib import Path

from chalicelib import registry
from chalicelib.domain import strategies
from chalicelib.presentation.i18n import locale
from infra.dry_run_settings import said
from infra.dry_run_words import WORDS

GUIDE = Path(__file__).parent.parent / "docs" / "strategies.md"
HEAD = "|  | gentle | balanced | swift | loyalty_first |"
ORDER = ("gentle", "balanced", "swift", "loyalty_first")


def table() -> str:
    """Every setting of each, side by side, in the words of a dry run's report."""
    words, bundled = WORDS["en"], registry.collect(strategies, "STRATEGY")
    columns = [said(bundled[name], words, locale("en")) for name in ORDER]
    rows = [
        f"| {words['names'][name]} | {' | '.join(column[name] for column in columns)} |"
        for name in columns[0]
        if name != "kinder"
    ]
    return "\n".join((HEAD, "|---|---|---|---|---|", *rows))


def with_table(text: str) -> str:
    """The guide with its table as the code has it now."""
    before, _, rest = text.partition(HEAD)
    _, _, after = rest.partition("\n\n")
    return f"{before}{table()}\n\n{after}"


if __name__ == "__main__":
    GUIDE.write_text(with_table(GUIDE.read_text("utf-8")), "utf-8")
