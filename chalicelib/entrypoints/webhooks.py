"""Verify and store the provider's event."""

from chalice import Blueprint, Response

hooks = Blueprint(__name__)


@hooks.route("/webhooks/{creditor}/{provider}", methods=["POST"], content_types=["application/json"])
def webhook(creditor, provider):
    """Answered by the function webhooks; the route is declared here so that the API has it."""
    return Response("", status_code=404)


@hooks.lambda_function(name="webhooks")
def webhooks(event, context):
    """Answer POST /webhooks/{creditor}/{provider}."""
    return {"statusCode": 400, "headers": {"Content-Type": "text/plain"}, "body": "webhooks\n"}
