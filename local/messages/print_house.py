"""A print house: takes letters from the print bucket, keeps them to be looked at, and says so by its receipts."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

LETTER = re.compile(r"out/([a-z0-9-]+)/([0-9A-Za-z_.-]+)\.pdf")


class PrintHouse:
    """`folder` keeps what came, as a file for each contact; a letter is taken, and posted the moment after."""

    def __init__(self, folder: Path, bucket: str, s3: Any) -> None:
        self._folder, self._bucket, self._s3 = folder, bucket, s3

    def look(self) -> int:
        """Take what lies ready; how many letters that were."""
        found = self._s3.list_objects_v2(Bucket=self._bucket, Prefix="out/").get("Contents", [])
        letters = [match for item in found if (match := LETTER.fullmatch(item["Key"]))]
        for letter in letters:
            body = self._s3.get_object(Bucket=self._bucket, Key=letter[0])["Body"].read()
            self._folder.mkdir(parents=True, exist_ok=True)
            known = self._folder / f"{letter[2]}.pdf"
            if not known.exists():
                known.write_bytes(body)
                about = {"creditor": letter[1], "contact": letter[2], "at": datetime.now(UTC).isoformat()}
                (self._folder / f"{letter[2]}.json").write_text(json.dumps(about))
            for word in ("taken", "posted"):
                self._s3.put_object(Bucket=self._bucket, Key=f"receipts/{letter[1]}/{letter[2]}.{word}", Body=b"")
        return len(letters)


def posted(folder: Path) -> list[dict]:
    """Every letter that was taken, with the name of its file."""
    return [{**json.loads(path.read_text()), "file": f"{path.stem}.pdf"} for path in sorted(folder.glob("*.json"))]
