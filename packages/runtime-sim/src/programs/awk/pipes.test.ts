import { expect, test } from 'vitest';
import { runScript } from '../../shell/testing/script-world.ts';

test('PRG-10 who reads a named pipe lets go of it when it is killed', async () => {
  const { stdout } = await runScript(
    'mkfifo p; grep x p & sleep 1; exec 3>p; kill $!; sleep 1; (trap "" PIPE; echo x >&3) 2>/dev/null; echo $?',
  );
  expect(stdout).toBe('1\n');
});

test('PRG-10 a program of awk reads what a command prints as it comes, and closes it', async () => {
  const { stdout } = await runScript(
    'awk \'BEGIN { "echo a; echo b; sleep 5" | getline x; print x; print close("echo a; echo b; sleep 5"); print close("no"); print $(-1) }\' 2>&1',
  );
  expect(stdout).toBe('a\n0\n-1\nawk: cmd. line:1: Access to negative field\n');
});
