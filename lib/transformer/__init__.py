"""The course's transformer: its shape, the model, a trace of what happens inside, and a cache.

Serves chapters 10 to 19. Knows `lib.attention` and logits; nothing of data or training.
"""

from lib.transformer.cache import Cache
from lib.transformer.config import Config
from lib.transformer.generation import generate
from lib.transformer.model import Transformer
from lib.transformer.trace import Trace

__all__ = ["Cache", "Config", "Trace", "Transformer", "generate"]
