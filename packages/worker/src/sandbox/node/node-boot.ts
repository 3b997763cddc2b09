import type { Guest } from '@tabernetes/node-api';

/** What the thread is given. */
export interface BootData {
  readonly name: string;
  readonly guest: string;
  readonly program: string;
  /** Characters that may come out of one turn. */
  readonly maxLength: number;
}

/**
 * The first code of a thread: makes a realm that has nothing but the language, in which no text becomes code, and puts guest and program
 * into it. No object of this realm goes in, and nothing but texts comes out: who sits inside finds no way to Node by the constructors of
 * what it holds. What this realm has of Node goes all the same, should a way be found. Sent to threads as its text; names nothing outside of
 * itself.
 */
export function nodeBoot(require: NodeJS.Require): void {
  const { parentPort, workerData } = require('node:worker_threads') as typeof import('node:worker_threads');
  const vm = require('node:vm') as typeof import('node:vm');
  const { name, guest, program, maxLength } = workerData as BootData;
  const { process: host, setImmediate: later } = globalThis;
  if (parentPort === null) return;
  const port = parentPort;

  let inner: Guest | undefined;
  let refused: string | undefined;
  const onUnhandled = (reason: unknown): void => inner?.fail(reason);
  host.on('unhandledRejection', onUnhandled);
  try {
    const context = vm.createContext(Object.create(null), { codeGeneration: { strings: false, wasm: false } });
    inner = new vm.Script(guest, { filename: 'guest.js' }).runInContext(context) as Guest;
    const body = vm.compileFunction(program, ['module'], { parsingContext: context, filename: name });
    // Ask the empty realm what the language is.
    const language = new Set<string | symbol>(
      String(new vm.Script('Object.getOwnPropertyNames(globalThis)').runInContext(context)).split(','),
    );
    for (const key of Reflect.ownKeys(globalThis)) {
      const own = Object.getOwnPropertyDescriptor(globalThis, key);
      if (own?.configurable === true && !language.has(key)) Reflect.deleteProperty(globalThis, key);
    }
    // Should an object of this realm ever be in their hands, it leads to no maker of functions.
    const makers = 'function,async function,function*,async function*'
      .split(',')
      .map((kind) => vm.runInThisContext(`(${kind} () {})`) as object);
    for (const maker of makers) Reflect.deleteProperty(Object.getPrototypeOf(maker), 'constructor');
    inner.begin(body as Parameters<Guest['begin']>[0]);
  } catch (error) {
    inner = undefined;
    refused = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }

  const take = (): void => {
    let said: unknown;
    try {
      said = inner?.take();
    } catch {
      said = undefined;
    }
    const isFit = typeof said === 'string' && said.length <= maxLength;
    port.postMessage(isFit ? said : { refused: 'it says more at once than it may' });
  };
  port.on('message', (message: string) => {
    try {
      inner?.deliver(message);
    } catch {
      port.postMessage({ refused: 'it broke its worker' });
      return;
    }
    // Two turns: promises settle, those that nobody handles are told of, and what comes of that settles, too.
    later(() => later(take));
  });
  port.postMessage(refused === undefined ? {} : { refused });
}
