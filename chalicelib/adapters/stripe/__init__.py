"""Stripe, as the payment provider: nothing outside this folder knows its words."""

NAME = "Stripe"
SIGNATURE_HEADER = "stripe-signature"
