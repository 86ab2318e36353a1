import doctest
import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from lib import sampling
from lib.sampling import generate, sample, temperature_scale, top_k, top_p

INF = math.inf


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def kept(logits: torch.Tensor) -> list[list[int]]:
    return [torch.nonzero(row > -INF).flatten().tolist() for row in logits]


def looks_like(draws: torch.Tensor, probs: np.ndarray) -> bool:
    """Chi-square at a level of one in ten thousand, and nothing drawn that is impossible."""
    seen = np.bincount(draws.numpy(), minlength=len(probs))
    possible = probs > 0
    if seen[~possible].any():
        return False
    if possible.sum() == 1:
        return True
    expected = probs[possible] / probs.sum() * seen.sum()
    return stats.chisquare(seen[possible], expected).pvalue > 1e-4


logit_rows = st.lists(st.floats(-30, 30, width=32) | st.just(-INF), min_size=1, max_size=12).filter(
    lambda row: max(row) > -INF
)


# temperature


@settings(deadline=None)
@given(logit_rows, st.floats(0.01, 100))
def test_temperature_divides_up_to_a_shift(row, temperature):
    logits = torch.tensor([row], dtype=torch.float64)
    scaled = temperature_scale(logits, temperature)
    expected = torch.softmax(logits / temperature, -1)
    torch.testing.assert_close(torch.softmax(scaled, -1), expected)


def test_temperature_limits():
    logits = torch.tensor([[1.0, 3.0, 3.0, 2.0], [0.0, -INF, -1.0, 5.0]])
    assert kept(temperature_scale(logits, 0)) == [[1], [3]]  # of equal ones the lowest id
    assert torch.equal(torch.softmax(temperature_scale(logits, 1e-40), -1)[1], torch.eye(4)[3])
    flat = torch.softmax(temperature_scale(logits, 1e6), -1)
    torch.testing.assert_close(flat[0], torch.full((4,), 0.25), atol=1e-5, rtol=0)
    torch.testing.assert_close(flat[1], torch.tensor([1, 0, 1, 1]) / 3, atol=1e-5, rtol=0)
    assert torch.equal(torch.softmax(temperature_scale(logits, 1), -1), torch.softmax(logits, -1))


@pytest.mark.parametrize("temperature", [-1, -1e-9, INF, math.nan])
def test_temperature_out_of_range(temperature):
    with pytest.raises(ValueError, match="temperature: expected a finite number >= 0, got"):
        temperature_scale(torch.zeros(1, 2), temperature)
    with pytest.raises(ValueError, match="temperature"):
        generate(lambda t: torch.zeros(1, 2), torch.tensor([[0]]), 1, temperature=temperature)


@pytest.mark.parametrize("temperature", ["1", None, True])
def test_temperature_of_the_wrong_type(temperature):
    with pytest.raises(TypeError, match="temperature: expected a number"):
        temperature_scale(torch.zeros(1, 2), temperature)


# top-k and top-p


def test_top_k_keeps_the_largest_and_of_equal_ones_the_first():
    logits = torch.tensor([[1.0, 3.0, 2.0, 3.0], [0.0, 0.0, 0.0, 0.0]])
    assert kept(top_k(logits, 1)) == [[1], [0]]
    assert kept(top_k(logits, 2)) == [[1, 3], [0, 1]]
    assert kept(top_k(logits, 3)) == [[1, 2, 3], [0, 1, 2]]
    assert torch.equal(top_k(logits, 4), logits)
    assert torch.equal(top_k(logits, 400), logits)


def test_top_k_refuses():
    for bad in (0, -2):
        with pytest.raises(ValueError, match=f"k: expected at least 1, got {bad}"):
            top_k(torch.zeros(1, 3), bad)
    for bad in (1.5, "2", True, None):
        with pytest.raises(TypeError, match="k: expected an integer"):
            top_k(torch.zeros(1, 3), bad)


def test_top_p_keeps_the_nucleus():
    logits = torch.tensor([[0.1, 0.5, 0.15, 0.25]]).log()
    assert kept(top_p(logits, 0.4)) == [[1]]
    assert kept(top_p(logits, 0.6)) == [[1, 3]]
    assert kept(top_p(logits, 0.8)) == [[1, 2, 3]]
    assert torch.equal(top_p(logits, 1), logits)
    assert kept(top_p(torch.zeros(1, 4), 0.5)) == [[0, 1]]  # exactly reached, lowest ids first
    assert kept(top_p(logits, 1e-9)) == [[1]]


@settings(deadline=None)
@given(logit_rows, st.floats(0.01, 0.99))
def test_top_p_is_the_smallest_set_that_reaches_p(row, p):
    logits = torch.tensor([row], dtype=torch.float64)
    probs = torch.softmax(logits, -1)[0]
    cut = top_p(logits, p)[0]
    inside = probs[cut > -INF]
    assert torch.equal(cut[cut > -INF], logits[0][cut > -INF])
    assert inside.sum() >= p - 1e-9
    assert inside.sum() - inside.min() < p + 1e-9
    outside = probs[cut == -INF]
    assert not len(outside) or outside.max() <= inside.min()


def test_top_p_refuses():
    for bad in (0, -0.1, 1.1, math.nan):
        with pytest.raises(ValueError, match="p: expected 0 < p <= 1"):
            top_p(torch.zeros(1, 3), bad)
    with pytest.raises(TypeError, match="p: expected a number"):
        top_p(torch.zeros(1, 3), "0.5")


# sample


def test_sample_follows_softmax_row_by_row():
    probs = torch.tensor([[0.5, 0.2, 0.3, 0.0], [0.01, 0.01, 0.9, 0.08]])
    many = probs.log().repeat_interleave(20_000, 0)
    drawn = sample(many, seeded())
    assert drawn.dtype == torch.int64
    assert drawn.shape == (40_000,)
    assert looks_like(drawn[:20_000], probs[0].double().numpy())
    assert looks_like(drawn[20_000:], probs[1].double().numpy())
    assert not looks_like(drawn[20_000:], probs[0].double().numpy())  # the test can fail


def test_same_seed_same_draws():
    logits = torch.zeros(100, 50)
    assert torch.equal(sample(logits, seeded(7)), sample(logits, seeded(7)))
    assert not torch.equal(sample(logits, seeded(7)), sample(logits, seeded(8)))


def test_sample_without_generator_uses_torchs_own():
    logits = torch.zeros(100, 50)
    state = torch.get_rng_state()
    first = sample(logits)
    torch.set_rng_state(state)
    assert torch.equal(first, sample(logits))


@pytest.mark.parametrize(
    ("logits", "error", "message"),
    [
        (torch.tensor([[0.0, math.nan]]), ValueError, "NaN among them"),
        (torch.tensor([[INF, math.nan]]), ValueError, "NaN among them"),
        (torch.tensor([[0.0, INF]]), ValueError, r"\+inf among them"),
        (torch.tensor([[0.0, 1.0], [-INF, -INF]]), ValueError, "a row is -inf throughout"),
        (torch.tensor([[0, 1]]), TypeError, "expected a float tensor, got torch.int64"),
        ([[0.0, 1.0]], TypeError, "expected a float tensor, got list"),
        (torch.tensor(1.0), ValueError, r"expected shape \(..., vocab\), got \(\)"),
        (torch.zeros(2, 0), ValueError, r"got \(2, 0\)"),
    ],
)
@pytest.mark.parametrize(
    "function",
    [sample, lambda x: temperature_scale(x, 1), lambda x: temperature_scale(x, 0),
     lambda x: top_k(x, 1), lambda x: top_p(x, 0.5)],
    ids=["sample", "temperature", "temperature 0", "top_k", "top_p"],
)  # fmt: skip
def test_bad_logits(function, logits, error, message):
    with pytest.raises(error, match=f"logits: .*{message}"):
        function(logits)


def test_sample_wants_two_axes():
    for shape in ((3,), (1, 2, 3)):
        with pytest.raises(ValueError, match=r"expected shape \(batch, vocab\)"):
            sample(torch.zeros(shape))


def test_empty_batch():
    assert sample(torch.zeros(0, 3)).shape == (0,)
    assert generate(lambda t: torch.zeros(0, 3), torch.zeros(0, 1).long(), 2).shape == (0, 3)


def test_generator_on_another_device():
    elsewhere = torch.zeros(1, 3, device="meta")
    with pytest.raises(ValueError, match="generator: it is on cpu, the logits are on meta"):
        sample(elsewhere, seeded())


# generate


def successor(tokens: torch.Tensor) -> torch.Tensor:
    """A model that is sure of (last + 1) mod 5."""
    return torch.log(torch.eye(5)[(tokens[:, -1] + 1) % 5])


def test_generate_appends_row_by_row():
    tokens = torch.tensor([[3, 0], [1, 3]])
    expected = torch.tensor([[3, 0, 1, 2, 3], [1, 3, 4, 0, 1]])
    assert torch.equal(generate(successor, tokens, 3, generator=seeded()), expected)
    assert torch.equal(generate(successor, tokens, 3, temperature=0), expected)
    assert torch.equal(tokens, torch.tensor([[3, 0], [1, 3]]))
    assert torch.equal(generate(successor, tokens, 0), tokens)
    assert generate(lambda t: torch.zeros(2, 5), torch.zeros(2, 0).long(), 4).shape == (2, 4)


def test_generate_shows_the_model_the_text_so_far():
    seen = []

    def model(tokens):
        seen.append(tokens.tolist())
        return successor(tokens)

    generate(model, torch.tensor([[0]]), 3)
    assert seen == [[[0]], [[0, 1]], [[0, 1, 2]]]


def test_generate_keeps_no_gradients():
    weights = torch.zeros(1, 5, requires_grad=True)
    generate(lambda t: weights * 2, torch.tensor([[0]]), 1)
    assert (weights * 2).requires_grad


def test_greedy_takes_the_lowest_of_equals_and_no_randomness():
    model = lambda tokens: torch.tensor([[0.0, 2.0, 2.0]])  # noqa: E731
    assert generate(model, torch.tensor([[0]]), 4, temperature=0).tolist() == [[0, 1, 1, 1, 1]]


def test_generate_applies_temperature_then_top_k_then_top_p():
    logits = torch.tensor([[0.4, 0.3, 0.2, 0.1]]).log()

    def drawn(**options):
        model = lambda tokens: logits.expand(len(tokens), 4)  # noqa: E731
        prompts = torch.zeros(20_000, 1).long()
        return generate(model, prompts, 1, generator=seeded(), **options)[:, 1]

    p = np.array([0.4, 0.3, 0.2, 0.1])
    assert looks_like(drawn(), p)
    assert looks_like(drawn(temperature=0.5), p**2)
    assert looks_like(drawn(temperature=2), p**0.5)
    assert looks_like(drawn(top_k=2), p * [1, 1, 0, 0])
    assert looks_like(drawn(top_p=0.8), p * [1, 1, 1, 0])
    assert looks_like(drawn(top_k=9, top_p=1), p)
    # squared, .4 .3 are .53 .30 of the mass: together past 0.8, so two remain
    assert looks_like(drawn(temperature=0.5, top_p=0.8), p**2 * [1, 1, 0, 0])
    # of the best two, renormalized, the first holds .57: alone past 0.5
    assert looks_like(drawn(top_k=2, top_p=0.5), p * [1, 0, 0, 0])


def test_stop_fills_the_row_and_ends_the_loop():
    asked = []

    def model(tokens):
        asked.append(tokens.shape[1])
        return successor(tokens)

    tokens = torch.tensor([[1], [2], [4]])
    out = generate(model, tokens, 6, stop=4)
    assert out.tolist() == [
        [1, 2, 3, 4, 4, 4, 4],
        [2, 3, 4, 4, 4, 4, 4],
        [4, 0, 1, 2, 3, 4, 4],  # a stop in the prompt does not count
    ]
    assert asked == [1, 2, 3, 4, 5]


def test_generate_is_reproducible():
    model = lambda tokens: torch.zeros(len(tokens), 5)  # noqa: E731
    start = torch.zeros(3, 1).long()
    first, again, other = (generate(model, start, 20, generator=seeded(s)) for s in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"tokens": [[0]]}, TypeError, "tokens: expected an int64 tensor, got list"),
        ({"tokens": "cat"}, TypeError, "tokens: expected an int64 tensor, got str"),
        ({"tokens": torch.zeros(1, 1)}, TypeError, "tokens: .* got torch.float32"),
        ({"tokens": torch.tensor([0])}, ValueError, r"tokens: expected shape \(batch, position\)"),
        ({"steps": -1}, ValueError, "steps: expected at least 0, got -1"),
        ({"steps": 1.5}, TypeError, "steps: expected an integer, got 1.5"),
        ({"top_k": 0}, ValueError, "k: expected at least 1"),
        ({"top_p": 0}, ValueError, "p: expected 0 < p <= 1"),
        ({"stop": "."}, TypeError, "stop: expected an integer"),
        ({"next_logits": lambda t: torch.full((1, 5), math.nan)}, ValueError, "NaN"),
        ({"next_logits": lambda t: torch.zeros(5)}, ValueError, "next_logits: .*shape"),
        ({"next_logits": lambda t: torch.zeros(3, 5)}, ValueError, "next_logits: .*shape"),
    ],
)
@pytest.mark.parametrize("temperature", [0, 1])
def test_generate_refuses(changes, error, message, temperature):
    arguments = {"next_logits": successor, "tokens": torch.tensor([[0]]), "steps": 2, **changes}
    with pytest.raises(error, match=message):
        generate(**arguments, temperature=temperature)


ACCELERATORS = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}


@pytest.mark.gpu
@pytest.mark.skipif(not any(ACCELERATORS.values()), reason="no CUDA or Metal device")
def test_on_the_accelerator():
    device = next(name for name, there in ACCELERATORS.items() if there)
    generator = torch.Generator(device).manual_seed(0)
    start = torch.zeros(4, 1, dtype=torch.int64, device=device)
    model = lambda tokens: torch.zeros(len(tokens), 5, device=device)  # noqa: E731
    out = generate(model, start, 8, top_k=3, top_p=0.9, generator=generator)
    assert out.device.type == device
    assert set(out[:, 1:].flatten().tolist()) == {0, 1, 2}
    assert generate(model, start, 2, temperature=0)[:, 1:].eq(0).all()
    with pytest.raises(ValueError, match="generator: it is on cpu"):
        generate(model, start, 1, generator=seeded())


def test_examples_in_docstrings():
    result = doctest.testmod(sampling)
    assert result.attempted
    assert not result.failed
