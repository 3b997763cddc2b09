import { afterEach, expect, test } from 'vitest';
import type { PortLike } from '../../http-protocol.ts';
import type { TerminalReply, TerminalRequest } from '../../world-protocol.ts';
import { terminalSession } from './terminal-session.ts';
import type { Workstation } from './workstation.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** A terminal at a workstation of the test's own making. */
function at(workstation: Partial<Workstation>) {
  let toHost: ((event: { readonly data: unknown }) => void) | undefined;
  let shown = '';
  const port: PortLike = {
    postMessage(message) {
      const reply = message as TerminalReply;
      if (reply.type === 'output') shown += reply.text;
    },
    addEventListener: (_, listener) => {
      toHost = listener;
    },
    removeEventListener: () => undefined,
  };
  const session = terminalSession(port, {
    prompt: () => '$ ',
    run: () => Promise.resolve(0),
    complete: () => Promise.resolve({ length: 0, candidates: [] }),
    ...workstation,
  });
  cleanups.push(() => session.dispose());
  const send = (request: TerminalRequest): void => toHost?.({ data: request });
  const settle = async () => {
    for (let n = 0; n < 10; n++) await Promise.resolve();
  };
  return {
    shown: () => shown,
    async type(text: string) {
      send({ type: 'input', text });
      await settle();
    },
    send,
    settle,
  };
}

test('WRK-7 a line runs, prints, and the prompt comes back', async () => {
  const terminal = at({
    async run(line, { stdout }) {
      await stdout.write(`you typed\n${line}\n`);
      return 0;
    },
  });
  await terminal.type('kubectl get pods\r');
  expect(terminal.shown()).toContain('you typed\r\nkubectl get pods\r\n');
  expect(terminal.shown().endsWith('\u001b[2C')).toBe(true);
});

test('WRK-7 Ctrl-C brings the prompt back, even from a program that does not listen', async () => {
  const terminal = at({ run: () => new Promise(() => undefined) });
  await terminal.type('kubectl get pods -w\r');
  const before = terminal.shown().length;
  await terminal.type('\u0003');
  expect(terminal.shown().slice(before)).toContain('^C\r\n');
  expect(terminal.shown().slice(before)).toContain('$ ');
});

test('WRK-7 what is typed while a program runs is its input, up to Ctrl-D', async () => {
  let read = '';
  const terminal = at({
    async run(_, { stdin }) {
      read = await stdin.readText();
      return 0;
    },
  });
  await terminal.type('cat\r');
  await terminal.type('hello\r');
  await terminal.type('\u0004');
  expect(read).toBe('hello\n');
});

test('WRK-8 a program that prints more than the page can draw waits until it has been drawn', async () => {
  let written = 0;
  const terminal = at({
    async run(_, { stdout }) {
      for (; written < 100; written++) await stdout.write('x'.repeat(10_000));
      return 0;
    },
  });
  await terminal.type('yes\r');
  for (let n = 0; n < 50; n++) await terminal.settle();
  expect(written).toBeLessThan(100);
  for (let n = 0; n < 30; n++) {
    terminal.send({ type: 'drawn', characters: 100_000 });
    for (let m = 0; m < 20; m++) await terminal.settle();
  }
  expect(written).toBe(100);
});

test('WRK-9 Tab completes what is certain and lists what is not', async () => {
  const terminal = at({
    complete: (text) =>
      Promise.resolve(
        text.endsWith('get p')
          ? { length: 1, candidates: ['pods', 'podtemplates'] }
          : { length: 4, candidates: ['pods'] },
      ),
  });
  await terminal.type('kubectl get p\t');
  expect(terminal.shown()).toContain('kubectl get pod');
  await terminal.type('s\t');
  expect(terminal.shown()).toContain('kubectl get pods ');
});
