"""Machine translation for the desk, by Amazon Translate: off unless the house switched it on (DeskTranslator).

What is translated leaves for AWS in the house's own region and is kept nowhere: a process remembers its last few
hundred texts, and that is all. Whatever goes wrong costs the translation and nothing else.
"""

from functools import cached_property, lru_cache
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from .aws import client

# Source: https://docs.aws.amazon.com/translate/latest/dg/what-is-limits.html: 10,000 bytes for one request.
MOST_BYTES = 9_000
# Longer words are for a person to read: they are as long as a contract.
MOST_PARTS = 6
REMEMBERED = 400
QUICK = Config(retries={"mode": "standard", "total_max_attempts": 2}, connect_timeout=2, read_timeout=5)


class AwsTranslator:
    """The Translator over Amazon Translate. It never raises: None is no translation just now."""

    def __init__(self) -> None:
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._asked)

    def __call__(self, text: str, source: str, target: str) -> str | None:
        """The text in another language, line breaks as they were; variants are translated as what they vary."""
        spoken, wanted = (tongue.partition("-")[0] for tongue in (source, target))
        if spoken == wanted or not text.strip():
            return None
        parts = pieces(text)
        if len(parts) > MOST_PARTS:
            return None
        try:
            return "".join(self._remembered(part, spoken, wanted) if part.strip() else part for part in parts)
        except (ClientError, BotoCoreError):
            return None

    @cached_property
    def _translate(self) -> Any:
        return client("translate", QUICK)

    def _asked(self, text: str, source: str, target: str) -> str:
        answer = self._translate.translate_text(Text=text, SourceLanguageCode=source, TargetLanguageCode=target)
        said: str = answer["TranslatedText"]
        return said


def pieces(text: str) -> list[str]:
    """The text in parts that one request each can hold, cut at line ends, then at spaces, then anywhere."""
    parts = [""]
    for line in text.splitlines(keepends=True):
        for piece in _held(line):
            if len((parts[-1] + piece).encode()) > MOST_BYTES:
                parts.append("")
            parts[-1] += piece
    return [part for part in parts if part]


def _held(line: str) -> list[str]:
    found = []
    while len(line.encode()) > MOST_BYTES:
        cut = len(line.encode()[:MOST_BYTES].decode(errors="ignore"))
        space = line.rfind(" ", cut // 2, cut)
        cut = space + 1 if space > 0 else cut
        found.append(line[:cut])
        line = line[cut:]
    return [*found, line]
