import { fieldErrorText } from '@tabernetes/apimachinery';
import { expect, test } from 'vitest';
import { validateValue } from './validate-value.ts';

test('CRD-4 whole numbers beyond 64 bits are no integers', () => {
  const told = (value: number) => validateValue({ type: 'integer' }, value, 'spec.i').map(fieldErrorText);
  expect(told(2 ** 62)).toEqual([]);
  expect(told(-(2 ** 63))).toEqual([]);
  expect(told(2 ** 63)).toEqual([expect.stringContaining('must be of type integer: "number"')]);
});
