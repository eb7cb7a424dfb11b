"""Finding equilibria. Nothing leaves this folder without a certificate."""

from nashscope.games.solve.certify import Certificate, certify
from nashscope.games.solve.dynamic.best_reply import (
    Reply,
    best_reply,
    dynamic_payoffs,
    dynamic_regrets,
)
from nashscope.games.solve.dynamic.induction import Induced, state_induction
from nashscope.games.solve.dynamic.planner import Optimum, one_owner
from nashscope.games.solve.dynamic.stochastic import StateValues, solve_states
from nashscope.games.solve.exploitability import (
    exploitability,
    max_regret,
    nash_conv,
    regrets,
    relative_exploitability,
    relative_max_regret,
    relative_nash_conv,
    relative_regrets,
)
from nashscope.games.solve.extensive.backward_induction import SubgamePerfect, backward_induction
from nashscope.games.solve.extensive.behaviour import Policy, policy_table, uniform_policy
from nashscope.games.solve.extensive.best_response import (
    Response,
    expected_payoffs,
    tree_best_response,
    tree_exploitability,
    tree_nash_conv,
    tree_regrets,
)
from nashscope.games.solve.extensive.equilibria import tree_equilibria
from nashscope.games.solve.extensive.equilibrium import (
    TreeEquilibria,
    TreeEquilibrium,
    improved_off_path,
)
from nashscope.games.solve.extensive.lemke import sequence_form_equilibria
from nashscope.games.solve.extensive.regret_minimisation import Averaged, minimise_regret
from nashscope.games.solve.extensive.zero_sum import TreeSolution, solve_tree
from nashscope.games.solve.matrix.certificate import ZeroSumCertificate, certificate, certificates
from nashscope.games.solve.matrix.zero_sum import ZeroSum, zero_sum
from nashscope.games.solve.profile import Renormalised, check_profile, renormalise
from nashscope.games.solve.repeated.best_response import (
    RepeatedResponse,
    repeated_best_response,
    repeated_exploitability,
    repeated_nash_conv,
    repeated_payoffs,
    repeated_regrets,
)
from nashscope.games.solve.strategic.correlated import (
    Correlated,
    NearestCorrelated,
    correlated_distance,
    correlated_equilibrium,
    departures,
    max_entropy_correlated,
)
from nashscope.games.solve.strategic.distance import (
    Distance,
    distance,
    distance_to_nash,
    distances,
)
from nashscope.games.solve.strategic.dominance import (
    Elimination,
    Step,
    dominating,
    iterated_dominance,
    weakly_better,
)
from nashscope.games.solve.strategic.dynamics import Basins, Path, basins, follow
from nashscope.games.solve.strategic.equilibria import equilibria
from nashscope.games.solve.strategic.equilibrium import Equilibria, Equilibrium
from nashscope.games.solve.strategic.nash_subset import Component
from nashscope.games.solve.strategic.pure import pure_equilibria
from nashscope.games.solve.strategic.quantal import (
    QuantalResponse,
    quantal_response,
    quantal_responses,
)
from nashscope.games.solve.strategic.risk_averse import RiskAverse, risk_averse_equilibria

__all__ = [
    "Averaged",
    "Basins",
    "Certificate",
    "Component",
    "Correlated",
    "Distance",
    "Elimination",
    "Equilibria",
    "Equilibrium",
    "Induced",
    "NearestCorrelated",
    "Optimum",
    "Path",
    "Policy",
    "QuantalResponse",
    "Renormalised",
    "RepeatedResponse",
    "Reply",
    "Response",
    "RiskAverse",
    "StateValues",
    "Step",
    "SubgamePerfect",
    "TreeEquilibria",
    "TreeEquilibrium",
    "TreeSolution",
    "ZeroSum",
    "ZeroSumCertificate",
    "backward_induction",
    "basins",
    "best_reply",
    "certificate",
    "certificates",
    "certify",
    "check_profile",
    "correlated_distance",
    "correlated_equilibrium",
    "departures",
    "distance",
    "distance_to_nash",
    "distances",
    "dominating",
    "dynamic_payoffs",
    "dynamic_regrets",
    "equilibria",
    "expected_payoffs",
    "exploitability",
    "follow",
    "improved_off_path",
    "iterated_dominance",
    "max_entropy_correlated",
    "max_regret",
    "minimise_regret",
    "nash_conv",
    "one_owner",
    "policy_table",
    "pure_equilibria",
    "quantal_response",
    "quantal_responses",
    "regrets",
    "relative_exploitability",
    "relative_max_regret",
    "relative_nash_conv",
    "relative_regrets",
    "renormalise",
    "repeated_best_response",
    "repeated_exploitability",
    "repeated_nash_conv",
    "repeated_payoffs",
    "repeated_regrets",
    "risk_averse_equilibria",
    "sequence_form_equilibria",
    "solve_states",
    "solve_tree",
    "state_induction",
    "tree_best_response",
    "tree_equilibria",
    "tree_exploitability",
    "tree_nash_conv",
    "tree_regrets",
    "uniform_policy",
    "weakly_better",
    "zero_sum",
]
