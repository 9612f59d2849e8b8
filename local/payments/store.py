"""Everything the double knows, in one SQLite file: a kill loses nothing that was answered."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

TABLES = """
create table if not exists accounts (api_key text primary key, body text not null);
create table if not exists objects (
  seq integer primary key autoincrement, id text unique not null, account text not null,
  kind text not null, created integer not null, body text not null, hidden text not null);
create index if not exists by_kind on objects (account, kind, seq);
create index if not exists by_payout on objects (account, json_extract(hidden, '$.payout'))
  where kind = 'balance_transaction';
create index if not exists open_pages on objects (json_extract(body, '$.expires_at'))
  where kind = 'checkout.session' and json_extract(body, '$.status') = 'open';
create table if not exists replies (
  account text, key text, request text not null, status integer not null, body text not null,
  at real not null, primary key (account, key));
create table if not exists deliveries (
  id integer primary key autoincrement, event text not null, account text not null, due real not null,
  tries integer not null default 0, state text not null, plan text not null, answers text not null);
create index if not exists by_due on deliveries (state, due);
create table if not exists timers (object text primary key, due real not null, outcome text not null);
create table if not exists faults (id integer primary key autoincrement, body text not null);
"""


class Store:
    """Accounts, objects, replies to idempotency keys, deliveries, timers and faults; safe between threads."""

    def __init__(self, folder: Path):
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = RLock()
        self._depth = 0
        self._base = sqlite3.connect(folder / "payments.sqlite3", isolation_level=None, check_same_thread=False)
        self._base.row_factory = sqlite3.Row
        self._base.execute("pragma journal_mode=wal")
        self._base.execute("pragma synchronous=normal")  # survives a kill of the process, and is quick
        self._base.executescript(TABLES)

    def close(self) -> None:
        """Leave the file in order."""
        with self._lock:
            self._base.close()

    @contextmanager
    def change(self) -> Iterator[None]:
        """All or nothing, one thread at a time; inner changes join the outer one."""
        with self._lock:
            if self._depth == 0:
                self._base.execute("begin immediate")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self._base.execute("rollback")
                raise
            self._depth -= 1
            if self._depth == 0:
                self._base.execute("commit")

    def rows(self, query: str, *values: Any) -> list[sqlite3.Row]:
        """Run one statement and give its rows."""
        with self._lock:
            return self._base.execute(query, values).fetchall()

    def run(self, query: str, *values: Any) -> int:
        """Run one statement and give the id of the row it inserted."""
        with self._lock:
            return self._base.execute(query, values).lastrowid or 0

    # -- objects -------------------------------------------------------------------------------------------

    def put(self, account: str, thing: dict[str, Any], hidden: dict[str, Any] | None = None) -> None:
        """Keep an object; its place in lists is where it was first put."""
        self.run(
            "insert into objects (id, account, kind, created, body, hidden) values (?, ?, ?, ?, ?, ?) "
            "on conflict (id) do update set body = excluded.body",
            thing["id"],
            account,
            thing["object"],
            thing.get("created", 0),
            json.dumps(thing),
            json.dumps(hidden or {}),
        )

    def get(self, account: str, object_id: str, kind: str | None = None) -> dict[str, Any] | None:
        """An account's object, if it is there and of that kind."""
        found = self.rows("select kind, body from objects where id = ? and account = ?", object_id, account)
        if not found or (kind and found[0]["kind"] != kind):
            return None
        return json.loads(found[0]["body"])

    def owner(self, object_id: str) -> str | None:
        """The account an object belongs to."""
        found = self.rows("select account from objects where id = ?", object_id)
        return found[0]["account"] if found else None

    def hidden(self, object_id: str) -> dict[str, Any]:
        """What the double keeps beside an object and never sends."""
        found = self.rows("select hidden from objects where id = ?", object_id)
        return json.loads(found[0]["hidden"]) if found else {}

    def hide(self, object_id: str, more: dict[str, Any]) -> None:
        """Remember more beside an object."""
        body = json.dumps({**self.hidden(object_id), **more})
        self.run("update objects set hidden = ? where id = ?", body, object_id)

    def page(
        self,
        account: str,
        kind: str,
        *,
        where: list[tuple[str, Any]],
        limit: int,
        after: str | None = None,
        before: str | None = None,
    ) -> tuple[list[dict[str, Any]], bool]:
        """One page of a list, newest first, and whether there is more in that direction.

        `where` holds conditions with one `?` each; `after` and `before` are ids of objects of this list.
        """
        conditions = [("account = ?", account), ("kind = ?", kind), *where]
        if after:
            conditions.append(("seq < (select seq from objects where id = ?)", after))
        if before:
            conditions.append(("seq > (select seq from objects where id = ?)", before))
        query = (
            f"select body from objects where {' and '.join(text for text, _ in conditions)} "  # noqa: S608
            f"order by seq {'asc' if before else 'desc'} limit ?"
        )
        found = [json.loads(row["body"]) for row in self.rows(query, *(v for _, v in conditions), limit + 1)]
        more, found = len(found) > limit, found[:limit]
        return (found[::-1] if before else found), more

    # -- accounts ------------------------------------------------------------------------------------------

    def account(self, api_key: str) -> dict[str, Any] | None:
        """The account of an API key."""
        found = self.rows("select body from accounts where api_key = ?", api_key)
        return json.loads(found[0]["body"]) if found else None

    def account_of(self, account: str) -> dict[str, Any]:
        """The account of an account id."""
        return next(body for body in self.accounts() if body["id"] == account)

    def accounts(self) -> list[dict[str, Any]]:
        """Every account."""
        return [json.loads(row["body"]) for row in self.rows("select body from accounts order by api_key")]

    def put_account(self, account: dict[str, Any]) -> None:
        """Keep an account under its API key."""
        self.run("replace into accounts values (?, ?)", account["api_key"], json.dumps(account))
