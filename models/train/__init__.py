"""How the model is made: a seeded simulator, a fit, a gate, and an export. Never part of the package.

- `python -m models.train`: train both heads, gate, write models/<head>-<date>.onnx and their cards (recipe);
- `python -m models.train from-export --data DIR`: the second head from a creditor's own log (relearn, own_log);
- `python -m models.train study --data DIR`: the same recipe on public data, beside its peers (study, public);
- `python -m models.train page`: docs/model-card.md and its pictures (page, card_pictures, plots);
- `python -m models.train.evaluate`: does it earn its place? (contest, policies, means, rounds, year, pictures).

The world:  worlds/, simulate (claims), debtors (with an earlier life), ways (of writing), log (what was decided),
            decisions (a log as arrays, simulated or a creditor's).
The recipe: guard (leaks), fit, heads (both in 64 bits), export (to ONNX), reference and parity (the file against
            64 bits), figures (AUC, ECE, Brier, slope), estimators (IPS, SNIPS, doubly robust), card, svg.
"""
