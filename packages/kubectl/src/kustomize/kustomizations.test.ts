import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runKubectl } from '../testing/run-kubectl.ts';

interface Recorded {
  readonly path: string;
  readonly files: Readonly<Record<string, string>>;
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

// What kubectl 1.32.5 (kustomize 5.5.0) printed, times and addresses of memory blanked. Long files that several have stand in the first line.
const [head = '', ...lines] = readFileSync(new URL('../../testdata/kustomizations.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '');
const { shared } = JSON.parse(head) as { readonly shared: Readonly<Record<string, string>> };
const recorded = lines.map((line) => JSON.parse(line) as Recorded);

describe('KCT-63 kustomizations as kubectl builds them', () => {
  recorded.forEach(({ path, files, stdout, stderr, exit }, at) => {
    const [, own = ''] = Object.entries(files).find(([name]) => name.endsWith('kustomization.yaml')) ?? [];
    test(`KCT-63 ${at} ${own.replaceAll('\n', ' ').slice(0, 80)}`, async () => {
      const result = await runKubectl(['kustomize', path], {
        files: Object.fromEntries(
          Object.entries(files).map(([name, text]) => [`/work/${name}`, shared[text] ?? text] as const),
        ),
      });
      expect(result).toEqual({ stdout, stderr, code: exit });
    });
  });
});
