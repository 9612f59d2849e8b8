"""The package on a local AWS of its own, enforcing IAM, for the tests of the deployment."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass

import boto3
import pytest

from infra import layer, package
from infra.deploy import deploy
from local.gateway_responses import put_gateway_responses

REGION = "eu-central-1"
STACK = "kulanz-test"
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}


MINISTACK = "from local.iam_gaps import fill; fill(); from ministack.app import main; main()"


@dataclass
class Stack:
    """A deployed stack: its AWS, its outputs, what was said on the way."""

    endpoint: str
    outputs: dict
    said: list

    def client(self, service):
        return boto3.client(service, endpoint_url=self.endpoint, region_name=REGION)

    def ask(self, method, path):
        """Status, headers and text of an answer through API Gateway."""
        url = f"{self.endpoint}/restapis/{self.outputs['ApiId']}/api/_user_request_{path}"
        request = urllib.request.Request(url, method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.headers, refused.read().decode()

    def deploy(self, template=package.TEMPLATE, **parameters):
        return deploy(
            STACK,
            template,
            package.ZIP,
            layer.LAYER,
            endpoint_url=self.endpoint,
            region=REGION,
            parameters=parameters,
            say=self.said.append,
            pause=0.2,
        )


@pytest.fixture(scope="session")
def stack(package_zip, tmp_path_factory):
    """The real package, deployed by the real deploy, on ministack with AUTH=true."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("aws")
    settings = {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": REGION,
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LAMBDA_ACCOUNT_CONCURRENCY": "8",
        "AUTH": "true",
        "TMPDIR": str(folder),
    }
    before = {name: os.environ.get(name) for name in KEYS}
    os.environ.update(KEYS)
    with (folder / "log").open("w") as log:
        aws = subprocess.Popen(
            [sys.executable, "-c", MINISTACK],
            cwd=package.ROOT,
            env={**_of_nobody_else(), **KEYS, **settings},
            stdout=log,
            stderr=log,
        )
    try:
        found = Stack(f"http://127.0.0.1:{port}", {}, [])
        _wait_for(port, aws)
        found.outputs = found.deploy()
        put_gateway_responses(found.outputs["ApiId"], package.TEMPLATE, endpoint_url=found.endpoint)
        yield found
    finally:
        aws.terminate()
        aws.wait(20)
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def _of_nobody_else():
    """The environment without what another local AWS of this run left in it: functions inherit it."""
    return {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}


def _wait_for(port, process):
    for _ in range(100):
        assert process.poll() is None, "the local AWS did not start"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the local AWS did not answer within 10 s")
