// Strings of parentheses: how deep they are, where they go wrong, and what comes next in a random
// balanced one. Pure functions, tested against lib.parens in tests/test_parens_model.py.
import { draw } from "./chances.js";

export const SYMBOLS = ["(", ")", "END"]; // in the order of the tokens
const END = 2;

export function tokensOf(text) {
  return [END, ...Array.from(text, (symbol) => SYMBOLS.indexOf(symbol))];
}

// How many are open, at the start and after each symbol. Below zero, more was closed than opened.
export function depths(text) {
  let open = 0;
  return [0, ...Array.from(text, (symbol) => { open += symbol === "(" ? 1 : -1; return open; })];
}

// The exact law: law(place, depth) gives the chances of ( ) and END after so many parentheses, of
// which so many are open; null where no string goes on. `weights` says how likely each number of
// pairs is; without it a coin decides at every step, for ever.
export function lawOf(weights) {
  if (!weights) return (place, open) => (open < 0 ? null : place === 0 ? [1, 0, 0] : open > 0 ? [0.5, 0.5, 0] : [0.5, 0, 0.5]);
  const longest = 2 * (weights.length - 1);
  const share = paths(longest);
  const each = weights.map((weight, pairs) => weight / share[2 * pairs][0]); // a prefix's share is 2 ** -place
  const alive = (place, open) => each.reduce((sum, weight, pairs) => (
    sum + (2 * pairs >= place && open >= 0 ? weight * (share[2 * pairs - place][open] ?? 0) : 0)
  ), 0);
  return (place, open) => {
    if (place > longest || open < 0) return null;
    const ends = place % 2 === 0 && open === 0 ? each[place / 2] : 0;
    const chances = [alive(place + 1, open + 1) / 2, alive(place + 1, open - 1) / 2, ends];
    const sum = chances.reduce((a, b) => a + b);
    return sum > 0 ? chances.map((chance) => chance / sum) : null;
  };
}

// share[k][r]: the share of k tosses of a coin that lead from r open ones down to none, never below.
function paths(steps) {
  const share = [[1]];
  for (let k = 1; k <= steps; k++) {
    const before = share[k - 1];
    share.push(Array.from({ length: k + 1 }, (_, r) => ((before[r - 1] ?? 0) + (before[r + 1] ?? 0)) / 2));
  }
  return share;
}

// A random balanced string by the law, or null if it grows too long; `next` draws from [0, 1).
export function balanced(law, most, next) {
  let text = "";
  let open = 0;
  while (text.length <= most) {
    const symbol = SYMBOLS[draw(law(text.length, open), next())];
    if (symbol === SYMBOLS[END]) return text;
    text += symbol;
    open += symbol === "(" ? 1 : -1;
  }
  return null;
}
