"""`python -m nashscope`, for where the command is not on the path."""

from nashscope.cli import main

if __name__ == "__main__":
    main()
