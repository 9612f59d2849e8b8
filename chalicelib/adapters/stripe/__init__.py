"""Stripe, as the payment provider: nothing outside this folder knows its words."""

NAME = "Stripe"
SIGNATURE_HEADER = "stripe-signature"

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
