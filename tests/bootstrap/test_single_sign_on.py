"""The settings of the house's sign-on are read whole, or refused in a sentence."""

import pytest

from chancela.bootstrap import single_sign_on
from chancela.domain.permissions import ActorKind

WHOLE = {
    "CHANCELA_OIDC_ISSUER": "https://login.casa.example/realms/a/",
    "CHANCELA_OIDC_CLIENT_ID": "chancela",
    "CHANCELA_OIDC_CLIENT_SECRET": "segredo",
    "CHANCELA_OIDC_OPERATOR": "999003",
    "CHANCELA_OIDC_ROLES": "cn=central=agent, acessos=administrator",
}


def test_without_an_issuer_there_is_no_sign_on():
    assert single_sign_on.read({**WHOLE, "CHANCELA_OIDC_ISSUER": ""}) is None


def test_what_is_not_said_has_its_default():
    read = single_sign_on.read(WHOLE)
    assert read is not None
    assert (read.name, read.role_claim, read.second_factor, read.acr, read.origins) == (
        *("login.casa.example", "roles", "", None),
        (),
    )
    assert read.roles == (("cn=central", ActorKind.AGENT), ("acessos", ActorKind.ADMINISTRATOR))
    found = read.app["settings"]["server_url"]
    assert found == "https://login.casa.example/realms/a/.well-known/openid-configuration"


def test_the_first_role_that_fits_counts():
    read = single_sign_on.read(WHOLE)
    assert read is not None
    assert read.role(["acessos", "cn=central"]) is ActorKind.AGENT
    assert read.role(["outra"]) is None


def test_a_class_may_prove_the_second_factor():
    read = single_sign_on.read({**WHOLE, "CHANCELA_OIDC_SECOND_FACTOR": "acr=urn:casa:forte"})
    assert read is not None and read.acr == "urn:casa:forte"


@pytest.mark.parametrize("issuer", ["http://login.casa.example", "login.casa.example", "ftp://127.0.0.1", "https://"])
def test_an_issuer_without_tls_is_refused_unless_it_is_this_machine(issuer: str):
    with pytest.raises(ValueError, match="CHANCELA_OIDC_ISSUER"):
        single_sign_on.read({**WHOLE, "CHANCELA_OIDC_ISSUER": issuer})
    local = single_sign_on.read({**WHOLE, "CHANCELA_OIDC_ISSUER": "http://127.0.0.1:9000"})
    assert local is not None and local.local


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        *((name, "") for name in WHOLE if name != "CHANCELA_OIDC_ISSUER"),
        ("CHANCELA_OIDC_ROLES", "acessos"),
        ("CHANCELA_OIDC_ROLES", "acessos=root"),
        ("CHANCELA_OIDC_ROLES", "clinica=provider"),
        ("CHANCELA_OIDC_ROLES", "=agent"),
        ("CHANCELA_OIDC_SECOND_FACTOR", "yes"),
        ("CHANCELA_OIDC_SECOND_FACTOR", "acr="),
        ("CHANCELA_OIDC_ORIGINS", "https://a.example/caminho"),
        ("CHANCELA_OIDC_ORIGINS", "'unsafe-inline'"),
    ],
)
def test_what_is_amiss_is_named(setting: str, value: str):
    with pytest.raises(ValueError, match=setting):
        single_sign_on.read({**WHOLE, setting: value})


def test_other_origins_are_listed():
    read = single_sign_on.read({**WHOLE, "CHANCELA_OIDC_ORIGINS": "https://a.example, https://b.example:8443"})
    assert read is not None and read.origins == ("https://a.example", "https://b.example:8443")
