/*
 * A header that comes more than once is one header to HTTP libraries, its values joined by a comma and a space. A comma
 * within a value is carried as a character that no client can send, so that the values can be told apart again.
 */

const COMMA = '\u0001';

/** One value of a header that may come more than once, as it is handed on. */
export const repeatedHeaderValue = (value: string): string => value.replaceAll(',', COMMA);

/** The values of such a header in one. */
export const joinRepeatedHeader = (values: readonly string[]): string => values.map(repeatedHeaderValue).join(', ');

/** The values that were joined. */
export const splitRepeatedHeader = (joined: string): readonly string[] =>
  joined.split(', ').map((value) => value.replaceAll(COMMA, ','));

/** Headers (in lower case) of which every value counts, and in which a comma is part of a name. */
export const isRepeatedHeader = (name: string): boolean =>
  name === 'impersonate-group' || name.startsWith('impersonate-extra-');
