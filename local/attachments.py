"""The files that come with a mail: ministack keeps none, so each is laid beside its state, named in its record."""

import base64
import hashlib
import os
import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from ministack.services import ses

_send = ses._send_raw_email
MESSAGE = re.compile(r"<MessageId>([^<]+)</MessageId>")


def fill() -> None:
    """Called once, before the server starts: from now on no file of a mail is lost."""
    ses._send_raw_email = _send_with_files


def folder_in(aws: Path) -> Path:
    """Where the files lie, by the folder the local AWS keeps everything in."""
    return aws / "attached"


def by_message() -> dict[str, list[dict[str, str]]]:
    """The files of each mail that has any, by the mail's id; ministack's own list of mails leaves them out."""
    records = (each for sent in ses._sent_emails.to_dict().values() for each in _flat(sent))
    return {each["MessageId"]: each["Attachments"] for each in records if each.get("Attachments")}


def _flat(sent: object) -> list[dict]:
    return [each for each in sent if isinstance(each, dict)] if isinstance(sent, list) else []


def _send_with_files(params: dict) -> tuple:
    answer = _send(params)
    sent = MESSAGE.search(str(answer[2]))
    found = _files_in(params["RawMessage.Data"]) if sent else []
    for record in ses._sent_emails_list():
        if sent and record["MessageId"] == sent[1]:
            record["Attachments"] = found
    return answer


def _files_in(encoded: str | list[str]) -> list[dict[str, str]]:
    """Each file's name and kind, and the name under which it lies here: its own content's."""
    text = encoded[0] if isinstance(encoded, list) else encoded
    mail = message_from_bytes(base64.b64decode(text), policy=default)
    folder, found = folder_in(Path(os.environ["STATE_DIR"]).parent), []
    for part in mail.iter_attachments() if isinstance(mail, EmailMessage) else ():
        content = part.get_content()
        if not isinstance(content, bytes):
            continue
        key = hashlib.sha256(content).hexdigest()
        folder.mkdir(exist_ok=True)
        (folder / key).write_bytes(content)
        found.append({"name": part.get_filename() or "", "type": part.get_content_type(), "file": key})
    return found
