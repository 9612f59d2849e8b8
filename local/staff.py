"""The sample's staff: at the identity double, where one click signs them in, and on the list of who works here.

The first time they come by the operators' door, as the first people of a real installation do.
"""

from contextlib import suppress
from http import HTTPStatus
from typing import Any

from botocore.exceptions import ClientError

from infra.refusals import in_words
from local.deployment import DESK_SECRET
from local.people import ask
from local.places import Places, Trouble, write_json

WEEK = "Mon-Fri 7:00-20:00; Sat 9:00-14:00"
# id at the double -> what is said of somebody at the operators' door, and what their button tells
PEOPLE: dict[str, dict[str, str]] = {
    "jana": {"name": "Jana Brandt", "roles": "agent", "languages": "de,tr,en", "what": "Agent: German, Turkish"},
    "tom": {"name": "Tom Okafor", "roles": "agent", "languages": "en,fr", "what": "Agent: English, French"},
    "lena": {"name": "Lena Vogt", "roles": "lead", "languages": "de,en", "what": "Leads the team"},
    "rafael": {"name": "Rafael Kern", "roles": "reader", "what": "Reads for the creditors"},
    "olga": {"name": "Olga Petersen", "roles": "operator", "what": "Keeps the house"},
    "amir": {"name": "Amir Haddad", "roles": "auditor", "what": "Audits"},
}
SAID = ("name", "roles", "languages")
TRIES = 3


class Unanswered(Trouble):
    """Nobody answered at the operators' door: what was asked may be done or not."""


def open_desk(places: Places, creditors: list[str], manager: Any) -> None:
    """Give the stack its client's secret, and put on the list whoever is not there yet."""
    with suppress(manager.exceptions.ResourceExistsException):
        manager.create_secret(Name=DESK_SECRET, SecretString=places.identity_client()["secret"])
    write_json(places.staff, {sub: _at_the_double(sub) for sub in PEOPLE})
    for left in reversed(range(TRIES)):
        try:
            _put_on_the_list(places, ",".join(creditors))
            break
        except Unanswered:
            # The list says what was done: each look begins there.
            if not left:
                raise
        except (ClientError, KeyError) as trouble:
            raise Trouble(f"the desk could not be staffed: {trouble}") from trouble


def _put_on_the_list(places: Places, creditors: str) -> None:
    """Add whoever the list lacks, and say for whom they work where that has changed."""
    held = {one["email"]: one for one in _asked(places, "staff", {})["staff"]}
    for sub, one in PEOPLE.items():
        known = held.get(_address(sub))
        if known is None:
            said = {name: one[name] for name in SAID if name in one}
            more = {"creditors": creditors, "team": "front", "shifts": WEEK, "email": _address(sub)}
            _asked(places, "staff-add", {**said, **more})
        elif ",".join(known.get("creditors", [])) != creditors and not known.get("left_at"):
            _asked(places, "staff-change", {"member": known["id"], "creditors": creditors})


def _address(sub: str) -> str:
    return f"{sub}@desk.example"


def _at_the_double(sub: str) -> dict[str, Any]:
    one = PEOPLE[sub]
    return {"sub": sub, "name": one["name"], "email": _address(sub), "email_verified": True, "what": one["what"]}


def _asked(places: Places, command: str, said: dict[str, str]) -> dict[str, Any]:
    status, answer = ask(places, "operator", "_all", command, said)
    if status >= HTTPStatus.BAD_REQUEST:
        trouble = Unanswered if status >= HTTPStatus.INTERNAL_SERVER_ERROR else Trouble
        raise trouble(f"the desk could not be staffed: {command}: {in_words(answer)}")
    return answer
