"""Where one local stack keeps its things: ports, process ids, clock, logs and the state of its local AWS."""

import json
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path

LOOPBACK = "127.0.0.1"
PARTS = ("aws", "payments", "messages", "identity", "proxy", "outbox")
REPOSITORY = Path(__file__).resolve().parent.parent


class Trouble(Exception):
    """Something keeps the local stack from coming up; its text is the one line the operator reads."""


@dataclass(frozen=True)
class Places:
    """The folder of one local stack (`.run` unless told otherwise) and the files in it."""

    root: Path

    @property
    def clock(self) -> Path:
        """libfaketime's file: how far the stack's time is ahead of the machine's."""
        return self.root / "clock"

    @property
    def aws(self) -> Path:
        return self.root / "aws"

    @property
    def payments(self) -> Path:
        return self.root / "payments"

    @property
    def messages(self) -> Path:
        """What the double of the message providers was given, and the letters its print house took."""
        return self.root / "messages"

    @property
    def staff(self) -> Path:
        """Whom the identity double signs in: the sample's staff, by their id there."""
        return self.root / "staff.json"

    def identity_client(self) -> dict[str, str]:
        """What the identity double knows this installation by: an id, and a secret chosen once and kept."""
        kept = read_json(self.root / "identity.json")
        if not kept:
            kept = {"id": "kulanz", "secret": secrets.token_urlsafe(24)}
            write_json(self.root / "identity.json", kept)
        return kept

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def sample(self) -> Path:
        return self.root / "sample"

    @property
    def deployment(self) -> Path:
        """What was deployed last: fingerprint and the outputs of the CloudFormation stack."""
        return self.root / "deployed.json"

    @property
    def urls(self) -> Path:
        return self.root / "urls.json"

    def log(self, process: str) -> Path:
        return self.logs / f"{process}.log"

    def address(self, part: str) -> str:
        return f"http://{LOOPBACK}:{self.ports()[part]}"

    def ports(self) -> dict[str, int]:
        """The port of each part, chosen once and kept: links in messages already sent name them."""
        kept = read_json(self.root / "ports.json")
        if set(kept) != set(PARTS):
            # A part that came later gets a port; the others keep theirs.
            kept = {part: kept.get(part, port) for part, port in free_ports().items()}
            write_json(self.root / "ports.json", kept)
        return kept


def free_ports() -> dict[str, int]:
    """One free loopback port per part; all are held open until the last is chosen, so none is given twice."""
    sockets = [socket.socket() for _ in PARTS]
    try:
        for each in sockets:
            each.bind((LOOPBACK, 0))
        return {part: each.getsockname()[1] for part, each in zip(PARTS, sockets, strict=True)}
    finally:
        for each in sockets:
            each.close()


def port_is_taken(port: int) -> bool:
    """Whether another program listens there. A port of connections that are just closing counts as free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return True
    return False


def read_json(path: Path) -> dict:
    """The object in a file, or an empty one where there is none yet."""
    try:
        found = json.loads(path.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return found if isinstance(found, dict) else {}


def write_json(path: Path, content: dict) -> None:
    """Replace a file whole: a reader, or a kill in the middle, never meets half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".next")
    beside.write_text(json.dumps(content, indent=2) + "\n")
    beside.replace(path)
