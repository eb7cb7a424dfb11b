"""A probe finds what is there, in games it has not seen, and nothing where nothing is."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import kstest

from nashscope.errors import Misuse
from nashscope.interp.linear import MIDDLE, logistic_normal, rows
from nashscope.interp.probe import KINDS, probe
from nashscope.interp.split import folds_across

WIDTH, LAYERS, GAMES, TELLINGS = 24, 3, 24, 6


def planted(seed=0, layer=1, size=2.0, games=GAMES):
    """Activations alike within a game, labels, games; at one layer a direction tells the label."""
    chance = np.random.default_rng(seed)
    groups = np.repeat(np.arange(games), TELLINGS)
    labels = chance.integers(0, 2, len(groups))
    stream = chance.normal(size=(len(groups), LAYERS, WIDTH))
    stream += chance.normal(size=(games, LAYERS, WIDTH))[groups]
    direction = chance.normal(size=WIDTH)
    stream[:, layer] += size * np.outer(2 * labels - 1, direction / np.linalg.norm(direction))
    return stream, labels, groups


@pytest.mark.parametrize("kind", KINDS)
def test_a_planted_direction_is_found_at_its_layer_and_nowhere_else(kind):
    stream, labels, groups = planted()
    found = probe(stream, labels, groups, kind=kind)
    assert found.best == 1
    assert found.score.low[1] > found.baseline + 0.15
    assert found.p[1] == pytest.approx(1 / (len(found.null) + 1)) == found.familywise[1]
    assert found.familywise[[0, 2]].min() > 0.05
    if kind != "ridge":
        assert found.selectivity.low[1] > 0
        assert found.information[1].low > 0.1
        assert max(abs(found.information[k].bits) for k in (0, 2)) < 0.06


def test_the_p_value_is_uniform_where_nothing_is_planted():
    found = [
        probe(*planted(seed, size=0.0, games=10), kind="mass-mean", folds=3, shuffles=39).p[0]
        for seed in range(150)
    ]
    assert np.mean(np.array(found) <= 0.05) < 0.11
    assert kstest(found, "uniform").pvalue > 0.005


def test_knowing_the_game_is_not_knowing_the_label():
    """Labels are facts of the game; the stream tells games apart and nothing else."""
    chance = np.random.default_rng(4)
    groups = np.repeat(np.arange(30), TELLINGS)
    labels = chance.permutation(np.arange(30) % 2)[groups]
    stream = 3 * chance.normal(size=(30, 1, 40))[groups] + chance.normal(size=(180, 1, 40))
    found = probe(stream, labels, groups)
    assert found.p[0] > 0.05
    # On games that were seen in training it would be right, and so would any other labelling.
    assert found.control.value[0] > 0.85
    assert abs(found.selectivity.value[0]) < 0.1


def test_no_game_is_on_both_sides_of_a_split():
    _, labels, groups = planted()
    fold = folds_across(labels, groups, 5, np.random.default_rng(0))
    assert all(len(set(fold[groups == game])) == 1 for game in range(GAMES))
    sizes = np.bincount(fold)
    assert len(sizes) == 5 and sizes.max() - sizes.min() <= TELLINGS


def test_a_direction_tied_to_the_label_words_fails_on_other_words():
    """In the stream is which word is said, not which action; words and actions pair by group."""
    chance = np.random.default_rng(5)
    assignment = np.arange(200) % 2
    action = chance.integers(0, 2, 200)
    word = action ^ assignment
    stream = chance.normal(size=(200, 1, 10))
    stream[:, 0, 0] += 6 * word
    across = probe(stream, action, assignment, folds=2)
    assert across.score.value[0] < 0.1  # it says the word, and so the other action
    assert probe(stream, word, assignment, folds=2).score.value[0] > 0.95


def test_an_exclusive_or_is_read_by_the_network_alone():
    chance = np.random.default_rng(6)
    groups = np.repeat(np.arange(40), 6)
    stream = chance.normal(size=(240, 1, 8))
    stream[:, 0, :2] *= 4
    labels = (stream[:, 0, 0] > 0) ^ (stream[:, 0, 1] > 0)
    assert probe(stream, labels, groups, kind="mlp", shuffles=3).score.value[0] > 0.8
    assert probe(stream, labels, groups, shuffles=3).score.value[0] < 0.65


def test_three_classes_and_words_are_read():
    chance = np.random.default_rng(7)
    groups = np.repeat(np.arange(30), 4)
    number = chance.integers(0, 3, 120)
    stream = chance.normal(size=(120, 1, 12))
    stream[np.arange(120), 0, number] += 4
    for kind in ("logistic", "mass-mean", "mlp"):
        found = probe(stream, np.array(["left", "right", "up"])[number], groups, kind=kind)
        assert found.classes == ("left", "right", "up")
        assert found.score.value[0] > 0.9 > 0.6 > found.null.max()


def test_real_values_are_read_as_variance_explained():
    chance = np.random.default_rng(8)
    groups = np.repeat(np.arange(30), 4)
    stream = chance.normal(size=(120, 2, 6))
    values = stream[:, 1, 0] + 0.5 * chance.normal(size=120)
    found = probe(stream, values, groups, kind="ridge")
    assert found.score.value[1] == pytest.approx(1 / 1.25, abs=0.12)
    assert found.score.value[0] < 0.05 and found.information is None


def test_the_logistic_reader_minimises_what_it_says():
    """Against scipy's optimiser, on the same penalised log-loss."""
    stream, labels, _ = planted()
    own, target = rows(stream[:, 1]), 2 * labels - 1
    penalty = MIDDLE * own.variance / 4

    def loss(w):
        margin = target * (own.points @ w[1:] + w[0])
        return np.logaddexp(0, -margin).sum() + penalty / 2 * (w[1:] ** 2).sum()

    best = minimize(loss, np.zeros(1 + own.points.shape[1]), method="BFGS").x[1:]
    expected = (best @ own.axes) / own.scale
    found = logistic_normal(stream[:, 1], labels == 1, np.zeros(len(labels), bool))
    assert found @ expected / np.linalg.norm(expected) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda s, y, g: (s[:, 0], y, g), "rows, layers, width"),
        (lambda s, y, g: (s, y[:-1], g), "label for every row"),
        (lambda s, y, g: (s, y * 0, g), "nothing to read"),
        (lambda s, y, g: (s, y, g * 0), "at least two"),
        (lambda s, y, g: (s, (g == 3).astype(int), g), "one group only"),
        (lambda s, y, g: (s, np.arange(len(y)), g), "ridge"),
        (lambda s, y, g: (np.full_like(s, np.nan), y, g), "not finite"),
    ],
)
def test_what_cannot_be_probed_is_said(change, says):
    with pytest.raises(Misuse, match=says):
        probe(*change(*planted()), shuffles=1)


def test_the_slopes_of_the_network_are_those_of_automatic_differentiation():
    torch = pytest.importorskip("torch")
    from nashscope.interp.perceptron import slopes

    made = torch.Generator().manual_seed(0)
    points = torch.randn(5, 30, generator=made)
    shapes = [(3, 4, 5), (3, 4, 1), (3, 2, 4), (3, 2, 1)]
    weights = [torch.randn(shape, generator=made).requires_grad_(True) for shape in shapes]
    labels = torch.randint(2, (3, 30), generator=made)
    wanted = torch.nn.functional.one_hot(labels, 2).transpose(1, 2).float()
    into, shift, out, offset = weights
    scores = out @ torch.relu(into @ points + shift) + offset
    loss = torch.nn.functional.cross_entropy(scores, labels, reduction="sum") / 30
    theirs = torch.autograd.grad(loss, weights)
    with torch.no_grad():
        ours = slopes(points, wanted, weights)
    for one, other in zip(ours, theirs, strict=True):
        assert torch.allclose(one, other, atol=1e-6)
