"""Gives the local API the gateway's own pages: its import of an API description passes them over."""

import json
from pathlib import Path
from typing import Any

import boto3


def put_gateway_responses(
    api_id: str, template_path: Path, *, endpoint_url: str, region: str = "eu-central-1"
) -> int:
    """How many pages were set, as the template's RestAPI lists them, and deployed to its stage."""
    api: dict[str, Any] = json.loads(template_path.read_text("utf-8"))["Resources"]["RestAPI"]["Properties"]
    gateway = boto3.client("apigateway", endpoint_url=endpoint_url, region_name=region)
    for kind, response in api["GatewayResponses"].items():
        headers = response["ResponseParameters"]["Headers"]
        status = {"statusCode": str(response["StatusCode"])} if "StatusCode" in response else {}
        gateway.put_gateway_response(
            restApiId=api_id,
            responseType=kind,
            responseTemplates=response["ResponseTemplates"],
            responseParameters={f"gatewayresponse.header.{name}": value for name, value in headers.items()},
            **status,
        )
    gateway.create_deployment(restApiId=api_id, stageName=api["StageName"])
    return len(api["GatewayResponses"])
