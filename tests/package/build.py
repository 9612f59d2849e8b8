"""The real package, built once a test session and unpacked once; other tests import these fixtures."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra import package

BARE_PYTHON = Path(os.path.realpath(sys.executable))
PROVIDED_BY_LAMBDA = ("boto3", "botocore", "s3transfer", "dateutil", "six.py", "urllib3")


@pytest.fixture(scope="session")
def package_zip():
    """build/kulanz.zip, up to date with the tree."""
    package.build()
    return package.ZIP


@pytest.fixture(scope="session")
def unpacked(package_zip, tmp_path_factory):
    """The package as /var/task has it."""
    folder = tmp_path_factory.mktemp("task")
    with zipfile.ZipFile(package_zip) as files:
        files.extractall(folder)
    return folder


@pytest.fixture(scope="session")
def provided(tmp_path_factory):
    """What the Lambda runtime adds to the package, and nothing else of this machine."""
    import boto3

    folder = tmp_path_factory.mktemp("runtime")
    for name in PROVIDED_BY_LAMBDA:
        (folder / name).symlink_to(Path(boto3.__file__).parent.parent / name)
    return folder


def run_bare(code, *paths):
    """Run `code` in a Python of the same version with no environment, no site-packages and only `paths`."""
    setting = f"import sys; sys.path[:0] = {[str(path) for path in paths]!r}; sys.dont_write_bytecode = True\n"
    done = subprocess.run(
        [BARE_PYTHON, "-I", "-S", "-c", setting + code], env={}, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
