const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const two = (n: number): string => String(n).padStart(2, '0');

/** `Sat, 21 Nov 2026 04:05:06 +0000`; a time that is missing is the year one, as in Go. Always in UTC. */
export function rfc1123(timestamp: string | undefined | null): string {
  if (!timestamp) return 'Mon, 01 Jan 0001 00:00:00 +0000';
  const t = new Date(timestamp);
  const date = `${two(t.getUTCDate())} ${MONTHS[t.getUTCMonth()]} ${t.getUTCFullYear()}`;
  return `${DAYS[t.getUTCDay()]}, ${date} ${clockTime(t)} +0000`;
}

/** `2026-11-21 04:05:06 +0000 UTC`: how Go prints a time without a format. */
export function goTime(timestamp: string | undefined | null): string {
  if (!timestamp) return '0001-01-01 00:00:00 +0000 UTC';
  const t = new Date(timestamp);
  return `${t.getUTCFullYear()}-${two(t.getUTCMonth() + 1)}-${two(t.getUTCDate())} ${clockTime(t)} +0000 UTC`;
}

const clockTime = (t: Date): string => `${two(t.getUTCHours())}:${two(t.getUTCMinutes())}:${two(t.getUTCSeconds())}`;
