import { ALNUM, DASH, DOT, isFramed, longerThan, UNDERSCORE } from './characters.ts';
import { isDns1123Subdomain } from './dns.ts';
import { emptyError, maxLenError, NONE, regexError } from './texts.ts';

const NAME_PATTERN = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const NAME_TEXT = regexError(
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  NAME_PATTERN,
  'MyName',
  'my.name',
  '123-abc',
);
const VALUE_PROBLEM = regexError(
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  `(${NAME_PATTERN})?`,
  'MyValue',
  'my_value',
  '12345',
);

const LABEL_VALUE_MAX_LENGTH = 63;
const NAME_MAX_LENGTH = 63;

const isName = (text: string): boolean => isFramed(text, ALNUM, ALNUM | DASH | UNDERSCORE | DOT);

/** `name` or `example.com/name`: keys of labels and annotations, finalizers, extended resources. Problems, or none. */
export function isQualifiedName(value: string): readonly string[] {
  const slash = value.indexOf('/');
  if (slash < 0) return nameProblems(value);
  if (value.includes('/', slash + 1)) {
    return [`a qualified name ${NAME_TEXT} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const prefix = value.slice(0, slash);
  const prefixProblems = prefix === '' ? [emptyError()] : isDns1123Subdomain(prefix);
  const problems = nameProblems(value.slice(slash + 1));
  return prefixProblems.length === 0 ? problems : [...prefixProblems.map((p) => `prefix part ${p}`), ...problems];
}

/** The value of a label: problems, or none. */
export function isValidLabelValue(value: string): readonly string[] {
  const fine = value === '' || isName(value);
  if (!longerThan(value, LABEL_VALUE_MAX_LENGTH)) return fine ? NONE : [VALUE_PROBLEM];
  return fine ? [maxLenError(LABEL_VALUE_MAX_LENGTH)] : [maxLenError(LABEL_VALUE_MAX_LENGTH), VALUE_PROBLEM];
}

function nameProblems(name: string): readonly string[] {
  const long = longerThan(name, NAME_MAX_LENGTH);
  if (isName(name) && !long) return NONE;
  const problems: string[] = [];
  if (name === '') problems.push(`name part ${emptyError()}`);
  if (long) problems.push(`name part ${maxLenError(NAME_MAX_LENGTH)}`);
  if (!isName(name)) problems.push(`name part ${NAME_TEXT}`);
  return problems;
}
