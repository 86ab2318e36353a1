"""`python -m lib.grading COMMAND`: see `python -m lib.grading --help`."""

import sys

from lib.grading.cli import main

if __name__ == "__main__":
    sys.exit(main())
