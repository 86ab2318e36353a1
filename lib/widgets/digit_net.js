// A small convolutional network in plain JavaScript, and a drawing turned into what it reads.
const SIDE = 28; // of an image
const LONGEST = 18; // longest side of a drawing, before the width of the pen is added
const NIB = 1.2; // half the width of a line, in pixels
const LARGEST = 60; // pixels for the board's whole side: a dot stays a dot

// What comes out of every layer: [{ kind, shape: [maps, rows, columns] or [numbers], values }]
export function forward(layers, weights, pixels) {
  const seen = [];
  let now = { shape: [1, SIDE, SIDE], values: pixels };
  let at = 0;
  for (const layer of layers) {
    const used = layer.kind === "conv" ? layer.out * (layer.into * layer.size ** 2 + 1)
      : layer.kind === "linear" ? layer.out * (layer.into + 1) : 0;
    now = { kind: layer.kind, ...LAYERS[layer.kind](now, layer, weights.subarray(at, at + used)) };
    at += used;
    seen.push(now);
  }
  return seen;
}

const LAYERS = {
  conv({ shape: [into, rows, columns], values }, { out, size }, weights) {
    const [high, wide, patch] = [rows - size + 1, columns - size + 1, into * size * size];
    const result = new Float64Array(out * high * wide);
    for (let o = 0; o < out; o++) {
      for (let y = 0; y < high; y++) {
        for (let x = 0; x < wide; x++) {
          let sum = weights[out * patch + o];
          for (let i = 0, w = o * patch; i < into; i++) {
            for (let dy = 0; dy < size; dy++) {
              const from = (i * rows + y + dy) * columns + x;
              for (let dx = 0; dx < size; dx++, w++) sum += weights[w] * values[from + dx];
            }
          }
          result[(o * high + y) * wide + x] = sum;
        }
      }
    }
    return { shape: [out, high, wide], values: result };
  },
  relu: ({ shape, values }) => ({ shape, values: values.map((value) => Math.max(0, value)) }),
  pool({ shape: [maps, rows, columns], values }, { size }) {
    const [high, wide] = [Math.floor(rows / size), Math.floor(columns / size)];
    const result = new Float64Array(maps * high * wide).fill(-Infinity);
    for (let m = 0; m < maps; m++) {
      for (let y = 0; y < high * size; y++) {
        for (let x = 0; x < wide * size; x++) {
          const to = (m * high + Math.floor(y / size)) * wide + Math.floor(x / size);
          result[to] = Math.max(result[to], values[(m * rows + y) * columns + x]);
        }
      }
    }
    return { shape: [maps, high, wide], values: result };
  },
  flatten: ({ values }) => ({ shape: [values.length], values }),
  linear({ values }, { into, out }, weights) {
    const result = new Float64Array(out);
    for (let o = 0; o < out; o++) {
      result[o] = weights[into * out + o];
      for (let i = 0; i < into; i++) result[o] += weights[o * into + i] * values[i];
    }
    return { shape: [out], values: result };
  },
};

// Lines on the board, [[[x, y], ...], ...] with numbers from 0 to 1, as 784 numbers from 0 to 1:
// the drawing scaled to a box of 20 pixels, its ink balanced around the middle of the image.
export function raster(strokes) {
  const all = strokes.flat();
  if (all.length === 0) return new Float64Array(SIDE * SIDE);
  const [left, top] = [0, 1].map((axis) => Math.min(...all.map((point) => point[axis])));
  const [right, bottom] = [0, 1].map((axis) => Math.max(...all.map((point) => point[axis])));
  const scale = Math.min(LARGEST, LONGEST / Math.max(right - left, bottom - top, 1e-9));
  const center = [(left + right) / 2, (top + bottom) / 2];
  const placed = (middle) => strokes.map((line) => line.map((point) => (
    point.map((value, axis) => (value - center[axis]) * scale + middle[axis])
  )));
  const first = inked(placed([SIDE / 2, SIDE / 2]));
  const ink = first.reduce((sum, value) => sum + value, 0);
  const mean = [0, 1].map((axis) => first.reduce((sum, value, i) => (
    sum + value * ((axis ? Math.floor(i / SIDE) : i % SIDE) + 0.5)
  ), 0) / ink);
  return inked(placed(mean.map((value) => SIDE - value)));
}

function inked(strokes) {
  const image = new Float64Array(SIDE * SIDE);
  for (const line of strokes) {
    line.forEach((end, i) => {
      const start = line[Math.max(0, i - 1)];
      const along = [end[0] - start[0], end[1] - start[1]];
      const square = along[0] ** 2 + along[1] ** 2 || 1;
      for (let p = 0; p < image.length; p++) {
        const [x, y] = [(p % SIDE) + 0.5 - start[0], Math.floor(p / SIDE) + 0.5 - start[1]];
        const part = Math.min(1, Math.max(0, (x * along[0] + y * along[1]) / square));
        const distance = Math.hypot(x - part * along[0], y - part * along[1]);
        image[p] = Math.max(image[p], Math.min(1, Math.max(0, NIB + 0.5 - distance)));
      }
    });
  }
  return image;
}

// 784 numbers as bytes in base64, and back.
export function packed(pixels) {
  return btoa(String.fromCharCode(...Array.from(pixels, (value) => Math.round(255 * value))));
}

export function unpacked(text) {
  return Float64Array.from(atob(text), (letter) => letter.charCodeAt(0) / 255);
}
