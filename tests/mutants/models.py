"""Faults in reading and editing a network."""

from tests.mutants import Mutant

MUTANTS = [
    Mutant(
        "a label is judged by its first token alone",
        "models/choice.py",
        "            found[row][number : number + 1] += more",
        "            found[row][number : number + 1] += 0 * more",
        "tests/models/test_replay.py::test_a_whole_label_is_the_sum_over_its_tokens[labels1]",
    ),
    Mutant(
        "padding before what is new is read as if it were tokens",
        "models/prefixes.py",
        "mask = torch.cat([mask, new], dim=1)",
        "mask = torch.cat([mask, torch.ones_like(new)], dim=1)",
        "tests/models/test_replay.py::"
        "test_neither_company_nor_order_nor_memory_changes_an_answer[labels0]",
    ),
    Mutant(
        "padded prompts are given the positions of the padding",
        "models/batch.py",
        "    positions = (mask.cumsum(-1) - 1).clamp(min=0)\n    cache = None",
        "    positions = torch.arange(ids.shape[1]).expand_as(ids)\n    cache = None",
        "tests/models/test_architectures.py::test_a_network_holds_every_certificate[GPT2]",
    ),
    Mutant(
        "a remembered beginning is taken one token too long",
        "models/prefixes.py",
        "shared = min(len(known), len(tokens)) if more is None else end + more",
        "shared = min(len(known), len(tokens)) if more is None else end + more + 1",
        "tests/models/test_prefixes.py::test_a_match_does_not_write_over_the_keys_of_another",
    ),
    Mutant(
        "a prompt that shares the rules drops the keys of another match",
        "models/prefixes.py",
        "if row and _goes_on(row, shared)",
        "if row",
        "tests/models/test_prefixes.py::test_matches_with_the_same_rules_do_not_forget_each_other",
    ),
    Mutant(
        "keys that another match needs are written over",
        "models/prefixes.py",
        "return len(caches) == 1 and self._users[caches.pop()] == distinct",
        "return True",
        "tests/models/test_prefixes.py::test_a_match_does_not_write_over_the_keys_of_another",
    ),
    Mutant(
        "tokens are taken over that the whole text does not have",
        "models/known.py",
        "ids[new + 1 :], known.ends[: old + 1] + ends[new + 1 :]",
        "ids[new:], known.ends[: old + 1] + ends[new:]",
        "tests/models/test_known.py::test_most_of_a_long_match_is_taken_over[blanks]",
    ),
    Mutant(
        "a tokenizer that looks far is believed",
        "models/known.py",
        "if checked and found[checked].ids != _whole(tokenizer, [checked], special)[0]:",
        "if False:",
        "tests/models/test_known.py::"
        "test_a_tokenizer_that_looks_far_is_found_out_and_asked_for_whole_texts",
    ),
    Mutant(
        "a replay writes over what was read",
        "models/memory.py",
        "held[:, :, length : length + more] = new",
        "held[:, :, :more] = new",
        "tests/models/test_architectures.py::test_a_network_holds_every_certificate[GPT2]",
    ),
    Mutant(
        "a run of the last tokens is believed whatever it gives",
        "models/replay.py",
        "return self._tail if gap <= allowed(self._network.module) else None",
        "return self._tail if gap >= 0 else None",
        "tests/models/test_tail.py::test_a_tail_that_does_not_give_what_the_whole_gave_is_not_used",
    ),
    Mutant(
        "parts of a layer are sought through half precision",
        "models/precision.py",
        "if w.dtype in HALVES and type(w.data) is Tensor]",
        "if w.dtype not in HALVES and w.is_meta]",
        "tests/models/test_weights.py::"
        "test_small_additions_to_a_large_stream_are_placed_in_half_precision",
    ),
    Mutant(
        "weights that a checkpoint lacks are filled at random",
        "models/files.py",
        'missing = sorted(told["missing_keys"])',
        "missing: list[str] = []",
        "tests/models/test_opening.py::test_a_missing_tensor_is_refused_by_its_name",
    ),
    Mutant(
        "weights that are no numbers are taken",
        "models/files.py",
        "    _check_numbers(weights, network)\n",
        "",
        "tests/models/test_opening.py::test_weights_that_are_no_numbers_are_called_so",
    ),
    Mutant(
        "a chat template that drops the prompt is used",
        "models/tokens.py",
        "if prompt.strip() in text:",
        "if text:",
        "tests/models/test_opening.py::test_a_template_must_hold_what_is_asked",
    ),
    Mutant(
        "a prompt may be longer than the network's window",
        "models/hf.py",
        "if self.window is not None and tokens > self.window:",
        "if self.window is None:",
        "tests/models/test_opening.py::"
        "test_a_prompt_longer_than_the_window_is_refused_before_it_is_read",
    ),
]
