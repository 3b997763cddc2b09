/** Remembers the last text: what happens in one moment has one, which is not printed again for each of a thousand Pods. */
function rememberingLast(print: (ms: number) => string): (ms: number) => string {
  let lastMs = Number.NaN;
  let last = '';
  return (ms) => {
    if (ms !== lastMs) {
      last = print(ms);
      lastMs = ms;
    }
    return last;
  };
}

/** A time as metadata and statuses hold it, to the second: `2025-01-01T00:00:00Z`. `ms` since the Unix epoch. */
export const rfc3339: (ms: number) => string = rememberingLast((ms) =>
  new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z'),
);

/** A MicroTime, as Leases and Events hold it: `2025-01-01T00:00:00.000000Z`. `ms` may have a fraction. */
export const rfc3339Micro: (ms: number) => string = rememberingLast((ms) => {
  const whole = Math.floor(ms);
  const micros = Math.floor((ms - whole) * 1000);
  return new Date(whole).toISOString().replace('Z', `${String(micros).padStart(3, '0')}Z`);
});
