"""Sign-in by OpenID Connect, with a provider that runs beside the tests."""

from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import ECKey, RSAKey
from pyramid.response import Response

from integrations.oidc import keys
from integrations.oidc.check import check_steps
from tests.support.oidc import CLIENT, dripping

pytestmark = [pytest.mark.enable_socket, pytest.mark.usefixtures("nurse")]


@pytest.fixture
def nurse(factories):
    return factories.StaffMember(employee_number="1002", email="nurse@trust.nhs.uk")


def go(browser, way_on="/"):
    return browser.get("/sign-in/provider", {"next": way_on}, status=303).location


def comes_in(browser, provider):
    back = browser.get(provider.sign_in(go(browser)), status="*")
    return back.status_int == 303 and "Sign out" in browser.get("/").text


def test_somebody_comes_in_with_the_groups_they_have_and_where_they_wanted_to_go(
    start, provider, nurse
):
    browser = start()
    page = browser.get("/sign-in?next=/outcomes")
    there = page.click("Sign in with NHS CIS2")
    asked = parse_qs(urlsplit(there.location).query)
    assert asked["scope"] == ["openid profile email"]
    provider.claims = {"employee": "1002", "groups": ["Leads"]}
    back = provider.sign_in(there.location)
    answer = browser.get(back, status=303)
    assert urlsplit(answer.location).path == "/outcomes"
    assert nurse.family_name in browser.get("/").text or "Sign out" in browser.get("/").text
    assert browser.get("/outcomes").status_int == 200
    again = browser.get(back, status=403)
    assert "took too long" in again  # an answer is good once


def test_our_own_key_and_the_providers_userinfo_serve_as_cis2_wants(start, provider, tmp_path):
    key = ECKey.generate_key("P-256", {"kid": "ours"})
    file = tmp_path / "key.pem"
    file.write_bytes(key.as_pem(private=True))
    provider.client_key = key
    lines = {"oidc.private_key_file": str(file), "oidc.signing_algorithm": "ES256"}
    browser = start(**lines, **{"oidc.key_id": "ours"})
    provider.userinfo = {"sub": "person-1", "employee": 1002}
    assert comes_in(browser, provider)
    provider.userinfo["sub"] = "person-2"
    assert browser.get(provider.sign_in(go(start())), status="*").status_int == 403


def test_a_new_key_of_the_provider_is_fetched_once_and_not_over_and_over(start, provider):
    provider.claims = {"employee": "1002"}
    assert comes_in(start(), provider)
    for asked, kid in ((2, "two"), (3, "three"), (4, "three")):  # at last under the same name
        provider.new_key(kid)
        assert comes_in(start(), provider)
        assert provider.asked.count("/jwks") == asked
    published = Response(json_body={"keys": [provider.key.as_dict(private=False, use="sig")]})
    provider.spoil = {"/jwks": published}
    for made_up in (1, 1, 2, 3, 4, 5):
        provider.key = RSAKey.import_key(provider.key.as_pem(private=True), {"kid": f"{made_up}"})
        assert not comes_in(start(), provider)
    # the key under an old name counts as well
    assert provider.asked.count("/jwks") == 4 + keys.MOST_MISSED - 1


def test_what_is_no_proof_lets_nobody_in(start, provider, now):
    stranger = RSAKey.generate_key(2048, {"kid": "one"})
    old = int(now.timestamp()) - 1000
    for claims, spoil in (
        ({"nonce": "another"}, {}),
        ({"iss": "https://elsewhere.example"}, {}),
        ({"aud": "somebody-else"}, {}),
        ({"aud": [CLIENT, "somebody-else"]}, {}),
        ({"aud": [CLIENT, "x"], "azp": "x"}, {}),
        ({"exp": old}, {}),
        ({"iat": old + 5000}, {}),
        ({"nbf": old + 1100}, {}),
        ({}, {"key": stranger}),
        ({}, {"/token": Response(json_body={"error": "invalid_grant"}, status=400)}),
        ({}, {"/token": Response(json_body={"access_token": "a", "token_type": "Bearer"})}),
        ({}, {"/token": Response(json_body={"token_type": "x", "id_token": "a.b.c"})}),
    ):
        provider.claims, provider.spoil = {"employee": "1002", **claims}, spoil
        browser = start()
        refused = browser.get(provider.sign_in(go(browser)), status=403)
        assert "We could not be sure" in refused, (claims, spoil)
        assert "Sign out" not in browser.get("/sign-in")
    provider.claims, provider.spoil = {"employee": "1002", "acr": "AAL1"}, {}
    strict = start(**{"oidc.acr_values": "AAL2 AAL3"})
    assert not comes_in(strict, provider)
    provider.claims["acr"] = "AAL3"
    assert comes_in(strict, provider)


def test_an_answer_that_nobody_asked_for_is_sent_back_with_kind_words(start, provider):
    provider.claims = {"employee": "1002"}
    browser, other = start(), start()
    theirs = provider.sign_in(go(other))
    for path in (theirs, "/sign-in/provider/back", "/sign-in/provider/back?state=&code=x"):
        assert "start again" in browser.get(path, status=403)
    state = parse_qs(urlsplit(go(browser)).query)["state"][0]
    back = f"/sign-in/provider/back?error=access_denied&state={state}"
    assert "you went back" in browser.get(back, status=403)
    assert go(browser, "//evil.example").startswith(provider.address)


def test_whose_record_it_is_cannot_be_claimed_with_any_mail(start, provider):
    provider.claims = {"email": "NURSE@trust.nhs.uk"}
    assert comes_in(start(), provider)
    provider.claims = {"email": "nurse@trust.nhs.uk", "email_verified": False}
    browser = start()
    refused = browser.get(provider.sign_in(go(browser)), status=403)
    assert "cannot find you" in refused


def test_a_provider_that_is_down_slow_or_wrong_keeps_nobody_waiting(start, provider, browser):
    plain, answer = browser, Response(json_body={"issuer": "https://elsewhere.example"})
    for spoilt, words in (
        (Response(status=500), "does not answer"),
        (Response(body=b"<html>"), "not set up right"),
        (answer, "not set up right"),
        (dripping, "does not answer"),
        (Response(body=b"x" * 1_100_000), "does not answer"),
        (Response(status=302, location="https://elsewhere.example"), "not"),
    ):
        provider.spoil = {"/.well-known/openid-configuration": spoilt}
        keys.forget()
        browser = start()
        page = browser.get("/sign-in/provider", status=503)
        assert words in page
        assert "Password" in page  # the other way in is there
        *_, last = check_steps(browser.app.registry["tracker.settings"].provider)
        assert not last.ok
        assert "Check oidc" in last.sentence or "Set it" in last.sentence or "Ask" in last.sentence
    provider.spoil = {}
    steps = check_steps(browser.app.registry["tracker.settings"].provider)
    assert all(step.ok for step in steps)
    plain.get("/sign-in/provider", status=404)
