import { type Disposable, nextTurn } from '@tabernetes/base';
import type { Workstation } from '@tabernetes/cluster';
import type { PortLike } from '../../http-protocol.ts';
import type { TerminalReply, TerminalRequest } from '../../world-protocol.ts';

/** Characters on their way to the page before a program has to wait. */
const WINDOW = 256 * 1024;
/** What is sent at once, so that the page can draw in between. */
const PIECE = 32 * 1024;

type Screen = Parameters<Workstation['open']>[0];
type Machine = Awaited<ReturnType<Workstation['open']>>;

/** A terminal of the page, at whichever workstation there is. */
export interface TerminalSession extends Disposable {
  /** The machine has gone, or another one came in its place: a shell is opened there. */
  reconnect(): void;
}

/**
 * Ties a terminal of the page to one of the workstation: keys in, text out. Output of one turn goes in one message; a
 * program that prints more than the page can draw waits.
 */
export function terminalSession(
  port: PortLike,
  open: (screen: Screen) => Promise<Machine>,
  onClose: () => void = () => undefined,
): TerminalSession {
  let columns = 80;
  let rows = 24;
  let machine: Machine | undefined;
  /** Raised with each machine: what an earlier one still says is not heard. */
  let generation = 0;
  let typed = '';
  let output = '';
  let isSending = false;
  let undrawn = 0;
  let drawn: (() => void)[] = [];
  let isOver = false;
  let lastEdit = 0;
  const edits = new Map<number, (text: string | undefined) => void>();

  const send = (reply: TerminalReply): void => {
    if (!isOver) port.postMessage(reply);
  };
  const flush = async (): Promise<void> => {
    isSending = true;
    await nextTurn();
    for (let at = 0; at < output.length; at += PIECE) send({ type: 'output', text: output.slice(at, at + PIECE) });
    output = '';
    isSending = false;
  };
  const write = (text: string): Promise<void> | undefined => {
    if (text === '' || isOver) return undefined;
    output += text;
    undrawn += text.length;
    if (!isSending) void flush();
    return undrawn > WINDOW ? new Promise<void>((resolve) => drawn.push(resolve)) : undefined;
  };
  const edit = (text: string, fileName: string): Promise<string | undefined> => {
    const id = ++lastEdit;
    send({ type: 'edit', id, fileName, text });
    return new Promise((resolve) => edits.set(id, resolve));
  };
  const forgetEdits = (): void => {
    for (const [id, resolve] of edits) {
      send({ type: 'editOver', id });
      resolve(undefined);
    }
    edits.clear();
  };

  async function connect(): Promise<void> {
    const own = ++generation;
    try {
      const opened = await open({
        columns,
        rows,
        write: (text) => (own === generation ? write(text) : undefined),
        edit,
      });
      if (isOver || own !== generation) {
        opened.hangUp();
        return;
      }
      machine = opened;
      opened.resize(columns, rows);
      if (typed !== '') opened.type(typed);
      typed = '';
      const code = await opened.exited;
      if (own !== generation) return;
      machine = undefined;
      if (output !== '') await nextTurn();
      send({ type: 'exit', code });
    } catch (error) {
      if (own === generation) void write(`${error instanceof Error ? error.message : String(error)}\r\n`);
    }
  }

  const dispose = (): void => {
    if (isOver) return;
    isOver = true;
    generation++;
    machine?.hangUp();
    machine = undefined;
    for (const wake of drawn.splice(0)) wake();
    for (const resolve of edits.values()) resolve(undefined);
    edits.clear();
    port.removeEventListener('message', listener);
    onClose();
  };

  const listener = ({ data }: { readonly data: unknown }): void => {
    const request = data as TerminalRequest;
    switch (request.type) {
      case 'input':
        // Ctrl-C takes along what is being edited.
        if (request.text.includes('\u0003')) forgetEdits();
        if (machine === undefined) typed += request.text;
        else machine.type(request.text);
        break;
      case 'resize':
        ({ columns, rows } = request);
        machine?.resize(columns, rows);
        break;
      case 'drawn':
        undrawn = Math.max(0, undrawn - request.characters);
        if (undrawn <= WINDOW) for (const wake of drawn.splice(0)) wake();
        break;
      case 'edited':
        edits.get(request.id)?.(request.text);
        edits.delete(request.id);
        break;
      case 'close':
        dispose();
        break;
    }
  };

  port.addEventListener('message', listener);
  port.start?.();
  void connect();
  return {
    reconnect() {
      if (isOver) return;
      forgetEdits();
      machine = undefined;
      undrawn = 0;
      for (const wake of drawn) wake();
      drawn = [];
      void write('\r\n\u001b[2mThis is another cluster now: a new shell.\u001b[0m\r\n');
      void connect();
    },
    dispose,
  };
}
