"""Two people of the local stack are two principals of the local AWS, proven by their own keys."""

import json

import boto3

from chalicelib.domain.person import person_of
from local.people import person

REGION = "eu-central-1"
MAY = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}
LITTLE = json.dumps({"Version": "2012-10-17", "Statement": [MAY]})


def principal(aws, session):
    sts = session.client("sts", endpoint_url=aws.url, region_name=REGION)
    return sts.get_caller_identity()["Arn"]


def test_each_has_keys_of_their_own_and_is_the_same_person_when_named_again(local_aws):
    iam = boto3.client(
        "iam",
        endpoint_url=local_aws.url,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    policy = iam.create_policy(PolicyName="look", PolicyDocument=LITTLE)["Policy"]["Arn"]
    said = [person_of(principal(local_aws, person(iam, name, policy))) for name in ("anna", "bernd", "anna")]
    assert said == ["anna", "bernd", "anna"]
    attached = iam.list_attached_user_policies(UserName="anna")["AttachedPolicies"]
    assert [one["PolicyArn"] for one in attached] == [policy]


def test_the_account_itself_is_nobody(local_aws):
    root = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)
    assert person_of(principal(local_aws, root)) is None
