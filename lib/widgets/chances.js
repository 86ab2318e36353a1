// Probabilities: pure functions, no page. Tested against Python in tests/test_widgets.py.

// Softmax of logits / temperature over the top k logits; temperature 0 puts all on the largest.
export function softmax(logits, temperature, k = logits.length) {
  const order = logits.map((_, i) => i).sort((a, b) => logits[b] - logits[a] || a - b);
  const chances = new Array(logits.length).fill(0);
  const top = logits[order[0]];
  if (temperature === 0 || top === -Infinity) {
    if (top !== -Infinity) chances[order[0]] = 1;
    return chances;
  }
  let sum = 0;
  for (const i of order.slice(0, k)) {
    chances[i] = Math.exp((logits[i] - top) / temperature);
    sum += chances[i];
  }
  return chances.map((c) => c / sum);
}

// Entropy in bits.
export function entropy(chances) {
  return chances.reduce((sum, p) => (p > 0 ? sum - p * Math.log2(p) : sum), 0);
}

// A stream of numbers in [0, 1): xorshift with 32 bits and the shifts 13, 17, 5
// (Marsaglia, "Xorshift RNGs", Journal of Statistical Software 8, 2003).
export function randomStream(seed) {
  let state = Math.imul(seed + 1, 2654435761) >>> 0 || 1; // spreads small seeds; never zero
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 4294967296;
  };
  for (let i = 0; i < 8; i++) next(); // neighboring seeds start alike
  return next;
}

// The position that a number in [0, 1) falls on when the chances are laid end to end.
export function draw(chances, number) {
  let left = number;
  let last = 0;
  for (let i = 0; i < chances.length; i++) {
    if (chances[i] === 0) continue;
    last = i;
    left -= chances[i];
    if (left < 0) return i;
  }
  return last;
}
