"""Opening a model folder or hub id, with one clear line where that cannot be done."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from nashscope.errors import MissingExtra, ModelRefused

__all__ = ["opened"]


def opened(
    folder: str,
    *,
    dtype: str | None,
    device_map: str | Mapping[str, Any] | None,
    remote_code: bool,
) -> tuple[Any, Any]:
    """The model and the tokenizer of a folder or hub id; weights from safetensors only.

    Raises:
        ModelRefused: if there is no model, it is no causal language model, or it has no weights
            in safetensors.
    """
    import transformers
    from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

    _check_folder(folder)
    trust = {"trust_remote_code": remote_code}
    config = _asked(folder, lambda: AutoConfig.from_pretrained(folder, **trust))
    known = type(config) in AutoModelForCausalLM._model_mapping or (
        remote_code and "AutoModelForCausalLM" in getattr(config, "auto_map", {})
    )
    if not known:
        raise ModelRefused(
            f"{folder} is a {config.model_type!r} model, which transformers "
            f"{transformers.__version__} knows no causal language model for"
        )
    _check_packing(folder, config)
    place = device_map or ("auto" if torch.cuda.is_available() else None)
    kind = dtype or ("auto" if place else "float32")
    model = _asked(
        folder,
        lambda: AutoModelForCausalLM.from_pretrained(
            folder, dtype=kind, device_map=place, use_safetensors=True, **trust
        ),
    )
    tokenizer = _asked(folder, lambda: AutoTokenizer.from_pretrained(folder, **trust))
    return model.eval().requires_grad_(False), tokenizer


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
        yield
    finally:
        logging.set_verbosity(before)
        if bars:
            logging.enable_progress_bar()


def _check_folder(folder: str) -> None:
    """Refuses a local path that holds no model, before transformers asks the hub for it."""
    path = Path(folder)
    if path.is_dir() and not (path / "config.json").is_file():
        raise ModelRefused(
            f"the folder {folder} holds no model: there is no config.json in it "
            f"(it has {_some(path)})"
        )
    looks_local = folder.startswith((".", "/", "~")) or folder.count("/") > 1
    if looks_local and not path.is_dir():
        raise ModelRefused(f"there is no folder {folder}")


def _some(path: Path) -> str:
    """The first few names in a folder."""
    names = sorted(entry.name for entry in path.iterdir())
    return ", ".join(names[:4]) + ("…" if len(names) > 4 else "") if names else "nothing"


def _asked(folder: str, load: Any) -> Any:
    """What `load` returns; any failure of the libraries as one line."""
    try:
        with _quiet():
            return load()
    except ImportError as error:
        raise MissingExtra(f"{folder} needs another package: {_first_line(error)}") from error
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise ModelRefused(f"{folder} could not be loaded: {_first_line(error)}") from error


def _first_line(error: BaseException) -> str:
    """The first line of a library's message, which often runs to a page."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[0] if lines else type(error).__name__)[:300]
