import { goQuote } from '@tabernetes/apimachinery';

/**
 * What Go says of a text that is no address; undefined when it is one.
 * @see https://pkg.go.dev/net/netip#ParseAddr
 */
export function parseAddrProblem(text: string): string | undefined {
  const problem = parse(text);
  if (problem === undefined) return undefined;
  const [message, at] = problem;
  return `ParseAddr(${goQuote(text)}): ${message}${at === undefined ? '' : ` (at ${goQuote(at)})`}`;
}

/** The message, and the rest of the text where Go shows it. */
type Problem = readonly [message: string, at?: string] | undefined;

function parse(text: string): Problem {
  const [first] = /[.:%]/.exec(text) ?? [];
  if (first === '.') return v4Problem(text);
  if (first === ':') return v6Problem(text);
  // Taken for the zone of an IPv6 address.
  return first === '%' ? ['missing IPv6 address'] : ['unable to parse IP'];
}

function v4Problem(text: string): Problem {
  let value = 0;
  let digits = 0;
  let dots = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? '';
    if (isDigit(char)) {
      if (digits === 1 && value === 0) return ['IPv4 field has octet with leading zero'];
      value = value * 10 + Number(char);
      digits += 1;
      if (value > 255) return ['IPv4 field has value >255'];
    } else if (char === '.') {
      if (i === 0 || i === text.length - 1 || text[i - 1] === '.') {
        return ['IPv4 field must have at least one digit', text.slice(i)];
      }
      if (dots === 3) return ['IPv4 address too long'];
      dots += 1;
      value = 0;
      digits = 0;
    } else return ['unexpected character', text.slice(i)];
  }
  return dots < 3 ? ['IPv4 address too short'] : undefined;
}

const GROUPS = 8;

function v6Problem(text: string): Problem {
  const percent = text.indexOf('%');
  if (percent === text.length - 1) return ['zone must be a non-empty string'];
  let rest = percent < 0 ? text : text.slice(0, percent);
  let shortened = rest.startsWith('::');
  if (shortened) rest = rest.slice(2);
  if (rest === '') return undefined;
  let groups = 0;
  while (groups < GROUPS) {
    const [hex = ''] = /^[0-9a-fA-F]*/.exec(rest) ?? [];
    if (hex.length > 4) return ['each group must have 4 or less digits', rest];
    if (hex === '') return ['each colon-separated field must have at least one digit', rest];
    if (rest[hex.length] === '.') {
      if (!shortened && groups !== GROUPS - 2) {
        return ['embedded IPv4 address must replace the final 2 fields of the address', rest];
      }
      if (groups > GROUPS - 2) {
        return ['too many hex fields to fit an embedded IPv4 at the end of the address', rest];
      }
      const problem = v4Problem(rest);
      if (problem !== undefined) return problem;
      groups += 2;
      rest = '';
      break;
    }
    groups += 1;
    rest = rest.slice(hex.length);
    if (rest === '') break;
    if (!rest.startsWith(':')) return ['unexpected character, want colon', rest];
    if (rest === ':') return ['colon must be followed by more characters', rest];
    rest = rest.slice(1);
    if (!rest.startsWith(':')) continue;
    if (shortened) return ['multiple :: in address', rest];
    shortened = true;
    rest = rest.slice(1);
    if (rest === '') break;
  }
  if (rest !== '') return ['trailing garbage after address', rest];
  if (groups < GROUPS) return shortened ? undefined : ['address string too short'];
  return shortened ? ['the :: must expand to at least one field of zeros'] : undefined;
}

const isDigit = (char: string): boolean => char >= '0' && char <= '9';
