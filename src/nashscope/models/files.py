"""Opening the weights of a model and its tokenizer, with one clear line where that cannot be done.

Nothing is filled in: weights that the files lack are refused by name, and so are those that are no
numbers, and a tokenizer that knows more tokens than the network.
"""

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr
from io import StringIO
from typing import Any

import torch
from safetensors import SafetensorError

from nashscope.errors import MissingExtra, ModelRefused, install
from nashscope.models.source import Source

__all__ = ["opened"]

DTYPES = {"bf16": "bfloat16", "fp16": "float16", "half": "float16", "fp32": "float32"}
"""Names by which types are also called."""

SPREAD = ("auto", "balanced", "balanced_low_0", "sequential")
"""Device maps that are no device."""


def opened(
    weights: Source,
    *,
    dtype: str | None = None,
    device_map: str | Mapping[str, Any] | None = None,
    remote_code: bool = False,
) -> tuple[Any, Any]:
    """The network and the tokenizer of a source; weights from safetensors or GGUF only.

    Weights that the network has no place for are named in `network.left_over`.

    Raises:
        ModelRefused: if there is no model, it is no causal language model, it has no weights in
            these formats, some are missing, of another shape or no numbers, or the tokenizer
            knows more tokens than the network.
        MissingExtra: if the format needs a package that is not installed.
    """
    import transformers
    from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

    where: dict[str, Any] = {"trust_remote_code": remote_code}
    where["revision"] = weights.revision or "main"
    if weights.gguf:
        _check_gguf()
        where["gguf_file"] = weights.gguf
    base = weights.base
    config = _asked(weights, lambda: AutoConfig.from_pretrained(base, **where))
    known = type(config) in AutoModelForCausalLM._model_mapping or (
        remote_code and "AutoModelForCausalLM" in getattr(config, "auto_map", {})
    )
    if not known:
        raise ModelRefused(
            f"{weights} is a {config.model_type!r} model, which transformers "
            f"{transformers.__version__} knows no causal language model for"
        )
    _check_packing(base, config)
    place = _placed(device_map)
    kind = _dtype(dtype) or ("auto" if place else "float32")
    network, told = _asked(
        weights,
        lambda: AutoModelForCausalLM.from_pretrained(
            base,
            dtype=kind,
            device_map=place,
            use_safetensors=None if weights.gguf else True,
            output_loading_info=True,
            # they are named and refused below
            ignore_mismatched_sizes=True,
            **where,
        ),
    )
    network.left_over = _check_complete(weights, network, told)
    tokenizer = _asked(weights, lambda: AutoTokenizer.from_pretrained(base, **where))
    if weights.adapter:
        network, tokenizer = _adapted(weights, network, tokenizer)
    _check_numbers(weights, network)
    _check_vocabulary(weights, network, tokenizer)
    return network.eval().requires_grad_(False), tokenizer


def _dtype(dtype: str | None) -> str | None:
    """The name of a type of weights, as torch has it."""
    if dtype in (None, "auto"):
        return dtype
    kind = DTYPES.get(str(dtype), str(dtype))
    if not isinstance(getattr(torch, kind, None), torch.dtype):
        raise ModelRefused(f"--dtype {dtype} is no type; say float32, bfloat16 or float16")
    return kind


def _placed(device_map: str | Mapping[str, Any] | None) -> str | Mapping[str, Any] | None:
    """The device map; by default an accelerator if there is one."""
    if device_map is None:
        return "auto" if torch.cuda.is_available() else None
    if isinstance(device_map, str) and device_map not in SPREAD:
        try:
            device = torch.device(device_map)
        except RuntimeError:
            raise ModelRefused(
                f"--device-map {device_map} is no device; say cpu, cuda, cuda:0 or auto"
            ) from None
        if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
            raise ModelRefused(
                f"--device-map {device_map}: there are {torch.cuda.device_count()} CUDA devices "
                "here; leave it out, or say cpu"
            )
    return device_map


def _check_gguf() -> None:
    """Refuses to read GGUF without the package that does it."""
    try:
        import gguf  # noqa: F401
    except ModuleNotFoundError:
        raise MissingExtra(f"GGUF files need the package gguf; {install('gguf')}") from None


def _check_complete(weights: Source, network: Any, told: Mapping[str, Any]) -> tuple[str, ...]:
    """The weights that were left over; what the network lacks is refused, and not filled in.

    A left-over of the decoder's own names means that its layers are not those of the files.
    """
    missing = sorted(told["missing_keys"])
    if missing:
        raise ModelRefused(
            f"{weights} lacks {len(missing)} of the network's weights, such as {_named(missing)}; "
            "it was not saved whole, or under other names"
        )
    shapes = [key if isinstance(key, str) else key[0] for key in told["mismatched_keys"]]
    if shapes:
        raise ModelRefused(
            f"{len(shapes)} weights of {weights} have another shape than its config.json says, "
            f"such as {_named(sorted(shapes))}"
        )
    left_over = tuple(sorted(told["unexpected_keys"]))
    prefix = f"{network.base_model_prefix}."
    inside = [key for key in left_over if key.startswith(prefix)]
    if inside:
        raise ModelRefused(
            f"{weights} has {len(inside)} weights inside its decoder that the network does not "
            f"have, such as {_named(inside)}; its config.json is of another network"
        )
    return left_over


def _named(keys: list[str]) -> str:
    """The first few of some names."""
    return ", ".join(keys[:3]) + (", …" if len(keys) > 3 else "")


def _adapted(weights: Source, network: Any, tokenizer: Any) -> tuple[Any, Any]:
    """The network with its adapter merged into the weights, and the adapter's tokenizer."""
    try:
        from peft import PeftModel
    except ModuleNotFoundError:
        raise MissingExtra(f"adapters need the package peft; {install('train')}") from None
    from transformers import AutoTokenizer

    adapter: Any = weights.adapter
    left_over = network.left_over
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        tuned = _asked(weights, lambda: PeftModel.from_pretrained(network, adapter))
        if lost := [str(one.message) for one in said if "missing adapter keys" in str(one.message)]:
            raise ModelRefused(f"the adapter {adapter} lacks weights: {lost[0][:200]}")
        merged = _asked(weights, tuned.merge_and_unload)
    merged.left_over = left_over
    try:
        with _quiet():
            tokenizer = AutoTokenizer.from_pretrained(adapter)
    except (OSError, ValueError):
        pass  # most adapters have none of their own
    return merged, tokenizer


@torch.no_grad()
def _check_numbers(weights: Source, network: Any) -> None:
    """Refuses weights that are NaN or infinite."""
    for name, weight in network.named_parameters():
        # offloaded weights are on no device yet, quantised ones a kind of tensor of their own
        plain = type(weight.data) is torch.Tensor and weight.is_floating_point()
        if plain and not weight.is_meta and not bool(torch.isfinite(weight).all()):
            raise ModelRefused(
                f"{weights}: the weights {name} hold NaN or infinities; they were broken in "
                "training, or overflow in this type (--dtype float32)"
            )


def _check_vocabulary(weights: Source, network: Any, tokenizer: Any) -> None:
    """Refuses a tokenizer whose tokens the network cannot take."""
    room = network.get_input_embeddings().weight.shape[0]
    if len(tokenizer) > room:
        raise ModelRefused(
            f"the tokenizer of {weights} has {len(tokenizer)} tokens and the network takes {room}; "
            "they do not belong together"
        )


def _check_packing(folder: str, config: Any) -> None:
    """Refuses weights packed in a way that transformers would pass over in silence."""
    import transformers
    from transformers.quantizers.auto import AUTO_QUANTIZER_MAPPING

    how: Any = getattr(config, "quantization_config", None) or {}
    method = how.get("quant_method") if isinstance(how, dict) else how.quant_method
    known = {name.removesuffix("_4bit").removesuffix("_8bit") for name in AUTO_QUANTIZER_MAPPING}
    if method is not None and str(getattr(method, "value", method)) not in known:
        raise ModelRefused(
            f"the weights of {folder} are quantised by {method!r}, which transformers "
            f"{transformers.__version__} cannot unpack; take the model in full or half precision"
        )


@contextmanager
def _quiet() -> Iterator[None]:
    """Keeps transformers from writing bars and advice between the lines of a command."""
    from transformers.utils import logging as untyped

    logging: Any = untyped

    before, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        # the reader of GGUF files has a bar of its own
        with redirect_stderr(StringIO()):
            yield
    finally:
        logging.set_verbosity(before)
        if bars:
            logging.enable_progress_bar()


def _asked(weights: Source, load: Any) -> Any:
    """What `load` returns; any failure of the libraries as one line."""
    try:
        with _quiet():
            return load()
    except ImportError as error:
        raise MissingExtra(f"{weights} needs another package: {_first_line(error)}") from error
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise ModelRefused(_unloadable(weights, error)) from error


def _first_line(error: BaseException) -> str:
    """The first line of a library's message, which often runs to a page."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    first = lines[0].partition(". ")[0] if lines else type(error).__name__
    return first if len(first) <= 160 else f"{first[:159]}…"


def _unloadable(weights: Source, error: BaseException) -> str:
    """Why weights could not be read, as one line."""
    said = f"{weights} could not be loaded: {_first_line(error)}"
    if isinstance(error, SafetensorError):
        return f"{said}; a safetensors file of it is cut off or broken: fetch it again"
    return said
