import { expect, test } from 'vitest';
import { runKubectl } from '../../testing/run-kubectl.ts';

const failing = (code: string) => ({
  serve: () => {
    throw Object.assign(new Error(code), { code });
  },
});

test('KCT-48 proxy refuses ports and addresses that it cannot listen on, in the words of Go', async () => {
  const cases: readonly (readonly [flags: string, code: string, stderr: string])[] = [
    ['--port=70000', '', 'listen tcp: address 70000: invalid port'],
    ['--port=-1', '', 'listen tcp: address -1: invalid port'],
    ['--port=80', 'EADDRINUSE', 'listen tcp 127.0.0.1:80: bind: address already in use'],
    ['--address=::1', 'EACCES', 'listen tcp [::1]:8001: bind: permission denied'],
    ['--address=10.9.9.9', 'EADDRNOTAVAIL', 'listen tcp 10.9.9.9:8001: bind: cannot assign requested address'],
    ['--address=300.1.1.1', 'ENOTFOUND', 'listen tcp: lookup 300.1.1.1: no such host'],
  ];
  for (const [flags, code, stderr] of cases) {
    expect(await runKubectl(['proxy', ...flags.split(' ')], { net: failing(code) })).toEqual({
      stdout: '',
      stderr: `error: ${stderr}\n`,
      code: 1,
    });
  }
});

test('KCT-48 proxy ends with 255 for expressions that are none, and warns of what is unwise', async () => {
  const { stderr, code } = await runKubectl(['proxy', '--accept-hosts=ok,(']);
  expect(code).toBe(255);
  expect(stderr).toMatch(
    /^F0101 .* proxy_server\.go:83\] Error compiling re: error parsing regexp: missing closing \): `\(`\n$/,
  );
  const warned = await runKubectl(['proxy', '--disable-filter', '--www=nodir', '--port=-1']);
  expect(warned.stderr.split('\n').map((line) => line.replace(/^.*\] /, ''))).toEqual([
    'Request filter disabled, your proxy is vulnerable to XSRF attacks, please be cautious',
    'Failed to stat static file directory nodir: stat nodir: no such file or directory',
    'error: listen tcp: address -1: invalid port',
    '',
  ]);
});
