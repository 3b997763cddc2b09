import { decodeYaml, resolveScalar, type YamlScalar } from '@tabernetes/apimachinery';

/** The first document of a text as kustomize reads objects: by YAML 1.2, where `yes` and `y` are texts, and dates are times. */
export const decodeCoreYaml = (text: string): unknown => decodeYaml(text, coreScalar).value;

/** @see go.yaml.in/yaml/v3 resolve.go */
export function coreScalar(text: string, tag: string | undefined, plain: boolean): YamlScalar {
  if (tag === undefined && plain) {
    if (BOOLEANS_OF_OLD.has(text)) return { value: text };
    const time = timeOf(text);
    if (time !== undefined) return { value: time };
  }
  return resolveScalar(text, tag, plain);
}

const BOOLEANS_OF_OLD: ReadonlySet<string> = new Set(
  ['y', 'n', 'yes', 'no', 'on', 'off'].flatMap((word) => [
    word,
    word.toUpperCase(),
    `${word.charAt(0).toUpperCase()}${word.slice(1)}`,
  ]),
);

const DATE = /^(\d{4})-(\d{1,2})-(\d{1,2})(?: (\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d+)?)?$/;

/** A date, or a date and a time without a zone, as Go prints the time in JSON. */
function timeOf(text: string): string | undefined {
  const match = DATE.exec(text);
  if (match === null) return undefined;
  const [, year = '', month = '', day = '', hours = '0', minutes = '0', seconds = '0', fraction = ''] = match;
  const two = (digits: string): string => digits.padStart(2, '0');
  const date = `${year}-${two(month)}-${two(day)}`;
  if (Number.isNaN(Date.parse(date)) || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59)
    return undefined;
  return `${date}T${two(hours)}:${two(minutes)}:${two(seconds)}${fraction.replace(/\.?0+$/, '')}Z`;
}
