import { describe, expect, test } from 'vitest';
import { podAddresses } from './pod-addresses.ts';

describe('addresses of Pods on a hollow node', () => {
  test('HOL-3 the lowest free address is given out, and given out again when it is released', () => {
    const addresses = podAddresses(3);
    addresses.keep('kept', '10.244.3.3');
    addresses.keep('elsewhere', '172.18.0.2');
    expect(['a', 'b', 'a', 'c'].map((uid) => addresses.take(uid))).toEqual([
      '10.244.3.2',
      '10.244.3.4',
      '10.244.3.2',
      '10.244.3.5',
    ]);
    for (const uid of ['c', 'kept', 'elsewhere', 'nobody']) addresses.release(uid);
    expect(['d', 'e', 'f'].map((uid) => addresses.take(uid))).toEqual(['10.244.3.3', '10.244.3.5', '10.244.3.6']);
  });

  test('HOL-3 a node has 254 of them', () => {
    const addresses = podAddresses(300);
    for (let i = 0; i < 254; i++) expect(addresses.take(`p-${i}`)).toBe(`10.129.44.${i + 2}`);
    expect(addresses.take('one more')).toBeUndefined();
    addresses.release('p-7');
    expect(addresses.take('one more')).toBe('10.129.44.9');
    expect(addresses.take('yet one more')).toBeUndefined();
  });
});
