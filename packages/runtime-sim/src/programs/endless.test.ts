import { expect, test } from 'vitest';
import { runScript } from '../shell/testing/script-world.ts';

const ENDLESS = [
  'yes | cat >/dev/null',
  'while true; do x=$(echo a | tr a b); done',
  'while true; do true & done',
  "echo a | sed ':a; ba'",
  "echo a | sed ':a; s/b/b/; Ta'",
  "awk 'BEGIN { while (1) i++ }'",
  "jq -n 'repeat(1)' >/dev/null",
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

test('PRG-3 a container that only starts processes cannot start more', async () => {
  const { stderr } = await runScript('while true; do sleep 100 & done');
  expect(stderr).toContain("can't fork: Resource temporarily unavailable");
});
