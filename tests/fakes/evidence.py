"""The bucket of files about disputes, in memory, and a cleaner that knows what it is shown."""

from collections.abc import Callable
from dataclasses import dataclass, field

from chalicelib.domain.dispute import Dispute
from chalicelib.domain.errors import UploadGone
from chalicelib.domain.evidence import EvidenceProblem
from chalicelib.ports import About, Cleaned, Sent, Upload, UploadForm


@dataclass
class FakeEvidence:
    """`lying` are files as they came, `kept` the cleaned ones by (creditor, evidence)."""

    lying: dict[Upload, Sent] = field(default_factory=dict)
    kept: dict[tuple[str, str], Cleaned] = field(default_factory=dict)
    trouble: list[Exception] = field(default_factory=list)
    meanwhile: list[Callable[[], object]] = field(default_factory=list)

    def send(self, about: About | None, content: bytes, *, form: str = "form-1", version: str = "v1") -> Upload:
        """Somebody sends a file over a form."""
        creditor = about.creditor if about else "nordlicht"
        upload = Upload(f"uploads/{creditor}/{form}", f"etag of {content!r}", version)
        self.lying[upload] = Sent(about, content)
        return upload

    def form(self, dispute: Dispute, upload: str, *, back: str) -> UploadForm:
        return UploadForm("https://bucket.example/", (("key", f"uploads/{dispute.creditor}/{upload}"),))

    def read(self, upload: Upload) -> Sent:
        if self.trouble:
            raise self.trouble.pop(0)
        if upload not in self.lying:
            raise UploadGone("deleted before it was read")
        return self.lying[upload]

    def keep(self, creditor: str, evidence: str, cleaned: Cleaned) -> None:
        if self.meanwhile:
            self.meanwhile.pop(0)()
        self.kept[creditor, evidence] = cleaned

    def drop(self, upload: Upload) -> None:
        self.lying.pop(upload, None)

    def forget(self, creditor: str, evidence: str) -> None:
        self.kept.pop((creditor, evidence), None)


def cleaned_or_not(raw: bytes) -> Cleaned | EvidenceProblem:
    """What is not called a problem is a picture, or a PDF where it says so."""
    words = raw.decode()
    if words in set(EvidenceProblem):
        return EvidenceProblem(words)
    return Cleaned("application/pdf", b"clean " + raw, 2) if words == "pdf" else Cleaned("image/jpeg", b"clean")
