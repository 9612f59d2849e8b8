"""The hosted page's words and its style."""

Words = dict[str, str]

WORDS: dict[str, Words] = {
    "en": {
        "title": "Pay",
        "double": "Test double",
        "double_means": "This page stands in for the payment provider's. No money moves; nothing leaves this "
        "machine.",
        "how": "How would you like to pay?",
        "card": "Card",
        "card_then": "succeeds at once",
        "card_declined": "Card that is declined",
        "card_declined_then": "fails; the page stays open",
        "card_no_funds": "Card without funds",
        "card_no_funds_then": "fails; the page stays open",
        "sepa": "SEPA direct debit",
        "sepa_then": "under way for a while, then succeeds",
        "sepa_fails": "SEPA direct debit that bounces",
        "sepa_fails_then": "under way for a while, then fails",
        "pay": "Pay {amount}",
        "save_title": "Allow direct debits",
        "save": "Save this account",
        "mandate": "You allow the payee named here to draw agreed amounts from your account. "
        "Nothing is drawn now.",
        "cancel": "Back without paying",
        "refused": "That did not work, and nothing was taken. Please choose another way.",
        "done": "You have finished here",
        "closed": "This page has closed",
        "nowhere": "There is no such page",
        "back": "Back",
    },
    "de": {
        "title": "Bezahlen",
        "double": "Test-Attrappe",
        "double_means": "Diese Seite steht für die des Zahlungsanbieters. Es fließt kein Geld; nichts "
        "verlässt diesen Rechner.",
        "how": "Wie möchten Sie bezahlen?",
        "card": "Karte",
        "card_then": "gelingt sofort",
        "card_declined": "Karte, die abgelehnt wird",
        "card_declined_then": "misslingt; die Seite bleibt offen",
        "card_no_funds": "Karte ohne Deckung",
        "card_no_funds_then": "misslingt; die Seite bleibt offen",
        "sepa": "SEPA-Lastschrift",
        "sepa_then": "ist eine Weile unterwegs und gelingt dann",
        "sepa_fails": "SEPA-Lastschrift, die zurückkommt",
        "sepa_fails_then": "ist eine Weile unterwegs und misslingt dann",
        "pay": "{amount} bezahlen",
        "save_title": "Lastschriften erlauben",
        "save": "Dieses Konto speichern",
        "mandate": "Sie erlauben dem hier genannten Empfänger, vereinbarte Beträge von Ihrem Konto einzuziehen. "
        "Jetzt wird nichts abgebucht.",
        "cancel": "Zurück, ohne zu bezahlen",
        "refused": "Das hat nicht geklappt, es wurde nichts abgebucht. Bitte wählen Sie einen anderen Weg.",
        "done": "Hier sind Sie fertig",
        "closed": "Diese Seite ist geschlossen",
        "nowhere": "Diese Seite gibt es nicht",
        "back": "Zurück",
    },
}

STYLE = """
:root{color-scheme:light dark;--paper:#fbfaf8;--ink:#1d1c1a;--soft:#595650;--line:#d9d5cd;--card:#fff;
--accent:#2f4b7c;--on:#fff;--amber:#fdf0d2;--amber-ink:#5c3d00;--red:#8c1d18}
@media(prefers-color-scheme:dark){:root{--paper:#191816;--ink:#f2efe9;--soft:#b9b4aa;--line:#45413a;--card:#23211e;
--accent:#a9c3f5;--on:#14203a;--amber:#3d2f10;--amber-ink:#ffdf9e;--red:#ffb4ab}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1.125rem/1.5 system-ui,sans-serif}
main{max-width:30rem;margin-inline:auto;padding:1.5rem 1.25rem 3rem}
.double{margin:0;padding:.75rem 1.25rem;background:var(--amber);color:var(--amber-ink);font-size:.9375rem;
text-align:center}
h1{font-size:1.25rem;margin:0 0 1rem}
.payee{margin:0;font-weight:600}
.amount{margin:.25rem 0;font-size:2.25rem;line-height:1.2;font-weight:650;font-variant-numeric:tabular-nums}
.what{margin:0 0 1.5rem;color:var(--soft);overflow-wrap:anywhere}
.refused{color:var(--red);font-weight:600}
fieldset{border:0;margin:0;padding:0}
legend{padding:0;margin-bottom:.5rem;font-weight:600}
label{display:flex;gap:.875rem;align-items:flex-start;padding:.75rem 1rem;border:1px solid var(--line);
background:var(--card);margin-top:-1px;cursor:pointer}
label:first-of-type{border-radius:.625rem .625rem 0 0}
label:last-of-type{border-radius:0 0 .625rem .625rem}
input{inline-size:1.25rem;block-size:1.25rem;margin:.2rem 0 0;flex:none;accent-color:var(--accent)}
label span{min-width:0}
label b{display:block;font-weight:600;line-height:1.35}
small{display:block;color:var(--soft);font-size:.875rem;line-height:1.45;font-variant-numeric:tabular-nums}
button{inline-size:100%;min-block-size:3.25rem;margin-top:1.25rem;border:0;border-radius:.625rem;
background:var(--accent);color:var(--on);font:inherit;font-weight:600;cursor:pointer}
.away{display:block;padding:.75rem;text-align:center;color:var(--soft)}
:focus-visible{outline:3px solid var(--accent);outline-offset:3px}
""".strip()
