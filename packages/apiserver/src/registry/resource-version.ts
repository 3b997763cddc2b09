import { failure, type StatusError } from '@tabernetes/apimachinery';

/** Of an unsigned number of 64 bits. */
const LARGEST = 2n ** 64n - 1n;

/** Why Go cannot read a resourceVersion; undefined: it can, and where it is empty it is 0. */
export function unreadableResourceVersion(text: string): string | undefined {
  if (text === '') return undefined;
  const isNumber = /^\d+$/.test(text);
  if (isNumber && BigInt(text) <= LARGEST) return undefined;
  return `strconv.ParseUint: parsing ${JSON.stringify(text)}: ${isNumber ? 'value out of range' : 'invalid syntax'}`;
}

/** The number in a resourceVersion of a query; 0 for none or any. @throws {StatusError} 500, as a real server does */
export function parseResourceVersion(text: string): number {
  const problem = unreadableResourceVersion(text);
  if (problem === undefined) return Number(text);
  throw refused(`resourceVersion: Invalid value: ${JSON.stringify(text)}: ${problem}`);
}

/** @param text the resourceVersion of an object that is written. @throws {StatusError} 500, as upstream */
export function checkResourceVersionText(text = ''): void {
  const problem = unreadableResourceVersion(text);
  if (problem !== undefined) throw refused(problem);
}

const refused = (message: string): StatusError => failure(500, '', message);
