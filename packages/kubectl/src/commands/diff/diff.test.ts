import { describe, expect, test } from 'vitest';
import { kubectlOnServer } from '../../testing/admin-server.ts';

const settings = (value: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {app: x}}\ndata: {x: "${value}"}\n`;
const OTHER = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b, labels: {app: x}}\ndata: {z: "2"}\n';

const start = () =>
  kubectlOnServer({ '/work/a.yaml': settings('1'), '/work/changed.yaml': settings('2'), '/work/b.yaml': OTHER });

describe('KCT-42 kubectl diff', () => {
  test('KCT-42 ends with 0, 1 when something differs, and 2 for all else, flags included', async () => {
    const run = await start();
    await run('apply -f a.yaml');
    expect(await run('diff -f a.yaml')).toEqual({ stdout: '', stderr: '', code: 0 });
    const changed = await run('diff -f changed.yaml');
    expect(changed.code).toBe(1);
    expect(changed.stdout).toContain('-  x: "1"\n+  x: "2"\n');
    expect(await run('diff -f a.yaml --nope')).toEqual({
      stdout: '',
      stderr: "error: unknown flag: --nope\nSee 'kubectl diff -h' for help and examples\n",
      code: 2,
    });
    expect((await run('diff -f nope.yaml')).code).toBe(2);
  });

  test('KCT-42 hands two directories to the program of $KUBECTL_EXTERNAL_DIFF, and words that are plain', async () => {
    const run = await start();
    await run('apply -f a.yaml');
    const env = { KUBECTL_EXTERNAL_DIFF: 'meld -q $(x) --new=1' };
    const seen: string[] = [];
    const with_ = (code: number) =>
      run('diff -f changed.yaml', {
        env,
        files: { '/work/changed.yaml': settings('2') },
        spawn([program = '', from = '', to = '', ...words], fs) {
          const [live, merged] = [from, to].map((path) => fs.readText(`${path}/v1.ConfigMap.default.a`));
          seen.push(`${program} ${words.join(' ')} ${live?.includes('x: "1"')} ${merged?.includes('x: "2"')}`);
          return code;
        },
      });
    expect(await with_(0)).toEqual({ stdout: '', stderr: '', code: 0 });
    expect(await with_(1)).toEqual({ stdout: '', stderr: '', code: 1 });
    expect(await with_(3)).toEqual({ stdout: '', stderr: 'error: failed to run "meld": exit status 3\n', code: 2 });
    expect((await run('diff -f changed.yaml', { env })).stderr).toBe(
      'error: failed to run "meld": executable file not found in $PATH\n',
    );
    const blank = { env: { KUBECTL_EXTERNAL_DIFF: ' ' } };
    expect((await run('diff -f changed.yaml', blank)).stderr).toBe('error: failed to run "": exec: no command\n');
    expect(seen).toEqual(Array(3).fill('meld -q --new=1 true true'));
  });

  test('KCT-42 tells that an object keeps changing, and compares without a lock', async () => {
    const run = await start();
    await run('apply -f a.yaml --server-side --field-manager=other');
    const { stderr, code } = await run('diff -f changed.yaml --server-side');
    expect(stderr).toMatch(
      /^W\d{4} [\d:.]+ +\d+ diff\.go:723\] Object \(\/v1, Kind=ConfigMap: a\) keeps changing, diffing without lock\n/,
    );
    expect(stderr).toContain('conflict');
    expect(code).toBe(2);
  });

  test('KCT-42 --prune shows whole what would be deleted', async () => {
    const run = await start();
    await run('apply -f a.yaml');
    await run('apply -f b.yaml');
    const { stdout, code } = await run('diff -f a.yaml --prune -l app=x --prune-allowlist core/v1/ConfigMap');
    expect(code).toBe(1);
    expect(stdout).toContain('MERGED-');
    expect(stdout).toContain('v1.ConfigMap.default.b\t1970-01-01 00:00:00.000000000 +0000');
    expect(stdout).toContain('-  z: "2"');
    expect(stdout).not.toContain('v1.ConfigMap.default.a');
    expect((await run('diff -f a.yaml --prune --prune-allowlist v1/ConfigMap')).code).toBe(2);
  });
});

describe('KCT-43 kubectl apply view-last-applied', () => {
  test('KCT-43 passes over named objects that have none, and refuses those of files', async () => {
    const run = await start();
    await run('create -f a.yaml');
    await run('apply -f b.yaml');
    expect(await run('apply view-last-applied cm/a')).toEqual({ stdout: '', stderr: '', code: 0 });
    expect((await run('apply view-last-applied cm --all')).stdout).toContain('name: b\n');
    expect((await run('apply view-last-applied cm')).stderr).toBe(
      'error: resource(s) were provided, but no name was specified\n',
    );
    expect((await run('apply view-last-applied cm -n default')).stdout).toContain('name: b\n');
    const { stderr, code } = await run('apply view-last-applied -f a.yaml');
    expect(stderr).toContain('no last-applied-configuration annotation found on resource: a');
    expect(code).toBe(1);
  });
});
