"""Acts without a function of their own, or at another hour than the machine's: each takes an event like one."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from chalicelib import wiring
from chalicelib.actions.close_task import close_task
from chalicelib.actions.send_contact import send_contact
from chalicelib.actions.watch_over import watch_over

Event = dict[str, Any]


def send(event: Event, context: Any) -> str:
    """One contact at its hour. What the queue would bring back is raised."""
    now = datetime.fromisoformat(event["now"])
    where = (event["creditor"], event["debtor"], event["contact"])
    return send_contact(*where, desk=wiring.desk(), now=now).value


def close(event: Event, context: Any) -> bool:
    """A person has answered; they say so again where they were told of trouble."""
    return close_task(
        event["creditor"],
        event["debtor"],
        event["task"],
        store=wiring.store(),
        scheduler=wiring.scheduler(),
        policies=wiring.policies(),
        strategies=wiring.strategies(),
        now=wiring.clock(),
    )


class NightFailed(Exception):
    """A part of the run failed: it is tried again."""


def night(event: Event, context: Any) -> Event:
    """The nightly run of these creditors at its hour; as its function does, it fails where a part of it did."""
    found = watch_over(
        event["creditors"],
        watch=wiring.watch(),
        store=wiring.store(),
        gateway=wiring.gateway(),
        scheduler=wiring.scheduler(),
        policies=wiring.policies(),
        strategies=wiring.strategies(),
        publish=wiring.bus().publish,
        forget=wiring.forgetter(),
        now=datetime.fromisoformat(event["now"]),
    )
    if found.failed:
        raise NightFailed(found.failed) from found.failed[0][1]
    return asdict(found)
