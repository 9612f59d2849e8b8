"""The pages of paying: a code that can be scanned, lines to copy, and the claim at hand in every way on."""

import io
from dataclasses import replace

import html5lib
import pytest
import zxingcpp
from PIL import Image

from chalicelib.domain.claim import HoldKind
from chalicelib.domain.transfer import Transfer, transfer_of
from chalicelib.presentation import i18n, render, views
from chalicelib.presentation.giro_code import giro_code
from tests.browser import phone

from . import samples

LONG_NAME = "Verein für außergewöhnlich lange Namen in Ü" + "w" * 27
LONGEST = Transfer(LONG_NAME, "DE99" * 5, 99_999_999_999, "EUR", "R" * 140)
PLAIN = transfer_of(samples.CREDITOR, samples.CLAIM, 5383)


def frame(language="de", place="transfer", **more):
    return views.frame(
        i18n.locale(language), zone=samples.ZONE, creditor=samples.CREDITOR, token="t", place=place, **more
    )


def drawn(view):
    return render.page(view).body


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("asked", [PLAIN, LONGEST], ids=["plain", "longest"])
def test_the_giro_code_on_the_page_is_read_by_another_program_as_the_transfer_it_is(browser, theme, asked):
    context = phone(browser, color_scheme=theme)
    page = context.new_page()
    page.set_content(drawn(views.transfer(frame(), samples.CLAIM, asked)))
    shot = page.locator("[role=img]").screenshot(scale="css")
    context.close()
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(shot)))
    euros, cents = divmod(asked.amount, 100)
    service, version, _, transfer, bic, name, iban, amount, purpose, reference, text = code.text.split("\n")[:11]
    assert (service, version, transfer, bic, purpose, reference) == ("BCD", "002", "SCT", "", "", "")
    assert (name, iban, text) == (asked.payee, asked.iban, asked.reference)
    assert amount in {f"EUR{euros}.{cents:02}", f"EUR{euros}.{cents:02}".rstrip("0").rstrip(".")}
    assert code.ec_level == "M"


def test_a_transfer_that_does_not_fit_has_its_lines_and_no_code():
    asked = replace(LONGEST, reference="R" * 141)
    assert (
        "<svg" not in drawn(views.transfer(frame(), samples.CLAIM, asked)).split("<main>")[1].split("</main>")[0]
    )
    with pytest.raises(ValueError, match="does not fit"):
        giro_code(asked)


def test_the_iban_is_shown_in_groups_and_copied_in_one_piece(browser):
    context = phone(browser)
    page = context.new_page()
    page.set_content(drawn(views.transfer(frame(), samples.CLAIM, PLAIN)))
    line = page.locator(".copy dd").nth(1)
    copied = line.evaluate("line => { getSelection().selectAllChildren(line); return getSelection().toString() }")
    boxes = [row.bounding_box()["height"] for row in page.locator(".copy > div").all()]
    context.close()
    assert copied == samples.CREDITOR.iban
    assert min(boxes) >= 48


@pytest.mark.parametrize("told", [False, True])
def test_whoever_says_that_they_have_paid_is_not_shown_first_how_to_pay(told):
    page = drawn(views.transfer(frame(place="sent"), samples.CLAIM, PLAIN, announced=told)).split("<main>")[1]
    said = page.index(i18n.locale("de").text("transfer.announced" if told else "transfer.go"))
    otherwise, away = page.index('href="/p/t/wrong?about=already_paid"'), page.index("<details>")
    assert said < otherwise < away < page.index(PLAIN.iban[:4]) < page.index("</details>")
    assert "<details" not in drawn(views.transfer(frame(), samples.CLAIM, PLAIN)).split("<main>")[1]


def links_and_forms(html):
    root = html5lib.parse(html, namespaceHTMLElements=False)
    links = [a.get("href") for a in root.iter("a") if a.get("href", "").startswith("/p/")]
    fields = [
        {field.get("name"): field.get("value") for field in form.iter("input")} | {"to": form.get("action")}
        for form in root.iter("form")
    ]
    return links, fields


def several(**more):
    at = frame(place="matter", **more)
    others = views.others_of(at, samples.MATTER, samples.GAS, samples.NOW)
    return drawn(
        views.matter(
            at, samples.CREDITOR, samples.DEBTOR, samples.GAS, (samples.OPENING,), samples.NOW, others=others
        )
    )


def test_the_claim_at_hand_travels_along_every_link_and_the_others_lead_to_theirs():
    links, forms = links_and_forms(several(claim="R-1002"))
    asked = [link.partition("?")[2].split("&")[0] for link in links]
    assert set(asked) == {"claim=R-1002", "claim=R-1001", "claim=R-1003"}
    assert [asked.count(f"claim={name}") for name in ("R-1001", "R-1003")] == [1, 1]
    assert all(fields["claim"] == "R-1002" for fields in forms)


def test_the_claim_at_hand_travels_along_every_form_of_a_reader_without_cookies():
    links, forms = links_and_forms(several(claim="R-1002", carried=samples.SEALED))
    assert links == []
    named = [fields.get("claim") for fields in forms]
    assert set(named) == {"R-1002", "R-1001", "R-1003"}
    assert named.count("R-1001") == named.count("R-1003") == 1


def test_with_one_claim_alone_no_address_names_it():
    html = drawn(samples.page_samples("de")["matter"])
    assert "claim=" not in html and 'name="claim"' not in html


def test_a_claim_whose_name_is_odd_is_named_safely_in_an_address():
    assert frame(claim="R 1/2+3").href("pay") == "/p/t/pay?claim=R+1%2F2%2B3"


def test_what_is_open_is_summed_and_what_is_disputed_is_not_paid_by_the_way():
    disputed = samples.held(HoldKind.DISPUTE)
    matter = replace(samples.MATTER, claims=samples.MATTER.claims | {disputed.id: disputed})
    others = views.others_of(frame("en"), matter, samples.SMALL, samples.NOW)
    assert [one.claim for one in others.rows] == ["R-1001", "R-1002"]
    assert (others.total, others.together) == ("€155.73", "€101.90")


def test_of_several_currencies_no_sum_is_made():
    foreign = replace(samples.GAS, currency="CHF")
    matter = replace(samples.MATTER, claims=samples.MATTER.claims | {foreign.id: foreign})
    others = views.others_of(frame("en"), matter, samples.CLAIM, samples.NOW)
    assert (others.total, others.together) == (None, "€66.73")


def test_an_instalment_is_chosen_before_anything_else():
    html = drawn(samples.page_samples("en")["pay_instalment"])
    assert 'value="part" id="much_part" checked' in html
    assert html.index("much_part") < html.index("much_all") < html.index("much_other")


def test_whoever_may_pay_a_part_or_asks_for_time_is_told_of_limitation():
    told = i18n.locale("de").html("offer.limitation")
    view = views.pay(frame(place="pay"), samples.CREDITOR, samples.CLAIM, provider_name="Stripe", least=500)
    assert told in drawn(view)
    assert told not in drawn(replace(view, choices=()))
