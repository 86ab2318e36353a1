// Letter n-grams counted straight from a text: pure functions, no page.
import { softmax } from "./chances.js";

export const LETTERS = " abcdefghijklmnopqrstuvwxyz";

// The same 27 symbols as lib.text.normalize: a-z, and one space for every run of anything else.
export function normalize(text) {
  return text
    .normalize("NFKD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase()
    .replace(/[^a-z]+/g, " ")
    .trim();
}

// How often each of LETTERS follows a context in the text. No table is kept: one look through a
// text of a book's size takes a fraction of a millisecond.
export function following(text, context) {
  const counts = new Array(LETTERS.length).fill(0);
  const add = (at) => at < text.length && counts[LETTERS.indexOf(text[at])]++;
  if (context === "") {
    for (let i = 0; i < text.length; i++) add(i);
    return counts;
  }
  for (let i = text.indexOf(context); i >= 0; i = text.indexOf(context, i + 1)) {
    add(i + context.length);
  }
  return counts;
}

// The longest end of the context that something follows in the text, and what follows it.
export function backOff(text, context) {
  for (let dropped = 0; dropped <= context.length; dropped++) {
    const counts = following(text, context.slice(dropped));
    const total = counts.reduce((a, b) => a + b, 0);
    if (total > 0) return { context: context.slice(dropped), counts, total, dropped };
  }
  throw new Error("the text is empty");
}

// The law of the next letter for an n-gram model without smoothing:
// counts to the power 1 / temperature, scaled to sum to 1. Writing begins where a word begins, as
// if a space stood before it.
export function nextLetter(text, written, n, temperature) {
  const context = n > 1 ? ` ${written}`.slice(-(n - 1)) : "";
  const found = backOff(text, context);
  return { ...found, asked: context, chances: softmax(found.counts.map(Math.log), temperature) };
}
