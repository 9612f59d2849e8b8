"""AWS clients for the local stack, with dummy credentials and signatures by the stack's own clock.

Where IAM is enforced, a signature more than five minutes off is refused, as on AWS; and a test or a tool that
stands outside the stack lives at the machine's time.
"""

from typing import Any

import boto3
from botocore.auth import AUTH_TYPE_MAPS, S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config

from local.clock import stack_now
from local.places import Places

REGION = "eu-central-1"


def aws_client(places: Places, service: str) -> Any:
    """A client of the local AWS, with the account's own rights."""
    client = boto3.client(
        service,
        endpoint_url=places.address("aws"),
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 3}, proxies={}),
    )
    kind = S3SigV4Auth if service == "s3" else SigV4Auth
    version = f"stack-clock-{places.ports()['aws']}-{service}"
    AUTH_TYPE_MAPS[version] = type("AtStackTime", (kind,), {"add_auth": _signing(places)})
    client.meta.events.register("choose-signer", lambda **_: version)
    return client


def _signing(places: Places) -> Any:
    def add_auth(self: Any, request: AWSRequest) -> None:
        """As SigV4 has it, with another clock."""
        request.context["timestamp"] = stack_now(places.clock).strftime("%Y%m%dT%H%M%SZ")
        self._modify_request_before_signing(request)
        to_sign = self.string_to_sign(request, self.canonical_request(request))
        self._inject_signature_to_request(request, self.signature(to_sign, request))

    return add_auth
