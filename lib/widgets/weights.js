// Trained numbers as Python packs them: see packing.py.

// Numbers stored in half precision, two bytes each with the lower one first, in base64.
export function halves(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return Float32Array.from({ length: bytes.length / 2 }, (_, i) => {
    const bits = bytes[2 * i] | (bytes[2 * i + 1] << 8);
    const power = (bits >> 10) & 31;
    const part = (bits & 1023) / 1024;
    const size = power === 0 ? part * 2 ** -14 : (1 + part) * 2 ** (power - 15);
    return bits >> 15 ? -size : size;
  });
}
