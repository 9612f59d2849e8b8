"""OnnxScorer: the port Scorer over one ONNX file and its card; probability and exact reasons in one run.

The file gives, for float32 features [n, f], the probability [n, 1] and each feature's contribution [n, f] in
log-odds. Its card, the .json of the same name, names the version and the file's sha256.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from chalicelib.domain.features import FEATURES, ClaimFacts, features_of
from chalicelib.domain.score import Score

# Beside chalicelib/ in the work tree and in the package alike.
MODELS = Path(__file__).resolve().parents[3] / "models"
PAYS, RESPONDS = "pays28", "responds28"
_DATED = re.compile(r"-(\d{4}-\d{2}-\d{2})\.onnx$")


class Unusable(Exception):
    """There is no model to ask; the message says why, in words for the log."""


def newest_model(folder: Path = MODELS, head: str = PAYS) -> Path | None:
    """The head's .onnx file with the latest date in its name, or None when there is none."""
    dated = [(found[1], path) for path in folder.glob(f"{head}-*.onnx") if (found := _DATED.search(path.name))]
    return max(dated)[1] if dated else None


@dataclass(frozen=True)
class _Model:
    """An opened model, one thread: a run takes microseconds, a pool of threads would only wait on itself."""

    version: str
    baseline: float
    names: tuple[str, ...]
    session: Any
    failures: tuple[type[Exception], ...]
    as_rows: Callable[[tuple[float, ...]], Any]

    def ask(self, values: tuple[float, ...]) -> Score:
        """The Score of one row of features, its reasons the weightiest first."""
        try:
            probability, contributions = self.session.run(None, {"features": self.as_rows(values)})
            answer = float(probability[0, 0])
        except self.failures as error:
            raise Unusable(f"model corrupt: {type(error).__name__} when asked") from error
        if not 0.0 <= answer <= 1.0:
            raise Unusable(f"model corrupt: it answered {answer}, not a probability")
        reasons = sorted(
            zip(self.names, contributions[0].tolist(), strict=True), key=lambda reason: -abs(reason[1])
        )
        return Score(answer, tuple(reasons), self.version, baseline=self.baseline)


class OnnxScorer:
    """Scores one claim at a time. It never raises: without a usable model it gives a flagged Score (I15).

    path: the .onnx file; None takes the newest one of the package. Nothing is read before the first score,
    and what is found then, good or bad, holds for the life of this object.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._model: _Model | None = None
        self._unusable: Score | None = None

    @property
    def trouble(self) -> str | None:
        """Why there is no model to ask, once that was found out; None while it answers."""
        return self._unusable.flagged if self._unusable else None

    def score(self, facts: ClaimFacts, as_of: date) -> Score:
        """Probability that the claim is paid without any contact, as of that day, with its reasons."""
        values = features_of(facts, as_of=as_of)
        if self._unusable is not None:
            return self._unusable
        try:
            if self._model is None:
                self._model = _opened(self._path or newest_model())
            return self._model.ask(values)
        except Unusable as error:
            version = self._model.version if self._model else "none"
            self._unusable = Score.without_model(str(error), version)
            return self._unusable


def _opened(path: Path | None) -> _Model:
    """The model at `path`, held against its card and against the features this code knows."""
    if path is None:
        raise Unusable("model missing: no dated .onnx file in the package")
    content, card = _read(path)
    names = tuple(feature.name for feature in FEATURES)
    if card["sha256"] != sha256(content).hexdigest():
        raise Unusable(f"model corrupt: {path.name} is not the file its card describes")
    if card["features"] != list(names):
        raise Unusable(f"model of another time: {path.name} knows other features than this code")
    try:
        import numpy
        import onnxruntime as runtime
        from onnxruntime.capi import onnxruntime_pybind11_state as states
    except ImportError as error:
        raise Unusable(f"model runtime missing: {error.name}") from error
    # The runtime's failures share no base but Exception; these are all it can raise.
    failures = tuple(
        kind for kind in vars(states).values() if isinstance(kind, type) and issubclass(kind, Exception)
    )
    options = runtime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        session = runtime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except failures as error:
        raise Unusable(f"model corrupt: {type(error).__name__} when opened") from error
    return _Model(
        version=card["version"],
        baseline=card["baseline"],
        names=names,
        session=session,
        failures=(*failures, ValueError, IndexError),
        as_rows=lambda values: numpy.asarray([values], dtype=numpy.float32),
    )


def _read(path: Path) -> tuple[bytes, dict[str, Any]]:
    """The file's bytes and its card, the card complete."""
    try:
        content = path.read_bytes()
        card = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    except OSError as error:
        raise Unusable(f"model missing: {Path(error.filename or path).name}") from error
    except ValueError as error:
        raise Unusable(f"model corrupt: the card of {path.name} cannot be read") from error
    wanted = {"sha256": str, "version": str, "baseline": float, "features": list}
    if not isinstance(card, dict) or any(not isinstance(card.get(key), kind) for key, kind in wanted.items()):
        raise Unusable(f"model corrupt: the card of {path.name} lacks what the scorer needs")
    return content, card
