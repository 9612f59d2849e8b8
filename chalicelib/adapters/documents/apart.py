"""Opens a stranger's file in a process of its own, which knows no secret and is ended when it takes too much.

A decoder that is led astray then takes no other file along, and its sender gets an answer all the same.
"""

import json
import resource
import subprocess
import sys
from math import ceil

from ...domain.evidence import EvidenceProblem
from ...ports import Cleaned

SECONDS = 10
MEMORY = 1_200 * 1024 * 1024  # bytes of address space; a picture of the most points needs about half


def clean_apart(raw: bytes, *, seconds: float = SECONDS, memory: int = MEMORY) -> Cleaned | EvidenceProblem:
    """The file as it may be kept, or why not; DANGEROUS when opening it took too long or too much."""
    command = [sys.executable, "-B", "-m", __name__, str(ceil(seconds)), str(memory)]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, and nothing of the file in the command
            command,
            input=raw,
            capture_output=True,
            timeout=seconds,
            check=False,
            env={"PYTHONPATH": ":".join(path for path in sys.path if path)},
        )
    except subprocess.TimeoutExpired:
        return EvidenceProblem.DANGEROUS
    if done.returncode:
        return EvidenceProblem.DANGEROUS
    said, _, content = done.stdout.partition(b"\n")
    answer = json.loads(said)
    if "problem" in answer:
        return EvidenceProblem(answer["problem"])
    return Cleaned(answer["media_type"], content, answer["pages"])


def main() -> None:
    """In the process apart: the file comes in, one line about it and the cleaned file go out."""
    seconds, memory = (int(text) for text in sys.argv[1:3])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    from .cleaning import clean

    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    cleaned = clean(sys.stdin.buffer.read())
    out = sys.stdout.buffer
    if isinstance(cleaned, EvidenceProblem):
        out.write(json.dumps({"problem": cleaned.value}).encode() + b"\n")
    else:
        about = {"media_type": cleaned.media_type, "pages": cleaned.pages}
        out.write(json.dumps(about).encode() + b"\n" + cleaned.content)


if __name__ == "__main__":
    main()
