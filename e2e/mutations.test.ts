import { readFileSync } from 'node:fs';
import { builtinKinds, type KindDefinition } from '@tabernetes/api';
import { seededRng } from '@tabernetes/base';
import { type Cluster, createCluster } from '@tabernetes/cluster';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AnswerObject, ask } from './ask.ts';
import { type Json, mutate } from './mutate.ts';
import { kindKey } from './probes/probes.ts';

/*
 * Whatever is posted, the server neither breaks nor stores what it would not take back: objects that were made by changing
 * the least that each kind asks for. TABERNETES_MUTATIONS: how many per example (default 200; 10,000 before a release).
 */
const TIMES = Number(process.env['TABERNETES_MUTATIONS'] ?? 200);
const SEED = Number(process.env['TABERNETES_MUTATIONS_SEED'] ?? 1);

interface Example {
  readonly name: string;
  readonly in: { readonly apiVersion: string; readonly kind: string; readonly [member: string]: Json };
}

const examples = readFileSync(new URL('golden/facts/defaults.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Example);
const kinds = new Map(builtinKinds.map((kind) => [`${kind.group}/${kind.version}/${kind.kind}`, kind]));

let cluster: Cluster;
beforeAll(async () => {
  cluster = await createCluster({ nodes: 0, controllers: false, clock: 'virtual' });
  await ask(cluster, 'POST', '/api/v1/namespaces/default/serviceaccounts', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default' },
  });
});
afterAll(() => cluster.stop());

describe(`objects changed at random, seed ${SEED}`, () => {
  for (const { name, in: example } of examples) {
    const kind = kinds.get(kindKey(example));
    if (kind === undefined) continue;
    test(name, { timeout: 60_000 + TIMES * 100 }, async () => {
      const rng = seededRng(SEED).fork(name);
      const path = listPath(kind);
      let accepted = 0;
      for (let count = 0; count < TIMES; count++) {
        const body = mutate(example, rng);
        const created = await ask(cluster, 'POST', path, body);
        expect(created.code, `${JSON.stringify(body)} is answered with ${created.object.message}`).toBeLessThan(500);
        if (created.code !== 201 || kind.virtual !== undefined) continue;
        accepted += 1;
        await takesBack(`${path}/${nameOf(created.object)}`, created.object, kind);
      }
      expect(accepted).toBeGreaterThan(kind.virtual === undefined ? 0 : -1);
    });
  }
});

const listPath = ({ group, version, plural, namespaced }: KindDefinition): string =>
  `${group === '' ? `/api/${version}` : `/apis/${group}/${version}`}${namespaced ? '/namespaces/default' : ''}/${plural}`;

const nameOf = ({ metadata }: AnswerObject): string =>
  encodeURIComponent((metadata as { readonly name: string } | undefined)?.name ?? '');

/** What is stored can be sent back as it is, and is what it was; then it is deleted, for the next one to be as alone. */
async function takesBack(path: string, object: AnswerObject, kind: KindDefinition): Promise<void> {
  if (kind.verbs === undefined || kind.verbs.includes('update')) {
    const updated = await ask(cluster, 'PUT', path, object);
    const shown = JSON.stringify(object);
    expect(updated.code, `PUT of ${shown} is answered with ${updated.object.message}`).toBe(200);
    expect(updated.object, `PUT of ${shown} changes it`).toEqual(object);
  }
  const { metadata } = object as { readonly metadata: { readonly finalizers?: readonly string[] } };
  if (metadata.finalizers !== undefined) {
    await ask(cluster, 'PUT', path, { ...object, metadata: { ...metadata, finalizers: undefined } });
  }
  const deleted = await ask(cluster, 'DELETE', `${path}?gracePeriodSeconds=0`);
  expect(deleted.code, `DELETE of ${path} is answered with ${deleted.object.message}`).toBeLessThan(300);
}
