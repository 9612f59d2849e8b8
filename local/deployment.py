"""The real package on the local AWS: built when a source has changed, deployed when the package has."""

import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local.control import post
from local.gateway_responses import put_gateway_responses
from local.places import REPOSITORY, Places, Trouble, read_json, write_json
from local.processes import last_line

DESK_SECRET = "kulanz/desk/oidc"
STACK = "kulanz"
BUILT = REPOSITORY / "build"
ZIP, LAYER, TEMPLATE = BUILT / "kulanz.zip", BUILT / "documents-layer.zip", BUILT / "template.json"


def build(places: Places) -> None:
    """Bring the package, its layer and its template up to date; without a change that takes a moment.

    Outside the stack's clock: parts of it may be fetched over TLS, which knows the real time.
    """
    places.logs.mkdir(parents=True, exist_ok=True)
    log = places.log("package")
    with log.open("wb") as output:
        outcome = subprocess.run(
            [sys.executable, "-m", "infra.package"],
            cwd=REPOSITORY,
            env={**os.environ, "AWS_DEFAULT_REGION": "eu-central-1"},
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if outcome.returncode:
        raise Trouble(f"the package was not built: {last_line(log)} (see {log})")


def _digest(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def deploy_if_changed(places: Places, cloudformation: Any, model: str = "") -> tuple[dict[str, str], bool]:
    """The outputs of the deployed stack, and whether it had to be deployed.

    model: which one is asked (docs/deploy.md); the newest where nothing is said.

    While it deploys, the local AWS saves nothing: a deployment that is killed half-way leaves the state from
    before it, and the next start deploys again.
    """
    from infra.deploy import DeployFailed, deploy

    parameters = {
        "PaymentApiBase": places.address("payments"),
        "MetaApiBase": f"{places.address('messages')}/v23.0",
        "CheckoutOrigin": places.address("payments"),
        "BucketOrigin": places.address("aws"),
        "DeskIssuer": places.address("identity"),
        "DeskClientId": places.identity_client()["id"],
        "DeskClientSecret": DESK_SECRET,
        "DeskOrigin": places.address("proxy"),
        "Stage": "local",
        "Model": model,
    }
    wanted = _digest([ZIP, LAYER, TEMPLATE]) + json.dumps(parameters, sort_keys=True)
    fingerprint = hashlib.sha256(wanted.encode()).hexdigest()
    last = read_json(places.deployment)
    if last.get("fingerprint") == fingerprint and _stands(cloudformation):
        return last["outputs"], False
    aws = places.address("aws")
    post(f"{aws}/_local/hold")
    try:
        outputs = deploy(STACK, TEMPLATE, ZIP, LAYER, endpoint_url=aws, parameters=parameters, pause=0.2)
        put_gateway_responses(outputs["ApiId"], TEMPLATE, endpoint_url=aws)
    except DeployFailed as failure:
        raise Trouble(f"deploy failed: {failure}") from failure
    if not post(f"{aws}/_local/release")["saved"]:
        raise Trouble(f"the deployed stack could not be saved (see {places.log('aws')})")
    write_json(places.deployment, {"fingerprint": fingerprint, "outputs": outputs, "at": time.time()})
    return outputs, True


def _stands(cloudformation: Any) -> bool:
    """Whether the stack is there and whole; a state from before the last deployment may lack it."""
    try:
        status = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"]
    except (ClientError, IndexError):
        return False
    return status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
