// A transformer of lib.transformer in plain JavaScript, one sequence at a time. Pure functions,
// tested against torch in tests/test_transformer_js.py.
import { softmax } from "./chances.js";
import { halves } from "./weights.js";

const EPS = 1e-5; // of the norms
const BASE = 10000; // sets the slowest wave or turn

// What packing.py made of a model, ready to run: { config, weights: { name: numbers } }.
export function unpack({ config, parts, numbers }) {
  const all = halves(numbers);
  let from = 0;
  const weights = Object.fromEntries(parts.map(([name, count]) => {
    from += count;
    return [name, all.subarray(from - count, from)];
  }));
  return { config, weights };
}

// The logits after each token, [position][vocab]. `note(name, value)` is told of the residual
// stream, [position][feature], and of the patterns, [head][query][key], by the names of Trace.
export function run({ config, weights }, tokens, note = () => {}) {
  const size = config.d_model;
  let x = tokens.map((token, place) => embedded(config, weights, token, place));
  for (let i = 0; i < config.n_layers; i++) {
    const name = `blocks.${i}.`;
    note(`${name}hook_resid_pre`, x);
    const seen = normed(config, weights, `${name}ln1`, x);
    const each = linear(weights, `${name}attn.qkv`, seen, 3 * size);
    const mixed = heads(config, each, (pattern) => note(`${name}attn.hook_pattern`, pattern));
    x = added(x, linear(weights, `${name}attn.out`, mixed, size));
    note(`${name}hook_resid_mid`, x);
    const inside = linear(weights, `${name}mlp.up`, normed(config, weights, `${name}ln2`, x), config.d_mlp);
    x = added(x, linear(weights, `${name}mlp.down`, inside.map((row) => row.map(gelu)), size));
    note(`${name}hook_resid_post`, x);
  }
  const last = normed(config, weights, "ln_final", x);
  return linear(weights, config.tied ? "embed" : "unembed", last, config.vocab_size);
}

function embedded({ d_model: size, positions }, weights, token, place) {
  const row = Float64Array.from(weights["embed.weight"].subarray(token * size, (token + 1) * size));
  if (positions === "learned") return row.map((value, i) => value + weights["pos_embed.weight"][place * size + i]);
  if (positions !== "sinusoidal") return row;
  return row.map((value, i) => {
    const angle = place * BASE ** (-(i - (i % 2)) / size);
    return value * Math.sqrt(size) + (i % 2 ? Math.cos(angle) : Math.sin(angle));
  });
}

const added = (rows, others) => rows.map((row, i) => row.map((value, c) => value + others[i][c]));

// Rows times a weight matrix, (out, in), plus the bias, if there is one.
function linear(weights, name, rows, out) {
  const [matrix, bias] = [weights[`${name}.weight`], weights[`${name}.bias`]];
  return rows.map((row) => {
    const result = new Float64Array(out);
    for (let o = 0, w = 0; o < out; o++) {
      let sum = bias ? bias[o] : 0;
      for (let i = 0; i < row.length; i++, w++) sum += matrix[w] * row[i];
      result[o] = sum;
    }
    return result;
  });
}

function normed({ norm }, weights, name, rows) {
  if (norm === "none") return rows;
  const [scale, shift] = [weights[`${name}.weight`], weights[`${name}.bias`]];
  return rows.map((row) => {
    const mean = norm === "layer" ? row.reduce((sum, value) => sum + value, 0) / row.length : 0;
    const spread = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length;
    const root = Math.sqrt(spread + EPS);
    return row.map((value, i) => ((value - mean) / root) * scale[i] + (shift ? shift[i] : 0));
  });
}

function gelu(value) {
  return 0.5 * value * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (value + 0.044715 * value ** 3)));
}

// What all heads pass on, side by side. A row of `each` holds the queries of all heads, then their
// keys, then their values.
function heads({ d_model: size, n_heads: count, causal, positions }, each, note) {
  const wide = size / count;
  const turn = positions === "rotary" ? turned : (vector) => vector;
  const result = each.map(() => new Float64Array(size));
  const patterns = Array.from({ length: count }, (_, head) => {
    const part = (row, kind) => row.subarray(kind * size + head * wide, kind * size + (head + 1) * wide);
    const keys = each.map((row, place) => turn(part(row, 1), place));
    const slope = positions === "alibi" ? 2 ** ((-8 * (head + 1)) / count) : 0;
    return each.map((row, place) => {
      const query = turn(part(row, 0), place);
      const scores = keys.slice(0, causal ? place + 1 : keys.length).map((key, j) => {
        let sum = 0;
        for (let c = 0; c < wide; c++) sum += query[c] * key[c];
        return sum / Math.sqrt(wide) - slope * Math.abs(place - j);
      });
      const shares = softmax(scores, 1);
      shares.forEach((share, j) => {
        const value = part(each[j], 2);
        for (let c = 0; c < wide; c++) result[place][head * wide + c] += share * value[c];
      });
      return keys.map((_, j) => shares[j] ?? 0);
    });
  });
  note(patterns);
  return result;
}

// Each pair of features turned by an angle that grows with the place.
function turned(vector, place) {
  return vector.map((value, i) => {
    const angle = place * BASE ** (-(i - (i % 2)) / vector.length);
    return value * Math.cos(angle) + (i % 2 ? vector[i - 1] : -vector[i + 1]) * Math.sin(angle);
  });
}
