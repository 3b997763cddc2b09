import { describe, expect, test } from 'vitest';
import { kubectlOnServer } from '../testing/admin-server.ts';

const SETTINGS = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';
const EMPTY = 'error: resource name may not be empty\n';

describe('KCT-53 names that are empty, as unset variables leave them', () => {
  const cases = [
    ['get cm ', EMPTY],
    ['describe cm ', EMPTY],
    ['delete cm ', EMPTY],
    ['label cm  x=y', EMPTY],
    ['patch cm  -p {}', EMPTY],
    ['cordon ', EMPTY],
    ['scale deploy  --replicas=1', 'error: no objects passed to scale resource name may not be empty\n'],
    ['run  --image=x', 'error: Parameter: name is required\n'],
  ] as const;
  for (const [line, stderr] of cases) {
    test(`KCT-53 kubectl ${line}`, async () => {
      const run = await kubectlOnServer({ '/work/a.yaml': SETTINGS });
      await run('create -f a.yaml');
      expect(await run(line)).toEqual({ stdout: '', stderr, code: 1 });
      expect((await run('get cm -o name')).stdout).toBe('configmap/a\n');
    });
  }

  test('KCT-53 others that are named beside them are shown', async () => {
    const run = await kubectlOnServer({ '/work/a.yaml': SETTINGS });
    await run('create -f a.yaml');
    expect(await run('get cm a  -o name')).toEqual({ stdout: 'configmap/a\n', stderr: EMPTY, code: 1 });
  });

  test('KCT-53 logs of nobody', async () => {
    const run = await kubectlOnServer({});
    expect((await run('logs ')).stderr).toMatch(
      /^error: You must provide one or more resources by argument or filename/,
    );
  });
});

test('KCT-54 get --watch prints what there is with its kind', async () => {
  const run = await kubectlOnServer({ '/work/a.yaml': SETTINGS });
  await run('create -f a.yaml');
  const interrupt = new AbortController();
  let printed = '';
  const stdout = {
    async write(chunk: string | Uint8Array) {
      if (printed !== '') interrupt.abort();
      else await run('label cm a x=y');
      printed += String(chunk);
    },
    close: () => undefined,
  };
  await run('get cm --watch -o yaml', { signal: interrupt.signal, stdout }).catch(() => undefined);
  expect(printed.match(/^kind: .*/gm)).toEqual(['kind: ConfigMap', 'kind: ConfigMap']);
});
