// Rows of the matrix of prompts and next words: pure functions. Tested against Python in
// tests/test_matrix_row.py. A prompt is an array of ids; an id is a word's place in `names`.

// The different words by falling frequency, equals in alphabetical order, and the text as ids.
export function indexed(words) {
  const counts = new Map();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const names = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a) || (a < b ? -1 : 1));
  const place = new Map(names.map((name, id) => [name, id]));
  return { names, place, ids: words.map((word) => place.get(word)) };
}

// What came after a prompt: [id, count] by falling count, equals by id.
export function rowOf(ids, prompt) {
  const counts = new Map();
  const length = prompt.length;
  for (let i = 0; i + length < ids.length; i++) {
    if (prompt.every((id, j) => ids[i + j] === id)) {
      const next = ids[i + length];
      counts.set(next, (counts.get(next) ?? 0) + 1);
    }
  }
  return [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
}

// All prompts of a length that something follows, sorted by their ids, each with its cells:
// the different ids that came next.
export function seenRows(ids, length) {
  const rows = new Map();
  for (let i = 0; i + length < ids.length; i++) {
    const prompt = ids.slice(i, i + length);
    const key = prompt.join();
    if (!rows.has(key)) rows.set(key, { key, prompt, cells: new Set() });
    rows.get(key).cells.add(ids[i + length]);
  }
  const before = (a, b) => {
    const at = a.prompt.findIndex((id, j) => id !== b.prompt[j]);
    return at < 0 ? 0 : a.prompt[at] - b.prompt[at];
  };
  return [...rows.values()].sort(before).map((row) => ({ ...row, cells: [...row.cells] }));
}
