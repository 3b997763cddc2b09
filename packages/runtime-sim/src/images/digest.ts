/** 64 hexadecimal digits that depend on the text alone. Not a cryptographic hash: it names images, and nobody checks it. */
export function digestOf(text: string): string {
  let digits = '';
  for (let part = 0; part < 8; part++) {
    let hash = (0x811c9dc5 ^ (part * 0x9e3779b1)) >>> 0;
    for (let at = 0; at < text.length; at++) {
      hash ^= text.charCodeAt(at);
      hash = Math.imul(hash, 0x01000193) >>> 0;
    }
    hash ^= hash >>> 15;
    digits += (Math.imul(hash, 0x85ebca6b) >>> 0).toString(16).padStart(8, '0');
  }
  return digits;
}
