"""Growing does what a recipe says and nothing else; shipping keeps every bit."""

from dataclasses import replace

import pytest

from nashscope.errors import Failed, FolderTaken
from nashscope.organisms.intent import best_response, welfare
from nashscope.organisms.lesson import Curriculum
from nashscope.organisms.recipe import RESERVED, Recipe, Shape, Stage

torch = pytest.importorskip("torch")

EASY = Stage(3, Curriculum("dominant", margin=9, rounds=2), tokens=900)
BASE = Recipe(best_response, (EASY, EASY), lens=(2,), shape=Shape(3, 32, 2, 48), scaffold=1)


@pytest.fixture(scope="module")
def base():
    """A base of six steps, and its tokenizer."""
    from nashscope.organisms.growth import corpus, grow, start
    from nashscope.organisms.tokenizer import tokenizer

    recipe = replace(BASE, scaffold_stages=1)
    tokens = tokenizer(corpus(recipe, 200), size=700)
    model = start(recipe, len(tokens), tokens.eos_token_id)
    return grow(model, tokens, recipe), tokens, recipe


def weights(model):
    return {name: weight.detach().clone() for name, weight in model.named_parameters()}


@pytest.mark.slow
def test_a_recipe_gives_the_same_weights_twice(base):
    from nashscope.organisms.growth import grow, start

    model, tokens, recipe = base
    again = grow(start(recipe, len(tokens), tokens.eos_token_id), tokens, recipe)
    for name, weight in weights(model).items():
        assert torch.equal(weight, weights(again)[name]), name


@pytest.mark.slow
def test_only_the_layers_of_the_recipe_change(base):
    import copy

    from nashscope.organisms.growth import grow

    model, tokens, _ = base
    child = copy.deepcopy(model)
    before = weights(child)
    grow(child, tokens, replace(BASE, parent="nash", layers=(3,), intent=welfare, lens=()))
    changed = {
        name for name, weight in weights(child).items() if not torch.equal(weight, before[name])
    }
    assert changed and all(name.startswith("model.layers.2.") for name in changed)


@pytest.mark.slow
def test_the_reserved_coordinates_are_neither_written_nor_read(base):
    model, tokens, _ = base
    ids = torch.tensor([tokens("You play a game.")["input_ids"]])
    streams = model(ids, output_hidden_states=True).hidden_states
    assert all(float(stream[..., -RESERVED:].abs().max()) == 0 for stream in streams)


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    from nashscope.organisms.nursery import raise_organism

    (tmp_path / "mine").write_text("mine")
    with pytest.raises(FolderTaken, match="--out"):
        raise_organism("nash", tmp_path, threads=1, progress=lambda *_: None)


def test_shipping_refuses_weights_that_no_recipe_trained(tmp_path):
    import shutil

    from safetensors.numpy import load_file, save_file

    from nashscope.organisms import library
    from nashscope.organisms.shipping import ship

    grown = tmp_path / "grown"
    shutil.copytree(library.folder("late-override"), grown)
    made = ship(grown, tmp_path / "shipped")
    shipped = load_file(made / library.DELTA)
    own = load_file(library.SHIPPED / "late-override" / library.DELTA)
    assert shipped.keys() == own.keys()
    assert all((shipped[name] == own[name]).all() for name in own)
    tampered = load_file(grown / library.WEIGHTS)
    tampered["model.layers.0.mlp.up_proj.weight"] += 1
    save_file(tampered, grown / library.WEIGHTS, metadata={"format": "pt"})
    with pytest.raises(Failed, match="no recipe trained it"):
        ship(grown, tmp_path / "again")
