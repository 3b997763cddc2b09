import { readFileSync } from 'node:fs';
import { schemaOf } from '@tabernetes/api';
import type { PodTemplateSpec } from '@tabernetes/api/types/core-v1';
import { describe, expect, test } from 'vitest';
import { goDump } from './go-dump.ts';
import { podTemplateHash } from './pod-template-hash.ts';

interface Row {
  readonly name: string;
  readonly template: PodTemplateSpec;
  readonly collisionCount?: number;
  readonly dump: string;
  readonly hash: string;
}

const FACTS = new URL('../../../../e2e/golden/facts/pod-template-hash.json', import.meta.url);

describe('podTemplateHash', () => {
  for (const row of JSON.parse(readFileSync(FACTS, 'utf8')) as readonly Row[]) {
    test(`CTL-3 hashes ${row.name} as kube-controller-manager does`, () => {
      expect(goDump(schemaOf('io.k8s.api.core.v1.PodTemplateSpec'), row.template)).toBe(row.dump);
      expect(podTemplateHash(row.template, row.collisionCount)).toBe(row.hash);
    });
  }
});
