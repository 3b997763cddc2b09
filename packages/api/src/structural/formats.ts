import { isValidIp, parseCidr, parseIp } from '@tabernetes/apimachinery';
import { parseGoUrl, UrlProblem } from '../kinds/rules/go-url.ts';

/**
 * Whether a text has a format; undefined: no format of that name is looked at.
 * @see https://github.com/kubernetes/kube-openapi/blob/master/pkg/validation/strfmt/default.go
 */
export function hasFormat(format: string, text: string): boolean | undefined {
  return FORMATS[format.replaceAll('-', '')]?.(text);
}

/** Whether texts are held to a format of that name; others count as none at all. */
export const isKnownFormat = (format: string): boolean => Object.hasOwn(FORMATS, format.replaceAll('-', ''));

const matches =
  (pattern: RegExp) =>
  (text: string): boolean =>
    pattern.test(text);

const uuid = (version: string, variant: string): ((text: string) => boolean) =>
  matches(new RegExp(`^[0-9a-f]{8}-?[0-9a-f]{4}-?${version}-?${variant}-?[0-9a-f]{12}$`, 'i'));
const ANY = '[0-9a-f]{4}';
const VARIANT = '[89ab][0-9a-f]{3}';

const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  bsonobjectid: matches(/^[0-9a-fA-F]{24}$/),
  uri: isRequestUri,
  email: matches(/^(?:[^<>]*<)?[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@[^\s@<>,;:"()[\]\\]+>?$/),
  hostname: (text) => isHostname(text),
  ipv4: (text) => text.includes('.') && parseIp(withoutZeros(text)) !== undefined,
  ipv6: (text) => text.includes(':') && isValidIp('', text).length === 0,
  cidr: (text) => parseCidr(withoutZeros(text)) !== undefined,
  mac: isMac,
  uuid: uuid(ANY, ANY),
  uuid3: uuid('3[0-9a-f]{3}', ANY),
  uuid4: uuid('4[0-9a-f]{3}', VARIANT),
  uuid5: uuid('5[0-9a-f]{3}', VARIANT),
  isbn: (text) => isIsbn10(text) || isIsbn13(text),
  isbn10: isIsbn10,
  isbn13: isIsbn13,
  creditcard: isCreditCard,
  ssn: matches(/^\d{3}[- ]?\d{2}[- ]?\d{4}$/),
  hexcolor: matches(/^#?(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/),
  rgbcolor: isRgbColor,
  byte: matches(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/),
  password: () => true,
  date: (text) => /^\d{4}-\d\d-\d\d$/.test(text) && isDay(text),
  duration: isDuration,
  datetime: isDateTime,
};

const withoutZeros = (text: string): string => text.replace(/\b0+(?=\d)/g, '');

function isRequestUri(text: string): boolean {
  try {
    const { scheme } = parseGoUrl(text.replace(/#.*$/s, ''));
    return scheme !== '' || text.startsWith('/');
  } catch (error) {
    if (error instanceof UrlProblem) return false;
    throw error;
  }
}

const LETTER = 'a-zA-Z0-9\\p{S}\\p{L}';
const HOSTNAME = new RegExp(
  `^([${LETTER}]((-?[${LETTER}]{0,62})?)|([${LETTER}](([${LETTER}\\-]{0,61}[${LETTER}])?)(\\.)){1,}([a-zA-Z\\p{L}]){2,63})$`,
  'u',
);

const isHostname = (text: string): boolean =>
  HOSTNAME.test(text) && text.length <= 255 && text.split('.').every((label) => label.length <= 63);

function isMac(text: string): boolean {
  return /^[0-9a-f]{2}([:-])[0-9a-f]{2}(?:\1[0-9a-f]{2})*$/i.test(text)
    ? [6, 8, 20].includes(text.split(/[:-]/).length)
    : /^[0-9a-f]{4}(?:\.[0-9a-f]{4})*$/i.test(text) && [3, 4, 10].includes(text.split('.').length);
}

function isIsbn10(text: string): boolean {
  const digits = text.replace(/[ -]/g, '');
  if (!/^\d{9}[\dX]$/.test(digits)) return false;
  const sum = [...digits].reduce((total, digit, i) => total + (digit === 'X' ? 10 : Number(digit)) * (i + 1), 0);
  return sum % 11 === 0;
}

function isIsbn13(text: string): boolean {
  const digits = text.replace(/[ -]/g, '');
  if (!/^\d{13}$/.test(digits)) return false;
  return [...digits].reduce((total, digit, i) => total + Number(digit) * (i % 2 === 0 ? 1 : 3), 0) % 10 === 0;
}

const CREDIT_CARD =
  /^(?:4\d{12}(?:\d{3})?|5[1-5]\d{14}|6(?:011|5\d\d)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|(?:2131|1800|35\d{3})\d{11}|6[27]\d{14})$/;

function isCreditCard(text: string): boolean {
  const digits = text.replace(/\D/g, '');
  if (!CREDIT_CARD.test(digits)) return false;
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const doubled = Number(digit) * (i % 2 === 0 ? 1 : 2);
    return total + (doubled >= 10 ? (doubled % 10) + 1 : doubled);
  }, 0);
  return sum % 10 === 0;
}

const PART = '(?:0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])';
const RGB = new RegExp(`^rgb\\(\\s*${PART}\\s*,\\s*${PART}\\s*,\\s*${PART}\\s*\\)$`);
function isRgbColor(text: string): boolean {
  return RGB.test(text);
}

function isDay(date: string): boolean {
  const at = new Date(`${date.slice(0, 10)}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date.slice(0, 10));
}

const DATE_TIME = /^\d{4}-\d\d-\d\dt([01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:z|[+-]\d\d:\d\d)$/i;
function isDateTime(text: string): boolean {
  return DATE_TIME.test(text) && isDay(text);
}

const GO_DURATION = /^[+-]?(?:0|(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;
/** Any number that a unit follows somewhere; of the last of its names, the beginning is enough. */
const DURATION_PART = /\d+\s*([A-Za-zµ]+)/g;
const UNIT = /^(?:ns|nano.*|us|µs|micro.*|ms|milli.*|s|sec.*|m|min.*|h|hr|hour.*|d|day.*|w|wk|week.*)$/;

/** @see https://github.com/kubernetes/kube-openapi/blob/32ad38e42d3f/pkg/validation/strfmt/duration.go */
function isDuration(text: string): boolean {
  if (GO_DURATION.test(text)) return true;
  return [...text.matchAll(DURATION_PART)].some(([, unit = '']) => UNIT.test(unit.toLowerCase()));
}
