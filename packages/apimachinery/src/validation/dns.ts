import { DASH, isDotted, isFramed, LOWER, LOWER_ALNUM, longerThan } from './characters.ts';
import { maxLenError, NONE, regexError } from './texts.ts';

const LABEL_PATTERN = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN_PATTERN = `${LABEL_PATTERN}(\\.${LABEL_PATTERN})*`;
const LABEL_1035_PATTERN = '[a-z]([-a-z0-9]*[a-z0-9])?';
const WILDCARD_PATTERN = `\\*\\.${SUBDOMAIN_PATTERN}`;

export const DNS1123_LABEL_MAX_LENGTH = 63;
export const DNS1123_SUBDOMAIN_MAX_LENGTH = 253;
const DNS1035_LABEL_MAX_LENGTH = 63;

const LABEL_PROBLEM = regexError(
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  LABEL_PATTERN,
  'my-name',
  '123-abc',
);
const SUBDOMAIN_PROBLEM = regexError(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  SUBDOMAIN_PATTERN,
  'example.com',
);
const LABEL_1035_PROBLEM = regexError(
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  LABEL_1035_PATTERN,
  'my-name',
  'abc-123',
);
const WILDCARD_PROBLEM = regexError(
  "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
  WILDCARD_PATTERN,
  '*.example.com',
);

const isLabel = (text: string, from = 0, to = text.length): boolean =>
  isFramed(text, LOWER_ALNUM, LOWER_ALNUM | DASH, from, to);

/*
 * Like upstream, these answer with what is wrong, one text per problem: nothing is good news.
 */

/** RFC 1123 label: names of Services' ports, of containers, of Namespaces. */
export function isDns1123Label(value: string): readonly string[] {
  const long = longerThan(value, DNS1123_LABEL_MAX_LENGTH);
  if (isLabel(value)) return long ? [maxLenError(DNS1123_LABEL_MAX_LENGTH)] : NONE;
  const problem = isDotted(value, isLabel) ? 'must not contain dots' : LABEL_PROBLEM;
  return long ? [maxLenError(DNS1123_LABEL_MAX_LENGTH), problem] : [problem];
}

/** RFC 1123 subdomain: most names of objects. */
export function isDns1123Subdomain(value: string): readonly string[] {
  return problems(value, DNS1123_SUBDOMAIN_MAX_LENGTH, isDotted(value, isLabel), SUBDOMAIN_PROBLEM);
}

/** RFC 1035 label: names of Services. */
export function isDns1035Label(value: string): readonly string[] {
  const fine = isLabel(value) && isFramed(value, LOWER, 0, 0, 1);
  return problems(value, DNS1035_LABEL_MAX_LENGTH, fine, LABEL_1035_PROBLEM);
}

/** `*.example.com`: hosts of an Ingress. */
export function isWildcardDns1123Subdomain(value: string): readonly string[] {
  const fine = value.startsWith('*.') && isDotted(value, isLabel, 2);
  return problems(value, DNS1123_SUBDOMAIN_MAX_LENGTH, fine, WILDCARD_PROBLEM);
}

function problems(value: string, maxLength: number, fine: boolean, problem: string): readonly string[] {
  const long = longerThan(value, maxLength);
  if (!long) return fine ? NONE : [problem];
  return fine ? [maxLenError(maxLength)] : [maxLenError(maxLength), problem];
}
