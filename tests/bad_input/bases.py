"""Runs that lie there before a bad input, made once: `r`, and what was printed on the way."""

PLAN = "games: [prisoners-dilemma]\nagents: [tit-for-tat, always-d]\nrounds: 2\nmatches: 2\n"
STUDY = (
    "study", "nash-suppression", "--plan", "demo", "--quiet", "--model", "fake/uniform",
    "--set", "matches=1", "--set", "games=[chicken]", "--set", "horizons=[2]",
    "--set", "fingerprints=1", "--set", "tellings=1",
)  # fmt: skip
TOURNAMENT = (
    "tournament", "tit-for-tat", "always-d", "--game", "prisoners-dilemma",
    "--rounds", "2", "--matches", "2",
)  # fmt: skip
RUN = ("run", "plan.yaml", "--quiet")
BENCH = ("bench", "matrix", "--model", "fake/uniform", "--sizes", "2", "--limit", "1", "--quiet")
LENS = ("lens", "--model", "hf/{model}", "--games", "4")

BASES = {
    "tournament": (*TOURNAMENT, "--out", "r"),
    "run": (*RUN, "--out", "r"),
    "study": (*STUDY, "--out", "r"),
    "bench": (*BENCH, "--json", "--out", "r"),
    "lens": (*LENS, "--out", "r"),
}
"""By name, the command whose run it is."""
