"""Can a label be read off the residual stream? Asked of games that were held out, with nulls."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from jaxtyping import Float, Int, Shaped
from numpy import ndarray

from nashscope.chance import stream as named_stream
from nashscope.errors import Misuse
from nashscope.interp.information import Information, mutual_information
from nashscope.interp.interval import Interval, grouped, interval
from nashscope.interp.linear import logistic, mass_mean, ridge
from nashscope.interp.null import familywise_p, holm, permutation_p, shuffled
from nashscope.interp.split import folds_across, folds_within

__all__ = ["KINDS", "Probe", "probe"]

KINDS = ("logistic", "mass-mean", "mlp", "ridge")
"""The kinds of reader."""

SHUFFLES = {"logistic": 200, "mass-mean": 200, "ridge": 200, "mlp": 19}
"""Shuffles where none are asked for; the network costs fifty times what the others cost."""
CONTROLS = 10
"""Control tasks that selectivity is averaged over."""

Reader = Callable[[ndarray, ndarray, ndarray, ndarray], ndarray]
"""Training rows, labellings of them, test rows, inner rows: predictions for the test rows."""


@dataclass(frozen=True, eq=False)
class Probe:
    """What a reader found at every layer.

    score: accuracy on rows of held-out groups; for real values the share of variance explained.
    baseline: the same for a reader that always says what was most frequent in training (0 for
        real values).
    null: `[shuffles, layers]`, the score with shuffled labels. p: the permutation p-value of every
        layer; holm, familywise: corrected for the number of layers (see `null`).
    control: accuracy on random labels that depend on the kind of row alone (Hewitt and Liang
        2019); selectivity: accuracy beyond it, both on kinds that were seen in training. None
        where kinds do not recur, or for real values.
    information: bits that predictions and labels share, for every layer; None for real values.
    predicted: `[layers, rows]`, as number of the class in `classes`, or as value.
    correct: `[layers, rows]`, of which `score` is the mean.
    """

    kind: str
    classes: tuple[Any, ...]
    score: Interval
    baseline: float
    null: Float[ndarray, "shuffles layers"]
    p: Float[ndarray, "layers"]
    holm: Float[ndarray, "layers"]
    familywise: Float[ndarray, "layers"]
    control: Interval | None
    selectivity: Interval | None
    information: tuple[Information, ...] | None
    predicted: Shaped[ndarray, "layers rows"]
    correct: Float[ndarray, "layers rows"]

    @property
    def best(self) -> int:
        """The layer that is read best."""
        return int(self.score.value.argmax())


def probe(
    stream: Float[ndarray, "*shape"],
    labels: Shaped[ndarray, "labels"],
    groups: Shaped[ndarray, "groups"],
    *,
    kind: str = "logistic",
    kinds: Shaped[ndarray, "kinds"] | None = None,
    folds: int = 5,
    shuffles: int | None = None,
    seed: int = 0,
) -> Probe:
    """Reads labels off every layer, each time of groups that it has not seen.

    stream: `[rows, layers, width]`, as `capture` gives it.
    labels: anything that takes a few values (truth values, numbers, words), or real numbers, which
        `kind="ridge"` reads.
    groups: what is held out whole: the game of every row, or its assignment of labels to actions.
    kinds: what makes a row of a sort, for the control task; by default its group.
    folds: into how many parts the groups are dealt. Every row is predicted once.

    Differs from common practice in that no row of a held-out game is ever trained on, and that the
    shuffles keep rows of a group together.

    Raises:
        Misuse: if the lengths differ, there is one label only, or holding out is not possible.
    """
    given, own = np.asarray(labels), grouped(groups, len(stream))
    codes, classes = _coded(given, stream, kind)
    chance = named_stream(seed, "probe")
    draws = SHUFFLES[kind] if shuffles is None else shuffles
    everything = np.concatenate([codes[None], shuffled(codes, own, chance, draws)])
    fold = folds_across(codes, own, folds, chance)
    reader = _reader(kind, len(classes))
    predicted = _held_out(reader, stream, everything, fold)
    scores = _scores(predicted, everything)
    null = scores[:, 1:].mean(axis=2).T
    baseline = _baseline(codes, fold)
    found = scores[:, 0]
    score = interval(found, own, seed)
    p = permutation_p(score.value, null)
    control = selectivity = None
    types = own if kinds is None else grouped(kinds, len(stream))
    spread = folds_within(types, folds, chance) if classes else None
    if spread is not None:
        random = _control(codes, types, chance)
        both = _held_out(reader, stream, np.concatenate([codes[None], random]), spread)
        seen = _scores(both, np.concatenate([codes[None], random]))
        control = interval(seen[:, 1:].mean(axis=1), own, seed)
        selectivity = interval(seen[:, 0] - seen[:, 1:].mean(axis=1), own, seed)
    shared = [mutual_information(row, codes, own) for row in predicted[:, 0]] if classes else None
    return Probe(
        kind,
        classes,
        score,
        baseline,
        null,
        p,
        holm(p),
        familywise_p(score.value, null),
        control,
        selectivity,
        None if shared is None else tuple(shared),
        predicted[:, 0],
        found,
    )


def _coded(
    labels: Shaped[ndarray, "labels"], stream: Float[ndarray, "*shape"], kind: str
) -> tuple[Shaped[ndarray, "rows"], tuple[Any, ...]]:
    """Labels as numbers of classes, with the classes; real values as they are, with none."""
    if stream.ndim != 3 or len(labels) != len(stream):
        raise Misuse(
            f"{len(labels)} labels are given for activations of shape {stream.shape}; a probe "
            "reads [rows, layers, width], with a label for every row"
        )
    if not np.isfinite(stream).all():
        raise Misuse("some activations are not finite; a probe cannot read them")
    if kind not in KINDS:
        raise Misuse(f"no probe is called {kind!r}; there are {', '.join(KINDS)}")
    classes, codes = np.unique(labels, return_inverse=True)
    if len(classes) < 2:
        raise Misuse(f"all labels are {classes[0] if len(classes) else 'missing'}; nothing to read")
    if kind == "ridge":
        if labels.dtype.kind not in "biuf" or not np.isfinite(labels.astype(float)).all():
            raise Misuse("a ridge probe reads finite numbers; for classes take another kind")
        return labels.astype(float), ()
    if len(classes) > 12:
        raise Misuse(f"there are {len(classes)} different labels; read numbers with kind='ridge'")
    return codes, tuple(classes.tolist())


def _reader(kind: str, classes: int) -> Reader:
    """The function that fits and predicts."""
    if kind == "ridge":
        return ridge
    if kind == "mlp":
        from nashscope.interp.perceptron import perceptron

        return partial(perceptron, classes=classes)
    return partial(logistic if kind == "logistic" else mass_mean, classes=classes)


def _held_out(
    reader: Reader,
    stream: Float[ndarray, "rows layers width"],
    labels: Shaped[ndarray, "draws rows"],
    fold: Int[ndarray, "rows"],
) -> Shaped[ndarray, "layers draws rows"]:
    """Predictions for every row by a reader that was fitted without its fold."""
    parts = int(fold.max()) + 1
    found = np.empty((stream.shape[1], *labels.shape), dtype=labels.dtype)
    for part in range(parts):
        test = fold == part
        # With two parts nothing is left to choose a penalty on without breaking up a group.
        inner = (fold == (part + 1) % parts)[~test] if parts > 2 else np.zeros((~test).sum(), bool)
        for layer in range(stream.shape[1]):
            own = stream[:, layer].astype(float)
            found[layer][:, test] = reader(own[~test], labels[:, ~test], own[test], inner)
    return found


def _scores(
    predicted: Shaped[ndarray, "layers draws rows"], labels: Shaped[ndarray, "draws rows"]
) -> Float[ndarray, "layers draws rows"]:
    """1 where a class was predicted rightly; for values 1 minus the squared error in variances."""
    if labels.dtype.kind == "f":
        variance = labels.var(axis=1)[:, None]
        return np.asarray(1 - (predicted - labels) ** 2 / variance)
    return np.asarray((predicted == labels).astype(float))


def _baseline(codes: Shaped[ndarray, "rows"], fold: Int[ndarray, "rows"]) -> float:
    """The score of always saying what was most frequent in training."""
    if codes.dtype.kind == "f":
        return 0.0
    right = 0
    for part in range(int(fold.max()) + 1):
        most = np.bincount(codes[fold != part]).argmax()
        right += int((codes[fold == part] == most).sum())
    return right / len(codes)


def _control(
    codes: Int[ndarray, "rows"], kinds: Int[ndarray, "rows"], chance: np.random.Generator
) -> Int[ndarray, "tasks rows"]:
    """Control tasks: every kind of row gets a label at random, as often as the labels occur."""
    drawn = chance.choice(codes, size=(CONTROLS, int(kinds.max()) + 1))
    return np.asarray(drawn[:, kinds])
