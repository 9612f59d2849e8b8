"""Secrets by name: two versions while one turns, remembered for a while, and never gone on without."""

from itertools import count

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from chalicelib.adapters.errors import MissingSecret
from chalicelib.adapters.secrets import Secrets
from chalicelib.domain.errors import Retry

NUMBERS = count(1)


@pytest.fixture
def vault(client):
    return client("secretsmanager")


@pytest.fixture
def name(vault):
    name = f"kulanz/test/{next(NUMBERS)}"
    vault.create_secret(Name=name, SecretString="first")
    return name


def test_a_secret_has_one_version_until_it_turns(vault, name):
    assert Secrets(vault).versions(name) == ("first",)
    assert Secrets(vault).current(name) == "first"


def test_W10_after_it_turned_the_one_before_is_still_known(vault, name):
    vault.put_secret_value(SecretId=name, SecretString="second")
    assert Secrets(vault).versions(name) == ("second", "first")
    vault.put_secret_value(SecretId=name, SecretString="third")
    assert Secrets(vault).versions(name) == ("third", "second")
    assert Secrets(vault).current(name) == "third"


def test_it_is_remembered_and_asked_anew_no_more_often_than_it_should(vault, name):
    secrets = Secrets(vault)
    secrets.versions(name)
    vault.put_secret_value(SecretId=name, SecretString="second")
    assert secrets.versions(name) == ("first",)
    assert secrets.versions(name, fresh=True) == ("first",), "within half a minute nobody is asked again"


def test_I14_a_secret_that_is_not_there_is_said_by_name(vault):
    with pytest.raises(MissingSecret, match="kulanz/nowhere"):
        Secrets(vault).versions("kulanz/nowhere")


class Vault:
    def __init__(self, trouble):
        self.trouble = trouble

    def get_secret_value(self, **asked):
        raise self.trouble


def test_I14_one_that_may_not_be_read_is_as_good_as_missing():
    denied = ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetSecretValue")
    with pytest.raises(MissingSecret):
        Secrets(Vault(denied)).versions("x")


@pytest.mark.parametrize(
    "trouble",
    [
        ClientError({"Error": {"Code": "ThrottlingException"}}, "GetSecretValue"),
        ClientError({"Error": {"Code": "InternalServiceError"}}, "GetSecretValue"),
        EndpointConnectionError(endpoint_url="http://x"),
    ],
    ids=["throttled", "failed", "away"],
)
def test_a_passing_trouble_comes_back(trouble):
    with pytest.raises(Retry):
        Secrets(Vault(trouble)).versions("x")
