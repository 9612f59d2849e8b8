"""World A: four tempers, additive effects, histories that are noisy and half unknown.

The shares, and the smallness of every effect, are assumptions; docs/model.md says what follows from that.
"""

from models.train.worlds._base import Temper, World

TEMPERS = {
    "lazy": Temper(
        share=0.38,
        ability=0.7,
        spread=0.7,
        overdue_days=45,
        pays_invoices=0.92,
        part_payments=0.25,
        plan_before=0.05,
        gave_email=0.85,
        gave_phone=0.75,
        moved_away=0.04,
        plain=0.15,
        last=0.20,
        answers=0.4,
    ),
    "cannot_pay": Temper(
        share=0.27,
        ability=-1.3,
        spread=0.8,
        overdue_days=95,
        pays_invoices=0.70,
        part_payments=0.45,
        plan_before=0.28,
        gave_email=0.75,
        gave_phone=0.70,
        moved_away=0.10,
        plain=-0.20,
        last=-0.30,
        answers=0.2,
    ),
    "avoider": Temper(
        share=0.25,
        ability=-1.0,
        spread=0.7,
        overdue_days=130,
        pays_invoices=0.55,
        part_payments=0.06,
        plan_before=0.08,
        gave_email=0.60,
        gave_phone=0.45,
        moved_away=0.22,
        plain=0.05,
        last=0.15,
        answers=-0.9,
    ),
    "disputing": Temper(
        share=0.10,
        ability=-1.8,
        spread=0.6,
        overdue_days=80,
        pays_invoices=0.88,
        part_payments=0.05,
        plan_before=0.03,
        gave_email=0.85,
        gave_phone=0.80,
        moved_away=0.05,
        plain=-0.15,
        last=-0.25,
        answers=0.3,
    ),
}

WORLD = World(
    key="A",
    means="additive: channel + temper x tone + .30 reach + .15 hour - fatigue",
    tempers=TEMPERS,
    level=-0.6,
    amount_weight=0.55,
    typical_amount=9_000,
    fatigue=0.15,
    known_history=0.5,
    bases={"email": 0.15, "sms": 0.30, "whatsapp": 0.25},
    reach=0.30,
    hour=0.15,
)
