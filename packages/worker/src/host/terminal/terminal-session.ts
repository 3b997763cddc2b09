import type { Disposable } from '@tabernetes/base';
import type { Chunk, OutputStream } from '@tabernetes/node-api';
import type { PortLike } from '../../http-protocol.ts';
import type { TerminalReply, TerminalRequest } from '../../world-protocol.ts';
import { type KeyQueue, keyQueue } from './key-queue.ts';
import { LineEditor } from './line-editor.ts';
import type { Workstation } from './workstation.ts';

/** Characters on their way to the page before a program has to wait. */
const WINDOW = 256 * 1024;

/**
 * A terminal of the page: a prompt with a line editor while nothing runs, and the standard streams of what runs else.
 * Ctrl-C always brings the prompt back. A program that prints more than the page can draw waits.
 */
export function terminalSession(port: PortLike, workstation: Workstation): Disposable {
  let columns = 80;
  let rows = 24;
  let running: { readonly keys: KeyQueue; readonly interrupt: AbortController } | undefined;
  let undrawn = 0;
  let drawn: (() => void)[] = [];
  let isOver = false;
  const resized = new Set<(columns: number, rows: number) => void>();

  const print = (text: string): void => {
    if (text === '' || isOver) return;
    undrawn += text.length;
    port.postMessage({ type: 'output', text } satisfies TerminalReply);
  };
  const stream = (signal: AbortSignal): OutputStream => {
    const decoder = new TextDecoder();
    return {
      async write(chunk: Chunk) {
        if (signal.aborted) throw signal.reason;
        const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
        // Terminals want a return before each new line; programs do not write it.
        print(text.replace(/\r?\n/g, '\r\n'));
        if (undrawn > WINDOW) await new Promise<void>((resolve) => drawn.push(resolve));
      },
      close: () => undefined,
    };
  };

  const editor = new LineEditor({
    print,
    emit(event) {
      if (event.type === 'line') void perform(event.text);
      else if (event.type === 'complete') void complete(event.text);
      else if (event.type === 'interrupt') editor.begin(workstation.prompt());
      else port.postMessage({ type: 'exit', code: 0 } satisfies TerminalReply);
    },
  });

  async function perform(line: string): Promise<void> {
    if (line.trim() === '') {
      editor.begin(workstation.prompt());
      return;
    }
    const keys = keyQueue();
    const interrupt = new AbortController();
    running = { keys, interrupt };
    const terminal = {
      get columns() {
        return columns;
      },
      get rows() {
        return rows;
      },
      onResize(listener: (columns: number, rows: number) => void) {
        resized.add(listener);
        return { dispose: () => void resized.delete(listener) };
      },
    };
    const out = stream(interrupt.signal);
    const stopped = new Promise<void>((resolve) => interrupt.signal.addEventListener('abort', () => resolve()));
    try {
      const { signal } = interrupt;
      // A program that does not listen must not keep the prompt from coming back.
      await Promise.race([workstation.run(line, { stdin: keys, stdout: out, stderr: out, terminal, signal }), stopped]);
    } catch (error) {
      if (!interrupt.signal.aborted) print(`${error instanceof Error ? error.message : String(error)}\r\n`);
    }
    running = undefined;
    if (!isOver) editor.begin(workstation.prompt());
  }

  async function complete(text: string): Promise<void> {
    const { length, candidates } = await workstation.complete(text);
    const [first] = candidates;
    if (first === undefined || running !== undefined) return;
    const common = candidates.reduce(commonPrefix);
    if (candidates.length === 1) editor.complete(length, `${first}${first.endsWith('/') ? '' : ' '}`);
    else if (common.length > length) editor.complete(length, common);
    else {
      print(`\r\n${inColumns(candidates, columns)}`);
      editor.redraw();
    }
  }

  const listener = ({ data }: { readonly data: unknown }): void => {
    const request = data as TerminalRequest;
    switch (request.type) {
      case 'input':
        type(request.text);
        break;
      case 'resize':
        ({ columns, rows } = request);
        editor.resize(columns);
        for (const told of resized) told(columns, rows);
        break;
      case 'signal':
        running?.interrupt.abort(new Error('interrupted'));
        break;
      case 'drawn':
        undrawn = Math.max(0, undrawn - request.characters);
        if (undrawn <= WINDOW) for (const wake of drawn.splice(0)) wake();
        break;
    }
  };

  function type(text: string): void {
    if (running === undefined) {
      editor.feed(text);
      return;
    }
    for (const key of text) {
      if (key === '\u0003') {
        print('^C\r\n');
        running.interrupt.abort(new Error('interrupted'));
      } else if (key === '\u0004') running.keys.end();
      else {
        const typed = key === '\r' ? '\n' : key;
        print(typed === '\n' ? '\r\n' : typed);
        running.keys.push(typed);
      }
    }
  }

  port.addEventListener('message', listener);
  port.start?.();
  editor.begin(workstation.prompt());
  return {
    dispose() {
      isOver = true;
      running?.interrupt.abort(new Error('the terminal was closed'));
      for (const wake of drawn) wake();
      drawn = [];
      port.removeEventListener('message', listener);
    },
  };
}

function commonPrefix(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return a.slice(0, length);
}

/** Names beside each other, as many as fit. */
function inColumns(names: readonly string[], columns: number): string {
  const width = Math.max(...names.map((name) => name.length)) + 2;
  const perLine = Math.max(1, Math.floor(columns / width));
  let text = '';
  names.forEach((name, at) => {
    const isLast = (at + 1) % perLine === 0 || at === names.length - 1;
    text += isLast ? `${name}\r\n` : name.padEnd(width);
  });
  return text;
}
