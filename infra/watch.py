"""What is watched: a log, a metric filter and the alarms of every function and queue, as template resources.

They all have one shape, so they are written here once. Every alarm has a paragraph of its own in
docs/runbook.md, under its own name; a test compares the two.
"""

from typing import Any

type Resource = dict[str, Any]

FUNCTIONS = {
    "APIHandler": "api",
    "Checkout": "checkout",
    "Webhooks": "webhooks",
    "Intake": "intake",
    "Claims": "claims",
    "Money": "money",
    "Relay": "relay",
    "Contact": "contact",
    "Outcomes": "outcomes",
    "Documents": "documents",
    "Operator": "operator",
    "Desk": "desk",
    "Routing": "routing",
    "Nightly": "nightly",
}
QUEUES = ("Claims", "Money", "Contacts", "Documents", "Routing")
DEAD_LETTERS = (*QUEUES, "Schedules", "Rules", "Relay", "Intake", "Outcomes", "Nightly")
LOG_DAYS = 30
FIVE_MINUTES = 300
HOUR = 3600

# What a function writes as {"alarm": "<word>"} in a log line -> (alarm, what it says to the operator).
WORDS = {
    "suspense": ("MoneyInSuspense", "Money arrived that fits no claim"),
    "reversal_refused": ("ReversalRefused", "More went back than is left of a payment: the books need a look"),
    "batch_unreadable": ("BatchUnreadable", "A creditor's file could not be read at all"),
    "bank_unreadable": (
        "BankUnreadable",
        "A file of a creditor's bank could not be read; its money is not booked",
    ),
    "creditor_invalid": ("CreditorInvalid", "A creditor's settings, or its own strategy, were refused"),
    "secret_missing": ("SecretMissing", "A secret is missing or cannot be read; what needs it stands still"),
    "model_missing": ("ModelMissing", "The model is missing or corrupt; the strategy's order is used"),
    "model_drifted": (
        "ModelDrifted",
        "The model does not fit a creditor's debtors any more; the strategy's order is used for them",
    ),
    "contact_lost": ("ContactLost", "A contact was reserved and never confirmed as sent"),
    "contact_unscheduled": ("ContactUnscheduled", "A planned contact had lost its schedule, and has one again"),
    "reply_unplaced": ("ReplyUnplaced", "Somebody wrote back, and nobody can say about what"),
    "text_refused": ("TextRefused", "A message broke a rule of ours for its words; it was not sent"),
    "account_waits": ("AccountWaits", "A creditor's account is to change; two people confirm it"),
    "payout_untied": ("PayoutUntied", "A payout of the payment provider is not the sum of its transactions"),
    "task_overdue": ("TaskOverdue", "Somebody was told by when they are answered, and was not"),
    "centre_refused": ("CentreRefused", "A creditor's contact centre does not take what is handed over to it"),
    "refund_failed": ("RefundFailed", "Money that was to go back did not leave, or came back"),
    "money_waits": ("MoneyWaits", "Money in suspense, a refund or a payout has waited for people too long"),
    "books_differ": (
        "BooksDiffer",
        "The books of the provider, the bank and the house differ, and no repair helped",
    ),
    "law_data_ends": ("LawDataEnds", "A table of the law ends within 60 days, or has ended"),
}
# What is said again and again until it is mended: looked at by the day, it is mailed once.
NIGHTLY_WORDS = {"law_data_ends", "money_waits", "task_overdue"}


def resources() -> dict[str, Resource]:
    """Every log group, metric filter and alarm, by logical id."""
    found: dict[str, Resource] = {"AccessLog": _log_group("/kulanz/${AWS::StackName}/access")}
    for function, short in FUNCTIONS.items():
        found[f"{function}Log"] = _log_group(f"/aws/lambda/${{AWS::StackName}}-{short}")
        found[f"{function}Words"] = _words_of(function)
    found["NightsBegun"] = _nights()
    found |= _function_alarms() | _queue_alarms() | _api_alarms() | _word_alarms() | _store_alarms()
    found["AlarmTopic"] = {
        "Type": "AWS::SNS::Topic",
        "Properties": {"DisplayName": {"Fn::Sub": "Kulanz ${Stage}"}},
    }
    found["AlarmMail"] = {
        "Type": "AWS::SNS::Subscription",
        "Condition": "HasAlarmEmail",
        "Properties": {
            "TopicArn": {"Ref": "AlarmTopic"},
            "Protocol": "email",
            "Endpoint": {"Ref": "AlarmEmail"},
        },
    }
    return found


def _log_group(name: str) -> Resource:
    return {
        "Type": "AWS::Logs::LogGroup",
        "Properties": {"LogGroupName": {"Fn::Sub": name}, "RetentionInDays": LOG_DAYS},
    }


def _words_of(function: str) -> Resource:
    """One filter per log: the metric Alarms, told apart by the word of the line."""
    return {
        "Type": "AWS::Logs::MetricFilter",
        "Properties": {
            "LogGroupName": {"Ref": f"{function}Log"},
            "FilterPattern": '{ $.alarm = "*" }',
            "MetricTransformations": [
                {
                    "MetricNamespace": {"Fn::Sub": "Kulanz/${AWS::StackName}"},
                    "MetricName": "Alarms",
                    "MetricValue": "1",
                    "Dimensions": [{"Key": "alarm", "Value": "$.alarm"}],
                }
            ],
        },
    }


def _nights() -> Resource:
    """What the nightly run says as it begins. Its function's own starts count wishes for a comparison too."""
    return {
        "Type": "AWS::Logs::MetricFilter",
        "Properties": {
            "LogGroupName": {"Ref": "NightlyLog"},
            "FilterPattern": '{ $.night = "begun" }',
            "MetricTransformations": [
                {
                    "MetricNamespace": {"Fn::Sub": "Kulanz/${AWS::StackName}"},
                    "MetricName": "Nights",
                    "MetricValue": "1",
                }
            ],
        },
    }


def _alarm(name: str, says: str, watched: Resource, *, above: int = 0, **properties: Any) -> Resource:
    """An alarm that mails what happened and where to read on."""
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "AlarmName": {"Fn::Sub": f"${{AWS::StackName}}-{name}"},
            "AlarmDescription": {"Fn::Sub": f"Kulanz ${{Stage}}: {says}. docs/runbook.md, {name}"},
            "ComparisonOperator": "GreaterThanThreshold",
            "Threshold": above,
            "EvaluationPeriods": 1,
            "TreatMissingData": "notBreaching",
            "AlarmActions": [{"Ref": "AlarmTopic"}],
            **watched,
            **properties,
        },
    }


def _metric(
    space: str, name: str, dimensions: Resource, statistic: str = "Sum", period: int = FIVE_MINUTES
) -> Resource:
    return {
        "Namespace": space,
        "MetricName": name,
        "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
        "Statistic": statistic,
        "Period": period,
    }


def _function_alarms() -> dict[str, Resource]:
    found = {}
    for function in FUNCTIONS:
        name = f"{function}Errors"
        watched = _metric("AWS/Lambda", "Errors", {"FunctionName": {"Ref": function}})
        found[name] = _alarm(name, f"The function {FUNCTIONS[function]} failed", watched)
    found["Throttled"] = _alarm(  # without a dimension: over all functions, which share one limit
        "Throttled",
        "Lambda turned calls away for want of concurrency",
        _metric("AWS/Lambda", "Throttles", {}),
    )
    age = _metric("AWS/Lambda", "IteratorAge", {"FunctionName": {"Ref": "Relay"}}, "Maximum")
    found["RelayLate"] = _alarm("RelayLate", "Facts reach the bus more than 15 minutes late", age, above=900_000)
    runs = _metric("Kulanz/${AWS::StackName}", "Nights", {}, period=24 * HOUR)
    runs["Namespace"] = {"Fn::Sub": runs["Namespace"]}
    found["NightlyMissed"] = _alarm(
        "NightlyMissed",
        "The nightly run has not started for a day",
        runs,
        above=1,
        ComparisonOperator="LessThanThreshold",
        TreatMissingData="breaching",
    )
    return found


def _queue_alarms() -> dict[str, Resource]:
    found = {}
    for queue in DEAD_LETTERS:
        name = f"{queue}DeadLettersFilled"
        dimensions = {"QueueName": {"Fn::GetAtt": [f"{queue}DeadLetters", "QueueName"]}}
        depth = _metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", dimensions, "Maximum")
        found[name] = _alarm(name, f"Something could not be done and waits in {queue}DeadLetters", depth)
    for queue in QUEUES:
        name = f"{queue}QueueLate"
        dimensions = {"QueueName": {"Fn::GetAtt": [f"{queue}Queue", "QueueName"]}}
        age = _metric("AWS/SQS", "ApproximateAgeOfOldestMessage", dimensions, "Maximum")
        found[name] = _alarm(name, f"{queue}Queue is more than an hour behind", age, above=HOUR)
    return found


def _api_alarms() -> dict[str, Resource]:
    dimensions = {"ApiName": {"Ref": "AWS::StackName"}, "Stage": "api"}
    watched = _metric("AWS/ApiGateway", "5XXError", dimensions)
    return {"PagesFailing": _alarm("PagesFailing", "The API answered with a 5xx status", watched)}


def _word_alarms() -> dict[str, Resource]:
    found = {}
    for word, (name, says) in WORDS.items():
        period = 24 * HOUR if word in NIGHTLY_WORDS else FIVE_MINUTES
        watched = _metric("Kulanz/${AWS::StackName}", "Alarms", {"alarm": word}, period=period)
        watched["Namespace"] = {"Fn::Sub": watched["Namespace"]}
        found[name] = _alarm(name, says, watched)
    return found


def _store_alarms() -> dict[str, Resource]:
    found = {}
    for kind in ("Read", "Write"):
        name = f"Table{kind}sThrottled"
        watched = _metric("AWS/DynamoDB", f"{kind}ThrottleEvents", {"TableName": {"Ref": "Table"}})
        found[name] = _alarm(
            name, "The table turned more than 50 requests away in five minutes", watched, above=50
        )
    return found
