import { MessageChannel } from 'node:worker_threads';
import type { CheckState } from '@tabernetes/worker/connect';
import { type PageHost, pageHost } from '@tabernetes/worker/host';
import { nodeSandbox } from '@tabernetes/worker/sandbox/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyDocuments } from '../editor/apply.ts';
import { ADDONS } from '../files/default-options.ts';
import { matchingExamples, readExample } from './example.ts';
import { LIBRARY } from './library.ts';
import { TOPICS } from './topics.ts';

describe('the library of examples', () => {
  let host: PageHost;
  // One cluster of the playground's make for all of them: each example has a namespace of its own, and ends with it.
  beforeAll(async () => {
    const sandbox = nodeSandbox();
    host = pageHost((options) => ({ ...options, sandbox }));
    await host.start({ nodes: 3, clock: 'virtual', kubelet: 'simulated', latency: 'short', addons: [...ADDONS] });
  });
  afterAll(() => host.stop());

  for (const { name, topic, expects, text } of LIBRARY) {
    test(`UI-9 ${name} reaches what it announces`, { timeout: 60_000 }, async () => {
      expect(TOPICS).toContain(topic);
      expect(expects.length).toBeGreaterThan(0);
      const applied = await applyDocuments({ host } as never, text, 'default');
      expect(applied.filter(({ outcome }) => outcome !== 'created').map(({ message }) => message)).toEqual([]);
      const { port1, port2 } = new MessageChannel();
      let states: readonly CheckState[] = [];
      port1.on('message', ({ checks }: { readonly checks: readonly CheckState[] }) => {
        states = checks;
      });
      await host.check(expects, port2 as never);
      for (let round = 0; round < 40 && !isMet(states); round++) {
        await host.advance('5s');
        await new Promise((resolve) => setImmediate(resolve));
      }
      port1.close();
      expect(states.map(({ text: of, state, detail }) => [of, state, state === 'met' ? '' : detail])).toEqual(
        expects.map((of) => [of, 'met', '']),
      );
      await removeAll(text);
    });
  }

  /** Takes away what an example brought, so that the next one finds room. */
  async function removeAll(text: string): Promise<void> {
    const applied = await applyDocuments({ host } as never, text, 'default', { dryRun: true });
    for (const { after } of [...applied].reverse()) {
      const link = await pathOf(after);
      if (link !== undefined) await host.request({ method: 'DELETE', path: link });
    }
    await host.advance('2m');
  }

  async function pathOf(object: (typeof LIBRARY)[number] | unknown): Promise<string | undefined> {
    const { apiVersion, kind, metadata } = object as {
      readonly apiVersion: string;
      readonly kind: string;
      readonly metadata: { readonly name: string; readonly namespace?: string };
    };
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const { body } = await host.request({ method: 'GET', path: root });
    const { resources } = body as { readonly resources?: readonly { readonly name: string; readonly kind: string }[] };
    const resource = resources?.find((each) => each.kind === kind)?.name;
    const scope = metadata.namespace === undefined ? '' : `/namespaces/${metadata.namespace}`;
    return resource === undefined ? undefined : `${root}${scope}/${resource}/${metadata.name}`;
  }
});

const isMet = (states: readonly CheckState[]): boolean =>
  states.length > 0 && states.every(({ state }) => state === 'met');

/** The patterns of Kubernetes Patterns, second edition, by part. */
const PATTERNS = [
  'Predictable demands, Declarative deployment, Health probe, Managed lifecycle, Automated placement',
  'Batch job, Periodic job, Daemon service, Singleton service, Stateless service, Stateful service, Service discovery, Self awareness',
  'Init container, Sidecar, Adapter, Ambassador',
  'EnvVar configuration, Configuration resource, Immutable configuration, Configuration template',
  'Process containment, Network segmentation, Secure configuration, Access control',
  'Controller, Operator, Elastic scale, Image builder',
].flatMap((part) => part.split(', '));

test('UI-9 every pattern of the book has an example of our own', () => {
  const titles = LIBRARY.filter(({ topic }) => topic.startsWith('Patterns: ')).map(({ title }) => title);
  expect(PATTERNS.filter((pattern) => !titles.includes(pattern))).toEqual([]);
});

test('UI-9 examples are found by words of what they are, tell and use', () => {
  expect(matchingExamples(LIBRARY, 'sidecar').map(({ name }) => name)).toContain('sidecar.yaml');
  expect(matchingExamples(LIBRARY, 'no such words')).toEqual([]);
  expect(matchingExamples(LIBRARY, '')).toBe(LIBRARY);
});

test('UI-9 an example that does not say what it is is a mistake', () => {
  expect(() => readExample('x.yaml', 'kind: Pod\n')).toThrow('x.yaml has no title');
});
