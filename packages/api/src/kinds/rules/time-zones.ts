/**
 * Why a time zone cannot be used; none: it can.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/batch/validation/validation.go validateTimeZone
 */
export function timeZoneProblems(zone: string): readonly string[] {
  if (zone === '') return ['timeZone must be nil or non-empty string'];
  const unknown = `unknown time zone ${zone}`;
  if (zone.split('/').some((part) => part === '.' || part === '..' || part.startsWith('-') || !PART.test(part))) {
    return [unknown];
  }
  const problems: string[] = [];
  if (zone.toLowerCase() === 'local') {
    problems.push('timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones');
  }
  // Go knows `Local`, in this case only.
  if (zone !== 'Local' && !isInTzdata(zone)) problems.push(unknown);
  return problems;
}

const PART = /^[A-Za-z.\-_0-9+]{1,14}$/;

/** Upstream reads zones from files, so case counts: every part of a name in tzdata begins with a capital. */
const CAPITALISED = /^[A-Z][^/]*(\/[A-Z][^/]*)*$/;

/** Names that JavaScript knows and tzdata does not: short ones from the early days of Java. */
const NOT_IN_TZDATA = /^(A[CEGRS]T|B[ES]T|C[ANS]T|CTT|E[AC]T|I[ES]T|JST|MIT|N[ES]T|P[LNRS]T|[SV]ST|SystemV\/.*)$/;

function isInTzdata(zone: string): boolean {
  if (!CAPITALISED.test(zone) || NOT_IN_TZDATA.test(zone)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined;
  } catch {
    return false;
  }
}
