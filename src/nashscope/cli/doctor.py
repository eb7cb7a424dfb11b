"""`nashscope doctor --model M`: every certificate of a model, with its number."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from nashscope.cli.inside import opened
from nashscope.cli.option import AsJson, DeviceMap, Dtype, OpenModel
from nashscope.cli.screen import console, print_json, show

if TYPE_CHECKING:
    from nashscope.models.certificate import Certificate
    from nashscope.models.hf import HFModel
    from nashscope.models.sites import Kind

__all__ = ["doctor"]


def doctor(
    model: OpenModel,
    tokens: Annotated[
        int, typer.Option(help="Length of the longest text checked; take more than its window.")
    ] = 64,
    dtype: Dtype = None,
    device_map: DeviceMap = None,
    as_json: AsJson = False,
) -> None:
    """Checks that what is measured on a model can be believed; exit code 1 if it cannot.

    Nothing is asked about any text. Gaps are the largest difference of two runs that must agree, in
    parts of the spread of the logits; what is allowed is rounding in the weights' type.
    """
    from nashscope.errors import Misuse
    from nashscope.models.certificate import certificates

    if tokens < 4:
        raise Misuse(f"--tokens {tokens}: certificates need at least 4")
    found = _unchecked(model, dtype, device_map)
    config = found.model.config.get_text_config()
    room = getattr(config, "max_position_embeddings", None) or tokens
    if tokens > room:
        raise Misuse(f"--tokens {tokens}: {model} reads at most {room}")
    checked = certificates(found.network, tokens)
    if as_json:
        from nashscope.records import dump

        told = [{**dump(one), "holds": one.holds} for one in checked]
        print_json({"model": model, "certificates": told})
    else:
        _show(found, checked)
    if not all(one.holds for one in checked):
        raise typer.Exit(1)


def _unchecked(name: str, dtype: str | None, device_map: str | None) -> "HFModel":
    """The model, also where its certificates do not hold: they are shown, and not raised."""
    from nashscope import names

    reference = names.read(name)
    kind = reference.base.partition("/")[0]
    if kind not in ("hf", "organism"):
        return opened(name, dtype, device_map)
    from nashscope.errors import MissingExtra, install

    try:
        from nashscope.models import loading
    except ModuleNotFoundError as error:
        raise MissingExtra(f"{kind}/ models need {error.name}; {install('hf')}") from error
    folder = reference.base
    if kind == "organism":
        from nashscope.organisms import library

        folder = f"hf/{library.folder(folder)}"
    load = partial(loading.load, dtype=dtype, device_map=device_map, called=name, checked=False)
    made: HFModel = names.called(load, reference.parameters, name, folder)
    return made


def _show(model: "HFModel", checked: "list[Certificate]") -> None:
    """What the model is, which sites it has, and its certificates."""
    from rich.text import Text

    screen = console()
    network = model.model
    kind = type(network).__name__
    screen.print(Text(f"{model.name}: {kind}, {model.layers} layers of width {model.width}"))
    screen.print(Text(f"{str(network.dtype).removeprefix('torch.')} on {network.device}"))
    for line in _sites(model):
        screen.print(Text(line))
    rows = [
        (one.name, f"{one.gap:.1e}", f"{one.tolerance:.0e}", "holds" if one.holds else "FAILS")
        for one in checked
    ]
    show(("certificate", "gap", "allowed", ""), rows)
    failed = [one.name for one in checked if not one.holds]
    told = "every certificate holds" if not failed else f"not to be believed: {'; '.join(failed)}"
    screen.print(Text(told))


def _sites(model: "HFModel") -> list[str]:
    """How many sites of each kind there are, and the first reason why some are not."""
    from nashscope.errors import IllFormedEdit
    from nashscope.models.sites import Site, site

    names = [site(name) for name in model.sites.names()]
    lines = []
    kinds: tuple[Kind, ...] = ("resid", "attn", "mlp", "heads")
    for kind in kinds:
        count = sum(one.kind == kind for one in names)
        reason = ""
        for layer in range(1, model.layers + 1):
            try:
                model.sites.spot(Site(layer, kind))
            except IllFormedEdit as error:
                reason = f"; {error}"
                break
        lines.append(f"  {kind}: {count} sites{reason}")
    return lines
