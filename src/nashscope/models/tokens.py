"""Text to tokens: what the model reads before it decides, and the tokens of every choice.

The decision token is the last one that is the same whichever choice follows. To find it, prompt
and choice are tokenised together, as the model saw them in training, and split where the choices
part; tokenising them apart would put a token boundary where none belongs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nashscope.errors import BrokenFraming, ModelRefused
from nashscope.models.known import KnownTexts
from nashscope.models.model import Texts

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

__all__ = ["Encoded", "encode", "prompt_ids", "templated"]


@dataclass(frozen=True)
class Encoded:
    """A prompt ready to be read.

    context: the tokens up to and including the decision token.
    choices: for every choice the tokens that follow it; never empty.
    """

    context: tuple[int, ...]
    choices: tuple[tuple[int, ...], ...]

    @property
    def first_tokens(self) -> tuple[int, ...]:
        """The first token of every choice.

        Raises:
            BrokenFraming: if two choices share it, so that it does not tell them apart.
        """
        first = tuple(choice[0] for choice in self.choices)
        if len(set(first)) < len(first):
            raise BrokenFraming(
                f"two labels begin with the same token {first} in this tokenizer; "
                "choose labels that differ in their first token"
            )
        return first


def encode(
    tokenizer: "PreTrainedTokenizerBase",
    prompts: Texts,
    choices: Sequence[Texts],
    begun: Texts | None = None,
    known: KnownTexts | None = None,
) -> list[Encoded]:
    """The prompts and their choices as tokens; `begun` is the beginning of each answer.

    With a chat template the prompt is the user's message and the answer begins the assistant's;
    without one the answer follows the prompt after a blank.

    known: what was tokenised before, and need not be tokenised again.

    Raises:
        BrokenFraming: if one choice is the beginning of another, so that both would count.
    """
    if not prompts:
        return []
    begun = begun or [""] * len(prompts)
    asked = [(p, tuple(c), b) for p, c, b in zip(prompts, choices, begun, strict=True)]
    answers = {
        (prompt, own, start): [f"{start}{_blank_after(start)}{choice}" for choice in own]
        # The prompt alone tells where an only choice begins; several tell it by where they part.
        + ([start] if len(own) == 1 else [])
        for prompt, own, start in asked
    }
    pairs = [(one[0], answer) for one, own in answers.items() for answer in own]
    ids = iter(_ids(tokenizer, pairs, known))
    split = {one: _split([next(ids) for _ in own], one[1]) for one, own in answers.items()}
    return [split[one] for one in asked]


def prompt_ids(
    tokenizer: "PreTrainedTokenizerBase", prompts: Texts, known: KnownTexts | None = None
) -> list[tuple[int, ...]]:
    """The tokens of prompts that the model is to continue freely."""
    return [tuple(ids) for ids in _ids(tokenizer, [(prompt, "") for prompt in prompts], known)]


def _split(sequences: list[list[int]], choices: Texts) -> Encoded:
    """Parts the tokens of a prompt with each of its choices where the sequences part.

    After those of the choices may come the sequence of the prompt alone.
    """
    full = sequences[: len(choices)]
    shared = _shared_length(sequences)
    tails = tuple(tuple(ids[shared:]) for ids in full)
    if shared == 0 or not all(tails):
        raise BrokenFraming(
            f"as tokens, one of the choices {list(choices)} is the beginning of another; "
            "choose labels of which none begins another"
        )
    return Encoded(tuple(full[0][:shared]), tails)


def _blank_after(text: str) -> str:
    """The blank that belongs between a text and the word after it."""
    return " " if text and not text[-1].isspace() else ""


def _ids(
    tokenizer: "PreTrainedTokenizerBase",
    pairs: Sequence[tuple[str, str]],
    known: KnownTexts | None,
) -> list[list[int]]:
    """The tokens of prompts with an answer begun."""
    if tokenizer.chat_template:
        told = {prompt: templated(tokenizer, prompt) for prompt in dict(pairs)}
        texts = [f"{told[prompt]}{answer}" for prompt, answer in pairs]
    else:
        blanks = [_blank_after(prompt) if answer else "" for prompt, answer in pairs]
        texts = [p + blank + a for (p, a), blank in zip(pairs, blanks, strict=True)]
    special = not tokenizer.chat_template
    return (known or KnownTexts()).ids(tokenizer, texts, special=special)


def templated(tokenizer: "PreTrainedTokenizerBase", prompt: str) -> str:
    """The prompt as a user's message, up to where the assistant answers.

    Templates of models that also see pictures take a message in parts, and drop a plain text.

    Raises:
        ModelRefused: if the template fails, or what it gives does not hold the prompt.
    """
    faults = []
    for content in (prompt, [{"type": "text", "text": prompt}]):
        asked: Any = [{"role": "user", "content": content}]
        try:
            text = str(
                tokenizer.apply_chat_template(asked, tokenize=False, add_generation_prompt=True)
            )
        except Exception as error:  # a template is code of anyone's
            first = (str(error) or type(error).__name__).strip().splitlines()[0]
            faults.append(f"fails: {first[:200]}")
            continue
        # templates may strip the blanks at its ends
        if prompt.strip() in text:
            return text
        faults.append(f"drops what is asked: it gives {text[:120]!r}")
    raise ModelRefused(f"the chat template of {tokenizer.name_or_path} {faults[0]}")


def _shared_length(sequences: Sequence[Sequence[int]]) -> int:
    """Number of leading tokens that all sequences share."""
    first, *others = sequences
    shared = len(first)
    for other in others:
        pairs = enumerate(zip(first, other, strict=False))
        parted = (k for k, (a, b) in pairs if a != b)
        shared = min(shared, next(parted, min(len(first), len(other))))
    return shared
