import type { Program } from '@tabernetes/node-api';
import { expect, test } from 'vitest';
import { atTerminal } from './testing/at-terminal.ts';

const UP = '\u001b[A';
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const CTRL_Z = '\u001a';
const CTRL_R = '\u0012';
const PROMPT = '~ # ';

test('MAC-1 a line runs, prints, and the prompt comes back', async () => {
  const { type, all } = await atTerminal();
  expect(all()).toBe(PROMPT);
  expect(await type('echo hello | tr a-z A-Z\r')).toBe(`echo hello | tr a-z A-Z\nHELLO\n${PROMPT}`);
});

test('MAC-2 Ctrl-C ends what runs in front, and the rest of the line', async () => {
  const { type, advance } = await atTerminal();
  await type('sleep 100; echo never\r');
  expect(await type(CTRL_C)).toBe(`^C\n${PROMPT}`);
  expect(await type('echo $?\r')).toBe(`echo $?\n130\n${PROMPT}`);
  await type('for i in 1 2 3; do echo $i; sleep 10; done\r');
  await advance(11_000);
  expect(await type(CTRL_C)).toBe(`^C\n${PROMPT}`);
  expect(await advance(60_000)).toBe('');
});

const ENDLESS = [
  'while :; do :; done',
  'cat',
  'yes > /dev/null',
  'x=$(sleep 100)',
  'read x',
  'sleep 100 | cat',
  '(sleep 100; echo no)',
];
for (const line of ENDLESS) {
  test(`MAC-2 Ctrl-C brings the prompt back from: ${line}`, async () => {
    const { type, settle, all } = await atTerminal();
    await type(`${line}\r`);
    await type(CTRL_C);
    await settle();
    expect(all().endsWith(PROMPT)).toBe(true);
    expect(await type('echo alive\r')).toBe(`echo alive\nalive\n${PROMPT}`);
  });
}

test('MAC-2 a line that is not wanted is given up by Ctrl-C', async () => {
  const { type } = await atTerminal();
  expect(await type(`echo never${CTRL_C}`)).toBe(`echo never^C\n${PROMPT}`);
  await type('for i in 1 2\r');
  expect(await type(CTRL_C)).toBe(`^C\n${PROMPT}`);
});

test('MAC-3 jobs: started behind, listed, told of when they end', async () => {
  const { type, advance } = await atTerminal();
  expect(await type('sleep 5 &\r')).toMatch(/^sleep 5 &\n\[1\] \d+\n~ # $/);
  expect(await type('jobs\r')).toMatch(/\[1\]\+ {2}Running +sleep 5/);
  await advance(6_000);
  expect(await type('\r')).toMatch(/\[1\]\+ {2}Done +sleep 5\n~ # $/);
});

test('MAC-3 Ctrl-Z stops a job, bg lets it go on, fg brings it in front, Ctrl-C ends it', async () => {
  const { type, advance } = await atTerminal();
  await type('sleep 5 | cat\r');
  expect(await type(CTRL_Z)).toMatch(/^\^Z\n\[1\]\+ {2}Stopped +sleep 5 \| cat\n~ # $/);
  expect(await type('jobs\r')).toMatch(/\[1\]\+ {2}Stopped +sleep 5/);
  await advance(60_000);
  expect(await type('bg\r')).toContain('[1] sleep 5 | cat');
  await advance(10);
  expect(await type('\r')).toMatch(/\[1\]\+ {2}Done/);
  await type('sleep 100 &\r');
  expect(await type('fg\r')).toBe('fg\nsleep 100\n');
  expect(await type(CTRL_C)).toBe(`^C\n${PROMPT}`);
  expect(await type('jobs\r')).toBe(`jobs\n${PROMPT}`);
});

test('MAC-3 kill %1 ends a job; what reads from the terminal behind is stopped', async () => {
  const { type, advance } = await atTerminal();
  await type('sleep 100 | sleep 100 &\r');
  const shown = (await type('kill %1\r')) + (await advance(10)) + (await type('\r'));
  expect(shown).toMatch(/\[1\]\+ {2}Terminated/);
  await type('cat &\r');
  expect(await type('jobs\r')).toMatch(/Stopped +cat/);
  expect(await type('echo mine\r')).toContain('mine\n');
  await type('fg\r');
  expect(await type('line\r')).toBe('line\nline\n');
  expect(await type(CTRL_D)).toBe(PROMPT);
});

test('MAC-4 what was typed comes back by the arrow and by Ctrl-R, and in the next terminal', async () => {
  const { type, machine, settle } = await atTerminal();
  await type('echo one\r');
  await type('echo two\r');
  expect(await type(`${UP}${UP}\r`)).toContain('\none\n');
  expect(await type(`${CTRL_R}two\r`)).toContain('\ntwo\n');
  expect(await type('history 2\r')).toMatch(/ +4 {2}echo two\n +5 {2}history 2\n/);
  let shown = '';
  const second = machine.open({
    columns: 80,
    rows: 24,
    write(text) {
      shown += text;
      return undefined;
    },
  });
  await settle();
  second.type(`${UP}${UP}\r`);
  await settle();
  expect(shown).toContain('two\r\n');
});

test('MAC-5 here-documents, loops over lines, pasted at once', async () => {
  const { type } = await atTerminal();
  const shown = await type('cat <<EOF | tr a-z A-Z\rabc\rEOF\rfor i in 1 2\rdo echo $i\rdone\r');
  expect(shown).toContain('ABC\n');
  expect(shown.endsWith(`1\n2\n${PROMPT}`)).toBe(true);
});

test('MAC-5 what is typed meanwhile is the input of what runs; Ctrl-D ends it', async () => {
  const { type } = await atTerminal();
  await type('wc -l\r');
  await type('a\rb\r');
  expect(await type(CTRL_D)).toMatch(/2\n~ # $/);
});

const ASKED: Program = async ({ argv, stdout }) => {
  const asked = argv[1] === '__complete';
  const word = argv.at(-1) ?? '';
  if (asked) {
    const names = argv[2] === 'get' ? ['pods', 'podtemplates', 'services'] : ['get', 'describe'];
    await stdout.write(
      `${names
        .filter((name) => name.startsWith(word))
        .map((name) => `${name}\tmeaning\n`)
        .join('')}:4\n`,
    );
  } else await stdout.write(`${argv.join(' ')}\n`);
  return 0;
};

const COMPLETED: readonly (readonly [typed: string, line: string])[] = [
  ['ech\t', 'echo '],
  ['cat da\t', 'cat data.txt '],
  ['cat my\t', 'cat my\\ file.txt '],
  ['cat "my\t', 'cat "my file.txt" '],
  ['cat < da\t', 'cat < data.txt '],
  ['cd di\t', 'cd dir/'],
  ['ls dir/in\t', 'ls dir/inner '],
  ['ls ~/di\t', 'ls ~/dir/'],
  ['echo $HOM\t', 'echo $HOME '],
  ['echo a && ech\t', 'echo a && echo '],
  ['echo $(basen\t', 'echo $(basename '],
  ['tool get serv\t', 'tool get services '],
  ['t get po\t', 't get pod'],
  ['watch -n 1 tool desc\t', 'watch -n 1 tool describe '],
];
for (const [typed, line] of COMPLETED) {
  test(`MAC-6 Tab makes '${line}' of '${typed.trim()}'`, async () => {
    const { type } = await atTerminal({
      files: {
        '/root/data.txt': '',
        '/root/my file.txt': '',
        '/root/.bashrc': 'alias t=tool\ncomplete -F __start_tool tool\n',
      },
      programs: { tool: ASKED },
    });
    await type('mkdir dir; touch dir/inner\r');
    const shown = await type(typed);
    // The line may have been drawn again: the last drawing counts.
    expect(shown.slice(shown.lastIndexOf('~ # ') < 0 ? 0 : shown.lastIndexOf('~ # ') + 4)).toBe(line);
  });
}

test('MAC-6 Tab lists what is not certain', async () => {
  const { type } = await atTerminal({
    files: { '/root/.bashrc': 'complete -F __start_tool tool\n' },
    programs: { tool: ASKED },
  });
  expect(await type('tool get pod\t')).toContain('\npods          podtemplates\n~ # tool get pod');
});

test('MAC-7 aliases, functions and variables of ~/.bashrc; an alias may be a pipe', async () => {
  const { type } = await atTerminal({
    files: {
      '/root/.bashrc':
        "alias k='echo kubectl'\nalias up='echo low | tr a-z A-Z; echo'\ndo='--dry-run -o yaml'\nf() { k get \"$1\"; }\nPS1='[\\W] '\n",
    },
  });
  expect(await type('k run x $do\r')).toContain('\nkubectl run x --dry-run -o yaml\n');
  expect(await type('up done > out; cat out\r')).toContain('\nLOW\ndone\n[~] ');
  expect(await type('f pods\r')).toContain('\nkubectl get pods\n[~] ');
});

test('MAC-8 the editor of the terminal is there for programs', async () => {
  const { type, files } = await atTerminal({
    edit: async (text) => `${text}more\n`,
    programs: {
      vi: async ({ terminal, fs, argv }) => {
        const path = argv[1] ?? '';
        fs.writeFile(path, (await terminal?.edit?.(fs.readText(path), path)) ?? '');
        return 0;
      },
    },
    files: { '/root/a': 'some\n' },
  });
  await type('vi a\r');
  expect(files.readText('/root/a')).toBe('some\nmore\n');
});

test('MAC-9 Ctrl-D on an empty line, or exit, ends the shell, and with the terminal goes what it left', async () => {
  const { type, terminal, machine, files } = await atTerminal();
  await type('(sleep 5; echo late > late) &\r');
  await type('exit 3\r');
  expect(await terminal.exited).toBe(3);
  const output = { write: async () => undefined, close: () => undefined };
  await machine.run(['sh', '-c', 'true'], { stdout: output, stderr: output });
  expect(files.exists('late')).toBe(false);
});

test('MAC-10 computing costs no virtual time, and goes on while time stands still', async () => {
  const { type, clock } = await atTerminal();
  const before = clock.now();
  expect(await type('i=0; while [ $i -lt 3000 ]; do i=$((i+1)); done; echo $i\r')).toContain('\n3000\n');
  expect(clock.now()).toBe(before);
});

test('MAC-11 a terminal that is made wider is drawn as wide', async () => {
  const { type, terminal } = await atTerminal();
  terminal.resize(100, 30);
  expect(await type('echo $(stty size 2>/dev/null || echo none)\r')).toBeDefined();
  const long = 'x'.repeat(90);
  expect(await type(`echo ${long}`)).toBe(`echo ${long}`);
});

test("MAC-12 busybox's shell asks where its cursor is, and passes over the answer", async () => {
  const { type, all } = await atTerminal();
  await type('sh\r');
  expect(all().endsWith('\u001b[6n')).toBe(true);
  expect(await type('\u001b[2;5Recho ok\r')).toBe('echo ok\nok\n~ # ');
});

test('MAC-13 stty tells how the terminal is set, and sets it', async () => {
  const { type, terminal } = await atTerminal();
  expect(await type('stty size\r')).toBe(`stty size\n20 60\n${PROMPT}`);
  terminal.resize(90, 30);
  expect(await type('stty size\r')).toContain('30 90');
  expect(await type('read x; stty -echo; stty; read y; stty sane; echo "$x $y"\r')).toBe(
    'read x; stty -echo; stty; read y; stty sane; echo "$x $y"\n',
  );
  expect(await type('seen\r')).toMatch(/^seen\nspeed 38400 baud; line = 0;\n(.*\n)+-echo\n$/);
  expect(await type('hidden\r')).toBe(`seen hidden\n${PROMPT}`);
  await type('was=$(stty -g); stty raw; stty "$was"\r');
  expect(await type('stty -a\r')).toContain('isig icanon iexten echo ');
  expect(await type('stty nosuch; stty -nosuch; stty rows; stty < /dev/null\r')).toContain(
    "stty: invalid number 'nosuch'\nstty: invalid argument '-nosuch'\nstty: rows requires an argument\nstty: standard input: Inappropriate ioctl for device\n",
  );
});
