"""The bare page: Chalice, two reads of DynamoDB, a few words of HTML. What a first response cannot go below."""

import os

import boto3
from chalice.app import Chalice, Response

app = Chalice(app_name="bare", configure_logs=False)
TABLE = os.environ["TABLE"]
client = boto3.client("dynamodb")


@app.route("/p/{token}")
def page(token: str) -> Response:
    """The link's item and the items of its matter; the event says which, since a bare page hashes nothing."""
    asked = app.current_request.query_params
    link = client.get_item(
        TableName=TABLE, Key={"pk": {"S": asked["link"]}, "sk": {"S": "LINK"}}, ConsistentRead=True
    )["Item"]
    items = client.query(
        TableName=TABLE,
        KeyConditionExpression="pk = :p",
        ExpressionAttributeValues={":p": {"S": asked["matter"]}},
        ConsistentRead=True,
    )["Items"]
    body = f"<!doctype html><title>Bare</title><p>{link['creditor']['S']}: {len(items)}</p>"
    return Response(body, headers={"Content-Type": "text/html; charset=utf-8"})
