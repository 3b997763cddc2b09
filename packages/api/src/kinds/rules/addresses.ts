import { type FieldError, goQuote, invalid, ipText, parseCidr, parseIp } from '@tabernetes/apimachinery';
import { parseAddrProblem } from './go-address.ts';

/**
 * Addresses that may not stand behind a Service: unspecified, loopback, link-local.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/core/validation/validation.go ValidateNonSpecialIP
 */
export function validateNonSpecialIp(field: string, value: string): readonly FieldError[] {
  const ip = parseIp(value);
  if (ip === undefined) return [invalid(field, value, 'must be a valid IP address')];
  const [a = 0, b = 0, c = 0] = ip.parts;
  const v4 = ip.family === 4;
  const rest = ip.parts.slice(0, -1).every((part) => part === 0);
  const last = ip.parts.at(-1);
  const refuse = (detail: string): readonly FieldError[] => [invalid(field, value, detail)];
  if (rest && last === 0) return refuse(`may not be unspecified (${value})`);
  if (v4 ? a === 127 : rest && last === 1) return refuse('may not be in the loopback range (127.0.0.0/8, ::1/128)');
  if (v4 ? a === 169 && b === 254 : (a & 0xffc0) === 0xfe80) {
    return refuse('may not be in the link-local range (169.254.0.0/16, fe80::/10)');
  }
  if (v4 ? a === 224 && b === 0 && c === 0 : (a & 0xff0f) === 0xff02) {
    return refuse('may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)');
  }
  return [];
}

/** Warnings about an address that is accepted though it is written oddly. */
export function ipWarnings(field: string, value: string): readonly string[] {
  const problem = parseAddrProblem(value);
  if (problem !== undefined) return [`${field}: ${accepted('IP address')}: ${problem}`];
  if (!value.includes(':')) return [];
  const canonical = canonicalV6(value);
  return canonical === value ? [] : [`${field}: IPv6 address ${notCanonical(value, canonical)}`];
}

/** The same about a range of addresses: Services take white space around it. */
export function cidrWarnings(field: string, value: string): readonly string[] {
  const cidr = parseCidr(value.trim());
  if (cidr === undefined) return [];
  const [host = '', bits = ''] = value.split('/');
  // Neither white space nor zeros in front.
  const isNumber = /^(0|[1-9]\d*)$/.test(bits);
  const problem = parseAddrProblem(host) ?? (isNumber ? undefined : `bad bits after slash: ${quote(bits)}`);
  if (problem !== undefined) {
    return [`${field}: ${accepted('IP prefix')}: netip.ParsePrefix(${quote(value)}): ${problem}`];
  }
  if (!host.includes(':')) return [];
  const canonical = `${canonicalV6(host)}/${cidr.prefixLength}`;
  return canonical === value ? [] : [`${field}: IPv6 prefix ${notCanonical(value, canonical)}`];
}

const accepted = (what: string): string => `${what} was accepted, but will be invalid in a future Kubernetes release`;
const notCanonical = (value: string, canonical: string): string =>
  `${quote(value)} is not in RFC 5952 canonical format (${quote(canonical)}), which may cause controller apply-loops`;
const quote = goQuote;

function canonicalV6(value: string): string {
  const ip = parseIp(value);
  if (ip === undefined) return value;
  // An IPv4 address in IPv6 form stays in that form.
  return ip.family === 4 ? `::ffff:${ipText(ip)}` : ipText(ip);
}
