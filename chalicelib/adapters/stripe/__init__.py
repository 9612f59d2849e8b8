"""Stripe, as the payment provider: nothing outside this folder knows its words."""

NAME = "Stripe"
SIGNATURE_HEADER = "stripe-signature"

# The least it takes in one payment, in minor units; a currency that is not here has no least we know of.
# Source: https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts. It is counted
# in the currency it settles in, so it may refuse a little more than that.
SMALLEST = {
    "CHF": 50,
    "CZK": 1500,
    "DKK": 250,
    "EUR": 50,
    "GBP": 30,
    "NOK": 300,
    "PLN": 200,
    "SEK": 300,
    "USD": 50,
}

# Under which names its payouts reach a bank account in Europe, as the statements of banks show them.
# Source: https://docs.stripe.com/payouts (the sender is a Stripe company) and the companies' registered names.
PAYOUT_NAMES = (
    "Stripe",
    "Stripe Payments Europe",
    "Stripe Payments Europe Limited",
    "Stripe Payments Europe Ltd",
    "Stripe Payments UK Ltd",
    "Stripe Payments UK Limited",
    "Stripe Technology Europe Limited",
    "Stripe Technology Europe Ltd",
    "Stripe Payments International Holdings Ltd",
)
