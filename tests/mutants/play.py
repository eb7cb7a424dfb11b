"""Faults in the store, the wire to a server, and in what is imported."""

from tests.mutants import Mutant

STORE, WIRE = "tests/play/test_store.py", "tests/hosted/test_wire.py"
BUDGET = "tests/hosted/test_budget.py"
MATCH, IDENTITY = "tests/play/test_match.py", "tests/play/test_identity.py"
EDITED, GOLDEN = "tests/play/test_edited.py", "tests/play/test_golden.py"

MUTANTS = [
    Mutant(
        "a torn last line stays, and the next decision is written behind it",
        "play/store/disk.py",
        "        torn.truncate(whole)\n",
        "",
        f"{STORE}::test_every_place_at_which_a_line_can_be_torn_ends_alike",
    ),
    Mutant(
        "chance hangs on how many decisions were taken in this process",
        "play/match.py",
        'stream(seed, "decision", *name, ask.turn, ask.player, *about),',
        'stream(seed, "decision", *name, ask.turn, ask.player, *about, id(self) % 9973),',
        f"{STORE}::test_cells_apart_and_together_are_the_same_decisions",
    ),
    Mutant(
        "two processes may play one cell",
        "play/store/disk.py",
        "fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)",
        "fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)",
        f"{STORE}::test_a_folder_and_a_cell_have_one_writer",
    ),
    Mutant(
        "a key is sent back into what is kept",
        "models/hosted/wire.py",
        "return replace(answer, text=self.service.redacted(answer.text))",
        "return replace(answer, text=answer.text)",
        f"{WIRE}::test_a_key_is_never_shown",
    ),
    Mutant(
        "a request over the budget of cost is let through",
        "models/hosted/ledger.py",
        "till.cost + sum(till.open) + worst > self.budget.cost",
        "till.cost > self.budget.cost",
        f"{WIRE}::test_the_budget_of_cost_is_not_exceeded",
    ),
    Mutant(
        "a dry run counts again what is kept",
        "models/hosted/rehearsal.py",
        "if digest not in known:",
        "if digest:",
        f"{BUDGET}::test_what_is_said_beforehand_is_what_is_asked",
    ),
    Mutant(
        "every process has the whole budget",
        "play/execute/executor.py",
        "file=job.till)",
        "file=None)",
        f"{BUDGET}::test_several_processes_keep_one_budget",
    ),
    Mutant(
        "a sampled policy takes what names no action for one of its answers",
        "bench/matrix/ask.py",
        "minlength=item.shape[player]) / len(named)",
        "minlength=item.shape[player]) / len(said)",
        "tests/hosted/test_matrix.py::test_answers_that_name_no_action_are_unread_and_not_counted",
    ),
    Mutant(
        "an imported word that is no action counts as the first",
        "play/store/imported.py",
        'return Decision(None, "no label" if said else "empty", reply=choice.action)',
        "return Decision(0, reply=choice.action)",
        "tests/cli/test_import.py::test_a_row_may_be_one_decision_and_the_file_json_lines",
    ),
    Mutant(
        "every worker computes with as many threads as there are cores",
        "play/execute/processes.py",
        'untold = "OMP_NUM_THREADS" not in os.environ',
        "untold = False",
        "tests/play/test_processes.py::"
        "test_workers_share_the_cores_also_where_their_libraries_load_first",
    ),
    Mutant(
        "chance depends on how many matches are asked for",
        "play/cell.py",
        'if k != "matches"})',
        'if k != "agents"})',
        f"{MATCH}::test_a_match_is_the_same_however_many_others_there_are",
    ),
    Mutant(
        "a match that was begun in other words is continued",
        "play/match.py",
        "if _hash(prompt) != event.prompt_hash:",
        "if not prompt:",
        f"{MATCH}::test_a_match_that_was_begun_in_other_words_is_not_continued",
    ),
    Mutant(
        "what a user's file imports is no part of it",
        "play/identity.py",
        "for source in names.sources(file):",
        "for source in [file.resolve()]:",
        f"{IDENTITY}::test_an_edit_of_the_file_or_of_what_it_imports_shows",
    ),
    Mutant(
        "a model is its weights alone",
        "play/identity.py",
        'MODEL_FILES = (".json", ".jinja", ',
        "MODEL_FILES = (",
        f"{IDENTITY}::test_a_model_folder_is_its_weights_configuration_and_template",
    ),
    Mutant(
        "a decision may be missing in the middle",
        "play/store/check.py",
        "if event.round != course.now:",
        "if event.round < course.now:",
        f"{EDITED}::test_a_decision_missing_in_the_middle_is_refused",
    ),
    Mutant(
        "the end of a finished run may be gone",
        "play/store/run.py",
        "due is not None and due != len(events):",
        "due is not None and due < len(events):",
        f"{EDITED}::test_the_end_of_a_finished_run_may_not_be_gone",
    ),
    Mutant(
        "an edited cell is believed",
        "play/store/cells.py",
        "if content_hash(named) != key or (stage is not None and stage not in games):",
        "if stage is not None and stage not in games:",
        f"{EDITED}::test_an_edited_cell_is_refused",
    ),
    Mutant(
        "a result that was edited is believed",
        "play/store/sealed.py",
        'told.pop("content", None) != content_hash(rows)',
        'told.pop("content", None) is None',
        f"{EDITED}::test_a_result_of_a_cell_that_was_spoilt_is_computed_again",
    ),
    Mutant(
        "a field that nobody knows is passed over",
        "records.py",
        "if name not in inner:",
        "if name is None:",
        f"{EDITED}::test_an_edited_decision_is_refused_with_its_line",
    ),
    Mutant(
        "a framing that a folder names is run",
        "play/match.py",
        "if is_code(cell.framing) and not cell.trusted:",
        "if is_code(cell.framing) and cell.matches < 1:",
        "tests/play/test_received.py::test_no_command_that_reads_runs_code_that_a_folder_names",
    ),
    Mutant(
        "old runs are read with the ids of today",
        "play/store/cells.py",
        "cell = kept_cell(key, entry, game(name), trusted=trusted)",
        'cell = kept_cell("", entry, game(name), trusted=trusted)',
        f"{GOLDEN}::test_prompts_and_trembles_of_format_1_are_rebuilt_to_the_letter",
    ),
    Mutant(
        "a newer format is read as if it were known",
        "play/store/manifest.py",
        "if schema > records.SCHEMA:",
        "if schema > 1000:",
        f"{EDITED}::test_a_newer_format_is_refused",
    ),
    Mutant(
        "a number of numpy names a stream by its text",
        "chance.py",
        "*map(_plain, path)",
        "*path",
        "tests/test_chance.py::test_a_number_of_numpy_names_the_stream_of_the_same_number",
    ),
    Mutant(
        "a file of cells that was edited is believed",
        "play/store/run.py",
        "if file.is_file() and due is not None and _digest(file.read_bytes()) not in due:",
        "if file.is_file() and due == []:",
        f"{EDITED}::test_an_edited_number_of_matches_is_refused",
    ),
    Mutant(
        "a command that is refused marks the run as stopped",
        "play/store/run.py",
        "if issubclass(kind, Misuse) and self._before:",
        "if issubclass(kind, Misuse) and not self.folder:",
        f"{EDITED}::test_a_refused_command_leaves_the_folder_as_it_was",
    ),
]
