import { seededRng } from '@tabernetes/base';
import { describe, expect, test } from 'vitest';
import { clusterIPAllocator, dryRunAllocators, nodePortAllocator } from './allocators.ts';

describe('allocators', () => {
  test('API-46 addresses are drawn above the part that is left for choosing by hand', () => {
    const addresses = clusterIPAllocator(seededRng(1), '10.96.0.0/12');
    const drawn = Array.from({ length: 200 }, () => addresses.takeNext() ?? '');
    expect(new Set(drawn).size).toBe(200);
    expect(drawn.every((address) => !address.startsWith('10.96.0.') && addresses.contains(address))).toBe(true);
    expect([
      addresses.contains('10.96.0.0'),
      addresses.contains('10.111.255.255'),
      addresses.contains('10.112.0.1'),
    ]).toEqual([false, false, false]);
  });

  test('API-46 what is taken cannot be taken again until it is released', () => {
    const addresses = clusterIPAllocator(seededRng(1), '10.96.0.0/12');
    expect([addresses.take('10.96.0.10'), addresses.take('10.96.0.10'), addresses.has('10.96.0.10')]).toEqual([
      true,
      false,
      true,
    ]);
    addresses.release('10.96.0.10');
    expect(addresses.take('10.96.0.10')).toBe(true);
  });

  test('API-46 a full range falls back to its lower part, then says so', () => {
    const ports = nodePortAllocator(seededRng(1), 30000, 30031);
    const drawn = Array.from({ length: 32 }, () => ports.takeNext() ?? 0);
    expect(drawn.slice(0, 16).every((port) => port >= 30016)).toBe(true);
    expect([...drawn].sort()).toEqual(Array.from({ length: 32 }, (_, i) => 30000 + i));
    expect(ports.takeNext()).toBeUndefined();
  });

  test('API-46 dry runs check and take nothing', () => {
    const clusterIPs = clusterIPAllocator(seededRng(1), '10.96.0.0/12');
    const nodePorts = nodePortAllocator(seededRng(1), 30000, 32767);
    clusterIPs.take('10.96.0.10');
    const dry = dryRunAllocators({ clusterIPs, nodePorts });
    expect([
      dry.clusterIPs.take('10.96.0.10'),
      dry.clusterIPs.take('10.96.0.11'),
      dry.clusterIPs.takeNext(),
      dry.nodePorts.takeNext(),
    ]).toEqual([false, true, '10.96.0.0', 30000]);
    expect(clusterIPs.has('10.96.0.11')).toBe(false);
  });
});
