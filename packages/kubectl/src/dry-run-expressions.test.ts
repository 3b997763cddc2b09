import { readFileSync } from 'node:fs';
import { ADMIN, testApiServer } from '@tabernetes/apiserver/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runKubectl } from './testing/run-kubectl.ts';

interface Recorded {
  readonly args: readonly string[];
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

// What kubectl 1.32.5 printed for expressions that a generator made, good and bad ones.
const [head = '', ...lines] = readFileSync(new URL('../testdata/dry-run-expressions.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '');
const { files } = JSON.parse(head) as { readonly files: Readonly<Record<string, string>> };
const recorded = lines.map((line) => JSON.parse(line) as Recorded);

describe('KCT-21 expressions of objects that are not sent', () => {
  let api: Awaited<ReturnType<typeof testApiServer>>;
  beforeAll(async () => {
    api = await testApiServer();
  });
  afterAll(() => api.dispose());

  recorded.forEach(({ args, stdout, stderr, exit }, at) => {
    test(`KCT-21 ${at} ${(args.at(-1) ?? '').replaceAll('\n', ' ').slice(0, 100)}`, async () => {
      // There is no OpenAPI to validate by.
      const result = await runKubectl([...args, '--validate=false'], {
        server: { request: (request) => api.server.request({ ...request, user: ADMIN }) },
        files: Object.fromEntries(Object.entries(files).map(([name, text]) => [`/work/${name}`, text])),
      });
      expect(result).toEqual({ stdout, stderr, code: exit });
    });
  });
});
