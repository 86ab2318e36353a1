// One attention head in numbers: pure functions, tested against numpy in tests/test_attention_head.py.
import { softmax } from "./chances.js";

export const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);

// Every stage of softmax(Q K^T / sqrt(d) + mask) V; a masked score is -Infinity.
export function attend(query, key, value, causal) {
  const scores = query.map((q) => key.map((k) => dot(q, k)));
  const root = Math.sqrt(query[0].length);
  const scaled = scores.map((row) => row.map((score) => score / root));
  const masked = scaled.map((row, i) => row.map((score, j) => (causal && j > i ? -Infinity : score)));
  const weights = masked.map((row) => softmax(row, 1));
  const output = weights.map((row) => value[0].map((_, c) => dot(row, value.map((v) => v[c]))));
  return { scores, scaled, masked, weights, output };
}
