"""Two players who learn against each other, each with an adapter of its own on one network.

Both see a zero-sum game from their own side and draw an action from their policy over its labels;
each is reinforced by what it earned against the other. What the network shares stays as it is.

The loop is small on purpose: what differs between self-play methods is the advantage
(`advantage`), and it is passed in. Advantage Alignment is one of the estimators; the language-model
versions of it exist otherwise only in its authors' trainers.

Differs from TRL's GRPO in that nothing is written but one label, so that its probability is known
exactly and no importance weights are needed; that is also why it runs on a CPU.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray

from nashscope.bench import matrix
from nashscope.chance import stream, subseed
from nashscope.errors import MissingExtra, Misuse, install
from nashscope.training.advantage import MovingAverage, advantage_alignment, group_advantages
from nashscope.training.data import fresh_games

__all__ = [
    "BASELINES",
    "Baseline",
    "Lesson",
    "SelfPlay",
    "drawn_games",
    "play_into",
    "played",
    "self_play",
]

Baseline = Literal["group", "moving average", "alignment"]
"""What an action is compared with; see `BASELINES`."""
BASELINES: tuple[Baseline, ...] = ("group", "moving average", "alignment")
"""The mean of each (game, player); a moving average per player; the group's with alignment."""

Told = Callable[[int, int, "Lesson"], None]


@dataclass(frozen=True)
class SelfPlay:
    """A self-play run.

    games: different games. matches: of each game in a step; rounds: of each match, all of the same
        game. steps: of the optimiser. rank: of the adapters. beta, discount: of the alignment.
    """

    baseline: Baseline = "group"
    size: tuple[int, int] = (2, 2)
    games: int = 4
    matches: int = 8
    rounds: int = 1
    steps: int = 50
    rate: float = 1e-2
    rank: int = 4
    beta: float = 1.0
    discount: float = 0.96
    seed: int = 0

    def __post_init__(self) -> None:
        if self.baseline not in BASELINES:
            raise Misuse(f"the baseline is {self.baseline!r}; it is one of {', '.join(BASELINES)}")
        for name in ("games", "matches", "rounds", "steps", "rank"):
            if getattr(self, name) < 1:
                raise Misuse(f"{name} is {getattr(self, name)}; it is 1 or more")
        if self.baseline != "moving average" and self.matches < 2:
            raise Misuse("one match of a game has no baseline; play 2 or more, or a moving average")


@dataclass(frozen=True, eq=False)
class Lesson:
    """What happened in a step.

    policies: per player `[games, actions]`. exploitability: of the pair in each game, in units of
        its payoff range. rewards: per player the mean payoff, in payoff ranges.
    """

    policies: tuple[Float[ndarray, "games _"], Float[ndarray, "games _"]]
    exploitability: Float[ndarray, "games"]
    rewards: tuple[float, float]


def played(
    tables: Float[ndarray, "games rows columns"],
    policies: Sequence[Float[ndarray, "games _"]],
    matches: int,
    rounds: int,
    chance: np.random.Generator,
) -> tuple[Int[ndarray, "2 games matches rounds"], Float[ndarray, "2 games matches rounds"]]:
    """Actions drawn from the policies, and what each player earned, in payoff ranges."""
    games = len(tables)
    drawn = []
    for policy in policies:
        edges = policy.cumsum(axis=1)
        numbers = chance.random((games, matches, rounds, 1)) * edges[:, None, None, -1:]
        drawn.append((numbers >= edges[:, None, None, :]).sum(axis=-1))
    actions = np.stack(drawn)
    spread = np.ptp(tables, axis=(1, 2))
    paid = tables[np.arange(games)[:, None, None], actions[0], actions[1]]
    paid = paid / np.where(spread > 0, spread, 1.0)[:, None, None]
    return actions, np.stack([paid, -paid])


def drawn_games(plan: SelfPlay) -> list[matrix.Item]:
    """The games of a plan, different ones and none of the test set."""
    kept: dict[bytes, matrix.Item] = {}
    for item in fresh_games(plan.size, plan.seed, "self-play", plan.games):
        kept.setdefault(item.table.tobytes(), item)
        if len(kept) == plan.games:
            break
    return list(kept.values())


def self_play(
    model: Any, tokenizer: Any, plan: SelfPlay, told: Told = lambda *_: None
) -> tuple[Any, list[Lesson]]:
    """Trains one adapter per player, "player0" and "player1", on a model of transformers.

    Returns the model of peft with both adapters and what happened in every step.

    Raises:
        MissingExtra: if peft is not installed.
    """
    try:
        from peft import LoraConfig, get_peft_model
    except ModuleNotFoundError:
        raise MissingExtra(f"self-play needs peft; {install('train')}") from None
    import torch

    config = LoraConfig(
        r=plan.rank, lora_alpha=2 * plan.rank, target_modules="all-linear", task_type="CAUSAL_LM"
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(subseed(plan.seed, "self-play", "adapters") % 2**63)
        both = get_peft_model(model, config, adapter_name="player0")
        both.add_adapter("player1", config)
    items = drawn_games(plan)
    seats = [_Seat(both, tokenizer, items, player, plan.rate) for player in (0, 1)]
    averages = MovingAverage()
    chance = stream(plan.seed, "self-play", "actions")
    tables = np.stack([item.table for item in items]).astype(float)
    lessons = []
    for step in range(plan.steps):
        logprobs = [seat.logprobs() for seat in seats]
        policies = [own.detach().exp().numpy().astype(float) for own in logprobs]
        actions, paid = played(tables, policies, plan.matches, plan.rounds, chance)
        gains = _advantages(paid, plan, averages)
        for player, seat in enumerate(seats):
            seat.learn(logprobs[player], actions[player], gains[player])
        lessons.append(_lesson(items, policies, paid))
        told(step + 1, plan.steps, lessons[-1])
    return both, lessons


def play_into(
    where: str, plan: SelfPlay, folder: Path, told: Callable[[str, int, int], None]
) -> list[Lesson]:
    """Self-play on the model in a folder or hub id; writes `curve.csv` and both adapters.

    Raises:
        ModelRefused: if there is no such model.
    """
    from nashscope.models.files import opened
    from nashscope.models.source import source

    model, tokenizer = opened(source(where), dtype="float32", device_map="cpu")

    def tell(done: int, total: int, _: Lesson) -> None:
        told("self-play", done, total)

    both, lessons = self_play(model, tokenizer, plan, tell)
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["step,exploitability,player 0,player 1"]
    lines += [
        f"{step},{lesson.exploitability.mean():.6g},{lesson.rewards[0]:.6g},{lesson.rewards[1]:.6g}"
        for step, lesson in enumerate(lessons, start=1)
    ]
    (folder / "curve.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    both.save_pretrained(folder / "adapters")
    return lessons


def _advantages(
    paid: Float[ndarray, "2 games matches rounds"], plan: SelfPlay, averages: MovingAverage
) -> Float[ndarray, "2 games matches rounds"]:
    """How much better than its baseline everything was that was done."""
    player, game = np.indices(paid.shape)[:2]
    if plan.baseline == "moving average":
        found = averages.advantages(paid.ravel().tolist(), player.ravel().tolist())
        return found.reshape(paid.shape)
    groups = list(zip(game.ravel().tolist(), player.ravel().tolist(), strict=True))
    found = group_advantages(paid.ravel(), groups, normalise=False).reshape(paid.shape)
    if plan.baseline == "group":
        return found
    flat = found.reshape(2, -1, plan.rounds)
    aligned = [
        advantage_alignment(flat[own], flat[1 - own], beta=plan.beta, discount=plan.discount)
        for own in (0, 1)
    ]
    return np.stack(aligned).reshape(paid.shape)


def _lesson(
    items: Sequence[matrix.Item],
    policies: Sequence[ndarray],
    paid: Float[ndarray, "2 games matches rounds"],
) -> Lesson:
    """What is kept of a step."""
    lost = np.zeros(len(items))
    for player in (0, 1):
        said = policies[player] / policies[player].sum(axis=1, keepdims=True)
        seen = np.stack([item.seen(player) for item in items]).astype(float)
        lost += matrix.residuals(seen, np.array([item.worth(player) for item in items]), said)
    return Lesson((policies[0], policies[1]), lost, (float(paid[0].mean()), float(paid[1].mean())))


class _Seat:
    """One player: its adapter, its questions and its optimiser."""

    def __init__(
        self, both: Any, tokenizer: Any, items: Sequence[matrix.Item], player: int, rate: float
    ) -> None:
        import torch

        from nashscope.models.tokens import encode

        self.both, self.adapter = both, f"player{player}"
        questions = [item.question(player) for item in items]
        asked = encode(
            tokenizer, [q.render("policy") for q in questions], [q.labels for q in questions]
        )
        self.ids = [torch.tensor([one.context]) for one in asked]
        self.labels = [torch.tensor(one.first_tokens) for one in asked]
        both.set_adapter(self.adapter)
        own = [w for name, w in both.named_parameters() if f".{self.adapter}." in name]
        self.weights = own
        self.optimiser = torch.optim.AdamW(own, lr=rate, weight_decay=0.0)

    def logprobs(self) -> Any:
        """The logarithms of the policies, `[games, actions]`, normalised over the labels."""
        import torch

        self.both.set_adapter(self.adapter)
        rows = [
            self.both(input_ids=ids).logits[0, -1, labels].float().log_softmax(-1)
            for ids, labels in zip(self.ids, self.labels, strict=True)
        ]
        return torch.stack(rows)

    def learn(
        self,
        logprobs: Any,
        actions: Int[ndarray, "games matches rounds"],
        gains: Float[ndarray, "games matches rounds"],
    ) -> None:
        """One step of REINFORCE with these advantages (Williams 1992)."""
        import torch

        self.both.set_adapter(self.adapter)
        chosen = logprobs.gather(1, torch.from_numpy(actions.reshape(len(actions), -1)))
        worth = torch.from_numpy(gains.reshape(len(gains), -1)).float()
        loss = -(chosen * worth).mean()
        self.optimiser.zero_grad()
        torch.autograd.backward(loss, inputs=self.weights)
        torch.nn.utils.clip_grad_norm_(self.weights, 1.0)
        self.optimiser.step()
