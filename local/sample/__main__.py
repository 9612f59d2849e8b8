"""python -m local.sample OUT_DIR --public-url URL: write the sample as it would lie in the bucket.

OUT_DIR/creditors/<id>.yaml and OUT_DIR/inbox/<id>/<file>.csv. The same day and address always give the same
bytes. Put the creditors into the bucket before their files.
"""

import argparse
import random
import sys
from datetime import date
from pathlib import Path

from chalicelib.adapters.batches.creditor_file import read_creditor
from chalicelib.domain import policies
from chalicelib.domain import strategies as house_strategies
from chalicelib.domain.iban import with_check_digits
from chalicelib.domain.parties import Creditor
from chalicelib.registry import collect

from . import creditors
from .matters import ENERGY, GARDEN, SHOES, Trade, claims, with_histories
from .people import WESTERN, WORLD, people
from .slips import SLIPS
from .writing import file_of

SEED = 20261121
CLAIMS = 100
DEBTORS = 91
# The collector's batch is a small one: fewer numbers are left of those kept for fiction.
FEW_CLAIMS, FEW_DEBTORS = 12, 11


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m local.sample", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--public-url", required=True, help="origin under which the pages are reached")
    parser.add_argument("--today", type=date.fromisoformat, default=date.today())
    wanted = parser.parse_args()
    for path in write_sample(wanted.out, wanted.public_url, wanted.today):
        print(path)
    return 0


def write_sample(out: Path, public_url: str, today: date) -> list[Path]:
    """Write the creditors, and the files of those that have claims; the paths, creditors first."""
    rng = random.Random(SEED)
    settings = {
        creditors.ENERGY_ID: creditors.ENERGY.substitute(
            public_url=public_url, iban=with_check_digits("DE", "990001010004711020")
        ),
        creditors.SHOES_ID: creditors.SHOES.substitute(
            public_url=public_url, iban=with_check_digits("DE", "990002020000815030")
        ),
        creditors.PLAIN_ID: creditors.PLAIN.substitute(
            public_url=public_url, iban=with_check_digits("DE", "990003030000123456")
        ),
        creditors.COLLECTOR_ID: creditors.COLLECTOR.substitute(
            public_url=public_url,
            iban=with_check_digits("DE", "990004040000720010"),
            payout_iban=with_check_digits("DE", "990005050000810020"),
        ),
    }
    mobiles = {
        creditors.ENERGY_ID: [f"0171 39200{place:02d}" for place in range(100)],
        creditors.SHOES_ID: [f"+49 176 040690{place:02d}" for place in range(100)],
        creditors.COLLECTOR_ID: [
            *(f"0171 39200{place:02d}" for place in range(DEBTORS, 100)),
            *(f"0176 040690{place:02d}" for place in range(DEBTORS, 100)),
        ],
    }
    kinds = {
        creditors.ENERGY_ID: (ENERGY, WESTERN, "K", DEBTORS, CLAIMS),
        creditors.SHOES_ID: (SHOES, WORLD, "c-", DEBTORS, CLAIMS),
        creditors.COLLECTOR_ID: (GARDEN, WESTERN, "B", FEW_DEBTORS, FEW_CLAIMS),
    }
    files = {}
    for id, (trade, origins, prefix, debtors, many) in kinds.items():
        who = list(people(rng, debtors, origins, prefix, mobiles[id], today))
        files[id] = _claims_file(rng, _creditor(settings[id], id), trade, who, many, today)
    _creditor(settings[creditors.PLAIN_ID], creditors.PLAIN_ID)
    paths = [_write(out / "creditors" / f"{id}.yaml", text.encode()) for id, text in settings.items()]
    name = f"claims-{today.isoformat()}.csv"
    return paths + [_write(out / "inbox" / id / name, body) for id, body in files.items()]


def _claims_file(rng: random.Random, creditor: Creditor, trade: Trade, who: list, many: int, today: date) -> bytes:
    rows = with_histories(list(claims(rng, trade, who, many, today)), today)
    return file_of(rows, creditor.profile, SLIPS.get(creditor.id, ()))


def _creditor(text: str, id: str) -> Creditor:
    """The settings as intake reads them, so that a sample that could not be loaded is never written."""
    countries, strategies = collect(policies, "POLICY"), collect(house_strategies, "STRATEGY")
    answer = read_creditor(text.encode(), id, countries=countries, strategies=strategies)
    if not isinstance(answer, Creditor):
        raise SystemExit(f"the sample's own settings are refused: {answer}")
    return answer


def _write(path: Path, body: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return path


if __name__ == "__main__":
    sys.exit(main())
