"""The hosted page: where the debtor would pay, were this not a double. Plain forms, no script, one column."""

from html import escape
from typing import Any
from urllib.parse import parse_qs

from local.payments import checkout, money
from local.payments.answers import Answer, Asked, Refused
from local.payments.page_words import STYLE, WORDS, Words
from local.payments.world import Double

SECURITY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'"


def answer(double: Double, asked: Asked) -> Answer:
    """Show the page, or try to pay and lead on: to the success URL, or to this page again if refused."""
    session_id = asked.path.removeprefix("/c/pay/")
    session = double.store.get(double.store.owner(session_id) or "", session_id, "checkout.session")
    if not session:
        return _shown(404, WORDS["en"], "en", WORDS["en"]["nowhere"], "")
    language = _language(session, asked)
    if asked.method == "POST":
        method = money.METHODS.get(parse_qs(asked.body.decode()).get("method", [""])[0])
        if method:
            session = checkout.submit(double, session_id, method)
            place = session["success_url"] if session["status"] == "complete" else asked.path
            place = place.replace("{CHECKOUT_SESSION_ID}", session_id)
            return Answer(303, "", {"Location": place})
    elif asked.method != "GET":
        return Refused(405, "Only GET and POST.").answer()
    with double.store.change():
        checkout.expire_due(double)
        session = double.store.get(double.store.owner(session_id) or "", session_id) or {}
    return _page(double, session, language)


def _page(double: Double, session: dict[str, Any], language: str) -> Answer:
    words = WORDS[language]
    hidden = double.store.hidden(session["id"])
    saving = session["mode"] == "setup"
    amount = "" if saving else money_text(session["amount_total"], session["currency"], language)
    lines = ", ".join(line["description"] for line in hidden["lines"])
    if session["status"] != "open":
        heading = words["done" if session["status"] == "complete" else "closed"]
        back = session["success_url"] if session["status"] == "complete" else session["cancel_url"]
        back = (back or "").replace("{CHECKOUT_SESSION_ID}", session["id"])
        link = f'<p><a class="away" href="{escape(back)}">{words["back"]}</a></p>' if back else ""
        return _shown(200, words, language, heading, f"<p>{escape(hidden['payee'])}</p>{link}")
    account = double.store.owner(session["id"]) or ""
    intent = double.store.get(account, session["payment_intent"] or "") or {}
    refused = f'<p class="refused" role="alert">{words["refused"]}</p>' if intent else ""
    rows = "".join(
        f'<label><input type="radio" name="method" value="{method.key}" required'
        f"{' checked' if method.key == 'card' else ''}>"
        f"<span><b>{words[method.key]}</b><small>{method.number}<br>{words[method.key + '_then']}</small>"
        "</span></label>"
        for method in money.METHODS.values()
        if not saving or method.kind in session["payment_method_types"]
    )
    cancel = (
        f'<p><a class="away" href="{escape(session["cancel_url"])}">{words["cancel"]}</a></p>'
        if session["cancel_url"]
        else ""
    )
    body = (
        f'<p class="payee">{escape(hidden["payee"])}</p><p class="amount">{amount}</p>'
        f'<p class="what">{escape(words["mandate"] if saving else lines)}</p>{refused}'
        f'<form method="post"><fieldset><legend>{words["how"]}</legend>{rows}</fieldset>'
        f"<button>{words['save' if saving else 'pay'].format(amount=amount)}</button></form>{cancel}"
    )
    return _shown(200, words, language, words["save_title" if saving else "title"], body)


def _shown(status: int, words: Words, language: str, heading: str, body: str) -> Answer:
    text = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f"<title>{heading} · {words['double']}</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex"><link rel="icon" href="data:,">'
        f"<style>{STYLE}</style></head><body>"
        f'<p class="double"><b>{words["double"]}.</b> {words["double_means"]}</p>'
        f"<main><h1>{heading}</h1>{body}</main></body></html>"
    )
    return Answer(status, text, {"Content-Security-Policy": SECURITY, "Referrer-Policy": "no-referrer"})


def _language(session: dict[str, Any], asked: Asked) -> str:
    wish = session.get("locale") or "auto"
    if wish == "auto":
        wish = asked.headers.get("accept-language", "en")
    return "de" if wish.lower().startswith("de") else "en"


def money_text(amount: int, currency: str, language: str) -> str:
    """Minor units in the reader's form; every currency the double takes has two decimals."""
    whole, cents = divmod(amount, 100)
    sign = "€" if currency == "eur" else currency.upper()
    if language == "de":
        return f"{whole:,}".replace(",", ".") + f",{cents:02}\u00a0{sign}"
    return f"{sign}{'' if currency == 'eur' else chr(160)}{whole:,}.{cents:02}"
