import { expect, test } from 'vitest';
import { runScript } from '../shell/testing/script-world.ts';
import { safeRegExp } from './support/linear-regexp.ts';
import { parseOptions } from './support/options.ts';

const ENDLESS = [
  'yes | cat >/dev/null',
  'while true; do x=$(echo a | tr a b); done',
  'while true; do true & done',
  "echo a | sed ':a; ba'",
  "echo a | sed ':a; s/b/b/; Ta'",
  "awk 'BEGIN { while (1) i++ }'",
  "jq -n 'repeat(1)' >/dev/null",
  'cat /dev/zero | tr "\\0" x >/dev/null',
  'while true; do :; done & while true; do :; done & while true; do :; done & wait',
  'md5sum /dev/zero',
  "while true; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab | grep -E '^(a+)+$'; done",
  'while true; do set -- "$@" a; done',
  "echo a | sed 's/$/\\nb/;D'",
  'ln -s . l; ln -s . m; find -L . >/dev/null 2>&1',
  'ln -s . l; ln -s . m; ls -LR >/dev/null 2>&1',
];

for (const script of ENDLESS) {
  test(`PRG-3 what never ends lets others go on, and can be killed: ${script}`, async () => {
    const { stdout } = await runScript(`timeout -s KILL 20 sh -c '${script.replaceAll("'", "'\\''")}'; echo $?`);
    expect(stdout).toBe('137\n');
  });
}

test('PRG-3 a filter of jq that has no result gives up', async () => {
  const { stdout, stderr } = await runScript("jq -n '0 | until(false; . + 1)'; echo $?");
  expect(stdout).toBe('5\n');
  expect(stderr).toContain('gave up after 1000000 steps');
});

for (const script of ["echo x | sed ':a;p;ba' | head -2", 'awk \'BEGIN { while (1) print "x" }\' | head -2']) {
  test(`PRG-3 what never ends is read while it goes on: ${script}`, async () => {
    expect((await runScript(script)).stdout).toBe('x\nx\n');
  });
}

const ENDLESS_FILTERS = ['last(range(1e12))', 'path(range(1e12))', '[all(range(1e12); . >= 0)]'];
for (const filter of ENDLESS_FILTERS) {
  test(`PRG-3 a filter of jq that only counts gives up: ${filter}`, async () => {
    const { stdout, stderr } = await runScript(`jq -n '${filter}'; echo $?`);
    expect(stdout).toBe('5\n');
    expect(stderr).toContain('gave up after 1000000 steps');
  });
}

test('PRG-3 a filter of jq looks no further than it must', async () => {
  const { stdout } = await runScript("jq -cn '[isempty(range(1e12)), isempty(empty), any(range(1e12); . > 3)]'");
  expect(stdout).toBe('[false,true,true]\n');
});

test('PRG-3 jq takes time for what is written, not for the square of it', async () => {
  const { stdout } = await runScript(
    "jq -cn '[range(100000)] | (.[] += 1), del(.[]), . - ., (map([.]) | transpose | .[0]) | length'; seq 1 150000 > f; jq -R . f | tail -1",
  );
  expect(stdout).toBe('100000\n0\n0\n100000\n"150000"\n');
}, 30_000);

test('PRG-3 a container that only starts processes cannot start more', async () => {
  const { stderr } = await runScript('while true; do sleep 100 & done');
  expect(stderr).toContain("can't fork: Resource temporarily unavailable");
});

/** Texts on which an engine that goes back would be busy for years. */
const A = 'a'.repeat(60);
const BACKTRACKING: readonly (readonly [string, string])[] = [
  [`echo ${A}b | grep -E '^(a+)+$'; echo $?`, '1\n'],
  [`echo ${A}b | sed -E 's/^(a|a)*$/x/'`, `${A}b\n`],
  [`echo ${A}b | awk '{ print ($0 ~ /^(a+)+$/), sub(/(a*)*c/, "") }'`, '0 0\n'],
  [`expr ${A}b : '\\(a*\\)*c'; echo $?`, '\n1\n'],
  [`[[ ${A}b =~ ^(a+)+$ ]]; echo $?`, '1\n'],
  [`jq -n '"${A}b" | test("^(a+)+$")'`, 'false\n'],
  [`x=${A}b; case $x in *a*a*a*a*a*a*a*a*a*a*a*a*c) echo y;; esac; echo \${x##*a*a*a*a*a*a*a*a*c} | wc -c`, '62\n'],
  [`echo ${A}b | grep -oE '(a|aa)+b' | wc -c`, '62\n'],
];
for (const [script, want] of BACKTRACKING) {
  test(`PRG-4 no expression goes back and forth for ever: ${script.replaceAll(A, 'aaa…')}`, async () => {
    expect((await runScript(script)).stdout).toBe(want);
  });
}

test('PRG-4 an expression that only going back can match is refused where that could take for ever', async () => {
  const { stdout } = await runScript(`echo ${A}b | grep -E '(a+)+\\1c' 2>&1; echo $?`);
  expect(stdout).toBe(`grep: regular expression too complex for so long a text: (a+)+\\1(?:)c\n2\n`);
});

/** Machines of which nobody takes anything away say it themselves. */
const HUNGRY = [
  'x=x; while true; do x=$x$x; done; echo never',
  'yes | sort',
  'x=$(yes)',
  'tac /dev/zero',
  "yes | sed -n 'H'",
  "echo a | sed ':a;s/a/aa/g;ta'",
  'awk \'BEGIN { x = "x"; while (1) x = x x }\'',
  "awk 'BEGIN { while (1) a[i++] = i }'",
  "awk 'function f(x) { return f(x + 1) } BEGIN { f(1) }'",
  'jq -n \'"x" | until(false; . + .)\'',
  'printf %1000000000d 1',
  'while true; do set -- "$@" "$@" a; done',
  "jq -n '.[1000000000] = 1'",
  'jq -n \'reduce range(40) as $i ("x"; "\\(.)\\(.)")\'',
];
for (const script of HUNGRY) {
  test(`PRG-5 who takes more and more memory does not get it: ${script}`, async () => {
    const { stdout, stderr, code } = await runScript(`sh -c '${script.replaceAll("'", "'\\''")}'; echo $?`);
    expect(stdout).toMatch(/^[1-9]\d*\n$/);
    expect(code).toBe(0);
    expect(stderr).toMatch(/out of memory|Killed/);
  });
}

test('PRG-5 no file is made longer than its file system holds', async () => {
  const { stdout, stderr } = await runScript('truncate -s 100g f; echo $?; wc -c < f');
  expect(stderr).toBe('truncate: f: truncate: No space left on device\n');
  expect(stdout).toBe('1\n0\n');
});

/** Each of them kept the whole worker busy for minutes, or took all of its memory. */
const TAKES_LONG: readonly (readonly [string, string])[] = [
  [`echo ${A} | grep -cE '^${'(a|a)'.repeat(31)}c'`, '0\n'],
  [`echo ${A} | grep -cE '(a?){60}a{61}'`, '0\n'],
  [`echo ${A} | grep -cE '((((a|a){2}(a|b){2}){2}){2}){2}c'`, '0\n'],
  ["x=$(head -c 200000 /dev/zero | tr '\\0' '['); echo $x | wc -c", '200001\n'],
  ['i=0; while mkdir d 2>/dev/null && cd d; do i=$((i+1)); done; echo $i', '2046\n'],
  ['dd if=/dev/zero bs=100G count=1 2>/dev/null | head -c 5 | wc -c', '5\n'],
  ['seq 1 20000 > a; seq 20000 -1 1 > b; diff a b | grep -c ^+', '20000\n'],
  ["awk 'BEGIN { $100000000 = 1 }' 2>&1", 'awk: out of memory\n'],
  ["awk 'BEGIN { NF = 100000000 }' 2>&1", 'awk: out of memory\n'],
  ['awk \'BEGIN { "yes" | getline x; print x }\'', 'y\n'],
  ['awk \'BEGIN { while (1) print "x" | "head -1" }\'; echo $?', 'x\n141\n'],
  [
    "(printf '#!/bin/sh x'; head -c 1000000 /dev/zero | tr '\\0' ' '; echo y; echo) > f; chmod +x f; ./f 2>/dev/null; echo $?",
    '2\n',
  ],
];
for (const [script, want] of TAKES_LONG) {
  test(`PRG-3 PRG-5 what a line asks for takes no longer than it must: ${script.replaceAll(A, 'aaa…')}`, async () => {
    expect((await runScript(script)).stdout).toBe(want);
  });
}

const COPYING = [
  "jq -n 'reduce range(1000000) as $i ([]; . + [$i]) | length'",
  'jq -n \'reduce range(1000000) as $i ({}; .["a\\($i)"] = $i) | length\'',
];
for (const script of COPYING) {
  test(`PRG-3 a filter of jq that copies what it has made again and again gives up: ${script}`, async () => {
    expect((await runScript(script)).stderr).toContain('gave up after 1000000 steps');
  });
}

for (const script of ['sh < /dev/zero', 'seq 1 200000 > f; set -- $(cat f); while shift; do :; done']) {
  test(`PRG-3 what would take very long can be killed: ${script}`, async () => {
    const { stdout } = await runScript(`timeout -s KILL 20 sh -c '${script}'; echo $?`);
    expect(stdout).toMatch(/^(137|1)\n$/);
  });
}

test('PRG-3 a long here-document on the standard input of a shell is read once', async () => {
  const { stdout } = await runScript(
    "(echo 'cat > g <<-\"E F\"'; seq 1 20000; printf '\\tE F\\n'; echo 'wc -l g'; printf 'echo a\\\\\\nb') | sh",
  );
  expect(stdout).toBe('20000 g\nab\n');
});

test('PRG-3 a program takes any number of operands, an expression any number of alternatives', () => {
  const many = Array.from({ length: 1_000_000 }, () => 'ab');
  expect(parseOptions(many, 'x').operands).toHaveLength(many.length);
  expect(parseOptions(['--', ...many], 'x').operands).toHaveLength(many.length);
  expect(safeRegExp(`${many.join('|')}|b*b*`, '').exec('xab')?.[0]).toBe('');
});
