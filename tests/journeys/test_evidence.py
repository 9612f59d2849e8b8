"""A photo about a dispute, from a phone without scripts to its cleaned copy: the deployed package under IAM."""

import re
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from chalicelib.adapters.dynamo.store import DynamoStore
from chalicelib.domain.dispute import Dispute, DisputeReason
from chalicelib.ports import Commit
from tests.adapters import files_to_clean as files
from tests.browser import phone
from tests.journeys.claims import CREDITOR, INES
from tests.journeys.walking import PATIENCE, house_of, link_of, message_to, through_the_door


def put_in_dispute(house: DynamoStore, now) -> None:
    claim = house.matter(CREDITOR, INES.debtor).claims[INES.claim]
    dispute = Dispute(
        id="d-journey",
        creditor=CREDITOR,
        debtor=INES.debtor,
        claim=INES.claim,
        reason=DisputeReason.FAULTY,
        words="Die Sohle ist gebrochen.",
        admitted=None,
        answer_by=None,
        language="de",
        task="t-journey",
        opened_at=now,
        due_at=now + timedelta(days=7),
    )
    house.commit(CREDITOR, Commit((), claims=(replace(claim, dispute=dispute.id),), disputes=(dispute,)))


@pytest.mark.long
def test_a_photo_goes_past_us_and_comes_to_rest_without_its_place(written_to, chrome, tmp_path):
    house = house_of(written_to)
    put_in_dispute(house, written_to.now())
    (tmp_path / "foto.jpg").write_bytes(files.photo())
    (tmp_path / "gesperrt.pdf").write_bytes(files.locked_pdf())
    page = phone(chrome, java_script_enabled=False).new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    link = link_of(message_to(written_to, INES))
    through_the_door(page, link, INES)
    page.goto(f"{link}/evidence")

    def send(name: str) -> str:
        page.set_input_files("#file", tmp_path / name)
        page.click("main form button.primary")
        page.wait_for_url(re.compile(r"/evidence\?.*etag="))
        written_to.settle(PATIENCE)
        page.goto(page.url)
        return page.inner_text("main")

    assert "Angekommen: Foto" in send("foto.jpg")
    page.goto(f"{link}/evidence")
    assert "mit einem Passwort geschützt" in send("gesperrt.pdf")
    assert complaints == []

    kept = {one.state.value: one for one in house.matter(CREDITOR, INES.debtor).evidence.values()}
    s3, bucket = written_to.aws("s3"), written_to.urls["bucket"]
    body = s3.get_object(Bucket=bucket, Key=f"evidence/{CREDITOR}/{kept['taken'].id}.jpg")["Body"].read()
    assert Image.open(BytesIO(body)).size == (400, 200) and files.SECRET.encode() not in body
    versions = s3.list_object_versions(Bucket=bucket, Prefix="uploads/")
    assert not versions.get("Versions") and not versions.get("DeleteMarkers"), "nothing of what was sent stays"
    said = "".join(written_to.logs("documents") + written_to.logs("api"))
    assert files.SECRET not in said and "foto.jpg" not in said and link.rpartition("/")[2] not in said
