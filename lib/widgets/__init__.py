"""Live figures: the same JavaScript runs in JupyterLab, in Colab and in the published page.

Serves all chapters. Each widget is a Python class here and a ``.js`` file of its name.
"""

from lib.widgets.attention_head import AttentionHead
from lib.widgets.base import CourseWidget
from lib.widgets.draw_digit import DrawDigit
from lib.widgets.heads_grid import HeadsGrid
from lib.widgets.matrix_row import MatrixRow
from lib.widgets.ngram_sampler import NGramSampler
from lib.widgets.parens_model import ParensModel
from lib.widgets.playground import Playground
from lib.widgets.quiz import Question, Quiz
from lib.widgets.temperature_bars import TemperatureBars
from lib.widgets.token_strip import TokenStrip

__all__ = [
    "AttentionHead",
    "CourseWidget",
    "DrawDigit",
    "HeadsGrid",
    "MatrixRow",
    "NGramSampler",
    "ParensModel",
    "Playground",
    "Question",
    "Quiz",
    "TemperatureBars",
    "TokenStrip",
]
