"""From the fitted model to one small ONNX file that gives the probability and its exact reasons in one run.

One tree per feature, each writing to a target of its own: the trees' output *is* the list of reasons in
log-odds. Their sum plus the intercept, through a sigmoid, is the probability.
Source: ONNX ai.onnx.ml TreeEnsembleRegressor, version 3.
"""

import numpy as np
import onnx
from onnx import TensorProto, helper

from models.train.heads import Head
from models.train.parity import NotExact

LARGEST = float(np.finfo(np.float32).max)
UNKNOWN_FIRST = 1  # of a node: an unknown value (NaN) takes the branch of "true"


def terms_of(model, names):
    """The fitted model as plain terms (see models/train/reference.py) and its intercept, in log-odds.

    The features are whole numbers, so a cut at 6.5 and a cut at 7 part them alike; the whole one is taken,
    since 32 bits hold it exactly.
    """
    if list(model.term_features_) != [(place,) for place in range(len(names))]:
        raise NotExact("the model has interactions or lacks a feature")
    terms = []
    for place, name in enumerate(names):
        cuts = [float(cut) for cut in np.ceil(model.bins_[place][0])]
        scores = model.term_scores_[place]
        if len(set(cuts)) != len(cuts) or len(scores) != len(cuts) + 3:
            raise NotExact(f"{name}: its cuts are closer than one")
        if cuts and max(map(abs, cuts)) >= 2**24:
            raise NotExact(f"{name}: a cut beyond 2**24 is not exact in 32 bits")
        known = [float(score) for score in scores[1:-1]]
        terms.append({"feature": name, "cuts": cuts, "scores": known, "unknown": float(scores[0])})
    return terms, float(np.ravel(model.intercept_)[0])


def head_of(model, names):
    """The fitted model as a Head, with the bags it is the mean of."""
    terms, intercept = terms_of(model, names)
    bags = tuple(
        (float(own), [scores[bag][:-1] for scores in model.bagged_scores_])
        for bag, own in enumerate(np.ravel(model.bagged_intercept_))
    )
    return Head(tuple(terms), intercept, bags)


def gate_directions(terms, directions):
    """Refuse terms that bend against the direction their feature promises."""
    for term, direction in zip(terms, directions, strict=True):
        steps = np.diff(term["scores"]) * direction
        if len(steps) and steps.min() < -1e-9:
            raise NotExact(f"{term['feature']} bends against its direction")


class _Trees:
    """The flat lists that a TreeEnsembleRegressor is made of."""

    def __init__(self):
        self.nodes = {key: [] for key in ("id", "tree", "feature", "mode", "value", "true", "false", "nan")}
        self.leaves = {key: [] for key in ("tree", "node", "target", "weight")}

    def add(self, tree, term):
        self._next = 0
        root = self._branch(tree, term["feature_place"], -LARGEST, UNKNOWN_FIRST)
        self._point(tree, root, "true", self._leaf(tree, term["unknown"]))
        self._point(tree, root, "false", self._grow(tree, term, 0, len(term["cuts"])))

    def _grow(self, tree, term, low, high):
        """A balanced tree over cuts low..high; returns its top node."""
        if low == high:
            return self._leaf(tree, term["scores"][low])
        middle = (low + high) // 2
        top = self._branch(tree, term["feature_place"], term["cuts"][middle], 0)
        self._point(tree, top, "true", self._grow(tree, term, low, middle))
        self._point(tree, top, "false", self._grow(tree, term, middle + 1, high))
        return top

    def _branch(self, tree, feature, value, unknown_first):
        return self._node(tree, feature, "BRANCH_LT", value, unknown_first)

    def _leaf(self, tree, weight):
        node = self._node(tree, 0, "LEAF", 0.0, 0)
        for key, value in zip(self.leaves, (tree, node, tree, weight), strict=True):
            self.leaves[key].append(value)
        return node

    def _node(self, tree, feature, mode, value, unknown_first):
        node, self._next = self._next, self._next + 1
        for key, entry in zip(self.nodes, (node, tree, feature, mode, value, 0, 0, unknown_first), strict=True):
            self.nodes[key].append(entry)
        return node

    def _point(self, tree, node, way, to):
        first = self.nodes["tree"].index(tree)
        self.nodes[way][first + node] = to


def to_onnx(terms, intercept, *, name):
    """The ONNX model: features [n, f] float32 -> probability [n, 1] and contributions [n, f] in log-odds."""
    trees, wide = _Trees(), len(terms)
    for place, term in enumerate(terms):
        trees.add(place, {**term, "feature_place": place})
    nodes, leaves = trees.nodes, trees.leaves
    ensemble = helper.make_node(
        "TreeEnsembleRegressor",
        ["features"],
        ["contributions"],
        domain="ai.onnx.ml",
        n_targets=wide,
        nodes_nodeids=nodes["id"],
        nodes_treeids=nodes["tree"],
        nodes_featureids=nodes["feature"],
        nodes_modes=nodes["mode"],
        nodes_values=nodes["value"],
        nodes_truenodeids=nodes["true"],
        nodes_falsenodeids=nodes["false"],
        nodes_missing_value_tracks_true=nodes["nan"],
        target_treeids=leaves["tree"],
        target_nodeids=leaves["node"],
        target_ids=leaves["target"],
        target_weights=leaves["weight"],
        post_transform="NONE",
    )
    graph = helper.make_graph(
        [
            ensemble,
            # The sum over all reasons and the intercept in one step: a quarter faster than ReduceSum, Add.
            helper.make_node("Gemm", ["contributions", "ones", "intercept"], ["log_odds"]),
            helper.make_node("Sigmoid", ["log_odds"], ["probability"]),
        ],
        name,
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", wide])],
        [
            helper.make_tensor_value_info("probability", TensorProto.FLOAT, ["n", 1]),
            helper.make_tensor_value_info("contributions", TensorProto.FLOAT, ["n", wide]),
        ],
        [
            helper.make_tensor("ones", TensorProto.FLOAT, [wide, 1], [1.0] * wide),
            helper.make_tensor("intercept", TensorProto.FLOAT, [1], [intercept]),
        ],
    )
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid("ai.onnx.ml", 3)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=10, producer_name="kulanz")
    helper.set_model_props(
        model, {"features": ",".join(term["feature"] for term in terms), "baseline": repr(intercept)}
    )
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString(deterministic=True)
