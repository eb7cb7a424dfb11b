"""`nashscope play --show-prompt`: the exact text that a model reads, and how its answer is had."""

from typing import TYPE_CHECKING

from rich.text import Text

from nashscope.cli.screen import console

if TYPE_CHECKING:
    from nashscope.agents import Agent, Language
    from nashscope.framing import Framing
    from nashscope.games import View
    from nashscope.play import Cell
    from nashscope.play.match import Cast

__all__ = ["show_prompts"]


def show_prompts(cell: "Cell", cast: "Cast") -> None:
    """Prints what every player is asked at the first decision; nobody decides.

    Raises:
        Misuse: for a game that has no first round.
    """
    from nashscope.errors import Misuse
    from nashscope.play import framing_of

    if not cell.strategic:
        raise Misuse(
            f"--show-prompt is about games in strategic form, and {cell.game} is none; `play "
            "--json` has every prompt with its decision"
        )
    screen = console()
    framing = framing_of(cell, 0)
    nobody = tuple(None for _ in cell.agents)
    for player, name in enumerate(cell.agents):
        view = cell.repeated.view(player, [], nobody)
        screen.print(Text(f"{cell.repeated.stage.player_name(player)}: {name}", style="bold"))
        for line in _told(cast(name, cell), framing, view, cell):
            screen.print(Text(line), soft_wrap=True)
        screen.print()


def _told(agent: "Agent", framing: "Framing", view: "View", cell: "Cell") -> list[str]:
    """What one player is asked, in lines."""
    from nashscope.agents import Language, Strategy
    from nashscope.models.hosted import HostedModel

    prompt = framing.render(view, cell.mode)
    if isinstance(agent, Strategy):
        return ["It follows a rule on what was played, and reads no text."]
    if not isinstance(agent, Language):
        return ["It is asked in its own way; the game is told as", "", prompt]
    labels = framing.labels[view.player]
    pairs = zip(labels, view.stage.actions[view.player], strict=True)
    meant = ", ".join(f"{label!r} is {action}" for label, action in pairs)
    if isinstance(agent.model, HostedModel):
        return [
            "Sent as the user's message; the server puts its own chat template around it.",
            "",
            prompt,
            "",
            f"labels: {meant}",
            "How the policy is had (log-probabilities, or the shares of several answers) depends",
            "on what the server offers; `play` finds it out and says it.",
        ]
    text, pieces = _exact(agent, prompt, labels, cell.mode == "direct")
    return ["Read by the model, special tokens and all:", "", text, "", f"labels: {meant}", *pieces]


def _exact(
    agent: "Language", prompt: str, labels: tuple[str, ...], direct: bool
) -> tuple[str, list[str]]:
    """The text up to the decision token, and how the answer is read from there."""
    model = agent.model
    tokenizer = getattr(model, "tokenizer", None)
    if tokenizer is None:
        way = "tells how probable each label is" if model.reads else "writes, and is read"
        return prompt, [f"It {way}; no chat template is put around the text."]
    from nashscope.models.tokens import encode, prompt_ids

    template = "the chat template included" if tokenizer.chat_template else "no chat template"
    if not direct:
        (ids,) = prompt_ids(tokenizer, [prompt])
        return tokenizer.decode(ids), [
            f"({template}) It writes at most {agent.tokens[1]} tokens; where it comes to",
            '"Answer:", each label is scored as what follows there, and one is drawn.',
        ]
    (encoded,) = encode(tokenizer, [prompt], [labels])
    lines = [f"({template}) Scored as what follows, one forward pass, one of them drawn:"]
    for label, tokens in zip(labels, encoded.choices, strict=True):
        parts = [tokenizer.decode([token]) for token in tokens]
        lines.append(f"  {label!r} as {' + '.join(map(repr, parts))}, token ids {list(tokens)}")
    lines.append(
        "The policy is over these alone; `labels` in tables is how probable any of them is."
    )
    return tokenizer.decode(encoded.context), lines
