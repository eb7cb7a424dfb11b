"""Faults in how names, files and settings of users are read."""

from tests.mutants import Mutant

REFERENCE = "tests/names/test_reference.py"
FILE = "tests/names/test_file.py"

MUTANTS = [
    Mutant(
        "every colon begins parameters",
        "names/reference.py",
        'BEGIN = re.compile(rf":(?={KEY}\\s*=)")',
        'BEGIN = re.compile(r":")',
        f"{REFERENCE}::test_a_name_with_colons_that_no_key_follows_stays_whole",
    ),
    Mutant(
        "the order of parameters makes another name",
        "names/reference.py",
        "return tuple(sorted(found.items()))",
        "return tuple(found.items())",
        f"{REFERENCE}::test_the_order_of_parameters_and_blanks_around_them_do_not_count",
    ),
    Mutant(
        "a user's file is run whenever it is named",
        "names/file.py",
        "if known and known.digests == digests:",
        "if False:",
        f"{FILE}::test_a_file_is_run_once_and_again_only_when_it_changed",
    ),
    Mutant(
        "a file that a user's file imports may change unseen",
        "names/file.py",
        "        for name in _imports(waiting.pop()):",
        "        for name in _imports(waiting.pop()) and ():",
        f"{FILE}::test_a_file_is_run_again_when_what_it_imports_changed",
    ),
    Mutant(
        "files of one name stand for each other",
        "names/file.py",
        'name = f"{PREFIX}{file.stem}_{place}"',
        'name = f"{PREFIX}{file.stem}"',
        f"{FILE}::test_files_of_one_name_in_two_folders_are_two",
    ),
    Mutant(
        "a user's folder comes before the libraries",
        "names/file.py",
        "sys.path[:] = [*kept, *(place for place in _folders if place not in kept)]",
        "sys.path[:] = [*_folders, *kept]",
        f"{FILE}::test_a_file_of_a_user_never_stands_for_a_library",
    ),
    Mutant(
        "a user's own is not tested",
        "names/shelf.py",
        "if shelf.check is None or id(value) in _checked:",
        "if True:",
        "tests/names/test_shelf.py::test_what_is_not_the_packages_own_is_tested_once",
    ),
    Mutant(
        "what looks like payoffs is read before paths are",
        "games/library.py",
        'if reference.kind == "name" and looks_inline(text):',
        "if looks_inline(text):",
        "tests/cli/test_reference.py::test_a_path_that_begins_with_a_number_is_no_payoff",
    ),
    Mutant(
        "of two equal keys the last counts",
        "settings.py",
        "if name in seen:",
        "if False:",
        "tests/test_settings.py::test_what_cannot_be_read_is_one_line_with_its_place",
    ),
    Mutant(
        "yes is true",
        "settings.py",
        'GUESSED = {"bool", "int", "float", "timestamp"}',
        'GUESSED = {"int", "float", "timestamp"}',
        "tests/test_settings.py::test_what_may_be_meant_otherwise_is_the_text_that_was_typed",
    ),
    Mutant(
        "an error of ours is told in another's words",
        "records.py",
        "if isinstance(raised, NashscopeError):",
        "if False:",
        "tests/test_records.py::test_an_error_of_ours_passes_unchanged",
    ),
    Mutant(
        "a secret that does not fit is quoted",
        "records.py",
        '"" if secret else shown(first["input"])',
        'shown(first["input"])',
        "tests/test_records.py::test_a_secret_is_not_quoted",
    ),
    Mutant(
        "a folder has a colon in its name",
        "cli/folder.py",
        're.sub(r"[^\\w.-]+", "-", ',
        're.sub(r"[^\\w.:-]+", "-", ',
        "tests/cli/test_folder.py::test_a_name_loses_what_a_folder_cannot_have",
    ),
    Mutant(
        "what a user's file does wrong is a traceback",
        "cli/refusal.py",
        "if (place := raised_at(error)) is not None:",
        "if (place := None) is not None:",
        "tests/cli/test_refusal.py::test_what_a_users_file_does_is_one_line_with_its_place",
    ),
]
