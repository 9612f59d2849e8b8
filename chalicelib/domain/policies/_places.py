"""Where a debtor may live by their address: every zone and every region that it leaves possible.

A postcode tells a region, a region its zones. Where it tells nothing, or several, all of them count: a message
goes out only when it is permitted in each.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from zoneinfo import ZoneInfo

from ..parties import Address
from ._figures import DATA


@dataclass(frozen=True)
class Place:
    """The zones that may be the debtor's own, and the regions whose holidays count; no region is any of them."""

    zones: tuple[ZoneInfo, ...]
    regions: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class Places:
    """A country's postcodes: `form` finds in one what `prefixes` knows, `regions` names the zones of each region.

    `nowhere` are postcodes behind which somebody may live in any zone of the world, or under another law.
    """

    form: re.Pattern[str]
    regions: Mapping[str, tuple[ZoneInfo, ...]]
    prefixes: Mapping[str, frozenset[str]]
    nowhere: frozenset[str]

    @property
    def anywhere(self) -> Place:
        """Any place of the country."""
        return replace(_in_regions(self, frozenset(self.regions)), regions=frozenset())

    def find(self, postcode: str) -> Place | None:
        """The place that a postcode tells; anywhere where it tells none, None where no zone can be named."""
        found = self.form.fullmatch(postcode.strip().upper())
        code = found[1] if found else ""
        for known in dict.fromkeys((code, code[:3])):
            if known in self.nowhere:
                return None
            if regions := self.prefixes.get(known):
                return _in_regions(self, regions)
        return self.anywhere


def place_of(table: str | None, zone: ZoneInfo, address: Address) -> Place | None:
    """Where somebody of this address may live; a country without a table of places has the one zone."""
    return _places(table).find(address.postcode) if table else Place((zone,))


def anywhere(table: str | None, zone: ZoneInfo) -> Place:
    """Any place of the country."""
    return _places(table).anywhere if table else Place((zone,))


@cache
def _in_regions(places: Places, regions: frozenset[str]) -> Place:
    zones = {zone for name in regions for zone in places.regions[name]}
    return Place(tuple(sorted(zones, key=lambda zone: zone.key)), regions)


@cache
def _places(name: str) -> Places:
    said = json.loads((DATA / name).read_text("utf-8"))
    regions = {name: tuple(map(ZoneInfo, zones)) for name, zones in said["regions"].items()}
    prefixes: dict[str, frozenset[str]] = {}
    for spans, named in said["prefixes"].items():
        for prefix in each_of(spans):
            prefixes[prefix] = frozenset(named)
    nowhere = frozenset(prefix for spans in said["nowhere"] for prefix in each_of(spans))
    return Places(re.compile(said["form"]), regions, prefixes, nowhere)


def each_of(spans: str) -> list[str]:
    """ "AB", or "750-799": every one from the first to the last; several with spaces between them."""
    found = []
    for span in spans.split():
        first, _, last = span.partition("-")
        found += [f"{n:0{len(first)}}" for n in range(int(first), int(last) + 1)] if last else [first]
    return found
