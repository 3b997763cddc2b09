/** Milliseconds since the epoch as metadata prints times: RFC 3339, UTC, whole seconds. */
export function timestamp(ms: number): string {
  const second = Math.floor(ms / 1000);
  if (second !== lastSecond) {
    lastText = `${new Date(second * 1000).toISOString().slice(0, 19)}Z`;
    lastSecond = second;
  }
  return lastText;
}

// The last answer: most writes of a burst fall into one second.
let lastSecond = Number.NaN;
let lastText = '';
