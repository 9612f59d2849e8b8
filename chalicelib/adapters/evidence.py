"""Files about a dispute in the bucket: sent there by the reader's own browser, kept cleaned, gone on demand."""

import base64
import binascii
import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from ..domain.dispute import Dispute
from ..domain.errors import Retry, UploadGone
from ..domain.evidence import FORM_LASTS, LARGEST, Evidence
from ..ports import About, Cleaned, Sent, Upload, UploadForm
from .aws import client as aws_client

# uploads/<creditor>/<the form's random id>
KEY = re.compile(r"uploads/([a-z][a-z0-9-]{0,39})/([A-Za-z0-9_-]{22})")
# The bucket takes more than we keep: its own refusal is a page of XML, ours says what to do.
LARGEST_SENT = 5 * LARGEST
# Under this name the form says what its file is about; the bucket keeps it with the file.
ABOUT = "about"
# As long as a document's own address.
OPEN_SECONDS = 120
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}
GONE = {"NoSuchKey", "NoSuchVersion", "404", "MethodNotAllowed"}


class EvidenceBucket:
    """The EvidenceStore over one bucket. `origin` answers where browsers reach it, without a path."""

    def __init__(self, name: str, origin: Callable[[], str], client: Any = None) -> None:
        self._name = name
        self._origin = origin
        self._client = client or aws_client("s3", Config(signature_version="s3v4"))

    def form(self, dispute: Dispute, upload: str, *, back: str) -> UploadForm:
        """A form for one file, good for an hour; signed here, so nothing is asked and nothing is changed.

        The reader comes `back` by GET, with the bucket's name for the file and its bytes in the query. The
        bucket takes only what carries exactly these fields (Signature Version 4, browser-based upload).
        """
        about = About(dispute.creditor, dispute.debtor, dispute.claim, dispute.id)
        sealed = {f"x-amz-meta-{ABOUT}": _sealed(about), "success_action_redirect": back}
        post = self._client.generate_presigned_post(
            self._name,
            f"uploads/{about.creditor}/{upload}",
            Fields=dict(sealed),
            Conditions=[
                *({name: value} for name, value in sealed.items()),
                ["content-length-range", 0, LARGEST_SENT],
            ],
            ExpiresIn=int(FORM_LASTS.total_seconds()),
        )
        return UploadForm(self._action(), tuple(post["fields"].items()))

    def _action(self) -> str:
        """The bucket's address as browsers reach it; where its name is no part of the host, it is the path.

        The library's own answer is the address for all regions, which would send a new bucket's form elsewhere.
        """
        origin = self._origin().rstrip("/")
        named = (urlsplit(origin).hostname or "").startswith(f"{self._name}.")
        return f"{origin}/" if named else f"{origin}/{self._name}"

    def read(self, upload: Upload) -> Sent:
        """The file as it was sent, and what its form was about."""
        answer = self._ask(self._client.get_object, **self._named(upload))
        about, place = _opened(answer["Metadata"].get(ABOUT, "")), KEY.fullmatch(upload.key)
        fits = about is not None and place is not None and place[1] == about.creditor
        return Sent(about if fits else None, self._ask(lambda: answer["Body"].read(LARGEST + 1)))

    def keep(self, creditor: str, evidence: str, cleaned: Cleaned) -> None:
        self._ask(
            self._client.put_object,
            Bucket=self._name,
            Key=f"evidence/{creditor}/{evidence}.{ENDINGS[cleaned.media_type]}",
            Body=cleaned.content,
            ContentType=cleaned.media_type,
        )

    def address(self, evidence: Evidence) -> str:
        """Where whoever may see it finds it for two minutes, shown in the browser and kept nowhere on the way."""
        kept = f"evidence/{evidence.creditor}/{evidence.id}.{ENDINGS[evidence.media_type]}"
        return str(
            self._client.generate_presigned_url(
                "get_object",
                Params={
                    "Bucket": self._name,
                    "Key": kept,
                    "ResponseContentType": evidence.media_type,
                    "ResponseContentDisposition": "inline",
                    "ResponseCacheControl": "no-store",
                },
                ExpiresIn=OPEN_SECONDS,
            )
        )

    def drop(self, upload: Upload) -> None:
        """For good: this very version is taken away, not hidden under a mark."""
        self._ask(self._client.delete_object, **self._named(upload))

    def forget(self, creditor: str, evidence: str) -> None:
        """Every version of a kept file, so that no older one can be brought back."""
        prefix = f"evidence/{creditor}/{evidence}."
        pages = self._client.get_paginator("list_object_versions").paginate(Bucket=self._name, Prefix=prefix)
        for page in self._ask(lambda: list(pages)):
            for kept in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                self._ask(
                    self._client.delete_object, Bucket=self._name, Key=kept["Key"], VersionId=kept["VersionId"]
                )

    def _named(self, upload: Upload) -> dict[str, str]:
        version = {"VersionId": upload.version} if upload.version else {}
        return {"Bucket": self._name, "Key": upload.key, **version}

    def _ask(self, operation: Callable[..., Any], **arguments: Any) -> Any:
        try:
            return operation(**arguments)
        except ClientError as error:
            if error.response["Error"]["Code"] in GONE:
                raise UploadGone("deleted before it was read") from error
            raise Retry("bucket out of reach") from error
        except BotoCoreError as error:
            raise Retry("bucket out of reach") from error


def upload_in(notice: dict[str, Any]) -> tuple[Upload, datetime] | None:
    """The file the bucket tells of on the bus, and when it came; None where the notice is of something else.

    The shape is EventBridge's for S3, "Object Created".
    """
    thing = notice.get("detail", {}).get("object", {})
    if notice.get("detail-type") != "Object Created" or not KEY.fullmatch(thing.get("key", "")):
        return None
    return Upload(thing["key"], thing["etag"], thing.get("version-id")), datetime.fromisoformat(notice["time"])


def _sealed(about: About) -> str:
    """Plain ASCII, whatever a creditor's numbers are made of. The form's signature covers it."""
    fields = [about.creditor, about.debtor, about.claim, about.dispute]
    return base64.urlsafe_b64encode(json.dumps(fields).encode()).decode()


def _opened(text: str) -> About | None:
    try:
        creditor, debtor, claim, dispute = json.loads(base64.urlsafe_b64decode(text))
    except (binascii.Error, ValueError, TypeError):
        return None
    return About(str(creditor), str(debtor), str(claim), str(dispute))
