"""P4 for every page that is asked by GET: whoever looks changes nothing, with a Visit and without one."""

import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection

import pytest

from tests.journeys.claims import PAUL
from tests.journeys.walking import come_to_peace, whole_table

# A hundred times in process, for every route: tests/pages/test_routes_guard.py. Here it is the deployed package.
TIMES = 6
PLACES = (
    *("", "pay", "pay-all", "transfer?amount=1000", "thanks", "receipt", "later", "plan?amount=20", "offer"),
    *(
        "agreed",
        "calendar",
        "wrong?about=faulty",
        "evidence",
        "talk",
        "represent",
        "care",
        "complain",
        "choices",
        "points",
    ),
    *("helpers", "history", "why", "papers", "origin", "data", "forget", "not-me", "stop", "new-link"),
)
# What lies behind no Visit is answered by the door; nothing here is a mistake of the reader.
FINE = {200}


@pytest.mark.long
def test_P4_every_page_of_the_deployed_package_looked_at_again_and_again_changes_nothing(journey):
    page = journey.phone()
    link = journey.enter(page, PAUL)
    jar = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in page.context.cookies())
    assert "__Host-visit=" in jar
    come_to_peace(journey.stack)
    before = whole_table(journey.stack)
    where = urllib.parse.urlsplit(link)

    def look(place: str) -> dict[str, set[int]]:
        line = HTTPConnection(where.netloc, timeout=60)
        found = set()
        for time in range(TIMES):
            line.request("GET", f"{where.path}/{place}".rstrip("/"), headers={"Cookie": jar} if time % 2 else {})
            answer = line.getresponse()
            answer.read()
            found.add(answer.status)
        line.close()
        return {place: found}

    with ThreadPoolExecutor(4) as pool:
        looked = {place: seen for each in pool.map(look, PLACES) for place, seen in each.items()}
    assert {place: seen for place, seen in looked.items() if not seen <= FINE} == {}
    journey.settle()
    assert whole_table(journey.stack) == before
