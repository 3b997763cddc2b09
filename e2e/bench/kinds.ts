import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { type KindDefinition, kinds } from '@tabernetes/api';
import { testContext, wholeKinds } from '@tabernetes/api/testing';
import { decodeObject, type KubeObject } from '@tabernetes/apimachinery';
import { cpuMicroseconds } from './cpu.ts';
import type { BenchRow } from './main.ts';
import { podManifest } from './objects.ts';

const N = 10_000;

/** What one object costs a kind: defaults and rules, without decoding and storing; and the size of the schemas of all kinds. */
export async function run(report: (row: BenchRow) => void): Promise<void> {
  await wholeKinds();
  const pod = podManifest('p');
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: pod.spec },
    },
  };
  for (const [kind, manifest] of [
    [kinds.pod, pod],
    [kinds.deployment, deployment],
  ] as const)
    await microseconds(kind as KindDefinition, manifest, N); // warm up
  for (const n of [N, 2 * N, 4 * N]) {
    report({ name: 'default and validate a Pod', n, value: await microseconds(kinds.pod, pod, n), unit: 'µs' });
    report({
      name: 'default and validate a Deployment',
      n,
      value: await microseconds(kinds.deployment, deployment, n),
      unit: 'µs',
    });
  }
  const table = readFileSync(new URL('../../packages/api/src/generated/schema-table.ts', import.meta.url));
  report({ name: 'table of schemas', n: table.length, value: gzipSync(table, { level: 9 }).length, unit: 'bytes gz' });
}

async function microseconds<T extends KubeObject>(
  kind: KindDefinition<T>,
  manifest: unknown,
  count: number,
): Promise<number> {
  const context = testContext();
  const drafts = Array.from({ length: count }, () => decodeObject<T>(kind.schema, manifest).draft);
  const used = await cpuMicroseconds(() => {
    for (const draft of drafts) {
      kind.defaults?.(draft);
      kind.prepareForCreate?.(draft, context);
      if (kind.validate?.(draft as T, context).length) throw new Error(`${kind.kind} is refused`);
    }
  });
  return used / count;
}
