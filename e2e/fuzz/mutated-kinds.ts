import { readFileSync } from 'node:fs';
import type { KindDefinition } from '@tabernetes/api';
import { wholeKinds } from '@tabernetes/api/testing';
import { type Rng, seededRng } from '@tabernetes/base';
import { type Cluster, createCluster } from '@tabernetes/cluster';
import { type Answer, type AnswerObject, ask } from '../ask.ts';
import { type Json, mutate } from '../mutate.ts';
import { kindKey } from '../probes/probes.ts';
import { enrich, sample } from './sample.ts';

/** The least, or something typical, that a kind asks for. */
export interface KindExample {
  readonly name: string;
  readonly kind: KindDefinition;
  readonly object: ExampleObject;
}

interface ExampleObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly [member: string]: Json;
}

/** What can be created and has no recorded example. */
const OTHERS: readonly RecordedExample[] = [
  {
    name: 'binding',
    in: { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'x' }, target: { kind: 'Node', name: 'n' } },
  },
  {
    name: 'localsubjectaccessreview',
    in: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'LocalSubjectAccessReview',
      metadata: { namespace: 'default' },
      spec: { user: 'ann', resourceAttributes: { namespace: 'default', verb: 'get', resource: 'pods' } },
    },
  },
  {
    name: 'selfsubjectrulesreview',
    in: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace: 'default' } },
  },
];

interface RecordedExample {
  readonly name: string;
  readonly in: ExampleObject;
}

/** An example for every kind that is served and can be created, for some several. */
export async function kindExamples(): Promise<readonly KindExample[]> {
  const kinds = new Map((await wholeKinds()).map((kind) => [`${kind.group}/${kind.version}/${kind.kind}`, kind]));
  const recorded = readFileSync(new URL('../golden/facts/defaults.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RecordedExample);
  return [...recorded, ...OTHERS].flatMap(({ name, in: object }) => {
    const kind = kinds.get(kindKey(object));
    return kind === undefined ? [] : [{ name, kind, object }];
  });
}

/** The dice of one example: the same whichever others are looked at. */
export const rngOf = (seed: number, { name }: KindExample): Rng => seededRng(seed).fork(name);

/** What came of the changes of one example. */
export interface MutationReport {
  /** Objects and changes that were sent. */
  readonly sent: number;
  /** How many of them were taken. */
  readonly created: number;
  readonly updated: number;
  /** What must not be: a crash, an answer of 500, an object that is stored and would be refused, each with what was sent. */
  readonly faults: readonly string[];
}

export interface MutatedKinds {
  /** Sends `count` mutations: half of them new objects, half changes of one that is there. */
  run(example: KindExample, options: { readonly count: number; readonly rng: Rng }): Promise<MutationReport>;
  stop(): Promise<void>;
}

/** A cluster of its own to which anything may be sent. */
export async function mutatedKinds(): Promise<MutatedKinds> {
  /** What the server did not expect. Some refusals of patches are 500 in Kubernetes too, and are none of these. */
  const unexpected: unknown[] = [];
  const onError = (error: unknown): void => void unexpected.push(error);
  const cluster = await createCluster({ nodes: 0, controllers: false, clock: 'virtual', onError });
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
  await ask(cluster, 'POST', '/api/v1/namespaces/default/serviceaccounts', account);
  return {
    async run(example, options) {
      const run = new Run(cluster, example, unexpected);
      // What is only asked for is not stored, and so not changed.
      const changes = example.kind.virtual === undefined ? Math.floor(options.count / 2) : 0;
      await run.create(options.count - changes, options.rng);
      await run.update(changes, options.rng);
      return run;
    },
    stop: () => cluster.stop(),
  };
}

const CHANGES = [
  ['PUT', 'application/json', ''],
  ['PATCH', 'application/merge-patch+json', ''],
  ['PATCH', 'application/strategic-merge-patch+json', ''],
  ['PATCH', 'application/apply-patch+yaml', '?fieldManager=e2e&force=true'],
] as const;

/** What Kubernetes, too, takes when something is created and refuses when it is sent back. */
const REFUSED_LATER = /^Node .* status\.addresses\[\d+\]: Duplicate value/;

/**
 * Who applies an item with an empty key owns it, although Go does not print the key: at the next update the object is not of its type,
 * and its managers are forgotten, here as there.
 */
const FORGOTTEN = /^\.metadata\.(resourceVersion |managedFields .*"Apply".*"k:\{\\"name\\":\\"\\"\}".* -> undefined$)/;

/** How many changes one object lives through. */
const CHANGES_PER_OBJECT = 16;

class Run implements MutationReport {
  sent = 0;
  created = 0;
  updated = 0;
  readonly faults: string[] = [];
  readonly #cluster: Cluster;
  readonly #example: KindExample;
  readonly #unexpected: unknown[];
  readonly #list: string;
  readonly #updatable: boolean;
  /** Where it can be changed: as a whole and by its sub-resources. */
  readonly #parts: readonly string[];

  constructor(cluster: Cluster, example: KindExample, unexpected: unknown[]) {
    const { group, version, plural, namespaced, verbs, subresources = [] } = example.kind;
    this.#cluster = cluster;
    this.#example = example;
    this.#unexpected = unexpected;
    this.#list = `${group === '' ? `/api/${version}` : `/apis/${group}/${version}`}${namespaced ? '/namespaces/default' : ''}/${plural}`;
    const parts = subresources.flatMap(({ type, name }) => (type === 'update' ? [`/${name}`] : []));
    this.#parts = ['', '', ...parts];
    this.#updatable = verbs === undefined || verbs.includes('update');
  }

  async create(count: number, rng: Rng): Promise<void> {
    const { kind, object: example } = this.#example;
    for (let left = count; left > 0; left--) {
      this.sent += 1;
      const body = this.#changed(example, rng);
      const answer = await this.#ask('POST', this.#list, body);
      if (answer.code !== 201 || kind.virtual !== undefined) continue;
      this.created += 1;
      const path = this.#pathOf(answer.object);
      await this.#takesBack(path, answer.object);
      await this.#remove(path);
      await this.#takesAgain(path, answer.object);
    }
  }

  async update(count: number, rng: Rng): Promise<void> {
    const { object: example } = this.#example;
    let path = '';
    let part = '';
    for (let i = 0; i < count; i++) {
      this.sent += 1;
      if (i % CHANGES_PER_OBJECT === 0) {
        if (path !== '') await this.#remove(path);
        const made = await this.#ask('POST', this.#list, example);
        if (made.code !== 201) this.#fault('is not taken', 'POST', example, made);
        path = this.#pathOf(made.object);
        // One for its whole life: a sub-resource lets in what the rules of the whole, which do not look there then, would refuse.
        part = this.#parts[rng.int(this.#parts.length)] ?? '';
      }
      const { code, object: now } = await this.#ask('GET', path);
      const whole = code === 200 && rng.int(2) === 0 ? (now as ExampleObject) : example;
      const body = this.#changed(part === '/status' ? { ...whole, status: this.#status(rng) } : whole, rng);
      const [method, type, query] = CHANGES[rng.int(CHANGES.length)] ?? CHANGES[0];
      const changed = await this.#ask(method, `${path}${part}${query}`, body, type);
      if (changed.code !== 200) continue;
      this.updated += 1;
      await this.#takesBack(`${path}${part}`, changed.object, part !== '');
    }
    if (path !== '') await this.#remove(path);
  }

  /** Another object of the same kind: often with a field more, then with whatever chance brings. */
  #changed(object: ExampleObject, rng: Rng): Json {
    let enriched: Json = object;
    while (rng.int(2) === 0) enriched = enrich(enriched, this.#example.kind.schema, rng);
    // The rest of the time it is what was added that is looked at.
    return enriched !== object && rng.int(2) === 0 ? enriched : mutate(enriched, rng);
  }

  #status(rng: Rng): Json {
    const field = this.#example.kind.schema.byName.get('status');
    return field === undefined ? {} : sample(field.schema, rng, field);
  }

  /**
   * What is stored can be sent back as it is, and is what it was. What is sent to a sub-resource may change once: the whole is
   * defaulted by what it is sent with, and stored with the rest of what is there.
   */
  async #takesBack(path: string, object: AnswerObject, mayChange = false): Promise<void> {
    if (!this.#updatable || object.kind === 'Status') return;
    const answer = await this.#ask('PUT', path, object);
    if (answer.code === 409 || answer.code === 404) {
      // The server itself was quicker: it writes statuses of its own, and ends what has lost its last finalizer.
      const now = await this.#ask('GET', path);
      if (now.code !== 200) return;
      if (versionOf(now.object) === versionOf(object)) this.#fault('is not taken back', 'PUT', object, answer);
      else await this.#takesBack(path, now.object, mayChange);
      return;
    }
    if (answer.code !== 200) {
      if (REFUSED_LATER.test(answer.object.message ?? '')) return;
      this.#fault('is not taken back', 'PUT', object, answer);
      return;
    }
    const changes = differences(object, answer.object);
    const forgotten = changes.every((change) => FORGOTTEN.test(change));
    if (changes.length === 0 || forgotten) return;
    if (mayChange) await this.#takesBack(path, answer.object);
    else this.#fault(`is changed: ${changes.join(', ')}`, 'PUT', object, answer);
  }

  /** What is gone may come once more as it was stored, unless the server has written its identity into it, as it does for Jobs. */
  async #takesAgain(path: string, object: AnswerObject): Promise<void> {
    const { resourceVersion: _, uid, ...metadata } = object['metadata'] as Record<string, unknown>;
    const body = { ...object, metadata };
    // Namespaces go when what is in them has gone, for which somebody else cares.
    if (JSON.stringify(body).includes(String(uid)) || (await this.#ask('GET', path)).code === 200) return;
    const answer = await this.#ask('POST', `${this.#list}?dryRun=All`, body);
    if (answer.code !== 201) this.#fault('is not taken again', 'POST', body, answer);
  }

  /** Deletes it, for the next one to be as alone. */
  async #remove(path: string): Promise<void> {
    const { code, object } = await this.#ask('GET', path);
    if (code !== 200) return;
    const { metadata } = object as { readonly metadata: { readonly finalizers?: readonly string[] } };
    if (metadata.finalizers !== undefined) {
      // What came by a sub-resource may be such that the whole is refused.
      for (const part of new Set(this.#parts)) {
        const body = { ...object, metadata: { ...metadata, finalizers: undefined } };
        if ((await this.#ask('PUT', `${path}${part}`, body)).code === 200) break;
      }
    }
    const answer = await this.#ask('DELETE', `${path}?gracePeriodSeconds=0&propagationPolicy=Background`);
    if (object.kind === 'Namespace')
      await this.#ask('PUT', `${path}/finalize`, { ...object, metadata: { name: nameOf(object) }, spec: {} });
    if (answer.code >= 300 && answer.code !== 404) this.#fault('cannot be deleted', 'DELETE', object, answer);
  }

  async #ask(method: string, path: string, body?: unknown, type?: string): Promise<Answer> {
    const answer = await ask(this.#cluster, method, path, body, type);
    for (const error of this.#unexpected.splice(0)) {
      this.#fault(
        `broke: ${error instanceof Error ? error.stack : String(error)}`,
        `${method} ${type ?? ''}`,
        body,
        answer,
      );
    }
    return answer;
  }

  #pathOf(object: AnswerObject): string {
    return `${this.#list}/${encodeURIComponent(nameOf(object))}`;
  }

  #fault(what: string, method: string, body: unknown, { code, object }: Answer): void {
    const sent = JSON.stringify(body, (key, value: unknown) => (key === 'managedFields' ? undefined : value));
    this.faults.push(`${this.#example.name}: ${what} (${code} ${object.message ?? ''}): ${method} of ${sent}`);
  }
}

const nameOf = ({ metadata }: AnswerObject): string => (metadata as { name?: string } | undefined)?.name ?? '';

const versionOf = ({ metadata }: AnswerObject): unknown => (metadata as { resourceVersion?: unknown }).resourceVersion;

/** Where two values are not the same, with both. */
function differences(before: unknown, after: unknown, path = ''): readonly string[] {
  if (typeof before !== 'object' || typeof after !== 'object' || before === null || after === null) {
    return Object.is(before, after) ? [] : [`${path} ${JSON.stringify(before)} -> ${JSON.stringify(after)}`];
  }
  const [old, now] = [before as Record<string, unknown>, after as Record<string, unknown>];
  const names = new Set([...Object.keys(old), ...Object.keys(now)]);
  return [...names].flatMap((name) => differences(old[name], now[name], `${path}.${name}`));
}
