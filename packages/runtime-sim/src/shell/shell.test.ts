import { describe, expect, test } from 'vitest';
import recorded from '../../testdata/shell/cases.json' with { type: 'json' };
import { runScript } from './testing/script-world.ts';

describe('SH-1 scripts do what busybox 1.35 does', () => {
  for (const { script, ...want } of recorded) {
    test(script.slice(0, 100).replaceAll('\n', '⏎'), async () => {
      expect(await runScript(script)).toEqual(want);
    });
  }
});

test('SH-3 `wait -n` gives the code of the child that ends first, then of the next', async () => {
  const script = '(sleep 2; exit 3) & (sleep 1; exit 5) & wait -n; echo $?; wait -n; echo $?; wait -n; echo $?';
  expect((await runScript(script)).stdout).toBe('5\n3\n127\n');
  expect((await runScript('sleep 1 & p=$!; sleep 9 & wait -n $p; echo $?')).stdout).toBe('0\n');
});

test('SH-4 what the environment holds under names that are none reaches children', async () => {
  const script = "env 'data-1=x' sh -c 'env | grep data'";
  expect((await runScript(script)).stdout).toBe('data-1=x\n');
  expect((await runScript(script, { image: 'registry.k8s.io/e2e-test-images/busybox:1.36.1-1' })).stdout).toBe(
    'data-1=x\n',
  );
  for (const image of ['busybox:1.36', 'docker.io/library/busybox:1.28', 'busybox:1.36-musl'])
    expect((await runScript(script, { image })).stdout).toBe('');
});
