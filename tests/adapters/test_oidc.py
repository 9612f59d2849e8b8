"""What the house believes of an identity provider; the double answers as one does."""

import base64
import json
import threading
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from chalicelib.adapters.oidc import OpenIdProvider
from chalicelib.domain.errors import Permanent, Retry
from chalicelib.domain.seat import challenge_of
from local.identity.double import Asked, IdentityDouble

BACK, VERIFIER, NONCE = "https://desk.example/desk/back", "v" * 43, "n" * 22
JANA = {"sub": "jana", "name": "Jana Brandt", "email": "Jana@Desk.Example", "email_verified": True}


@pytest.fixture(scope="module")
def double():
    served = IdentityDouble(0, lambda: (JANA,))
    served.register("kulanz", "s:cret/+")
    served.register("open", None)
    threading.Thread(target=served.serve_forever, daemon=True).start()
    yield served
    served.shutdown()
    served.server_close()


@pytest.fixture
def provider(double):
    double.twist = lambda claims: claims
    return OpenIdProvider(double.url, "kulanz", lambda: "s:cret/+")


def code(double, *, client="kulanz", back=BACK, verifier=VERIFIER, nonce=NONCE):
    return double.code_for(Asked(client, back, nonce, challenge_of(verifier)), "jana")


def proven(provider, spent, **changes):
    given = {"back": BACK, "verifier": VERIFIER, "nonce": NONCE, "now": datetime.now(UTC)}
    return provider.proven(spent, **{**given, **changes})


def test_a_code_is_good_once_for_who_asked_for_it(double, provider):
    spent = code(double)
    identity = proven(provider, spent)
    assert (identity.email, identity.name) == ("jana@desk.example", "Jana Brandt")
    assert "jana" not in identity.subject and len(identity.subject) == 40
    with pytest.raises(Permanent):
        proven(provider, spent)
    assert proven(provider, code(double)).subject == identity.subject


@pytest.mark.parametrize("change", [{"verifier": "w" * 43}, {"back": "https://evil.example"}])
def test_the_verifier_and_the_address_must_be_those_it_was_asked_with(double, provider, change):
    with pytest.raises(Permanent):
        proven(provider, code(double), **change)


def test_a_wrong_secret_is_refused_and_a_public_client_needs_none(double):
    with pytest.raises(Permanent):
        proven(OpenIdProvider(double.url, "kulanz", lambda: "guessed"), code(double))
    assert proven(OpenIdProvider(double.url, "open", None), code(double, client="open")).email


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_token_of_another_time_is_refused(double, provider, hours):
    with pytest.raises(Permanent):
        proven(provider, code(double), now=datetime.now(UTC) + timedelta(hours=hours))


@pytest.mark.parametrize("vouched", [False, None, "yes", 1])
def test_an_address_nobody_vouches_for_is_none(double, provider, vouched):
    double.twist = lambda claims: {**claims, "email_verified": vouched}
    assert proven(provider, code(double)).email is None


def test_the_way_in_asks_for_a_code_by_pkce_and_the_way_out_comes_back(double, provider):
    address = provider.way_in(back=BACK, state="s", nonce=NONCE, challenge="c", language="de")
    asked = parse_qs(urlsplit(address).query)
    assert asked["scope"] == ["openid email profile"] and asked["code_challenge_method"] == ["S256"]
    assert parse_qs(urlsplit(provider.way_out("https://desk.example/out")).query)["client_id"] == ["kulanz"]


def test_a_provider_in_trouble_is_asked_again_later(double, provider):
    for status in (500, 503, 429):
        double.trouble[:] = [status]
        with pytest.raises(Retry):
            proven(provider, code(double))
    with pytest.raises(Retry):
        proven(OpenIdProvider("http://127.0.0.1:9", "kulanz", None), "code")


def test_an_issuer_out_in_the_open_or_with_another_name_is_refused(double):
    with pytest.raises(ValueError):
        OpenIdProvider("http://login.example.de", "kulanz", None)
    with pytest.raises(Permanent):
        OpenIdProvider(double.url.replace("127.0.0.1", "localhost"), "kulanz", None).way_out(BACK)


def test_the_doubles_tokens_are_signed_by_the_key_it_shows(double):
    token = double.id_token(Asked("kulanz", BACK, NONCE, "c"), JANA)
    signed, _, signature = token.rpartition(".")
    with urllib.request.urlopen(f"{double.url}/jwks", timeout=5) as answer:
        (key,) = json.load(answer)["keys"]

    def number(text):
        return int.from_bytes(base64.urlsafe_b64decode(text + "=="))

    public = rsa.RSAPublicNumbers(number(key["e"]), number(key["n"])).public_key()
    raw = base64.urlsafe_b64decode(signature + "==")
    public.verify(raw, signed.encode(), padding.PKCS1v15(), hashes.SHA256())


@pytest.mark.parametrize("lack", ["state", "nonce", "code_challenge", "client_id"])
def test_the_double_shows_nobody_to_click_on_for_a_wish_that_lacks_something(double, lack):
    wish = {"response_type": "code", "code_challenge_method": "S256", "client_id": "kulanz", "redirect_uri": BACK}
    wish |= {"state": "s", "nonce": NONCE, "code_challenge": "c"}
    del wish[lack]
    with pytest.raises(urllib.error.HTTPError, match="400"):
        urllib.request.urlopen(f"{double.url}/authorize?{urlencode(wish)}", timeout=5)
