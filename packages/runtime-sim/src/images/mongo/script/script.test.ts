import { seededRng } from '@tabernetes/base';
import type { Process } from '@tabernetes/node-api';
import { describe, expect, test } from 'vitest';
import { drive } from '../../../shell/drive.ts';
import { inspect } from './documents.ts';
import { declareGlobals } from './globals.ts';
import { parseScript } from './parse.ts';
import { Runner } from './run.ts';
import { Scope } from './scope.ts';
import { ScriptSyntaxError } from './syntax-error.ts';
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
    await drive(new Runner({ rest }).script(parseScript(script), scope));
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
    [
      'for (const n of [1, 2, 3, 9]) switch (n) { case 1: print("one"); case 2: print("two"); break; default: print("many"); case 3: print("three") }',
      'one\ntwo\ntwo\nthree\nmany\nthree\n',
    ],
    [
      'const { a, b: [c = 7, ...d], ...e } = { a: 1, b: [undefined, 2, 3], f: 4 }; let [x, , y] = "xyz"; [x, y] = [y, x]; print(a, c, d, e, x, y)',
      '1 7 [ 2, 3 ] { f: 4 } z x\n',
    ],
    [
      'const f = ({ a = 1 }, b = a + 1, ...more) => [a, b, more]; print(f({}), f({ a: 5 }, 6, 7, 8))',
      '[ 1, 2, [] ] [ 5, 6, [ 7, 8 ] ]\n',
    ],
    ['const { a } = null', "TypeError: Cannot destructure 'null' as it is null."],
    [
      'outer: for (let i = 0; ; i++) { for (let j = 0; ; j++) { if (i > 1) break outer; if (j > 0) continue outer; print(i, j) } }',
      '0 0\n1 0\n',
    ],
    ['const fs = []; for (let i = 0; i < 3; i++) fs.push(() => i); print(fs.map(f => f()), (1, 2))', '[ 0, 1, 2 ] 2\n'],
    [
      'let a; print(a?.b.c(), a?.[x()], a?.b(y())); try { (a?.b).c } catch (e) { print(e.message) }',
      "undefined undefined undefined\nCannot read properties of undefined (reading 'c')\n",
    ],
    [
      'let n = 0; const o = { a: 1, get: 2 }; const k = () => { n++; return "a" }; o[k()] += 2; o[k()]++; o.b ??= 5; o.b ||= f(); print(o, n)',
      '{ a: 4, get: 2, b: 5 } 2\n',
    ],
    [
      'async function f(x) { return await x } print(await f(3), typeof f, (function g(n) { return n ? g(n - 1) : "end" })(3))',
      '3 function end\n',
    ],
    ['let a = [1]; while (true) a = [...a, ...a]', 'RangeError: Invalid array length'],
    ['let a = [1]; while (true) a = a.concat(a)', 'RangeError: Invalid array length'],
    ['for (const [k, v] of [[1, 2]]) print(k, v); for (const k in { a: 1 }) print(k)', '1 2\na\n'],
    ['for (;;);', '[quit 137]'],
    ['a: for (;;) switch (1) { case 1: continue a }', '[quit 137]'],
  ];
  for (const [script, want] of cases)
    test(script.replaceAll('\n', '⏎'), async () => expect(await run(script)).toBe(want));
});

describe('IMB-3 what the interpreter does not run is refused before anything has run', () => {
  const cases: readonly (readonly [string, string])[] = [
    [
      'print(1); class A {}',
      "The simulated mongosh has no 'class'. (1:10)\n\n> 1 | print(1); class A {}\n    |           ^",
    ],
    ['print(1)\nwith (x) {}', "The simulated mongosh has no 'with'. (2:0)"],
    ['/x/.test(y)', 'The simulated mongosh has no regular expressions. (1:0)'],
    ['print(this)', "The simulated mongosh has no 'this'. (1:6)"],
    ['f`x`', 'The simulated mongosh has no tagged templates. (1:0)'],
    ['print(() => { function* g() {} })', 'The simulated mongosh has no generators. (1:14)'],
    ['({ get a() { return 1 } })', 'The simulated mongosh has no getters and setters. (1:3)'],
    ['e instanceof Error', "The simulated mongosh has no 'instanceof'. (1:0)"],
    ['1n', 'The simulated mongosh has no bigints. (1:0)'],
  ];
  for (const [script, want] of cases)
    test(script.replaceAll('\n', '⏎'), () => expect(() => parseScript(script)).toThrow(want));
});

describe('IMB-3 mistakes of grammar are told as mongosh tells them', () => {
  const cases: readonly (readonly [string, string])[] = [
    [
      'create database practical\n',
      'Missing semicolon. (1:6)\n\n> 1 | create database practical\n    |       ^\n  2 |',
    ],
    [
      'db.persons.insertOne (\n{\n    "id: 0000113,\n',
      'Unterminated string constant. (3:4)\n\n  1 | db.persons.insertOne (\n  2 | {\n> 3 |     "id: 0000113,\n    |     ^\n  4 |',
    ],
    [
      '\tdb.users.deleteOne{{id:2}};',
      'Missing semicolon. (1:19)\n\n> 1 | \tdb.users.deleteOne{{id:2}};\n    | \t                  ^',
    ],
    ['print(1', 'Unexpected token, expected "," (1:7)'],
    ['if (1) }', 'Unexpected token (1:7)'],
    ['1 = 2', 'Invalid left-hand side in assignment expression. (1:0)'],
    ['let a; const b\n', 'Missing initializer in const declaration. (1:14)'],
    ['let { a, b }', 'Missing initializer in destructuring declaration. (1:12)'],
    ['return 1', "'return' outside of function. (1:0)"],
    [
      `${'\n'.repeat(9)}a b\n\n\n\n`,
      'Missing semicolon. (10:1)\n\n   8 |\n   9 |\n> 10 | a b\n     |  ^\n  11 |\n  12 |\n  13 |',
    ],
  ];
  for (const [script, want] of cases) {
    test(script.trim().replaceAll('\n', '⏎'), () => {
      const read = (): unknown => parseScript(script);
      expect(read).toThrow(ScriptSyntaxError);
      expect(read).toThrow(want);
    });
  }
});

test('IMB-3 a shell goes on reading where more lines could make a script', () => {
  const isUnfinished = (script: string): boolean => {
    try {
      parseScript(script);
    } catch (error) {
      return error instanceof ScriptSyntaxError && error.isUnfinished;
    }
    return false;
  };
  for (const script of ['f(\n', 'if (a) {\n', 'var a =\n', '`a\n', '/* a\n', '"a\\\n', 'try { a() }\n'])
    expect([script, isUnfinished(script)]).toEqual([script, true]);
  for (const script of ['a b\n', 'f(a))\n', '"a\n', '}\n', 'a()\n'])
    expect([script, isUnfinished(script)]).toEqual([script, false]);
});

test('IMB-3 a script that is nested too deeply ends as one that recurses', () => {
  expect(() => parseScript(`${'('.repeat(1e6)}`)).toThrow(Thrown);
});

test('IMB-3 nothing of the host can be reached', async () => {
  expect(await run('print("".constructor, [].__proto__, print.constructor, ({}).constructor)')).toBe(
    'undefined undefined undefined undefined\n',
  );
  expect(inspect(new ScriptObject([['__proto__', 1]]))).toBe('{ __proto__: 1 }');
});
