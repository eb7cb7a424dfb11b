"""What is played: players, actions and payoffs. Numbers only; no words, no models."""

from nashscope.games.answer import Amount, Choice, Several, Split, Subset, Words
from nashscope.games.automaton import Automaton, Behaviour
from nashscope.games.canonical import canonical_form, canonical_hash, canonical_hashes
from nashscope.games.change import Padded, pad, relabel, rescale, swap_players
from nashscope.games.check import check_game
from nashscope.games.dynamic import NATURE, Ask, DynamicGame
from nashscope.games.dynamic_check import check_dynamic
from nashscope.games.exchange.efg import format_efg, parse_efg, read_efg, write_efg
from nashscope.games.exchange.gambit import from_gambit, to_gambit
from nashscope.games.exchange.nfg import format_nfg, parse_nfg, read_nfg, write_nfg
from nashscope.games.exchange.openspiel import from_openspiel, to_openspiel
from nashscope.games.library import catalogue, game, named, normal_name, read
from nashscope.games.named import Named
from nashscope.games.normal import NormalForm, Profile, zero_sum_game
from nashscope.games.ordinal import family, neighbour, ordinal_game, ordinal_games, position
from nashscope.games.repeated import JointAction, Monitoring, Order, Repeated, View
from nashscope.games.strategic import strategic_form
from nashscope.games.tree import Chance, Information, Leaf, Move, Node, Tree, chance, leaf
from nashscope.games.unfold import unfold
from nashscope.games.welfare import best_joint_payoff, cooperative, welfare_cells

__all__ = [
    "NATURE",
    "Amount",
    "Ask",
    "Automaton",
    "Behaviour",
    "Chance",
    "Choice",
    "DynamicGame",
    "Information",
    "JointAction",
    "Leaf",
    "Monitoring",
    "Move",
    "Named",
    "Node",
    "NormalForm",
    "Order",
    "Padded",
    "Profile",
    "Repeated",
    "Several",
    "Split",
    "Subset",
    "Tree",
    "View",
    "Words",
    "best_joint_payoff",
    "canonical_form",
    "canonical_hash",
    "canonical_hashes",
    "catalogue",
    "chance",
    "check_dynamic",
    "check_game",
    "cooperative",
    "family",
    "format_efg",
    "format_nfg",
    "from_gambit",
    "from_openspiel",
    "game",
    "leaf",
    "named",
    "neighbour",
    "normal_name",
    "ordinal_game",
    "ordinal_games",
    "pad",
    "parse_efg",
    "parse_nfg",
    "position",
    "read",
    "read_efg",
    "read_nfg",
    "relabel",
    "rescale",
    "strategic_form",
    "swap_players",
    "to_gambit",
    "to_openspiel",
    "unfold",
    "welfare_cells",
    "write_efg",
    "write_nfg",
    "zero_sum_game",
]
