"""The local AWS as a process: ministack on loopback, with snapshots and a little window on what it is doing.

Started by the launcher as `python -m local.aws`, with its settings in the environment (`settings` below).
Beside the AWS services it answers, on the same port:

GET  /_local/activity  functions running, messages waiting, stream records unread, the next planned contact,
                       and the last of those that leave with it
GET  /_local/attached  the files that came with mails, by the mail's id
POST /_local/hold      no snapshots until released (a deployment is going on)
POST /_local/release   snapshots again, one at once
POST /_local/save      one snapshot now
"""

import asyncio
import gc
import json
import os
import threading
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from local.places import LOOPBACK, Places

SECONDS_BETWEEN_TICKS = 1  # of EventBridge Scheduler and rules; ministack's own is 10
# What is due at one hour leaves over a window (domain/pace.py), the longest of which is shorter than this.
WAVE = 40 * 60


def settings(places: Places, *, enforce_iam: bool) -> dict[str, str]:
    """The environment of the local AWS: loopback only, its state in the stack's own folder."""
    root = places.aws.resolve()
    return {
        "BIND_HOST": LOOPBACK,
        "GATEWAY_PORT": str(places.ports()["aws"]),
        "MINISTACK_HOST": "localhost",
        "MINISTACK_REGION": "eu-central-1",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(root / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(root / "objects"),
        "TMPDIR": str(root / "tmp"),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
        # Idle workers are told by the stack's clock; a jump of a day must not end them all.
        "LAMBDA_WARM_TTL_SECONDS": str(10**9),
        "AUTH": "true" if enforce_iam else "false",
    }


class Window:
    """The ASGI app in front of ministack: counts requests and answers the paths under /_local/.

    With `as_tls`, requests count as encrypted: where policies are enforced, the bucket refuses any other, and
    on loopback there is nobody to hide from.
    """

    def __init__(self, ministack: Any, snapshots: Any, *, as_tls: bool) -> None:
        self._ministack = ministack
        self._snapshots = snapshots
        self._as_tls = as_tls

    async def __call__(self, scope: dict, receive: Any, send: Any) -> None:
        path = scope.get("path", "")
        if scope["type"] == "http" and path.startswith("/_local/"):
            await _answer(send, await self._own(scope["method"], path))
            return
        if scope["type"] == "http" and not path.startswith("/_ministack/"):
            self._snapshots.requests += 1
        await self._ministack({**scope, "scheme": "https"} if self._as_tls else scope, receive, send)

    async def _own(self, method: str, path: str) -> dict | None:
        match method, path:
            case "GET", "/_local/activity":
                return activity()
            case "GET", "/_local/attached":
                from local import attachments

                return attachments.by_message()
            case "POST", "/_local/hold":
                await asyncio.to_thread(self._snapshots.hold)
                return {"held": True}
            case "POST", "/_local/release":
                return {"saved": await asyncio.to_thread(self._snapshots.release)}
            case "POST", "/_local/save":
                return {"saved": await asyncio.to_thread(self._snapshots.take)}
        return None


async def _answer(send: Any, body: dict | None) -> None:
    status = 404 if body is None else 200
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(body).encode()})


def activity() -> dict:
    """What is going on right now. `waiting` counts only messages that a function would take at once: one
    that waits for its next try is at rest until time moves on."""
    from ministack.services import lambda_svc, scheduler, sqs

    now = datetime.now(UTC).timestamp()
    due = sorted(
        moment
        for scope, schedule in list(scheduler._schedules._data.items())
        if schedule.get("State") == "ENABLED"
        and scope not in scheduler._schedule_last_fired
        and (moment := scheduler._at_time_epoch(schedule.get("ScheduleExpression", ""))) is not None
    )
    consumed = {mapping.get("EventSourceArn") for _, _, mapping in lambda_svc._iter_all_esms()}
    waiting = sum(
        message.get("visible_at", 0) <= now
        for queue in list(sqs._queues._data.values())
        if queue.get("attributes", {}).get("QueueArn") in consumed
        for message in list(queue.get("messages", []))
    )
    return {
        "running": lambda_svc.executions_in_flight()[0] + sum(lambda_svc._esm_inflight.values()),
        "waiting": waiting,
        "unread": _unread(),
        "due": sum(moment <= now for moment in due),
        "planned": len(due),
        "next": datetime.fromtimestamp(due[0], UTC).isoformat() if due else None,
        "wave": datetime.fromtimestamp(max(m for m in due if m <= due[0] + WAVE), UTC).isoformat()
        if due
        else None,
        "now": datetime.fromtimestamp(now, UTC).isoformat(),
    }


def _unread() -> int:
    """Stream records that a function has still to read."""
    from ministack.services import dynamodb

    from local.gaps import read_positions

    unread = 0
    for scope, position in read_positions().items():
        kept = dynamodb._stream_records._data.get(scope) or []
        unread += max(0, dynamodb._stream_trimmed._data.get(scope, 0) + len(kept) - position)
    return unread


def main() -> None:
    root = Path(os.environ["STATE_DIR"]).parent
    # ministack reads settings and stored objects while it is imported: the state must lie ready before.
    from local.recovery import recover

    recover(root)
    import ministack.app
    from hypercorn.asyncio import serve
    from hypercorn.config import Config
    from ministack.services import eventbridge, scheduler

    from local import gaps, workers
    from local.snapshots import Snapshots
    from local.under_clock import listen

    # Every tick and every look of ours reads every schedule: each is parsed once, not each second.
    scheduler._at_time_epoch = lru_cache(maxsize=100_000)(scheduler._at_time_epoch)
    # All it holds stays: looking through two gigabytes for garbage stops it for a second, and finds nothing.
    gc.set_threshold(100_000, 50, 1_000)
    scheduler._SCHEDULE_TICK_INTERVAL = SECONDS_BETWEEN_TICKS
    eventbridge._SCHEDULER_TICK_INTERVAL = SECONDS_BETWEEN_TICKS
    snapshots = Snapshots(root)
    gaps.fill()
    workers.keep_few()
    workers.share_between_workers(root / "unpacked")
    # ministack's own save at shutdown writes file by file; ours is whole or not at all.
    ministack.app.save_all = lambda services: snapshots.take()
    threading.Thread(target=snapshots.keep_taking, daemon=True, name="snapshots").start()

    # Workers were started with the old time; and on AWS, too, none outlives a day.
    listen(root.parent / "clock", around=workers.begin_anew)

    config = Config()
    config.bind = [f"{LOOPBACK}:{os.environ['GATEWAY_PORT']}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 1
    config.loglevel = "WARNING"
    asyncio.run(serve(Window(ministack.app.app, snapshots, as_tls=ministack.app.AUTH), config))


if __name__ == "__main__":
    main()
