// A net of one hidden layer of ramps that tells two kinds of points apart: pure functions, no page.
// Tested against torch in tests/test_playground.py.
//
// Its weights are one list: for each hidden neuron w1, w2, b; then one weight a hidden neuron, and the
// last constant. Without hidden neurons: w1, w2, b. A positive score means the kind 1.
import { randomStream } from "./chances.js";

export const TASKS = {
  line: (x, y) => y > 0.6 * x - 0.1,
  xor: (x, y) => x * y > 0,
  circle: (x, y) => x * x + y * y < 0.4,
  stripes: (x, y) => Math.sin(5 * x + 2 * y) > 0,
};

export function size(hidden) {
  return hidden === 0 ? 3 : 4 * hidden + 1;
}

// The points of a task: [{ x, y, kind }], always the same; near the border there are none.
export function pointsOf(task, count = 80) {
  const next = randomStream(7);
  const inside = TASKS[task];
  const points = [];
  while (points.length < count) {
    const [x, y] = [2 * next() - 1, 2 * next() - 1];
    const kind = inside(x, y);
    const near = [[0.07, 0], [-0.07, 0], [0, 0.07], [0, -0.07]].some(([dx, dy]) => inside(x + dx, y + dy) !== kind);
    if (!near) points.push({ x, y, kind: kind ? 1 : 0 });
  }
  return points;
}

// Random first weights; the same for the same seed.
export function start(hidden, seed) {
  const next = randomStream(seed);
  return Array.from({ length: size(hidden) }, () => 3 * next() - 1.5);
}

// What each hidden neuron says of a place, and the score.
export function look(weights, hidden, x, y) {
  if (hidden === 0) return { awake: [], score: weights[0] * x + weights[1] * y + weights[2] };
  const awake = [];
  let score = weights[4 * hidden];
  for (let i = 0; i < hidden; i++) {
    const z = weights[3 * i] * x + weights[3 * i + 1] * y + weights[3 * i + 2];
    awake.push(Math.max(z, 0));
    score += weights[3 * hidden + i] * awake[i];
  }
  return { awake, score };
}

export function chance(score) {
  return 1 / (1 + Math.exp(-score));
}

// The mean surprise at the points' kinds, in nats, and how many are on the right side.
export function judge(weights, hidden, points) {
  let loss = 0;
  let right = 0;
  for (const { x, y, kind } of points) {
    const { score } = look(weights, hidden, x, y);
    loss += Math.max(score, 0) - score * kind + Math.log1p(Math.exp(-Math.abs(score)));
    right += (score > 0 ? 1 : 0) === kind ? 1 : 0;
  }
  return { loss: loss / points.length, right };
}

// The slope of the loss for each weight, by the chain rule.
export function slopes(weights, hidden, points) {
  const found = new Array(weights.length).fill(0);
  for (const { x, y, kind } of points) {
    const { awake, score } = look(weights, hidden, x, y);
    const back = (chance(score) - kind) / points.length;
    if (hidden === 0) {
      found[0] += back * x;
      found[1] += back * y;
      found[2] += back;
      continue;
    }
    found[4 * hidden] += back;
    for (let i = 0; i < hidden; i++) {
      found[3 * hidden + i] += back * awake[i];
      if (awake[i] === 0) continue; // the ramp is off: nothing gets through
      const through = back * weights[3 * hidden + i];
      found[3 * i] += through * x;
      found[3 * i + 1] += through * y;
      found[3 * i + 2] += through;
    }
  }
  return found;
}

// The weights after some steps downhill.
export function learn(weights, hidden, points, rate, steps) {
  let now = weights;
  for (let step = 0; step < steps; step++) {
    const down = slopes(now, hidden, points);
    now = now.map((weight, i) => weight - rate * down[i]);
  }
  return now;
}

// The weights of a neuron whose ramp begins at one place and reaches 1 at another.
export function ramp(from, to) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const square = Math.max(dx * dx + dy * dy, 0.04);
  const [w1, w2] = [dx / square, dy / square];
  return [w1, w2, -w1 * from[0] - w2 * from[1]];
}
