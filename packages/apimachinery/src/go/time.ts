/** A time as metadata and statuses hold it, to the second: `2025-01-01T00:00:00Z`. `ms` since the Unix epoch. */
export const rfc3339 = (ms: number): string => `${new Date(ms).toISOString().slice(0, -5)}Z`;

/** A MicroTime, as Leases and Events hold it: `2025-01-01T00:00:00.000000Z`. `ms` may have a fraction. */
export function rfc3339Micro(ms: number): string {
  const whole = Math.floor(ms);
  const micros = Math.floor((ms - whole) * 1000);
  return `${new Date(whole).toISOString().slice(0, -1)}${String(micros).padStart(3, '0')}Z`;
}
