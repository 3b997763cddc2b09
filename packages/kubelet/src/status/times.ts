/** As metadata writes times. Times of one second are one text. */
export function timeText(ms: number): string {
  const second = Math.floor(ms / 1000);
  if (second === last.second) return last.text;
  const text = `${new Date(second * 1000).toISOString().slice(0, 19)}Z`;
  last.second = second;
  last.text = text;
  return text;
}

// A cache of pure data: thousands of Pods that start in one second share the text.
const last = { second: -1, text: '' };

/** With microseconds, as Leases write them. */
export const microTimeText = (ms: number): string => new Date(ms).toISOString().replace('Z', '000Z');
