import { readFileSync } from 'node:fs';
import type { KubeObject } from '@tabernetes/apimachinery';
import { ADMIN, testApiServer } from '@tabernetes/apiserver/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runKubectl } from './testing/run-kubectl.ts';

interface Recorded {
  readonly args: readonly string[];
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

// What kubectl 1.32.5 printed for four objects.
const [head = '', ...lines] = readFileSync(new URL('../testdata/output-expressions.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '');
const { objects } = JSON.parse(head) as { readonly objects: readonly KubeObject[] };
const recorded = lines.map((line) => JSON.parse(line) as Recorded);

describe('KCT-21 output expressions through the program', () => {
  let api: Awaited<ReturnType<typeof testApiServer>>;
  beforeAll(async () => {
    api = await testApiServer();
    await api.send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'jp' } });
    for (const object of objects) {
      await api.send('POST', `/api/v1/namespaces/jp/${object.kind.toLowerCase()}s?fieldManager=kubectl-create`, object);
    }
  });
  afterAll(() => api.dispose());

  recorded.forEach(({ args, stdout, stderr, exit }, at) => {
    test(`KCT-21 ${at} kubectl ${args.join(' ').slice(0, 100)}`, async () => {
      const result = await runKubectl(args, {
        server: { request: (request) => api.server.request({ ...request, user: ADMIN }) },
      });
      const settle = (text: string): string =>
        isUnordered(args) ? [...blank(text).replace(/\d+/g, 'n')].sort().join('') : blank(text);
      expect({ stdout: settle(result.stdout), stderr: blank(result.stderr), code: result.code }).toEqual({
        stdout: settle(stdout),
        stderr: blank(stderr),
        code: exit,
      });
    });
  });
});

/** Go walks through maps in any order. */
const isUnordered = (args: readonly string[]): boolean =>
  args.some((arg) => arg.includes('{.*}') || arg.includes('{..}'));

/** What differs from run to run: times, versions, UIDs, ages. */
const blank = (text: string): string =>
  text
    .replace(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '<uid>')
    .replace(/\b20\d\d-\d\d-\d\dT[\d:]+Z/g, '<time>')
    .replace(/(resourceVersion[\\":\s]*)\d+/g, '$1<rv>')
    .replace(/0x[0-9a-f]{6,}/g, '<ptr>')
    .replace(/\b\d+[smh](\d+[sm])?\b/g, '<age>');
