import { GoText } from '@tabernetes/apimachinery';

/**
 * A time as Go prints it in UTC: `2025-01-01 00:00:00.5 +0000 UTC`; no time is the first day of the year one.
 * @see https://pkg.go.dev/time#Time.String
 */
export function goTime(rfc3339: string | undefined): GoText {
  const ms = rfc3339 ? Date.parse(rfc3339) : Number.NaN;
  if (rfc3339 === undefined || Number.isNaN(ms)) return new GoText(`0001-01-01 00:00:00 ${UTC}`);
  const [day, time = ''] = new Date(ms).toISOString().split('T');
  // A JavaScript date ends at milliseconds.
  const fraction = /\.(\d*[1-9])/.exec(rfc3339)?.[0] ?? '';
  return new GoText(`${day} ${time.slice(0, 'hh:mm:ss'.length)}${fraction} ${UTC}`);
}

const UTC = '+0000 UTC';
