"""Faults in the tools that look inside, and in their nulls."""

from tests.mutants import Mutant

MUTANTS = [
    Mutant(
        "labels are dealt over all rows, as if rows of a game were independent",
        "interp/null.py",
        "given[0] if alike else chance.permutation(given)",
        "chance.choice(labels, size=len(own))",
        "tests/interp/test_null.py::test_labels_that_are_equal_in_every_group_stay_so",
    ),
    Mutant(
        "what was observed is not counted among the draws",
        "interp/null.py",
        "(1.0 + reached) / (1.0 + len(null))",
        "reached / len(null)",
        "tests/interp/test_null.py::"
        "test_a_permutation_p_counts_what_was_observed_and_is_never_zero",
    ),
    Mutant(
        "Holm's steps are not made monotone",
        "interp/null.py",
        "np.maximum.accumulate(steps)",
        "steps",
        "tests/interp/test_null.py::test_holm_is_what_r_computes",
    ),
    Mutant(
        "the bootstrap draws rows instead of games",
        "interp/interval.py",
        "return np.unique(groups, return_inverse=True)[1]",
        "return np.arange(rows)",
        "tests/interp/test_interval.py::test_games_of_unequal_size_count_by_their_rows",
    ),
    Mutant(
        "the bias of mutual information is left in",
        "interp/information.py",
        "return plugin, plugin - bias",
        "return plugin, plugin",
        "tests/interp/test_information.py::"
        "test_independent_labels_share_no_bits_once_the_bias_is_off",
    ),
    Mutant(
        "a reader is fitted on the games that it is tested on",
        "interp/probe.py",
        "reader(own[~test], labels[:, ~test], own[test], inner)",
        "reader(own, labels, own[test], np.zeros(len(own), bool))",
        "tests/interp/test_probe.py::test_a_direction_tied_to_the_label_words_fails_on_other_words",
    ),
    Mutant(
        "rows are held out, and not whole games",
        "interp/probe.py",
        "fold = folds_across(codes, own, folds, chance)",
        "fold = folds_across(codes, np.arange(len(codes)), folds, chance)",
        "tests/interp/test_probe.py::test_a_direction_tied_to_the_label_words_fails_on_other_words",
    ),
    Mutant(
        "the size of the final norm is left out of what the parts write",
        "interp/held.py",
        "turned = slope * self.weight / self.size[:, None, None]",
        "turned = slope * self.weight",
        "tests/interp/test_attribution.py::test_the_parts_sum_to_the_difference_of_the_logits",
    ),
    Mutant(
        "targets of the null are those that were given",
        "interp/contribution.py",
        "dealt = (target + steps) % count",
        "dealt = (target + 0 * steps) % count",
        "tests/interp/test_attribution.py::"
        "test_what_pushes_toward_a_label_is_not_found_where_labels_say_nothing",
    ),
    Mutant(
        "heads are ranked by their signed effect",
        "interp/ranking.py",
        "abs(float(found[0, at[0] - 1, at[1]].mean()))",
        "float(found[0, at[0] - 1, at[1]].mean())",
        "tests/interp/test_attribution.py::test_a_silenced_head_has_the_effect_of_its_absence",
    ),
    Mutant(
        "the wrong layer is pushed as far as the right one, whatever its norm",
        "interp/control.py",
        "wrong = [scaled(pushed, share * norms[k], k) for k in others]",
        "wrong = [scaled(pushed, pushed.norm, k) for k in others]",
        "tests/interp/test_control.py::"
        "test_at_the_wrong_layer_the_push_is_the_same_share_of_the_stream",
    ),
    Mutant(
        "integrated gradients are taken where the prompt is, every time",
        "interp/gradient.py",
        "part = (number + 0.5) / steps * push",
        "part = 0 * (number + 0.5) / steps * push",
        "tests/interp/test_gradient.py::test_integrated_along_the_way_it_is_what_patching_does",
    ),
    Mutant(
        "a patch is put one token after its place",
        "interp/patching.py",
        'places: list[Place] = [At(Site(k, "resid"), -back) for k in layers]',
        'places: list[Place] = [At(Site(k, "resid"), min(1 - back, -1)) for k in layers]',
        "tests/interp/test_patching.py::test_at_the_last_layer_no_other_token_matters_"
        "and_the_embedding_that_differs_is_all",
    ),
]
