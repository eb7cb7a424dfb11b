"""Faults in the store, the wire to a server, and in what is imported."""

from tests.mutants import Mutant

STORE, WIRE = "tests/play/test_store.py", "tests/hosted/test_wire.py"
BUDGET = "tests/hosted/test_budget.py"

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
        'stream(seed, "decision", *name, round, player),',
        'stream(seed, "decision", *name, round, player, len(self.decided), id(self) % 97),',
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
]
