"""Small networks: layers of neurons, LeNet, and a network written out as a formula.

Serves chapters 05 to 08. Knows torch modules and nothing of data or training.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

ACTIVATIONS: dict[str, type[nn.Module]] = {
    "relu": nn.ReLU,  # max(0, x); the essay's "ramp"
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
}


def seeded(build: Callable[[], nn.Module], generator: torch.Generator) -> nn.Module:
    """Build a module whose first weights come from `generator`, whatever else has been drawn.

    Modules of torch draw their weights from a generator that the whole process shares. Here it is
    borrowed and put back as it was.

    Parameters
    ----------
    build
        Makes the module, on the CPU.
    generator
        See `lib.device.generator`; it moves on, so a second module gets other weights.

    Raises
    ------
    TypeError
        If `generator` is not a torch.Generator.

    Examples
    --------
    >>> from lib.device import generator
    >>> one, two = (seeded(lambda: nn.Linear(2, 2), generator(5)) for _ in range(2))
    >>> bool((one.weight == two.weight).all())
    True
    """
    if not isinstance(generator, torch.Generator):
        raise TypeError(f"generator must be a torch.Generator, not {generator!r}")
    drawn = torch.randint(2**62, (1,), generator=generator, device=generator.device)
    before = torch.default_generator.get_state()
    try:
        torch.default_generator.manual_seed(int(drawn))
        return build()
    finally:
        torch.default_generator.set_state(before)


class MLP(nn.Sequential):
    """Layers of neurons, each fed by all of the layer before; no activation after the last.

    Parameters
    ----------
    sizes
        Numbers in, neurons of each layer, numbers out: ``[2, 4, 1]`` has one hidden layer of 4.
        With two sizes it is linear.
    activation
        ``"relu"``, ``"tanh"`` or ``"sigmoid"``.
    generator
        Where the first weights come from (torch's own scheme: uniform within 1/sqrt of the number
        of inputs); left out, from torch's shared generator.

    Raises
    ------
    ValueError
        If there are fewer than two sizes, one is below 1, or the activation is unknown.

    Examples
    --------
    >>> net = MLP([2, 4, 1])
    >>> net(torch.zeros(10, 2)).shape, count_parameters(net)
    (torch.Size([10, 1]), 17)
    """

    def __init__(
        self,
        sizes: Sequence[int],
        activation: str = "relu",
        *,
        generator: torch.Generator | None = None,
    ) -> None:
        sizes = list(sizes)
        whole = all(isinstance(n, int) and not isinstance(n, bool) and n > 0 for n in sizes)
        if len(sizes) < 2 or not whole:
            raise ValueError(f"sizes={sizes!r} must be two or more whole numbers above zero")
        if activation not in ACTIVATIONS:
            raise ValueError(f"activation={activation!r} must be one of {list(ACTIVATIONS)}")

        def layers() -> nn.Sequential:
            made = []
            for before, after in pairwise(sizes):
                made += [nn.Linear(before, after), ACTIVATIONS[activation]()]
            return nn.Sequential(*made[:-1])

        super().__init__(*(layers() if generator is None else seeded(layers, generator)))
        self.sizes = tuple(sizes)
        self.activation = activation


class LeNet(nn.Sequential):
    """The essay's digit reader: two convolutions and two full layers, 11 layers in all.

    In the manner of LeCun et al., "Gradient-based learning applied to document recognition" (1998),
    with the sizes of the network that Wolfram's essay uses: 20 and 50 feature maps, 500 neurons.

    Parameters
    ----------
    classes
        How many scores come out.
    maps
        Feature maps of the two convolutions.
    hidden
        Neurons of the first full layer.
    generator
        Where the first weights come from; left out, from torch's shared generator.

    Raises
    ------
    ValueError
        If `classes` is below 2, or another size below 1.

    Notes
    -----
    In: (image, 1, 28, 28) float. Out: (image, classes) logits; the eleventh layer, the softmax,
    is left to the loss. `activations` gives what each layer sees.

    Examples
    --------
    >>> net = LeNet()
    >>> net(torch.zeros(3, 1, 28, 28)).shape, count_parameters(net)
    (torch.Size([3, 10]), 431080)
    """

    def __init__(
        self,
        classes: int = 10,
        *,
        maps: tuple[int, int] = (20, 50),
        hidden: int = 500,
        generator: torch.Generator | None = None,
    ) -> None:
        first, second = maps
        for name, size, least in (
            ("classes", classes, 2), ("maps", first, 1), ("maps", second, 1), ("hidden", hidden, 1)
        ):  # fmt: skip
            if isinstance(size, bool) or not isinstance(size, int) or size < least:
                raise ValueError(f"{name}={size!r} must be a whole number, {least} or more")

        def layers() -> nn.Sequential:
            return nn.Sequential(
                *(nn.Conv2d(1, first, 5), nn.ReLU(), nn.MaxPool2d(2)),
                *(nn.Conv2d(first, second, 5), nn.ReLU(), nn.MaxPool2d(2)),
                *(nn.Flatten(), nn.Linear(16 * second, hidden), nn.ReLU()),
                nn.Linear(hidden, classes),
            )

        super().__init__(*(layers() if generator is None else seeded(layers, generator)))


def count_parameters(net: nn.Module) -> int:
    """How many numbers training can change.

    Examples
    --------
    >>> count_parameters(nn.Linear(3, 2))
    8
    """
    return sum(weights.numel() for weights in net.parameters() if weights.requires_grad)


def activations(net: nn.Sequential, inputs: Tensor) -> list[Tensor]:
    """What goes in and what comes out of every layer, without gradients.

    Parameters
    ----------
    net
        A chain of layers, such as `MLP` or `LeNet`.
    inputs
        (example, ...) as the net takes them.

    Returns
    -------
    list of Tensor
        The inputs, then each layer's output: one more than the net has layers.

    Raises
    ------
    TypeError
        If `net` is not an nn.Sequential.

    Examples
    --------
    >>> [tuple(values.shape) for values in activations(MLP([2, 4, 1]), torch.zeros(5, 2))]
    [(5, 2), (5, 4), (5, 4), (5, 1)]
    """
    if not isinstance(net, nn.Sequential):
        raise TypeError(f"net must be an nn.Sequential, not a {type(net).__name__}")
    seen = [inputs]
    with torch.no_grad():
        for layer in net:
            seen.append(layer(seen[-1]))
    return seen


def formula(net: MLP, names: Sequence[str] = ("x", "y"), *, digits: int = 2) -> str:
    """Write a small network out as one formula.

    Parameters
    ----------
    net
        With one number out. Every hidden layer repeats the one before in each of its neurons,
        so the text grows with the product of the sizes.
    names
        What the inputs are called, as many as the net has.
    digits
        Digits after the point.

    Returns
    -------
    str
        Python can compute it, with ``relu``, ``tanh`` or ``sigmoid`` as a function.

    Raises
    ------
    ValueError
        If the net has more than one number out, `names` does not fit, or the text would hold
        more than 10,000 weights.

    Examples
    --------
    >>> net = MLP([2, 1, 1])
    >>> for number, weights in zip([0.5, -1.0, 2.0, 3.0], net.parameters()):
    ...     _ = nn.init.constant_(weights, number)
    >>> formula(net, digits=1)
    '2.0*relu(0.5*x + 0.5*y - 1.0) + 3.0'
    """
    if net.sizes[-1] != 1:
        raise ValueError(f"net must have one number out, not {net.sizes[-1]}")
    if len(names) != net.sizes[0]:
        raise ValueError(f"names={list(names)!r} must be {net.sizes[0]}, one for each number in")
    if _weights_written(net.sizes) > 10_000:
        raise ValueError(f"net with sizes {net.sizes} is too large to write out")
    terms = list(names)
    linear = [layer for layer in net if isinstance(layer, nn.Linear)]
    for depth, layer in enumerate(linear):
        sums = [
            _sum(weights, terms, bias, digits)
            for weights, bias in zip(layer.weight.tolist(), layer.bias.tolist(), strict=True)
        ]
        last = depth == len(linear) - 1
        terms = sums if last else [f"{net.activation}({text})" for text in sums]
    return terms[0]


def _weights_written(sizes: Sequence[int]) -> int:
    """How many numbers the formula of a net with these sizes holds."""
    numbers = 0
    for before in sizes[:-1]:
        numbers = before * (numbers + 1) + 1 if numbers else before + 1
    return numbers


def _sum(weights: Sequence[float], terms: Sequence[str], bias: float, digits: int) -> str:
    """Weights times terms plus a constant, with its signs as one would write them."""
    text = ""
    for number, term in [*zip(weights, terms, strict=True), (bias, "")]:
        sign = "-" if number < 0 else "+"
        lead = f" {sign} " if text else sign.replace("+", "")
        text += f"{lead}{abs(number):.{digits}f}" + (f"*{term}" if term else "")
    return text
