"""OnnxScorer: the port Scorer over two ONNX files and their cards; probability and exact reasons in one run each.

`pays28` says how likely a claim is paid untouched, `responds28` what each arm would do. A file gives, for float32
features [n, f], the probability [n, 1] and each feature's contribution [n, f] in log-odds. Its card, the .json of
the same name, names the version and the file's sha256. Both of one date belong together: that date is the version.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from math import isfinite
from pathlib import Path
from typing import Any

from chalicelib.domain.arm import Arm
from chalicelib.domain.drift import Usual, WatchedModel
from chalicelib.domain.features import FEATURES, ClaimFacts, Feature, features_of
from chalicelib.domain.habits import Habits, Segment
from chalicelib.domain.response import RESPONSE, ArmAnswer, Asked, Responses, response_features_of, segment_for
from chalicelib.domain.score import Score

# Beside chalicelib/ in the work tree and in the package alike.
MODELS = Path(__file__).resolve().parents[3] / "models"
PAYS, RESPONDS = "pays28", "responds28"
# What is said instead of a date to ask no model at all.
NO_MODEL = "none"
_DATED = re.compile(r"-(\d{4}-\d{2}-\d{2})\.onnx$")


class Unusable(Exception):
    """There is no model to ask; the message says why, in words for the log."""


def _switched_off() -> Path | None:
    raise Unusable("model switched off")


def newest_model(folder: Path = MODELS, head: str = PAYS) -> Path | None:
    """The head's .onnx file with the latest date in its name, or None when there is none."""
    dated = [(found[1], path) for path in folder.glob(f"{head}-*.onnx") if (found := _DATED.search(path.name))]
    return max(dated)[1] if dated else None


@dataclass(frozen=True)
class _Model:
    """An opened model, one thread: a run takes microseconds, a pool of threads would only wait on itself."""

    card: Mapping[str, Any]
    names: tuple[str, ...]
    session: Any
    failures: tuple[type[Exception], ...]
    as_rows: Callable[[Sequence[tuple[float, ...]]], Any]

    @property
    def version(self) -> str:
        return str(self.card["version"])

    @property
    def baseline(self) -> float:
        return float(self.card["baseline"])

    def ask(self, rows: Sequence[tuple[float, ...]]) -> list[tuple[float, tuple[tuple[str, float], ...]]]:
        """For each row of features the probability and its reasons, the weightiest first."""
        try:
            found, contributions = self.session.run(None, {"features": self.as_rows(rows)})
            answers = [float(one) for one in found[:, 0]]
        except self.failures as error:
            raise Unusable(f"model corrupt: {type(error).__name__} when asked") from error
        wrong = next((one for one in answers if not 0.0 <= one <= 1.0), None)
        if wrong is not None:
            raise Unusable(f"model corrupt: it answered {wrong}, not a probability")
        reasons = (
            tuple(sorted(zip(self.names, row, strict=True), key=lambda reason: -abs(reason[1])))
            for row in contributions.tolist()
        )
        return list(zip(answers, reasons, strict=True))


class _Head:
    """One of the two files, opened at the first question; what is found then holds for the life of this object."""

    def __init__(self, find: Callable[[], Path | None], features: Sequence[Feature]) -> None:
        self._find, self._features = find, features
        self._model: _Model | None = None
        self.trouble: str | None = None

    @property
    def version(self) -> str:
        return self._model.version if self._model else "none"

    def opened(self) -> _Model:
        if self.trouble:
            raise Unusable(self.trouble)
        if self._model is None:
            self._model = _opened(self._find(), tuple(feature.name for feature in self._features))
        return self._model

    def failed(self, error: Unusable) -> str:
        self.trouble = str(error)
        return self.trouble


class OnnxScorer:
    """Scores one claim at a time. It never raises: without a usable model it gives a flagged answer (I15).

    path: the .onnx file of the first head. version: the date both heads are taken at; without one, the newest
    there is; `none` asks no model. Nothing is read before the first question.
    """

    def __init__(self, path: Path | None = None, *, version: str = "", folder: Path = MODELS) -> None:
        def finding(head: str) -> Callable[[], Path | None]:
            if version == NO_MODEL:
                return _switched_off
            if version:
                return lambda: folder / f"{head}-{version}.onnx"
            return lambda: newest_model(folder, head)

        self._pays = _Head((lambda: path) if path else finding(PAYS), FEATURES)
        self._responds = _Head(finding(RESPONDS), RESPONSE)
        self.switched_off = version == NO_MODEL

    @property
    def trouble(self) -> str | None:
        """Why there is no model to ask, once that was found out; None while it answers, or is meant not to."""
        return None if self.switched_off else self._pays.trouble or self._responds.trouble

    def score(self, facts: ClaimFacts, as_of: date) -> Score:
        """Probability that the claim is paid without any contact, as of that day, with its reasons."""
        head = self._pays
        try:
            model = head.opened()
            ((probability, reasons),) = model.ask([features_of(facts, as_of=as_of)])
            return Score(probability, reasons, model.version, baseline=model.baseline)
        except Unusable as error:
            return Score.without_model(head.failed(error), head.version)

    def respond(
        self, score: Score, facts: ClaimFacts, habits: Habits, arms: Sequence[Arm], as_of: datetime
    ) -> Responses:
        """What each of these arms would do for the claim, all in one run; the score is the first head's."""
        head = self._responds
        if score.probability is None:
            return Responses.without_model(score.flagged or "not_scored", score.model)
        try:
            model = head.opened()
            segment = segment_for(_segments(model.card), facts.sector)
            rows = [
                response_features_of(Asked(facts, habits, arm, segment, score.probability, as_of)) for arm in arms
            ]
            answers = tuple(
                ArmAnswer(arm.key, probability, model.baseline, reasons, row)
                for arm, row, (probability, reasons) in zip(arms, rows, model.ask(rows), strict=True)
            )
        except Unusable as error:
            return Responses.without_model(head.failed(error), head.version)
        return Responses(answers, model.version, str(model.card["sha256"]), _noise(model.card))


def watched(version: str = "", folder: Path = MODELS) -> WatchedModel | None:
    """The second head as the weekly look knows it, by its card alone; None where no model is to be asked, or none
    can be read."""
    path = folder / f"{RESPONDS}-{version}.onnx" if version else newest_model(folder, RESPONDS)
    if path is None or version == NO_MODEL:
        return None
    try:
        _, card = _read(path)
    except Unusable:
        return None
    return WatchedModel(card["version"], _usual(card))


def _usual(card: Mapping[str, Any]) -> dict[str, Usual]:
    told: Mapping[str, Mapping[str, Any]] = card.get("expected", {})
    return {
        name: Usual(tuple(map(float, one["edges"])), tuple(map(_share, one["shares"])), _share(one["unknown"]))
        for name, one in told.items()
    }


def _segments(card: Mapping[str, Any]) -> dict[str, Segment]:
    told: Mapping[str, Mapping[str, Mapping[str, float]]] = card.get("priors", {})
    return {name: Segment(_shares(one["answers"]), _shares(one["acts"])) for name, one in told.items()}


def _shares(told: Mapping[str, Any]) -> dict[str, float]:
    return {name: _share(value) for name, value in told.items()}


def _share(value: float) -> float:
    if not 0 <= value <= 1:
        raise ValueError("a share lies between 0 and 1")
    return float(value)


def _noise(card: Mapping[str, Any]) -> float:
    return _share(card.get("noise", 0.0))


def _opened(path: Path | None, names: tuple[str, ...]) -> _Model:
    """The model at `path`, held against its card and against the features this code knows."""
    if path is None:
        raise Unusable("model missing: no dated .onnx file in the package")
    content, card = _read(path)
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
        card=card,
        names=names,
        session=session,
        failures=(*failures, ValueError, IndexError),
        as_rows=lambda rows: numpy.asarray(rows, dtype=numpy.float32),
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
    try:
        whole = isfinite(card["baseline"])
        _usual(card), _segments(card), _noise(card)
    except (KeyError, TypeError, ValueError, AttributeError):
        whole = False
    if not whole:
        raise Unusable(f"model corrupt: the card of {path.name} has a figure that is none")
    return content, card
