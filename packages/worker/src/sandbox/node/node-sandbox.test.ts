import { isAsSaid, runProgram, SANDBOX_CASES } from '@tabernetes/runtime-sim/testing';
import { describe, expect, test } from 'vitest';
import { nodeSandbox } from './node-sandbox.ts';

describe('programs of users in threads', () => {
  const sandbox = nodeSandbox({ turnMs: 1500, memoryMb: 32, workers: 3 });
  for (const each of SANDBOX_CASES) {
    test(`${each.name}`, async () => {
      const given = await runProgram(sandbox, each.source);
      expect(isAsSaid(each, given) ? 'as said' : given).toBe('as said');
    });
  }
});
