"""A pip that installs nothing and notes what it was asked for."""

import os
import sys
from pathlib import Path

with Path(os.environ["COLAB_LOG"]).open("a") as log:
    log.write(" ".join(["pip", *sys.argv[1:]]) + "\n")
