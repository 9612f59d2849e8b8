"""The package deploys, says why when it does not, and each function may do its own work only."""

import json

import boto3
import pytest

from infra import package
from infra.deploy import DeployFailed
from infra.forget_again import noted_in
from infra.redrive import QUEUES, redrive
from infra.restore import restore
from tests.package.build import package_zip  # noqa: F401
from tests.package.stack import REGION, STACK, stack  # noqa: F401

# A deployment of its own, which the tests change as they please.
pytestmark = pytest.mark.long

ACCOUNT = f"{REGION}:000000000000"
# What a role may do, and after the bar what it may not; {} holds the stack's own names.
MAY = {
    "ApiHandlerRole": """dynamodb:Query {table}; sqs:SendMessage {contacts}; scheduler:CreateSchedule {plan};
        scheduler:DeleteSchedule {plan}; secretsmanager:GetSecretValue {pepper}
        | secretsmanager:GetSecretValue {provider}; ses:SendRawEmail {mail}; dynamodb:Query {index};
        dynamodb:DeleteItem {table}; s3:DeleteObject {document}""",
    "CheckoutRole": """secretsmanager:GetSecretValue {provider}; dynamodb:UpdateItem {table}
        | secretsmanager:GetSecretValue {pepper}; sqs:SendMessage {contacts}""",
    "DocumentsRole": """s3:PutObject {document}; s3:GetObject {document}; sqs:ReceiveMessage {documents}
        | s3:PutObject {reports}; s3:GetObject {inbox}; ses:SendRawEmail {mail}""",
    "WebhooksRole": """secretsmanager:GetSecretValue {provider}; dynamodb:PutItem {table};
        secretsmanager:GetSecretValue {channel}; sns:Publish {outcomes}; secretsmanager:GetSecretValue {centre}
        | dynamodb:Query {table}; dynamodb:UpdateItem {table}; sqs:SendMessage {money}""",
    "MoneyRole": """sqs:ReceiveMessage {money}; scheduler:DeleteSchedule {plan}; sqs:SendMessage {contacts}
        | ses:SendRawEmail {mail}; s3:GetObject {inbox}; secretsmanager:GetSecretValue {visit}""",
    "IntakeRole": """s3:GetObject {inbox}; s3:PutObject {reports}; sqs:SendMessage {claims}
        | s3:PutObject {inbox}; s3:GetObject {reports}; secretsmanager:GetSecretValue {provider}""",
    "ClaimsRole": """sqs:ReceiveMessage {claims}; secretsmanager:GetSecretValue {pepper}; s3:PutObject {reports}
        | s3:GetObject {inbox}; secretsmanager:GetSecretValue {visit}; ses:SendRawEmail {mail}""",
    "ContactRole": """ses:SendRawEmail {mail}; sns:Publish +4915112345678; sqs:ReceiveMessage {contacts};
        s3:GetObject {document}; secretsmanager:GetSecretValue {pepper}; s3:PutObject {print};
        sms-voice:SendTextMessage {texts}; secretsmanager:GetSecretValue {channel}
        | sns:Publish {outcomes}; secretsmanager:GetSecretValue {provider}; events:PutEvents {bus};
        s3:GetObject {print}; s3:PutObject {document}""",
    "OperatorRole": """s3:PutObject {leaving}; dynamodb:PutItem {table}; scheduler:CreateSchedule {plan}
        | secretsmanager:GetSecretValue {provider}; s3:GetObject {inbox}; s3:PutObject {inbox};
        dynamodb:DeleteItem {table}; ses:SendRawEmail {mail}; events:PutEvents {bus}""",
    "OutcomesRole": """dynamodb:PutItem {table}; s3:DeleteObject {print}; s3:GetObject {mailed};
        s3:DeleteObject {mailed}; secretsmanager:GetSecretValue {pepper}; scheduler:CreateSchedule {plan};
        scheduler:DeleteSchedule {plan}; sqs:SendMessage {contacts}
        | s3:GetObject {print}; secretsmanager:GetSecretValue {provider}; dynamodb:DeleteItem {table};
        s3:DeleteObject {document}; ses:SendRawEmail {mail}; sns:Publish {outcomes}""",
    "RoutingRole": """dynamodb:Query {index}; dynamodb:PutItem {table}; sqs:ReceiveMessage {routing};
        secretsmanager:GetSecretValue {centre}
        | dynamodb:DeleteItem {table}; sqs:SendMessage {contacts}; secretsmanager:GetSecretValue {channel};
        secretsmanager:GetSecretValue {pepper}; ses:SendRawEmail {mail}""",
    "RelayRole": """dynamodb:UpdateItem {table}; events:PutEvents {bus}
        | dynamodb:PutItem {table}; dynamodb:GetItem {table}; sqs:SendMessage {money}""",
    "NightlyRole": """dynamodb:Query {index}; secretsmanager:GetSecretValue {provider}; events:PutEvents {bus};
        dynamodb:DeleteItem {table}; s3:DeleteObjectVersion {document}; s3:DeleteObjectVersion {kept};
        s3:DeleteObject {document}; s3:DeleteObject {kept}; s3:PutObject {reports}; s3:GetObject {bank};
        s3:PutObject {forgotten}; s3:PutObject {exported}
        | s3:DeleteObject {forgotten}; s3:GetObject {exported}; ses:SendRawEmail {mail};
        s3:GetObject {inbox}; s3:PutObject {bank}; s3:DeleteObject {inbox};
        s3:DeleteObjectVersion {reports}; s3:GetObject {document}; s3:GetObject {kept}""",
}


@pytest.fixture(scope="session")
def names(stack):  # noqa: F811
    outputs, secrets = stack.outputs, stack.client("secretsmanager")
    table = f"arn:aws:dynamodb:{ACCOUNT}:table/{outputs['TableName']}"
    bucket = f"arn:aws:s3:::{outputs['BucketName']}"
    queues = {
        name: f"arn:aws:sqs:{ACCOUNT}:{outputs[f'{name.title()}QueueUrl'].rpartition('/')[2]}"
        for name in ("claims", "money", "contacts", "documents", "routing")
    }
    return queues | {
        "table": table,
        "index": f"{table}/index/due",
        "inbox": f"{bucket}/inbox/a/claims.csv",
        "bank": f"{bucket}/bank/a/auszug.xml",
        "reports": f"{bucket}/reports/a/1.json",
        "document": f"{bucket}/documents/a/d-1.pdf",
        "kept": f"{bucket}/evidence/a/e-1.jpg",
        "mailed": f"arn:aws:s3:::{outputs['MailBucketName']}/in/m-1",
        "print": f"arn:aws:s3:::{outputs['PrintBucketName']}/out/a/c-1.pdf",
        "leaving": f"{bucket}/payments-out/a/pf1.xml",
        "forgotten": f"{bucket}/erasures/a/2026-11-22/K-1",
        "exported": f"{bucket}/exports/outcomes/creditor=a/day=2026-11-22.parquet",
        "bus": f"arn:aws:events:{ACCOUNT}:event-bus/{outputs['BusName']}",
        "plan": f"arn:aws:scheduler:{ACCOUNT}:schedule/{outputs['ScheduleGroup']}/c1",
        "mail": f"arn:aws:ses:{ACCOUNT}:identity/pay.example.de",
        "outcomes": outputs["OutcomesTopicArn"],
        "provider": f"arn:aws:secretsmanager:{ACCOUNT}:secret:kulanz/creditors/a/stripe-Ab12Cd",
        "channel": f"arn:aws:secretsmanager:{ACCOUNT}:secret:kulanz/channels/a/whatsapp-Ab12Cd",
        "centre": f"arn:aws:secretsmanager:{ACCOUNT}:secret:kulanz/centres/a/chatwoot-Ab12Cd",
        "texts": f"arn:aws:sms-voice:{ACCOUNT}:phone-number/phone-1",
        "visit": secrets.describe_secret(SecretId=outputs["VisitKeySecret"])["ARN"],
        "pepper": secrets.describe_secret(SecretId=outputs["PepperSecret"])["ARN"],
    }


def decision(stack, names, role, sentence):  # noqa: F811
    action, resource = sentence.format(**names).split(" ")
    iam = stack.client("iam")
    detail = stack.client("cloudformation").describe_stack_resource(StackName=STACK, LogicalResourceId=role)
    name = detail["StackResourceDetail"]["PhysicalResourceId"]
    answer = iam.simulate_principal_policy(
        PolicySourceArn=iam.get_role(RoleName=name)["Role"]["Arn"],
        ActionNames=[action],
        ResourceArns=[resource],
    )
    return answer["EvaluationResults"][0]["EvalDecision"]


@pytest.mark.parametrize("role", MAY)
def test_a_function_may_do_its_own_work_and_nobody_elses(role, stack, names):  # noqa: F811
    for part, expected in zip(MAY[role].split("|"), ("allowed", "implicitDeny"), strict=True):
        for sentence in part.split(";"):
            assert decision(stack, names, role, sentence.strip()) == expected, sentence


def test_the_deployed_package_answers_through_api_gateway_under_its_own_role(stack):  # noqa: F811
    status, headers, _ = stack.ask("GET", "/health")
    assert status == 200
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("method", "path"), [("GET", "/no-such-page"), ("DELETE", "/health")])
def test_an_unknown_route_is_a_kind_page_in_two_languages(method, path, stack):  # noqa: F811
    status, headers, page = stack.ask(method, path)
    assert status == 404
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert headers["Cache-Control"] == "no-store"
    assert "Diese Seite gibt es nicht" in page
    assert "This page does not exist" in page


def test_deploying_the_same_again_changes_nothing(stack):  # noqa: F811
    stack.said.clear()
    assert stack.deploy() == stack.outputs
    assert stack.said == [f"{STACK} is up to date"]


def test_a_domain_without_its_certificate_is_refused_with_the_reason(stack):  # noqa: F811
    with pytest.raises(DeployFailed, match="CertificateArn must be given too"):
        stack.deploy(DomainName="pay.example.de")


def test_a_model_that_the_package_does_not_have_is_refused_with_those_it_has(stack):  # noqa: F811
    with pytest.raises(DeployFailed, match=r"no model of 2026-13-45 in the package; it has 2026-11-21, .*22"):
        stack.deploy(Model="2026-13-45")


def test_an_unknown_parameter_is_refused_by_name(stack):  # noqa: F811
    with pytest.raises(DeployFailed, match="no parameter Colour"):
        stack.deploy(Colour="blue")


def test_a_failed_deployment_names_the_resource_and_the_reason(stack, tmp_path):  # noqa: F811
    template = json.loads(package.TEMPLATE.read_text())
    template["Resources"]["Extra"] = {"Type": "AWS::Nowhere::Thing", "Properties": {}}
    broken = tmp_path / "template.json"
    broken.write_text(json.dumps(template))
    with pytest.raises(DeployFailed, match=r"Extra|Nowhere"):
        stack.deploy(template=broken)
    assert stack.deploy() == stack.outputs


def dead_letters(stack, name):  # noqa: F811
    found = stack.client("cloudformation").describe_stack_resource(StackName=STACK, LogicalResourceId=name)
    return found["StackResourceDetail"]["PhysicalResourceId"]


def depth(stack, url):  # noqa: F811
    found = stack.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
    return int(found["Attributes"]["ApproximateNumberOfMessages"])


def test_redrive_gives_dead_letters_back_and_says_how_many(stack):  # noqa: F811
    url = dead_letters(stack, "SchedulesDeadLetters")
    for number in range(13):
        stack.client("sqs").send_message(QueueUrl=url, MessageBody=json.dumps({"contact": number}))
    assert redrive(STACK, "schedules", endpoint_url=stack.endpoint, region=REGION) == 13
    assert depth(stack, url) == 0
    assert redrive(STACK, "schedules", endpoint_url=stack.endpoint, region=REGION) == 0


def test_redrive_wakes_a_function_with_the_event_it_gave_up_on(stack):  # noqa: F811
    url = dead_letters(stack, "OutcomesDeadLetters")
    record = {"requestContext": {"condition": "RetriesExhausted"}, "requestPayload": {"Records": []}}
    stack.client("sqs").send_message(QueueUrl=url, MessageBody=json.dumps(record))
    assert redrive(STACK, "outcomes", endpoint_url=stack.endpoint, region=REGION) == 1
    assert depth(stack, url) == 0


def test_a_lost_place_in_the_stream_starts_the_nightly_run(stack):  # noqa: F811
    url = dead_letters(stack, "RelayDeadLetters")
    stack.client("sqs").send_message(QueueUrl=url, MessageBody='{"DDBStreamBatchInfo": {"batchSize": 1}}')
    assert redrive(STACK, "relay", endpoint_url=stack.endpoint, region=REGION) == 1
    assert depth(stack, url) == 0


def test_a_restore_brings_back_what_is_lost_and_overwrites_nothing_newer(stack):  # noqa: F811
    table, target = stack.client("dynamodb"), stack.outputs["TableName"]
    described = table.describe_table(TableName=target)["Table"]
    table.create_table(
        TableName="restored",
        KeySchema=described["KeySchema"],
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("pk", "sk")],
        BillingMode="PAY_PER_REQUEST",
    )

    def put(name, creditor, sk, **rest):
        item = {"pk": {"S": f"CR#{creditor}"}, "sk": {"S": sk}, **{k: {"N": v} for k, v in rest.items()}}
        table.put_item(TableName=name, Item=item)

    def version(creditor, sk):
        key = {"pk": {"S": f"CR#{creditor}"}, "sk": {"S": sk}}
        found = table.get_item(TableName=target, Key=key).get("Item")
        return found and found.get("version", {}).get("N")

    put("restored", "a", "LOST", version="3")
    put("restored", "a", "OLDER", version="3")
    put("restored", "a", "ENTRY")
    put("restored", "ab", "LOST", version="1")
    put(target, "a", "OLDER", version="4")
    where = {"endpoint_url": stack.endpoint, "region": REGION}
    assert restore("restored", target, creditor="a", **where) == (2, 1)
    assert (version("a", "LOST"), version("a", "OLDER"), version("ab", "LOST")) == ("3", "4", None)
    assert restore("restored", target, **where) == (1, 3)


def test_G2_a_restore_brings_back_nothing_of_somebody_who_was_forgotten(stack):  # noqa: F811
    table, target = stack.client("dynamodb"), stack.outputs["TableName"]
    table.create_table(
        TableName="before",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("pk", "sk")],
        BillingMode="PAY_PER_REQUEST",
    )

    def put(name, pk, sk, version="1", **rest):
        item = {"pk": pk, "sk": sk, **rest}
        item = {key: {"S": text} for key, text in item.items()} | {"version": {"N": version}}
        table.put_item(TableName=name, Item=item)

    whose = {"creditor": "g", "debtor": "K-1"}
    for number in ("K-1", "K-2", "K-3"):
        gone = {"erased_at": "2034-01-01T00:00:00.000000Z"} if number == "K-1" else {}
        put(target, f"CR#g#D#{number}", "DEBTOR", "9", creditor="g", number=number, **gone)
        put(target, f"CR#g#D#{number}", f"CONTACT#c-{number}", "9", creditor="g", debtor=number)
        put("before", f"CR#g#M#c-{number}", "MESSAGE", long=f"Guten Tag {number}")
        put("before", f"LINK#{number}", "LINK", **(whose | {"debtor": number}))
        put("before", f"CR#g#D#{number}", f"TASK#{number}", **(whose | {"debtor": number}))
    # K-1 is known as forgotten; K-3 was forgotten too and owes something new; K-4 the table never knew.
    put("before", "CR#g#D#K-4", "DEBTOR", creditor="g", number="K-4")
    noted = {("g", "K-3"), ("g", "K-4")}
    restore("before", target, noted=noted, endpoint_url=stack.endpoint, region=REGION)
    found = {item["pk"]["S"] + item["sk"]["S"] for item in table.scan(TableName=target)["Items"]}
    assert {"CR#g#M#c-K-2MESSAGE", "LINK#K-2LINK", "CR#g#D#K-2TASK#K-2"} <= found
    for number in ("K-1", "K-3"):
        assert not {f"CR#g#M#c-{number}MESSAGE", f"LINK#{number}LINK", f"CR#g#D#{number}TASK#{number}"} & found
    assert "CR#g#D#K-4DEBTOR" in found, "its books come back, and then it is forgotten again"


def test_G2_the_bucket_names_by_numbers_whoever_was_forgotten(stack):  # noqa: F811
    s3, bucket = stack.client("s3"), stack.outputs["BucketName"]
    for key in ("erasures/g/2026-11-21/K-0", "erasures/g/2026-11-22/K%2F1", "erasures/h/2026-11-22/K-1"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"")
    assert noted_in(s3, bucket, "g") == {("g", "K-0"), ("g", "K/1")} < noted_in(s3, bucket)


def test_there_is_a_redrive_for_every_queue_of_dead_letters():
    resources = json.loads(package.TEMPLATE.read_text())["Resources"]
    dead = {
        name for name, r in resources.items() if name.endswith("DeadLetters") and r["Type"] == "AWS::SQS::Queue"
    }
    assert {f"{name.title()}DeadLetters" for name in QUEUES} == dead


def test_by_contacts_policy_alone_a_mail_and_a_text_message_leave(stack):  # noqa: F811
    formation, iam = stack.client("cloudformation"), stack.client("iam")
    role = formation.describe_stack_resource(StackName=STACK, LogicalResourceId="ContactRole")
    role = role["StackResourceDetail"]["PhysicalResourceId"]
    (policy,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    iam.create_user(UserName="contact")
    iam.put_user_policy(UserName="contact", PolicyName=policy, PolicyDocument=json.dumps(document))
    key = iam.create_access_key(UserName="contact")["AccessKey"]
    keys = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
    contact = boto3.Session(region_name=REGION, **keys)
    stack.client("ses").verify_email_identity(EmailAddress="service@example.de")
    raw = b"From: service@example.de\r\nTo: success@simulator.amazonses.com\r\nSubject: Hello\r\n\r\nHello\r\n"
    mail = contact.client("ses", endpoint_url=stack.endpoint)
    assert mail.send_raw_email(RawMessage={"Data": raw})["MessageId"]
    text = contact.client("sns", endpoint_url=stack.endpoint)
    assert text.publish(PhoneNumber="+4915112345678", Message="Hello")["MessageId"]
    with pytest.raises(text.exceptions.AuthorizationErrorException):
        text.publish(TopicArn=stack.outputs["OutcomesTopicArn"], Message="Hello")
