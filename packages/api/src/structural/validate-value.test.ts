import { fieldErrorText } from '@tabernetes/apimachinery';
import { expect, test } from 'vitest';
import { validateValue } from './validate-value.ts';

test('CRD-4 whole numbers beyond 64 bits are no integers', () => {
  const told = (value: number) => validateValue({ type: 'integer' }, value, 'spec.i').map(fieldErrorText);
  expect(told(2 ** 62)).toEqual([]);
  expect(told(-(2 ** 63))).toEqual([]);
  expect(told(2 ** 63)).toEqual([expect.stringContaining('must be of type integer: "number"')]);
});

test('CRD-4 a factor that a whole number makes nothing of is what is wrong', () => {
  const schema = { type: 'object', properties: { age: { type: 'number', multipleOf: 0.5 } } };
  const told = (age: number) => validateValue(schema, { age }, '').map(fieldErrorText);
  expect(told(2.5)).toEqual([]);
  expect(told(3)).toEqual(['age: Invalid value: 0: factor MultipleOf declared for age must be positive: 0']);
});
