import { seededRng } from '@tabernetes/base';
import type { Process } from '@tabernetes/node-api';
import { describe, expect, test } from 'vitest';
import { drive } from '../../../shell/drive.ts';
import { inspect } from './documents.ts';
import { declareGlobals } from './globals.ts';
import { parseScript } from './parse.ts';
import { Runner } from './run.ts';
import { Scope } from './scope.ts';
import { nameOf, Quit, ScriptObject, Thrown, toText } from './values.ts';

/** What a script prints, and how it ends where that is not well. */
async function run(script: string): Promise<string> {
  let written = '';
  let rests = 0;
  const process = {
    argv: ['mongosh'],
    env: { YEAR: '2021' },
    pid: 7,
    rng: seededRng(1),
    now: () => Date.UTC(2025, 0, 1, 12),
    sleep: async () => undefined,
    stdout: {
      write: async (text: string) => {
        written += text;
      },
    },
  } as unknown as Process;
  const scope = new Scope(undefined);
  declareGlobals(process, scope);
  const rest = async (): Promise<void> => {
    // Whoever is killed is thrown out of its rest.
    if (++rests > 50) throw new Quit(137);
  };
  try {
    await drive(
      new Runner({ rest, order: async (verb, word) => `${verb} ${word}` }).script(parseScript(script), scope),
    );
  } catch (error) {
    if (error instanceof Quit) return `${written}[quit ${error.code}]`;
    if (error instanceof Thrown && error.value instanceof ScriptObject)
      return `${written}${nameOf(error.value)}: ${toText(error.value.entries.get('message'))}`;
    throw error;
  }
  return written;
}

describe('IMB-3 scripts of mongosh are run', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['var a = 1, b; print(a + 2, b, typeof b, typeof nothing)', '3 undefined undefined undefined\n'],
    ['let s = 0; for (let i = 0; i < 5; i++) { if (i === 3) continue; s += i } print(s)', '7\n'],
    ['let n = 3; do { print(n) } while (--n > 1)\nwhile (true) { n++; if (n > 4) break }\nprint(n)', '3\n2\n5\n'],
    ['for (const x of [1, "a", ...[2, 3]]) print(x); for (const k in {a: 1, b: 2}) print(k)', '1\na\n2\n3\na\nb\n'],
    ['const f = (a, b) => a * b; function g(x) { return x < 2 ? 1 : x * g(x - 1) } print(f(2, 3), g(5))', '6 120\n'],
    ['print([3, 1, 2].sort((a, b) => a - b).map(x => x * 2).filter((x) => x > 2).join("-"))', '4-6\n'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the script's
    ['print(`a${1 + 1}b ${"x".toUpperCase()} ${`in${1}`}`)', 'a2b X in1\n'],
    [
      'try { null.x } catch (e) { print(e.name, e.message) } finally { print("end") }',
      "TypeError Cannot read properties of null (reading 'x')\nend\n",
    ],
    ['try { throw { codeName: "X" } } catch (e) { if (e.codeName !== "Y") print("other") }', 'other\n'],
    ['print({ a: 1, "b-c": [1, "x"], d: { e: null } })', "{ a: 1, 'b-c': [ 1, 'x' ], d: { e: null } }\n"],
    [
      'print(JSON.stringify({ a: [1, undefined], b: undefined, d: new Date(0) }))',
      '{"a":[1,null],"d":"1970-01-01T00:00:00.000Z"}\n',
    ],
    [
      'var d = new Date("2021-2-1Z"); d.setMonth(d.getMonth() + 1); print("to " + d)',
      'to Mon Mar 01 2021 00:00:00 GMT+0000 (Coordinated Universal Time)\n',
    ],
    [
      'var d = new Date(); d.setHours(0,0,0,0); print(d.toISOString(), new Date(d) < new Date())',
      '2025-01-01T00:00:00.000Z true\n',
    ],
    [
      'print(parseInt(process.env["YEAR"]) + 1, 7 % 3, 2 ** 3, 1 / 4, "5" * 2, "5" + 2, 0.1 + 0.2 > 0.3)',
      '2022 1 8 0.25 10 52 true\n',
    ],
    [
      'print(1 == "1", 1 === "1", null == undefined, null ?? "d", 0 || "e", a = 3, a?.b?.c)',
      'true false true d e 3 undefined\n',
    ],
    [
      'var o = {n: 1, m() { return 2 }}; o.n++; o["k"] = o.m(); delete o.n; print(Object.keys(o), "k" in o)',
      "[ 'm', 'k' ] true\n",
    ],
    ['const a = 1\nconst b = 2\n;[a, b].forEach((x) => print(x))\nquit(3)\nprint("never")', '1\n2\n[quit 3]'],
    ['const c = 1; c = 2', 'TypeError: Assignment to constant variable.'],
    ['foo.bar()', 'ReferenceError: foo is not defined'],
    ['var x = {}; x.go()', 'TypeError: x.go is not a function'],
    ['function f() { return f() } f()', 'RangeError: Maximum call stack size exceeded'],
    ['var x = "xxxxxxxx"; while (true) x = x + x', 'RangeError: Invalid string length'],
    ['while (true) {}', '[quit 137]'],
    ['if (1) /* a\ncomment */ print("yes") // and another', 'yes\n'],
  ];
  for (const [script, want] of cases)
    test(script.replaceAll('\n', '⏎'), async () => expect(await run(script)).toBe(want));
});

describe('IMB-3 what is not known is refused before anything has run', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['print(1); class A {}', "The simulated mongosh has no 'class'. (1:0)"],
    ['print(1)\nswitch (x) {}', "The simulated mongosh has no 'switch'. (2:0)"],
    ['const {a} = b', 'The simulated mongosh has no destructuring. (1:0)'],
    ['/x/.test(y)', 'The simulated mongosh has no regular expressions. (1:0)'],
    ['print(1', 'Unexpected end of input. (1:0)'],
    ['print("a', 'Unterminated string constant. (1:0)'],
    ['if (1) }', "Unexpected token '}'. (1:0)"],
  ];
  for (const [script, want] of cases)
    test(script.replaceAll('\n', '⏎'), () => expect(() => parseScript(script)).toThrow(want));
});

test('IMB-3 nothing of the host can be reached', async () => {
  expect(await run('print("".constructor, [].__proto__, print.constructor, ({}).constructor)')).toBe(
    'undefined undefined undefined undefined\n',
  );
  expect(inspect(new ScriptObject([['__proto__', 1]]))).toBe('{ __proto__: 1 }');
});
