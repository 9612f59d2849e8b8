"""The sample creditors, as the YAML a creditor would write: two that write in their own name, a collector that
settles with its client, and one that takes files of yours."""

from string import Template

ENERGY_ID, SHOES_ID, PLAIN_ID, COLLECTOR_ID = "auenwerke", "fadenlauf", "musterladen", "rotbuche"

ENERGY = Template("""\
# Auenwerke: a regional supplier of electricity, gas and heat. Its billing system writes CP1252,
# semicolons, 1.234,56 and 31.12.2026.
id: auenwerke
legal_name: Auenwerke Energie GmbH
address:
  street: Am Umspannwerk 3
  postcode: 04109
  city: Leipzig
acting_as: own_name
country: DE
language: de
strategy: balanced
sender_email: service@auenwerke.example
sender_sms: Auenwerke
payee: Auenwerke Energie GmbH
iban: $iban
help_phone: +49 30 23125 210
help_hours: Montag bis Freitag 8 bis 18 Uhr
help_email: hilfe@auenwerke.example
imprint_url: https://auenwerke.example/impressum
privacy_url: https://auenwerke.example/datenschutz
public_url: $public_url
register_entry: Amtsgericht Leipzig, HRB 99901
colour: "#0b6e4f"
sandbox: no
reviewed_by: sample
reviewed_on: 2026-11-01
profile:
  encoding: cp1252
  delimiter: ";"
  decimal: ","
  thousands: "."
  date_format: dd.mm.yyyy
  columns:
    claim: Vertragskonto
    debtor: Kundennummer
    party: Art
    name: Name
    street: Straße
    postcode: PLZ
    city: Ort
    birth_date: Geburtsdatum
    email: E-Mail
    phone: Mobil
    what: Leistung
    contract_date: Vertrag vom
    invoice_number: Rechnung
    invoice_date: Rechnung vom
    due: Fällig am
    default_since: Verzug seit
    default_basis: Verzug durch
    principal: Hauptforderung
    interest: Zinsen
    costs: Mahnkosten
    as_of: Stand
    reminders_sent: Mahnungen
    payments_made: Zahlungen
    plan_before: Raten früher
    plan_until: Raten bis
    disputed: Widerspruch
    representative: Betreuung
    insolvency: Insolvenz
    opt_out_email: Keine E-Mail
    opt_out_sms: Keine SMS
    customer_since: Kunde seit
  constants:
    currency: EUR
    claim_type: goods_or_service
    sector: energy
    language: de
  values:
    party: {P: person, F: business}
    plan_before: {J: yes, N: no}
    disputed: {J: yes, N: no}
    representative: {J: yes, N: no}
    insolvency: {J: yes, N: no}
    opt_out_email: {J: yes, N: no}
    opt_out_sms: {J: yes, N: no}
""")

SHOES = Template("""\
# Fadenlauf: an online shop for shoes. Its shop system writes UTF-8, commas, 1234.56 and 2026-12-31.
id: fadenlauf
legal_name: Fadenlauf Schuhe GmbH
address:
  street: Speicherhof 12
  postcode: 28203
  city: Bremen
acting_as: own_name
country: DE
language: en
strategy: balanced
sender_email: hallo@fadenlauf.example
sender_sms: Fadenlauf
payee: Fadenlauf Schuhe GmbH
iban: $iban
help_phone: +49 30 23125 340
help_hours: Montag bis Samstag 9 bis 20 Uhr
help_email: hilfe@fadenlauf.example
imprint_url: https://fadenlauf.example/impressum
privacy_url: https://fadenlauf.example/datenschutz
public_url: $public_url
register_entry: Amtsgericht Bremen, HRB 99902
colour: "#8a3b12"
sandbox: no
reviewed_by: sample
reviewed_on: 2026-11-01
profile:
  columns:
    claim: order_id
    debtor: customer_id
    party: kind
    name: full_name
    street: street
    postcode: zip
    city: city
    country: country
    birth_date: born
    email: email
    phone: phone
    language: lang
    what: items
    contract_date: ordered_on
    invoice_number: invoice
    invoice_date: invoiced_on
    due: due_on
    default_since: default_since
    default_basis: default_by
    principal: open_amount
    interest: interest
    costs: fees
    as_of: as_of
    reminders_sent: reminders
    payments_made: payments
    plan_before: had_plan
    plan_until: plan_until
    disputed: disputed
    representative: represented
    insolvency: insolvent
    opt_out_email: no_email
    opt_out_sms: no_sms
    customer_since: customer_since
    past_orders: orders
    past_payments: paid_orders
    value_class: tier
  constants:
    currency: EUR
    claim_type: goods_or_service
    sector: retail
  values:
    party: {B2C: person, B2B: business}
    plan_before: {Y: yes, N: no}
    disputed: {Y: yes, N: no}
    representative: {Y: yes, N: no}
    insolvency: {Y: yes, N: no}
    opt_out_email: {Y: yes, N: no}
    opt_out_sms: {Y: yes, N: no}
""")

PLAIN = Template("""\
# Musterladen: a shop without claims of its own. Its files are written as docs/claims.md says (profile: plain),
# so a file of yours is handed in for it unless you name another creditor.
id: musterladen
legal_name: Musterladen GmbH
address: {street: Lindenplatz 8, postcode: 99084, city: Erfurt, country: DE}
acting_as: own_name
country: DE
strategy: balanced
language: en
sender_email: service@musterladen.example
sender_sms: Musterladen
payee: Musterladen GmbH
iban: $iban
help_phone: +49 30 23125 450
help_hours: Montag bis Freitag 9 bis 17 Uhr
help_email: hilfe@musterladen.example
imprint_url: https://musterladen.example/impressum
privacy_url: https://musterladen.example/datenschutz
public_url: $public_url
register_entry: Amtsgericht Jena, HRB 99903
colour: "#4a4e8c"
sandbox: no
reviewed_by: sample
reviewed_on: 2026-11-01
profile: plain
""")

COLLECTOR = Template("""\
# Rotbuche: a collection service, with the claims of one client, a nursery. Debtors pay to its client-money account
# (iban); what is the client's goes to the account under payout, once two people confirmed it and a day is over.
id: rotbuche
legal_name: Rotbuche Inkasso GmbH
address: {street: Am Speicher 5, postcode: 18055, city: Rostock, country: DE}
acting_as: collector
on_behalf_of: Blattwerk Gartenbedarf GmbH
register_number: 3712/E1-9904/26
authority:
  name: Bundesamt für Justiz
  address: Adenauerallee 99-103, 53113 Bonn
  contact: poststelle@bfj.example
country: DE
strategy: balanced
language: de
sender_email: service@rotbuche.example
sender_sms: Rotbuche
payee: Rotbuche Inkasso GmbH
iban: $iban
payout:
  payee: Blattwerk Gartenbedarf GmbH
  iban: $payout_iban
  fee_percent: 8.5
  reserve_percent: 5
  reserve_days: 56
help_phone: +49 30 23125 560
help_hours: Montag bis Freitag 9 bis 17 Uhr
help_email: hilfe@rotbuche.example
imprint_url: https://rotbuche.example/impressum
privacy_url: https://rotbuche.example/datenschutz
public_url: $public_url
register_entry: Amtsgericht Rostock, HRB 99904
colour: "#7a2e3a"
sandbox: no
reviewed_by: sample
reviewed_on: 2026-11-01
profile:
  columns:
    claim: claim
    debtor: debtor
    party: party
    name: name
    street: street
    postcode: postcode
    city: city
    birth_date: birth_date
    email: email
    phone: phone
    what: what
    contract_date: contract_date
    invoice_number: invoice_number
    invoice_date: invoice_date
    due: due
    default_since: default_since
    default_basis: default_basis
    principal: principal
    interest: interest
    costs: costs
    as_of: as_of
    reminders_sent: reminders_sent
  constants:
    currency: EUR
    claim_type: goods_or_service
    sector: retail
    language: de
    interest_rate: 5 Punkte über Basiszins
    costs_kind: Mahnkosten
    costs_origin: Mahnungen nach Eintritt des Verzugs
    vat_reclaimable: yes
""")
