import { readFileSync } from 'node:fs';
import { builtinKinds, type KindDefinition } from '@tabernetes/api';
import { type Rng, seededRng } from '@tabernetes/base';
import { type Cluster, createCluster } from '@tabernetes/cluster';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AnswerObject, ask } from './ask.ts';
import { type Json, mutate } from './mutate.ts';
import { kindKey } from './probes/probes.ts';

/*
 * Whatever is posted, the server neither breaks nor stores what it would not take back: objects that were made by changing
 * the least that each kind asks for. TABERNETES_MUTATIONS: how many of each sort per example (default 100; 10,000 before a release).
 */
const TIMES = Number(process.env['TABERNETES_MUTATIONS'] ?? 100);
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
/** What the server did not expect. Some refusals of patches are 500 in Kubernetes too, and are none of these. */
const broken: unknown[] = [];
beforeAll(async () => {
  cluster = await createCluster({
    nodes: 0,
    controllers: false,
    clock: 'virtual',
    onError: (error) => broken.push(error),
  });
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
      if (kind.virtual === undefined) await changedAtRandom(path, example, rng);
    });
  }
});

/** PUT and PATCH of an object that is there, with what was changed at random. */
async function changedAtRandom(list: string, example: Example['in'], rng: Rng): Promise<void> {
  const { object } = await ask(cluster, 'POST', list, example);
  const path = `${list}/${nameOf(object)}`;
  for (let count = 0; count < TIMES; count++) {
    const whole = rng.int(2) === 0 ? (object as Json) : example;
    const body = mutate(whole, rng);
    const [method, type] = CHANGES[count % CHANGES.length] ?? ['PUT', 'application/json'];
    const query = type.includes('apply') ? '?dryRun=All&fieldManager=e2e&force=true' : '?dryRun=All';
    const changed = await ask(cluster, method, `${path}${query}`, body, type);
    expect(
      broken.splice(0).map(String),
      `${method} ${type} of ${JSON.stringify(body)}: ${changed.object.message}`,
    ).toEqual([]);
  }
  await ask(cluster, 'DELETE', `${path}?gracePeriodSeconds=0&propagationPolicy=Background`);
}

const CHANGES = [
  ['PUT', 'application/json'],
  ['PATCH', 'application/merge-patch+json'],
  ['PATCH', 'application/strategic-merge-patch+json'],
  ['PATCH', 'application/apply-patch+yaml'],
] as const;

const listPath = ({ group, version, plural, namespaced }: KindDefinition): string =>
  `${group === '' ? `/api/${version}` : `/apis/${group}/${version}`}${namespaced ? '/namespaces/default' : ''}/${plural}`;

const nameOf = ({ metadata }: AnswerObject): string =>
  encodeURIComponent((metadata as { readonly name: string } | undefined)?.name ?? '');

/** What is stored can be sent back as it is, and is what it was; then it is deleted, for the next one to be as alone. */
async function takesBack(path: string, object: AnswerObject, kind: KindDefinition): Promise<void> {
  if (kind.verbs === undefined || kind.verbs.includes('update')) {
    const updated = await ask(cluster, 'PUT', path, object);
    if (updated.code === 409) {
      // The server itself was quicker: it writes statuses of its own.
      const { object: now } = await ask(cluster, 'GET', path);
      await takesBack(path, now, kind);
      return;
    }
    const shown = JSON.stringify(object);
    expect(updated.code, `PUT of ${shown} is answered with ${updated.object.message}`).toBe(200);
    expect(updated.object, `PUT of ${shown} changes it`).toEqual(object);
  }
  const { metadata } = object as { readonly metadata: { readonly finalizers?: readonly string[] } };
  if (metadata.finalizers !== undefined) {
    await ask(cluster, 'PUT', path, { ...object, metadata: { ...metadata, finalizers: undefined } });
  }
  const deleted = await ask(cluster, 'DELETE', `${path}?gracePeriodSeconds=0&propagationPolicy=Background`);
  expect(deleted.code, `DELETE of ${path} is answered with ${deleted.object.message}`).toBeLessThan(300);
}
