"""How the model is made: a seeded simulator, a fit, a gate, and an export. Never part of the package.

- `python -m models.train --date 2026-11-21`: train, gate, write models/<name>-<date>.onnx and its card;
- `python -m models.train study --data DIR`: the same recipe on public data, beside its peers.
"""
