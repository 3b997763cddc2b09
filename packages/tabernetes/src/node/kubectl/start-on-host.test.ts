import type { InputStream, OutputStream } from '@tabernetes/node-api';
import { expect, test } from 'vitest';
import { startOnHost } from './start-on-host.ts';

const collected = (): OutputStream & { text(): string } => {
  let text = '';
  const decoder = new TextDecoder();
  return {
    async write(chunk) {
      text += typeof chunk === 'string' ? chunk : decoder.decode(chunk);
    },
    close: () => undefined,
    text: () => text,
  };
};

const input = (text: string): InputStream => {
  const rest = [new TextEncoder().encode(text)];
  return {
    read: async () => rest.shift(),
    readLine: async () => undefined,
    readText: async () => '',
    close: () => undefined,
  };
};

test('TAB-10 programs of the host read and write the streams that they are given', async () => {
  const [stdout, stderr] = [collected(), collected()];
  const { exited } = startOnHost(['/bin/sh', '-c', 'cat; echo "$A $PWD"; echo no >&2; exit 3'], {
    stdin: input('in\n'),
    stdout,
    stderr,
    env: { A: 'b' },
    cwd: '/',
  });
  expect(await exited).toBe(3);
  expect(stdout.text()).toBe('in\nb /\n');
  expect(stderr.text()).toBe('no\n');
});

test('TAB-10 what is no program of the host ends with 127', async () => {
  expect(await startOnHost(['/no/such'], { stdout: collected() }).exited).toBe(127);
});
