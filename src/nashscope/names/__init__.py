"""Finding an extension by what a user writes: no list inside the package needs editing to add one.

`reference` reads the text, `file` runs a Python file of the user's own, and `shelf` looks the name
up: in a file, in a folder of this package, and in the entry points of installed packages. The
package registers its own kinds of model in the same way as a user's package would.
"""

from nashscope.names.closest import nearest, plain
from nashscope.names.file import ran, sources
from nashscope.names.parameter import called
from nashscope.names.reference import Reference, read
from nashscope.names.shelf import Shelf, entry_point, find, known, normal_name

__all__ = [
    "Reference",
    "Shelf",
    "called",
    "entry_point",
    "find",
    "known",
    "nearest",
    "normal_name",
    "plain",
    "ran",
    "read",
    "sources",
]
