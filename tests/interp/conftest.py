"""A tiny random network and prompts for it."""

from types import SimpleNamespace

import numpy as np
import pytest


@pytest.fixture(scope="session")
def model(random_model):
    """The random Llama of four layers."""
    from nashscope.models import load

    return load(f"hf/{random_model}")


@pytest.fixture(scope="session")
def asked():
    """Prompts with their labels, targets and games."""
    from nashscope.chance import stream
    from nashscope.organisms.lesson import Curriculum, draw

    chance = stream(1, "prompts")
    drawn = [draw(Curriculum(rounds=2, reasoning=0.0), chance) for _ in range(48)]
    return SimpleNamespace(
        prompts=[one.text.rstrip() for one in drawn],
        labels=[one.labels for one in drawn],
        target=chance.integers(0, 2, len(drawn)),
        groups=np.arange(len(drawn)) // 4,
    )


@pytest.fixture(scope="session")
def few(asked):
    """Six of them."""
    return SimpleNamespace(**{name: values[:6] for name, values in vars(asked).items()})
