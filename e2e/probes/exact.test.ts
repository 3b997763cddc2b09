import { readFileSync } from 'node:fs';
import { kinds } from '@tabernetes/api';
import { describe, expect, test } from 'vitest';
import { runProbes } from './probes.ts';

/** Kinds that answer every recorded probe as the real server did. */
const exact = [
  kinds.certificateSigningRequest,
  kinds.clusterRole,
  kinds.clusterRoleBinding,
  kinds.csiDriver,
  kinds.csiNode,
  kinds.csiStorageCapacity,
  kinds.flowSchema,
  kinds.ingress,
  kinds.ingressClass,
  kinds.networkPolicy,
  kinds.priorityLevelConfiguration,
  kinds.role,
  kinds.roleBinding,
  kinds.runtimeClass,
  kinds.volumeAttachment,
] as readonly unknown[] as Parameters<typeof runProbes>[1];

for (const file of ['validation-probes.jsonl', 'update-probes.jsonl']) {
  const lines = readFileSync(new URL(`../golden/facts/${file}`, import.meta.url), 'utf8').split('\n');
  describe(file, () => {
    for (const [kind, { same, misses }] of runProbes(lines, exact)) {
      test(`API-1 ${kind} answers as recorded`, () => {
        expect(misses).toEqual([]);
        expect(same).toBeGreaterThan(0);
      });
    }
  });
}
