import { type Sandbox, SandboxError } from '@tabernetes/node-api';
import { guestText } from '../user-code/guest-text.ts';
import { type GuestTurn, type HostMessage, wireFormat } from '../user-code/protocol.ts';
import { functionBody } from '../user-code/script.ts';

/** What became of a program: what it wrote, and its exit code, what it threw, or why its worker is gone. */
export interface ProgramEnd {
  readonly said: string;
  readonly end: string;
}

export interface SandboxCase {
  readonly name: string;
  readonly source: string;
  readonly said?: string | RegExp;
  /** Default `0`. */
  readonly end?: string | RegExp;
  /** Browsers do not say how much memory a worker has. */
  readonly needsMemoryLimit?: boolean;
}

const START_MS = Date.UTC(2025, 0, 1);
const { packed, unpacked } = wireFormat();

/** Runs a program with a host that has output, sleep and nothing else. */
export async function runProgram(sandbox: Sandbox, source: string): Promise<ProgramEnd> {
  let said = '';
  let nowMs = START_MS;
  try {
    const worker = sandbox.start({ name: 'SBX-1 app.js', guest: guestText(), program: functionBody(source) });
    const messages: HostMessage[] = [
      {
        type: 'start',
        nowMs,
        argv: ['app'],
        env: { GREETING: 'hello' },
        cwd: '/',
        pid: 1,
        uid: 0,
        gid: 0,
        hostname: 'own',
        addresses: ['10.0.0.1'],
        seed: [1, 2, 3, 4],
      },
    ];
    try {
      for (;;) {
        const message = messages.shift();
        if (message === undefined) return { said, end: 'it waits for nothing' };
        const { calls, done } = unpacked(await worker.turn(packed({ ...message, nowMs }))) as GuestTurn;
        for (const { id, op, args } of calls) {
          if (!Array.isArray(args)) continue;
          if (op === 'write') said += String(args[1]);
          if (op === 'sleep') nowMs += Number(args[0]);
          if (id !== 0) messages.push({ type: 'reply', nowMs, id, ...(op === 'echo' && { value: args[0] }) });
        }
        if (done !== undefined) return { said, end: 'code' in done ? String(done.code) : `threw ${done.error}` };
      }
    } finally {
      worker.terminate();
    }
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    return { said, end: `${error.code}: ${error.message}` };
  }
}

/** A program that collects every object that it can reach, and does `with` each that is a function. */
const reaching = (body: string): string => `
const seen = new Set();
const look = (value) => {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) return;
  seen.add(value);
  look(Object.getPrototypeOf(value));
  for (const key of Reflect.ownKeys(value)) {
    let own;
    try { own = Object.getOwnPropertyDescriptor(value, key); } catch { continue; }
    look(own?.value); look(own?.get); look(own?.set);
  }
};
export default async (proc) => {
  const deep = () => deep() + 1;
  const errors = [];
  try { deep(); } catch (error) { errors.push(error); }
  try { null.x; } catch (error) { errors.push(error); }
  try { proc.stdout.write(1n); } catch (error) { errors.push(error); }
  await proc.stdout.write(1n).catch((error) => errors.push(error));
  look([globalThis, proc, errors, (function () { return this; })(), async () => 1, function* () {}, async function* () {}]);
  ${body}
};`;

/** What holds for every {@link Sandbox}; the same programs run in threads of Node and in workers of browsers. */
export const SANDBOX_CASES: readonly SandboxCase[] = [
  {
    name: 'SBX-1 a program writes, waits and ends with its code',
    source: `export default async function main(proc) {
      console.log(proc.argv[0], proc.env.GREETING, proc.hostname);
      const before = proc.now();
      await proc.sleep(1500);
      await proc.stdout.write(\`slept \${proc.now() - before}\\n\`);
      return 3;
    }`,
    said: 'app hello own\nslept 1500\n',
    end: '3',
  },
  {
    name: 'SBX-2 time is virtual, UTC, and stands still while it computes',
    source: `export default () => {
      const from = Date.now();
      for (let i = 0; i < 1e6; i++);
      console.log(new Date().toISOString(), Date.now() - from, new Date(2025, 5, 1).getTime(), new Date(0).getHours(), typeof Date());
      console.log(new Date().constructor === Date, Date.now === new Date().constructor.now, performance.now());
    };`,
    said: `2025-01-01T00:00:00.000Z 0 ${Date.UTC(2025, 5, 1)} 0 string\ntrue true 0\n`,
  },
  {
    name: 'SBX-2 chance comes from the seed',
    source: `export default (proc) => {
      console.log(Math.floor(Math.random() * 1e6), crypto.randomUUID().length, proc.rng.int(10) < 10);
    };`,
    said: '97156 36 true\n',
  },
  {
    name: 'SBX-2 timers fire in order, and can be taken back',
    source: `export default async () => {
      setTimeout(() => console.log('b'), 20);
      clearTimeout(setTimeout(() => console.log('never'), 5));
      await new Promise((resolve) => setTimeout(resolve, 10));
      queueMicrotask(() => console.log('a'));
      await new Promise((resolve) => setTimeout(resolve, 100));
    };`,
    said: /^(a\nb|b\na)\n$/,
  },
  {
    name: 'SBX-1 texts and bytes',
    source: `export default async () => {
      const text = 'aé€😀\\ud800';
      const bytes = new TextEncoder().encode(text);
      const decoder = new TextDecoder();
      let back = '';
      for (const byte of bytes) back += decoder.decode(Uint8Array.of(byte), { stream: true });
      console.log(bytes.join(' '), back, new TextDecoder().decode(Uint8Array.of(0xc0, 0xaf, 0xed, 0xa0, 0x80, 0x41)));
      console.log(btoa('abcd'), atob('YWJjZA=='), new URLSearchParams('?a=1&b=x+y%21').get('b'));
    };`,
    said: '97 195 169 226 130 172 240 159 152 128 239 191 189 aé€😀� �����A\nYWJjZA== abcd x y!\n',
  },
  {
    name: 'SBX-1 nothing of the host is there',
    source: `export default () => {
      const names = 'fetch XMLHttpRequest WebSocket WebTransport EventSource importScripts Worker SharedWorker BroadcastChannel MessageChannel ' +
        'indexedDB caches localStorage navigator location postMessage onmessage close self process require module Buffer global setImmediate ' +
        'WebAssembly SharedArrayBuffer Atomics WeakRef FinalizationRegistry Intl eval ShadowRealm structuredClone Blob Request document window';
      console.log(names.split(' ').filter((name) => typeof globalThis[name] !== 'undefined').join() || 'nothing');
      console.log(Object.getPrototypeOf(Object.getPrototypeOf(globalThis) ?? {})?.constructor?.name ?? 'Object');
    };`,
    said: /^nothing\n(Object|undefined|EventTarget|.*)\n$/,
  },
  {
    name: 'SBX-1 no text becomes code',
    source: reaching(`
      let made = 0;
      for (const value of seen) {
        if (typeof value !== 'function') continue;
        for (const make of [() => value('return 7'), () => new value('return 7'), () => Reflect.construct(value, ['return 7'], Object)]) {
          try { const result = make(); if (typeof result === 'function' && result() === 7) made++; } catch {}
        }
      }
      for (const make of [() => eval('7'), () => (0, eval)('7'), () => Function('return 7')(), () => (async () => {}).constructor('return 7')]) {
        try { make(); made++; } catch {}
      }
      console.log('made', made, seen.size > 300);`),
    said: /made 0 true\n$/,
  },
  {
    name: 'SBX-1 no object leads out of its realm',
    source: reaching(`
      const outside = [...seen].filter((value) => {
        const names = ['process', 'require', 'XMLHttpRequest', 'indexedDB', 'importScripts', 'parentPort', 'binding', 'getBuiltinModule', 'mainModule'];
        return names.some((name) => { try { return Object.hasOwn(value, name); } catch { return true; } });
      });
      const own = new Set([Object.prototype, Function.prototype]);
      const foreign = [...seen].filter((value) => {
        let top = value;
        for (let next = Object.getPrototypeOf(top); next !== null; next = Object.getPrototypeOf(top)) top = next;
        return top !== Object.prototype && top !== globalThis && Object.getPrototypeOf(value) !== null;
      });
      console.log(outside.length, foreign.length);`),
    said: '0 0\n',
  },
  {
    name: 'SBX-1 frames of the engine are not shown to programs',
    source: `export default () => {
      let shown = 0;
      try { Error.prepareStackTrace = () => { shown++; }; } catch {}
      try { globalThis.Error = class { static prepareStackTrace() { shown++; } }; } catch {}
      try { TypeError.prepareStackTrace = () => { shown++; }; null.x; } catch (error) { String(error.stack); }
      String(new Error('x').stack);
      console.log(shown);
    };`,
    said: '0\n',
  },
  {
    name: 'SBX-1 imports are refused, however they are spelt',
    source: "export default async () => { await import /* x */ ('data:text/javascript,1'); };",
    end: /^refused: line 1: programs of images cannot import/,
  },
  {
    name: 'SBX-1 a module is not loaded',
    source: "import fs from 'fs';\nexport default () => 0;",
    end: /^failed: SyntaxError/,
  },
  { name: 'SBX-1 mistakes of grammar are told', source: 'export default () => {', end: /^failed: SyntaxError: / },
  { name: 'SBX-1 a program without a function', source: 'export const x = 1;', end: /^threw .*no `export default`/ },
  {
    name: 'SBX-1 what it throws',
    source: "export default () => { throw new RangeError('too far'); };",
    end: /^threw RangeError: too far/,
  },
  {
    name: 'SBX-1 a rejection that nobody handles',
    source:
      "export default async (proc) => { Promise.reject(new Error('lost')); await proc.sleep(1000); await proc.sleep(1000); };",
    end: /^threw Error: lost/,
  },
  {
    name: 'SBX-3 a loop',
    source: 'export default () => { for (;;); };',
    end: /^overrun: it computed for [\d.]+ s without a pause, and was killed$/,
  },
  { name: 'SBX-3 a loop of promises', source: 'export default async () => { for (;;) await 0; };', end: /^overrun: / },
  { name: 'SBX-3 a loop before it begins', source: 'for (;;);', end: /^overrun: / },
  {
    name: 'SBX-3 an expression without end',
    source: "export default () => /(a+)+$/.exec('a'.repeat(40) + 'b');",
    end: /^overrun: /,
  },
  {
    name: 'SBX-3 memory without end',
    source: 'export default () => { const all = []; for (;;) all.push(new Array(100_000).fill(all.length)); };',
    end: /^memory: it took more than \d+ MB of memory, and was killed$/,
    needsMemoryLimit: true,
  },
  {
    name: 'SBX-1 a program that spoils its own realm',
    source: `export default async (proc) => {
      Array.prototype.join = () => { throw 1; };
      await proc.sleep(1);
    };`,
    end: /^failed: /,
  },
  {
    name: 'SBX-1 a program that sends what is no message',
    source: `export default async (proc) => {
      Array.prototype.join = () => ({ toString: () => '{"calls":7}' });
      await proc.sleep(1);
    };`,
    end: 'it waits for nothing',
  },
];

/** Whether a program came to the end that its case says. */
export function isAsSaid({ said, end = '0' }: SandboxCase, given: ProgramEnd): boolean {
  const fits = (want: string | RegExp, text: string): boolean =>
    typeof want === 'string' ? want === text : want.test(text);
  return fits(end, given.end) && (said === undefined || fits(said, given.said));
}
