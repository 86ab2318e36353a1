"""Training: one short loop for any `nn.Module`, batches that can be resumed, many nets at once.

Serves chapters 05 to 19. Knows no concrete model and no data set.
"""

from lib.training.batches import Batches
from lib.training.history import History
from lib.training.loop import train
from lib.training.rates import cosine
from lib.training.saving import load_run, save_run
from lib.training.together import Together

__all__ = ["Batches", "History", "Together", "cosine", "load_run", "save_run", "train"]
