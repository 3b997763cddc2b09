import { nextTurn } from '@tabernetes/base';
import type { Workstation } from '@tabernetes/cluster';
import { afterEach, expect, test } from 'vitest';
import type { PortLike } from '../../http-protocol.ts';
import type { TerminalReply, TerminalRequest } from '../../world-protocol.ts';
import { terminalSession } from './terminal-session.ts';

type Screen = Parameters<Workstation['open']>[0];

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** A terminal at a machine of the test's own making. */
async function atMachine() {
  let toHost: ((event: { readonly data: unknown }) => void) | undefined;
  const replies: TerminalReply[] = [];
  const port: PortLike = {
    postMessage: (message) => void replies.push(message as TerminalReply),
    addEventListener: (_, listener) => {
      toHost = listener;
    },
    removeEventListener: () => undefined,
  };
  const machines: { screen: Screen; typed: string; hungUp: boolean; size: string; exit(code: number): void }[] = [];
  let closed = 0;
  const session = terminalSession(
    port,
    async (screen) => {
      let exit: (code: number) => void = () => undefined;
      const exited = new Promise<number>((resolve) => {
        exit = resolve;
      });
      const machine = { screen, typed: '', hungUp: false, size: '', exit };
      machines.push(machine);
      return {
        type(keys) {
          machine.typed += keys;
        },
        resize(columns, rows) {
          machine.size = `${columns}x${rows}`;
        },
        hangUp() {
          machine.hungUp = true;
        },
        exited,
      };
    },
    () => closed++,
  );
  cleanups.push(() => session.dispose());
  const settle = async (): Promise<void> => {
    for (let n = 0; n < 5; n++) await nextTurn();
  };
  const send = (request: TerminalRequest): void => toHost?.({ data: request });
  return {
    session,
    machines,
    replies,
    settle,
    send,
    closed: () => closed,
    shown: () => replies.map((reply) => (reply.type === 'output' ? reply.text : '')).join(''),
  };
}

test('WRK-7 keys and sizes go to the machine, also those from before it was there; text comes back in one piece per turn', async () => {
  const { machines, send, settle, replies } = await atMachine();
  send({ type: 'input', text: 'ls' });
  send({ type: 'resize', columns: 100, rows: 30 });
  await settle();
  const [machine] = machines;
  send({ type: 'input', text: '\r' });
  expect(machine).toMatchObject({ typed: 'ls\r', size: '100x30' });
  for (const text of ['a', 'b', 'c']) void machine?.screen.write(text);
  await settle();
  expect(replies).toEqual([{ type: 'output', text: 'abc' }]);
  machine?.exit(3);
  await settle();
  expect(replies.at(-1)).toEqual({ type: 'exit', code: 3 });
});

test('WRK-8 who prints more than the page can draw waits until it has been drawn; nothing is left out', async () => {
  const { machines, send, settle, shown } = await atMachine();
  await settle();
  const [machine] = machines;
  let written = 0;
  const print = async (): Promise<void> => {
    for (; written < 100; written++) await machine?.screen.write('x'.repeat(10_000));
  };
  const printing = print();
  await settle();
  expect(written).toBeLessThan(100);
  for (let n = 0; n < 30; n++) {
    send({ type: 'drawn', characters: 100_000 });
    await settle();
  }
  await printing;
  await settle();
  expect(shown().length).toBe(1_000_000);
});

test('WRK-12 a text goes to the page to be edited and comes back; Ctrl-C gives it up', async () => {
  const { machines, send, settle, replies } = await atMachine();
  await settle();
  const [machine] = machines;
  const edited = machine?.screen.edit?.('a: 1\n', 'x.yaml');
  expect(replies.at(-1)).toEqual({ type: 'edit', id: 1, fileName: 'x.yaml', text: 'a: 1\n' });
  send({ type: 'edited', id: 1, text: 'a: 2\n' });
  expect(await edited).toBe('a: 2\n');
  const given = machine?.screen.edit?.('a: 1\n', 'x.yaml');
  send({ type: 'input', text: '\u0003' });
  expect(await given).toBeUndefined();
  expect(replies.at(-1)).toEqual({ type: 'editOver', id: 2 });
});

test('WRK-7 another cluster: the terminal gets a shell there; closed, it hangs up', async () => {
  const { session, machines, settle, send, closed } = await atMachine();
  await settle();
  session.reconnect();
  await settle();
  expect(machines).toHaveLength(2);
  send({ type: 'close' });
  expect(machines[1]?.hungUp).toBe(true);
  expect(closed()).toBe(1);
});
