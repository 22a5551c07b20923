"""What Chancela signs can be verified with the public keys alone, and nothing else passes."""

import base64
import hashlib
import hmac
import json

import pytest
from hypothesis import given, strategies as st

from chancela.adapters.keys import signing
from chancela.adapters.keys.key_file import KeyFile

CLAIMS = {"guia": "2026000000123", "at": "2026-11-20T09:00:00-03:00", "motivo": "não há"}


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return KeyFile(tmp_path_factory.mktemp("keys") / "keys.json")


def parts(jws: str) -> list[bytes]:
    return [base64.urlsafe_b64decode(part + "==") for part in jws.split(".")]


def joined(*raw: bytes) -> str:
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in raw)


def test_the_header_names_the_algorithm_by_rfc_9864_the_key_and_the_kind(keys):
    header, payload, _ = parts(keys.sign(CLAIMS, typ="chancela-receipt+jwt"))
    kid = keys.jwks()["keys"][-1]["kid"]
    assert json.loads(header) == {"alg": "Ed25519", "kid": kid, "typ": "chancela-receipt+jwt"}
    assert json.loads(payload) == CLAIMS


def test_the_same_claims_give_the_same_text(keys):
    assert keys.sign(CLAIMS) == keys.sign(dict(CLAIMS))


def test_the_public_set_is_okp_and_named_by_thumbprint(keys):
    """RFC 8037 §2 for the members, RFC 7638 §3 for the name."""
    for key in keys.jwks()["keys"]:
        assert {k: v for k, v in key.items() if k not in {"x", "kid"}} == {
            "kty": "OKP",
            "crv": "Ed25519",
            "alg": "Ed25519",
            "use": "sig",
        }
        members = f'{{"crv":"Ed25519","kty":"OKP","x":"{key["x"]}"}}'
        assert key["kid"] == base64.urlsafe_b64encode(hashlib.sha256(members.encode()).digest()).rstrip(b"=").decode()


def test_anyone_verifies_with_the_public_set_alone(keys):
    assert signing.verify(keys.sign(CLAIMS, typ="r"), json.loads(json.dumps(keys.jwks())), "r") == CLAIMS


def test_a_retired_key_still_verifies(tmp_path):
    keys = KeyFile(tmp_path / "keys.json")
    old = keys.sign(CLAIMS)
    keys.rotate()
    new = keys.sign(CLAIMS)
    assert keys.verify_jws(old) == keys.verify_jws(new) == CLAIMS
    assert parts(old)[0] != parts(new)[0]
    assert len(keys.jwks()["keys"]) == 2


def test_one_kind_is_never_taken_for_another(keys):
    for made, asked in (("receipt", "at+jwt"), (None, "receipt"), ("receipt", None)):
        with pytest.raises(signing.SignatureError):
            keys.verify_jws(keys.sign(CLAIMS, typ=made), typ=asked)


def test_altered_claims_are_refused(keys):
    header, _, signature = parts(keys.sign(CLAIMS))
    with pytest.raises(signing.SignatureError):
        keys.verify_jws(joined(header, b'{"guia":"1"}', signature))


def test_a_key_of_another_house_is_refused(keys, tmp_path):
    with pytest.raises(signing.SignatureError):
        keys.verify_jws(KeyFile(tmp_path / "keys.json").sign(CLAIMS))


def other_header(keys, **changed) -> str:
    """A text that is rightly signed, under a header that we never write."""
    header = {"alg": "Ed25519", "kid": keys.jwks()["keys"][-1]["kid"], **changed}
    return forged(keys, {name: value for name, value in header.items() if value is not ...})


def forged(keys, header) -> str:
    raw_header, payload = json.dumps(header).encode(), json.dumps(CLAIMS).encode()
    signature = keys._signers[-1].private_key.sign(joined(raw_header, payload).encode())
    return joined(raw_header, payload, signature)


@pytest.mark.parametrize(
    "changed",
    [
        {"alg": "EdDSA"},
        {"alg": "none"},
        {"kid": ...},
        {"kid": 1},
        {"kid": "unknown"},
        {"crit": ["b64"], "b64": False},
        {"jku": "x"},
    ],
)
def test_a_header_that_we_never_write_is_refused_though_the_signature_is_right(keys, changed):
    assert keys.verify_jws(other_header(keys)) == CLAIMS
    with pytest.raises(signing.SignatureError):
        keys.verify_jws(other_header(keys, **changed))


def test_the_public_key_is_no_hmac_key(keys):
    """The classic confusion: HS256 under the text of the public key."""
    public = keys.jwks()["keys"][-1]
    header, payload = json.dumps({"alg": "HS256", "kid": public["kid"]}).encode(), b"{}"
    mac = hmac.digest(base64.urlsafe_b64decode(public["x"] + "="), joined(header, payload).encode(), "sha256")
    with pytest.raises(signing.SignatureError):
        keys.verify_jws(joined(header, payload, mac))


@pytest.mark.parametrize("text", ["", ".", "..", "a.b.c", "....", "é.é.é", "\ud800.a.b", "x" * 20_000, "[" * 9_000])
def test_what_is_no_jws_is_refused(keys, text):
    with pytest.raises(signing.SignatureError):
        keys.verify_jws(text)


def test_claims_that_are_no_object_are_refused(keys):
    header = {"alg": "Ed25519", "kid": keys.jwks()["keys"][-1]["kid"]}
    raw = json.dumps(header).encode()
    for payload in (b"[]", b"1", b"no json", b"\xff", b""):
        signature = keys._signers[-1].private_key.sign(joined(raw, payload).encode())
        with pytest.raises(signing.SignatureError):
            keys.verify_jws(joined(raw, payload, signature))


@given(st.text() | st.tuples(st.binary(), st.binary(), st.binary()).map(lambda raw: joined(*raw)))
def test_noise_is_refused(keys, text):
    with pytest.raises(signing.SignatureError):
        keys.verify_jws(text)


def test_claims_that_json_cannot_hold_are_a_fault_of_the_caller(keys):
    with pytest.raises(ValueError, match="Out of range"):
        keys.sign({"rate": float("nan")})
