import { type FieldError, invalid, required } from '../field-error.ts';
import { ALNUM, consistsOf, DASH, DIGIT, DOT, LOWER, longerThan, UNDERSCORE } from './characters.ts';
import { DNS1123_SUBDOMAIN_MAX_LENGTH, isDns1123Label, isDns1123Subdomain } from './dns.ts';
import { emptyError, inclusiveRangeError, maxLenError, NONE, regexError } from './texts.ts';

const ENV_VAR_PROBLEM = regexError(
  "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit",
  '[-._a-zA-Z][-._a-zA-Z0-9]*',
  'my.env-name',
  'MY_ENV.NAME',
  'MyEnvName1',
);
const RELAXED_ENV_VAR_PROBLEM =
  "a valid environment variable name must consist only of printable ASCII characters other than '='";
const CONFIG_KEY_PROBLEM = regexError(
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
  '[-._a-zA-Z0-9]+',
  'key.name',
  'KEY_NAME',
  'key-name',
);
const HEADER_PROBLEM = regexError(
  "a valid HTTP header must consist of alphanumeric characters or '-'",
  '[-A-Za-z0-9]+',
  'X-Header-Name',
);
const PERCENT_PROBLEM = regexError(
  "a valid percent string must be a numeric string followed by an ending '%'",
  '[0-9]+%',
  '1%',
  '93%',
);
const HTTP_PATH_PATTERN = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
const HTTP_PATH = new RegExp(`^${HTTP_PATH_PATTERN}$`);

/** Names of environment variables as they were until 1.30: what envFrom skips and old Pods were held to. */
export function isEnvVarName(value: string): readonly string[] {
  const fine = value !== '' && consistsOf(value, ALNUM | DASH | UNDERSCORE | DOT) && !consistsOf(value, DIGIT, 0, 1);
  return [...(fine ? NONE : [ENV_VAR_PROBLEM]), ...directoryProblems(value)];
}

/** Names of environment variables: printable ASCII other than `=`. */
export function isRelaxedEnvVarName(value: string): readonly string[] {
  if (value === '') return [`environment variable name ${emptyError()}`];
  return /^[ -<>-~]*$/.test(value) ? NONE : [RELAXED_ENV_VAR_PROBLEM];
}

/** Keys of ConfigMaps and Secrets. */
export function isConfigMapKey(value: string): readonly string[] {
  const problems: string[] = [];
  if (longerThan(value, DNS1123_SUBDOMAIN_MAX_LENGTH)) problems.push(maxLenError(DNS1123_SUBDOMAIN_MAX_LENGTH));
  if (value === '' || !consistsOf(value, ALNUM | DASH | UNDERSCORE | DOT)) problems.push(CONFIG_KEY_PROBLEM);
  problems.push(...directoryProblems(value));
  return problems;
}

export const isHttpHeaderName = (value: string): readonly string[] =>
  value !== '' && consistsOf(value, ALNUM | DASH) ? NONE : [HEADER_PROBLEM];

/** `25%` */
export const isValidPercent = (value: string): readonly string[] =>
  value.length > 1 && value.endsWith('%') && consistsOf(value, DIGIT, 0, value.length - 1) ? NONE : [PERCENT_PROBLEM];

const isInRange = (value: number, low: number, high: number): readonly string[] =>
  value >= low && value <= high ? NONE : [inclusiveRangeError(low, high)];
export const isValidPortNum = (port: number): readonly string[] => isInRange(port, 1, 65535);
export const isValidGroupId = (id: number): readonly string[] => isInRange(id, 0, 2147483647);
export const isValidUserId = (id: number): readonly string[] => isInRange(id, 0, 2147483647);

/** Names of ports: RFC 6335, in lower case. */
export function isValidPortName(port: string): readonly string[] {
  const problems: string[] = [];
  if (longerThan(port, 15)) problems.push(maxLenError(15));
  if (port === '' || !consistsOf(port, LOWER | DIGIT | DASH)) {
    problems.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  }
  if (!/[a-z]/.test(port)) problems.push('must contain at least one letter (a-z)');
  if (port.includes('--')) problems.push('must not contain consecutive hyphens');
  if (port.startsWith('-') || port.endsWith('-')) problems.push('must not begin or end with a hyphen');
  return problems;
}

/** At least three labels: names of CustomResourceDefinition-like groups, of admission webhooks. */
export function isFullyQualifiedName(path: string, name: string): readonly FieldError[] {
  if (name === '') return [required(path)];
  const problems = isDns1123Subdomain(name);
  if (problems.length > 0) return [invalid(path, name, problems.join(','))];
  if (name.split('.').length >= 3) return [];
  return [invalid(path, name, 'should be a domain with at least three segments separated by dots')];
}

/** At least two labels, with or without the dot at the end: names of signers. */
export function isFullyQualifiedDomainName(path: string, domain: string): readonly FieldError[] {
  if (domain === '') return [required(path)];
  const name = domain.endsWith('.') ? domain.slice(0, -1) : domain;
  const problems = isDns1123Subdomain(name);
  if (problems.length > 0) return [invalid(path, name, problems.join(','))];
  const labels = name.split('.');
  if (labels.length < 2) {
    return [invalid(path, name, 'should be a domain with at least two segments separated by dots')];
  }
  const bad = labels.find((label) => isDns1123Label(label).length > 0);
  return bad === undefined ? [] : [invalid(path, bad, isDns1123Label(bad).join(','))];
}

/** `acme.io/foo`: names of signers' paths, of managers of a Job. */
export function isDomainPrefixedPath(path: string, value: string): readonly FieldError[] {
  if (value === '') return [required(path)];
  const slash = value.indexOf('/');
  if (slash <= 0 || slash === value.length - 1) {
    return [invalid(path, value, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  }
  const host = value.slice(0, slash);
  const rest = value.slice(slash + 1);
  const errors = isDns1123Subdomain(host).map((problem) => invalid(path, host, problem));
  if (!HTTP_PATH.test(rest)) errors.push(invalid(path, rest, regexError('Invalid path', HTTP_PATH_PATTERN)));
  return errors;
}

function directoryProblems(value: string): readonly string[] {
  if (value === '.') return ["must not be '.'"];
  if (value === '..') return ["must not be '..'"];
  return value.startsWith('..') ? ["must not start with '..'"] : NONE;
}
