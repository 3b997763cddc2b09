import { isRepeatedHeader, splitRepeatedHeader } from '@tabernetes/apimachinery';

/** Headers as Node sends them: one line for each value of those that may come more than once. */
export const severalHeaders = (headers: Readonly<Record<string, string>>): Record<string, string | string[]> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      isRepeatedHeader(name) ? [...splitRepeatedHeader(value)] : value,
    ]),
  );
