"""The stack's template: who may what, what is lost where, and who hears of it."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from chalicelib.entrypoints.desk.rooms import NEEDED
from infra import package, watch
from tests.package.build import package_zip  # noqa: F401

POLICIES = sorted((package.ROOT / "infra/policies").glob("*.json"))
RUNBOOK = package.ROOT / "docs/runbook.md"
FUNCTIONS = sorted(watch.FUNCTIONS)


@pytest.fixture(scope="module")
def template(package_zip):  # noqa: F811
    return json.loads(package.TEMPLATE.read_text("utf-8"))


@pytest.fixture(scope="module")
def resources(template):
    return template["Resources"]


def of_type(resources, kind):
    return {name: r.get("Properties", {}) for name, r in resources.items() if r["Type"] == kind}


def as_list(value):
    return value if isinstance(value, list) else [value]


def statements_of(resources, function):
    role = resources[function]["Properties"]["Role"]["Fn::GetAtt"][0]
    policies = resources[role]["Properties"]["Policies"]
    return [s for policy in policies for s in policy["PolicyDocument"]["Statement"]]


def actions_of(resources, function):
    return {action for s in statements_of(resources, function) for action in as_list(s["Action"])}


@pytest.mark.long
def test_cfn_lint_finds_nothing(template):
    lint = Path(sys.executable).parent / "cfn-lint"
    done = subprocess.run([lint, package.TEMPLATE], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_a_policy_names_each_action_and_its_resources(path):
    for statement in json.loads(path.read_text())["Statement"]:
        assert statement["Effect"] == "Allow"
        for action in as_list(statement["Action"]):
            assert re.fullmatch(r"[a-z0-9-]+:[A-Za-z]+", action), f"{action} is more than one action"
        if "NotResource" in statement:
            # A text message goes to a phone number, which has no ARN: so "no topic" is all one can say.
            assert statement["Action"] == "sns:Publish"
            assert statement["NotResource"] == "arn:*:sns:*:*:*"
            continue
        for resource in as_list(statement["Resource"]):
            assert isinstance(resource, dict), f"{resource} is not scoped to this stack"
            text = next(iter(resource.values()))
            assert text not in ("*", ["*"])


def test_every_function_has_a_role_of_its_own_and_nobody_elses(resources):
    roles = [f["Role"]["Fn::GetAtt"][0] for f in of_type(resources, "AWS::Serverless::Function").values()]
    assert len(roles) == len(set(roles)) == len(POLICIES) == len(FUNCTIONS)
    for role in roles:
        trust = resources[role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        assert [s["Principal"] for s in trust] == [{"Service": "lambda.amazonaws.com"}]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_writes_its_own_log_and_no_other(function, resources):
    log = watch.FUNCTIONS[function]
    (own,) = [s for s in statements_of(resources, function) if s["Sid"] == "OwnLog"]
    assert own["Resource"]["Fn::Sub"].endswith(f"log-group:/aws/lambda/${{AWS::StackName}}-{log}:*")
    assert resources[f"{function}Log"]["Properties"]["RetentionInDays"] <= 90
    assert resources[function]["Properties"]["LoggingConfig"]["LogGroup"] == {"Ref": f"{function}Log"}
    assert resources[function]["Properties"]["FunctionName"]["Fn::Sub"] == f"${{AWS::StackName}}-{log}"


def test_only_who_talks_to_the_provider_may_read_its_secrets(resources):
    holders = {
        function
        for function in FUNCTIONS
        for statement in statements_of(resources, function)
        if "secret:kulanz/creditors/*" in json.dumps(statement)
    }
    assert holders == {"Checkout", "Webhooks", "Money", "Nightly"}


def test_only_the_desk_may_seal_seats_or_speak_to_the_identity_provider_and_it_deletes_nothing(resources):
    able = {f for f in FUNCTIONS for s in statements_of(resources, f) if "DeskKey" in json.dumps(s)}
    told = {f for f in FUNCTIONS for s in statements_of(resources, f) if "secret:kulanz/desk/*" in json.dumps(s)}
    assert able == told == {"Desk"}
    assert not [
        action for action in actions_of(resources, "Desk") if "Delete" in action and "Schedule" not in action
    ]
    assert "VisitKey" not in json.dumps(statements_of(resources, "Desk"))


def test_only_documents_contact_and_desk_have_a_layer_and_documents_writes_papers_and_evidence_alone(
    resources,
):
    layered = {f for f in FUNCTIONS if "Layers" in resources[f]["Properties"]}
    assert layered == {"Documents", "Contact", "Desk"}
    assert all(resources[f]["Properties"]["Layers"] == [{"Ref": "DocumentsLayer"}] for f in layered)
    kept = [s["Resource"] for s in statements_of(resources, "Documents") if "s3:PutObject" in as_list(s["Action"])]
    assert kept == [{"Fn::Sub": f"${{Bucket.Arn}}/{folder}/*"} for folder in ("documents", "payouts", "evidence")]


def test_only_contact_may_write_to_people_and_only_the_relay_and_the_nightly_run_to_the_bus(resources):
    able = {action: {f for f in FUNCTIONS if action in actions_of(resources, f)} for action in (
        "ses:SendRawEmail", "sms-voice:SendTextMessage", "sns:Publish", "events:PutEvents", "dynamodb:DeleteItem",
        "s3:PutObject",
    )}  # fmt: skip
    assert able == {
        "ses:SendRawEmail": {"Contact"},
        "sms-voice:SendTextMessage": {"Contact"},
        # Contact to telephones and no topic, Webhooks to the one topic that carries what providers tell.
        "sns:Publish": {"Contact", "Webhooks"},
        "events:PutEvents": {"Relay", "Nightly"},
        # Only forgetting a person deletes; everything else is written over or leaves by its own date.
        "dynamodb:DeleteItem": {"Nightly"},
        # The pages only lend a reader the right to put one file under uploads/.
        # Contact lays letters out for the print house, in that bucket alone.
        "s3:PutObject": {
            "APIHandler",
            "Intake",
            "Claims",
            "Money",
            "Contact",
            "Documents",
            "Desk",
            "Operator",
            "Nightly",
        },
    }


def test_a_function_gets_the_settings_its_policy_lets_it_use_and_no_secret(resources):
    needs = {
        "VISIT_KEY_SECRET": "VisitKey",
        "PEPPER_SECRET": "Pepper",
        "DESK_KEY_SECRET": "DeskKey",
        "CLAIMS_QUEUE_URL": "ClaimsQueue",
        "MONEY_QUEUE_URL": "MoneyQueue",
        "CONTACTS_QUEUE_URL": "ContactsQueue",
        "BUCKET": "Bucket",
        "BUS": "Bus",
        "SCHEDULE_GROUP": "Schedules",
    }
    for function in FUNCTIONS:
        settings = resources[function]["Properties"]["Environment"]["Variables"]
        policy = json.dumps(statements_of(resources, function))
        for setting, resource in needs.items():
            if setting in settings:
                assert resource in policy, f"{function} has {setting} but may not use {resource}"
        assert "AWS_ENDPOINT_URL" not in settings
        for name, value in settings.items():
            assert isinstance(value, dict), f"{function}: {name} is written into the template"
    assert "resolve:secretsmanager" not in json.dumps(resources)


def test_every_queue_has_dead_letters_and_every_dead_letter_an_alarm(resources):
    queues = of_type(resources, "AWS::SQS::Queue")
    dead = {name for name in queues if name.endswith("DeadLetters")}
    for name in queues.keys() - dead:
        target = queues[name]["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
        assert target in dead, name
    alarms = of_type(resources, "AWS::CloudWatch::Alarm").values()
    watched = {
        dimension["Value"]["Fn::GetAtt"][0]
        for alarm in alarms
        if alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
        for dimension in alarm["Dimensions"]
    }
    assert watched == dead


def test_a_message_stays_hidden_six_times_as_long_as_its_function_may_take(resources):
    for name, mapping in of_type(resources, "AWS::Lambda::EventSourceMapping").items():
        source = mapping["EventSourceArn"]["Fn::GetAtt"][0]
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"], name
        if source != "Table":
            timeout = resources[mapping["FunctionName"]["Ref"]]["Properties"]["Timeout"]
            assert resources[source]["Properties"]["VisibilityTimeout"] >= 6 * timeout


def test_the_stream_gives_up_in_the_end_and_says_where(resources):
    relay = resources["RelayFromStream"]["Properties"]
    assert relay["BisectBatchOnFunctionError"] is True
    assert relay["MaximumRetryAttempts"] == 10
    assert relay["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"][0] == "RelayDeadLetters"


def test_every_asynchronous_function_has_somewhere_for_what_it_cannot_do(resources):
    configs = of_type(resources, "AWS::Lambda::EventInvokeConfig").values()
    woken = {config["FunctionName"]["Ref"] for config in configs}
    permissions = of_type(resources, "AWS::Lambda::Permission").values()
    principals = ("events.amazonaws.com", "sns.amazonaws.com")
    assert woken == {p["FunctionName"]["Ref"] for p in permissions if p["Principal"] in principals}


def test_every_alarm_is_in_the_runbook_and_the_runbook_has_no_other(resources):
    alarms = set(of_type(resources, "AWS::CloudWatch::Alarm"))
    headings = set(re.findall(r"^### (\w+)$", RUNBOOK.read_text("utf-8"), re.M))
    assert headings == alarms


def test_every_alarm_reaches_a_person_and_names_the_runbook(resources):
    for name, alarm in of_type(resources, "AWS::CloudWatch::Alarm").items():
        assert alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}]
        assert alarm["AlarmDescription"]["Fn::Sub"].endswith(f"docs/runbook.md, {name}")


def test_what_the_money_rests_on_outlives_the_stack(resources):
    for name in ("Table", "Bucket", "Pepper"):
        assert resources[name]["DeletionPolicy"] == "Retain"
        assert resources[name]["UpdateReplacePolicy"] == "Retain"
    table = resources["Table"]["Properties"]
    assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
    assert table["SSESpecification"]["SSEEnabled"]
    assert table["StreamSpecification"]["StreamViewType"] == "NEW_IMAGE"


def test_the_bucket_is_private_encrypted_and_refuses_plain_http(resources):
    bucket = resources["Bucket"]["Properties"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["BucketEncryption"]
    (deny,) = resources["BucketTlsOnly"]["Properties"]["PolicyDocument"]["Statement"]
    assert deny["Effect"] == "Deny"
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_pay_documents_and_webhooks_go_to_functions_of_their_own_and_the_rest_to_the_pages(resources):
    paths = resources["RestAPI"]["Properties"]["DefinitionBody"]["paths"]
    targets = {}
    for path, methods in paths.items():
        for method, operation in methods.items():
            integration = operation["x-amazon-apigateway-integration"]
            assert integration["type"] == "aws_proxy", f"{method} {path} is no route of the app"
            function = re.search(r"functions/\$\{(\w+)\.Arn\}", integration["uri"]["Fn::Sub"])[1]
            targets[f"{method} {path}"] = function
    for hosted in ("pay", "mandate"):
        assert targets.pop(f"post /p/{{token}}/{hosted}") == "Checkout"
    for printed in ("document", "plan", "later"):
        assert targets.pop(f"post /p/{{token}}/{printed}") == "Documents"
    theirs = {one for one in targets if one.split(" ")[1].startswith("/desk")}
    assert theirs == {f"{method.lower()} {path}" for path, method in NEEDED}
    assert {targets.pop(one) for one in theirs} == {"Desk"}
    for method in ("get", "post"):
        assert targets.pop(f"{method} /webhooks/{{creditor}}/{{provider}}") == "Webhooks"
        assert targets.pop(f"{method} /operator/{{creditor}}/{{what}}") == "Operator"
    assert set(targets.values()) == {"APIHandler"}


def test_the_operators_door_asks_for_a_signature_and_no_other_route_does(resources):
    body = resources["RestAPI"]["Properties"]["DefinitionBody"]
    assert body["securityDefinitions"]["sigv4"]["x-amazon-apigateway-authtype"] == "awsSigv4"
    asked = {
        f"{method} {path}"
        for path, methods in body["paths"].items()
        for method, operation in methods.items()
        if {"sigv4": []} in operation.get("security", [])
    }
    assert asked == {f"{method} /operator/{{creditor}}/{{what}}" for method in ("get", "post")}


@pytest.mark.parametrize(("policy", "methods"), [("OperatorsLook", ["GET"]), ("OperatorsAct", ["GET", "POST"])])
def test_the_policies_for_people_let_them_through_their_door_and_nowhere_else(resources, policy, methods):
    (statement,) = resources[policy]["Properties"]["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Action"]) == ("Allow", "execute-api:Invoke")
    found = [resource["Fn::Sub"].partition("${RestAPI}/*/")[2] for resource in as_list(statement["Resource"])]
    assert found == [f"{method}/operator/*" for method in methods]
    assert not {"Users", "Groups", "Roles"} & resources[policy]["Properties"].keys(), (
        "whoever deploys names people"
    )


def test_only_the_operators_door_and_the_nightly_run_write_files_for_the_bank(resources):
    able = {
        function
        for function in FUNCTIONS
        for statement in statements_of(resources, function)
        if "payments-out/" in json.dumps(statement)
    }
    assert able == {"Operator", "Nightly"}


def test_the_access_log_names_neither_path_nor_reader(resources):
    written = resources["RestAPI"]["Properties"]["AccessLogSetting"]["Format"]
    assert set(re.findall(r"\$context\.([\w.]+)", written)) == {
        "requestId",
        "httpMethod",
        "resourcePath",
        "status",
        "responseLatency",
        "integrationLatency",
        "error.responseType",
    }


def test_the_gateways_own_pages_are_never_kept_by_a_cache(resources):
    responses = resources["RestAPI"]["Properties"]["GatewayResponses"]
    assert responses["MISSING_AUTHENTICATION_TOKEN"]["StatusCode"] == 404
    assert responses["REQUEST_TOO_LARGE"]["StatusCode"] == 413
    assert "DEFAULT_5XX" in responses
    for response in responses.values():
        headers = response["ResponseParameters"]["Headers"]
        assert headers["Cache-Control"] == "'no-store'"
        assert headers["Content-Type"] == "'text/html; charset=utf-8'"
        page = response["ResponseTemplates"]["application/json"]
        assert '<html lang="de">' in page
        assert '<section lang="en">' in page
        assert page.count("<h1>") == 1


def test_only_the_night_itself_counts_as_its_start(resources):
    """The rule that brings a wish for a comparison starts the same function."""
    rules = [name for name, rule in of_type(resources, "AWS::Events::Rule").items() if wakes(rule, "Nightly")]
    assert len(rules) == 2
    alarm = resources["NightlyMissed"]["Properties"]
    (told,) = resources["NightsBegun"]["Properties"]["MetricTransformations"]
    assert (alarm["Namespace"], alarm["MetricName"]) == (told["MetricNamespace"], told["MetricName"])
    assert alarm["Dimensions"] == [] and "Dimensions" not in told
    assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (1, "LessThanThreshold")
    assert alarm["TreatMissingData"] == "breaching"
    nights = resources["NightsBegun"]["Properties"]
    assert nights["LogGroupName"] == {"Ref": "NightlyLog"}
    assert nights["FilterPattern"] == '{ $.night = "begun" }'


def wakes(rule, function):
    return any(target["Arn"] == {"Fn::GetAtt": [function, "Arn"]} for target in rule["Targets"])
