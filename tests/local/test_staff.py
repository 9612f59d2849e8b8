"""The sample's staff come on the list once, however the operators' door answers meanwhile."""

import secrets

import pytest

from local import staff
from local.places import Places, Trouble

GATEWAY = (504, {"said": "not_answered"})


class Manager:
    """Keeps the one secret that is given to it."""

    class exceptions:  # noqa: N801 - as boto3 writes it
        class ResourceExistsException(Exception): ...

    def create_secret(self, **kept: str) -> None:
        if hasattr(self, "kept"):
            raise self.exceptions.ResourceExistsException
        self.kept = kept


class Door:
    """The operators' door: `swallowed` counts the acts that are done, and answered by the gateway instead."""

    def __init__(self, swallowed: int) -> None:
        self.swallowed = swallowed
        self.held: list[dict] = []

    def __call__(self, places, name, creditor, command, said):
        if command == "staff-add":
            self.held.append({"id": secrets.token_hex(4), **said, "creditors": said["creditors"].split(",")})
        if command == "staff":
            return 200, {"staff": list(self.held)}
        if self.swallowed:
            self.swallowed -= 1
            return GATEWAY
        return 200, {"said": "done"}


def opened(monkeypatch, tmp_path, swallowed: int) -> Door:
    door = Door(swallowed)
    monkeypatch.setattr(staff, "ask", door)
    staff.open_desk(Places(tmp_path), ["musterladen"], Manager())
    return door


def test_an_act_whose_answer_was_lost_is_not_done_twice(monkeypatch, tmp_path):
    door = opened(monkeypatch, tmp_path, swallowed=2)
    assert sorted(one["email"] for one in door.held) == sorted(f"{sub}@desk.example" for sub in staff.PEOPLE)


def test_a_door_that_stays_shut_is_told_in_words(monkeypatch, tmp_path):
    with pytest.raises(Trouble, match="staffed: staff-add: nobody answered, or only the gateway"):
        opened(monkeypatch, tmp_path, swallowed=3)
