"""Two people are two principals; the same one under another role or path is one."""

from datetime import UTC, datetime

import pytest

from chalicelib.domain.decision import Refused
from chalicelib.domain.person import Release, person_of, released

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("principal", "person"),
    [
        ("arn:aws:iam::123456789012:user/anna", "anna"),
        ("arn:aws:iam::123456789012:user/finance/berlin/Anna", "anna"),
        ("arn:aws:sts::123456789012:assumed-role/Finance/anna", "anna"),
        (
            "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Finance_1a2b/b.weber@example.com",
            "b.weber@example.com",
        ),
        ("arn:aws-cn:iam::123456789012:user/anna", "anna"),
        ("arn:aws:iam::123456789012:root", None),
        ("arn:aws:iam::123456789012:role/Finance", None),
        ("arn:aws:sts::123456789012:federated-user/anna", None),
        ("arn:aws:sts::123456789012:assumed-role/Finance/", None),
        ("arn:aws:iam::123456789012:user/änna", None),
        ("arn:aws:iam::123456789012:user/anna\n", None),
        ("anna", None),
        ("", None),
    ],
)
def test_a_person_is_a_user_or_a_session_and_never_the_root(principal, person):
    assert person_of(principal) == person


def test_the_same_person_never_counts_twice():
    once = released((), "anna", AT)
    assert once == (Release("anna", AT),)
    assert released(once, "anna", AT) == Refused("same_person", "two_people")
    both = released(once, "bernd", AT)
    assert [release.by for release in both] == ["anna", "bernd"]
    assert released(both, "bernd", AT) == Refused("same_person", "two_people")
    assert released(both, "carla", AT) == Refused("released_already", "two_people")
