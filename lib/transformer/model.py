"""A transformer, to be read from top to bottom.

Serves chapters 10 to 19. In the manner of GPT-2 (Radford et al. 2019): each block adds to the
residual stream what its attention and then its MLP make of it, both behind a norm.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lib.attention import alibi, attention_scores, causal_mask, rotate, sinusoids
from lib.nets import seeded
from lib.transformer.cache import Cache
from lib.transformer.checks import check_inputs
from lib.transformer.config import Config
from lib.transformer.trace import Trace

Note = Callable[[str, Tensor], Tensor]  # sees an activation by name, and returns what to go on with


class Transformer(nn.Module):
    """From tokens to a logit for every token that might come next, at every position.

    Parameters
    ----------
    config
        See `Config`.
    generator
        Where the first weights come from: normal with deviation 0.02, for what is added to the
        residual stream less by the root of twice the layers, biases 0, as GPT-2's. Left out, from
        torch's shared generator.

    Examples
    --------
    >>> from lib.device import generator
    >>> model = Transformer(Config(vocab_size=3, context=41), generator(0))
    >>> model(torch.tensor([[0, 1, 1, 2]])).shape
    torch.Size([1, 4, 3])
    """

    def __init__(self, config: Config, generator: torch.Generator | None = None) -> None:
        if not isinstance(config, Config):
            raise TypeError(f"config must be a Config, not a {type(config).__name__}")
        super().__init__()
        self.config = config
        self._build() if generator is None else seeded(self._build, generator)

    def _build(self) -> None:
        c = self.config
        self.embed = nn.Embedding(c.vocab_size, c.d_model)
        if c.positions == "learned":
            self.pos_embed = nn.Embedding(c.context, c.d_model)
        self.blocks = nn.ModuleList(Block(c) for _ in range(c.n_layers))
        self.ln_final = _norm(c)
        if not c.tied:
            self.unembed = nn.Linear(c.d_model, c.vocab_size, bias=False)
        for name, weights in self.named_parameters():
            if name.endswith("bias"):
                nn.init.zeros_(weights)
            elif weights.ndim == 2:
                adds = name.endswith(("attn.out.weight", "mlp.down.weight"))
                nn.init.normal_(weights, std=0.02 / math.sqrt(2 * c.n_layers) if adds else 0.02)

    def forward(
        self,
        tokens: Tensor,
        trace: Trace | None = None,
        cache: Cache | None = None,
        lengths: Tensor | None = None,
    ) -> Tensor:
        """Return the logits, (batch, position, vocab).

        Parameters
        ----------
        tokens
            (batch, position) int64.
        trace
            Notes and edits what happens on the way.
        cache
            What was read before; `tokens` then are those that come next.
        lengths
            (batch,) int64: how many tokens of each row are real. The rest is padding, which no
            token looks at; the logits there mean nothing. A causal model can do without.

        Raises
        ------
        TypeError
            If `tokens` is not int64.
        ValueError
            If a token is unknown, there are none or too many, or the lengths don't fit.
        """
        return self._unembed(self._residual(tokens, trace, cache, lengths))

    def next_logits(self, tokens: Tensor, cache: Cache | None = None) -> Tensor:
        """Return the logits of what follows the last token only, (batch, vocab)."""
        return self._unembed(self._residual(tokens, None, cache, None)[:, -1])

    def _residual(
        self, tokens: Tensor, trace: Trace | None, cache: Cache | None, lengths: Tensor | None
    ) -> Tensor:
        c, past = self.config, 0 if cache is None else cache.length
        check_inputs(c, tokens, cache, lengths)
        note = _pass if trace is None else trace.note
        if trace is not None:
            trace.begin()
        positions = torch.arange(past, past + tokens.shape[1], device=tokens.device)
        x = note("hook_embed", self.embed(tokens))
        if c.positions == "learned":
            x = x + note("hook_pos_embed", self.pos_embed(positions).expand_as(x))
        elif c.positions == "sinusoidal":
            waves = sinusoids(positions, c.d_model).to(x.dtype)
            x = x * math.sqrt(c.d_model) + note("hook_pos_embed", waves.expand_as(x))
        mask = _mask(c, past, positions, lengths)
        for i, block in enumerate(self.blocks):
            inside = note if trace is None else _prefixed(f"blocks.{i}.", note)
            x = block(x, positions, mask, inside, None if cache is None else (cache, i))
        x = note("ln_final.hook_normalized", self.ln_final(x))
        if cache is not None:
            cache.advance(tokens.shape[1])
        if trace is not None:
            trace.end()
        return x

    def _unembed(self, x: Tensor) -> Tensor:
        return F.linear(x, self.embed.weight) if self.config.tied else self.unembed(x)


class Block(nn.Module):
    """Attention, which moves information between tokens; then an MLP, which works on each alone."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.ln1, self.attn = _norm(config), Attention(config)
        self.ln2, self.mlp = _norm(config), MLP(config)

    def forward(self, x, positions, mask, note: Note, cache) -> Tensor:
        x = note("hook_resid_pre", x)
        normalized = note("ln1.hook_normalized", self.ln1(x))
        x = x + note("hook_attn_out", self.attn(normalized, positions, mask, note, cache))
        x = note("hook_resid_mid", x)
        normalized = note("ln2.hook_normalized", self.ln2(x))
        x = x + note("hook_mlp_out", self.mlp(normalized, note))
        return note("hook_resid_post", x)


class Attention(nn.Module):
    """Several heads, each of which mixes the values by its own weights."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.qkv = nn.Linear(config.d_model, 3 * config.d_model)
        self.out = nn.Linear(config.d_model, config.d_model)

    def forward(self, x, positions, mask, note: Note, cache) -> Tensor:
        c = self.config
        each = self.qkv(x).unflatten(-1, (3, c.n_heads, c.d_head)).unbind(-3)
        q, k, v = (note(f"attn.hook_{name}", part) for name, part in zip("qkv", each, strict=True))
        q, k, v = (part.transpose(1, 2) for part in (q, k, v))  # (batch, head, position, d_head)
        if c.positions == "rotary":
            q, k = rotate(q, positions), rotate(k, positions)
            q = note("attn.hook_rot_q", q.transpose(1, 2)).transpose(1, 2)
            k = note("attn.hook_rot_k", k.transpose(1, 2)).transpose(1, 2)
        if cache is not None:
            store, layer = cache
            k, v = store.extend(layer, k, v)
        fused = note is _pass and not _better_in_steps(q)
        causal = c.causal and mask is None
        if causal and not (fused and q.shape == k.shape):
            causal, mask = False, causal_mask(q.shape[2], k.shape[2]).to(q.device)
        if fused:
            bias = mask.to(q.dtype) if mask is not None and mask.is_floating_point() else mask
            z = F.scaled_dot_product_attention(q, k, v, attn_mask=bias, is_causal=causal)
        else:
            scores = note("attn.hook_attn_scores", attention_scores(q, k, mask))
            z = note("attn.hook_pattern", scores.softmax(-1)) @ v
        return self.out(note("attn.hook_z", z.transpose(1, 2)).flatten(-2))


class MLP(nn.Module):
    """Neurons that see one token at a time."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.up = nn.Linear(config.d_model, config.d_mlp)
        self.down = nn.Linear(config.d_mlp, config.d_model)

    def forward(self, x: Tensor, note: Note) -> Tensor:
        before = note("mlp.hook_pre", self.up(x))
        return self.down(note("mlp.hook_post", F.gelu(before, approximate="tanh")))


class RMSNorm(nn.Module):
    """Scale each token's features to a root mean square of 1 (Zhang and Sennrich 2019)."""

    def __init__(self, d_model: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(d_model)), eps

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + self.eps) * self.weight


def _norm(config: Config) -> nn.Module:
    if config.norm == "none":
        return nn.Identity()
    return nn.LayerNorm(config.d_model) if config.norm == "layer" else RMSNorm(config.d_model)


def _mask(config: Config, past: int, positions: Tensor, lengths: Tensor | None) -> Tensor | None:
    """What may be looked at (bool), or how much it costs (float): (..., query, key).

    None if all may be, or the past and nothing else decides.
    """
    if lengths is None and config.positions != "alibi":
        return None
    keys = torch.arange(past + len(positions), device=positions.device)
    allowed = torch.ones(len(positions), len(keys), dtype=torch.bool, device=positions.device)
    if config.causal:
        allowed = keys <= positions[:, None]
    if lengths is not None:
        allowed = allowed & (keys < lengths[:, None])[:, None, None]
    if config.positions != "alibi":
        return allowed
    return alibi(positions, keys, config.n_heads).masked_fill(~allowed, -math.inf)


def _better_in_steps(q: Tensor) -> bool:
    """Where torch's fused attention is slower than its steps one by one, as measured on CPUs."""
    return q.device.type == "cpu" and (q.dtype == torch.bfloat16 or 1 < q.shape[2] < 48)


def _pass(name: str, value: Tensor) -> Tensor:
    return value


def _prefixed(prefix: str, note: Note) -> Note:
    return lambda name, value: note(prefix + name, value)
