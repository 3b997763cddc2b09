import { describe, expect, test } from 'vitest';
import { Pipe } from '../process/pipe.ts';
import { runScript } from './testing/script-world.ts';

describe('SH-2 signals and waiting', () => {
  test('a trap ends a wait at once, before the child does', async () => {
    const { stdout, code } = await runScript("trap 'echo bye; exit 7' TERM; sleep 3600 & wait $!", {
      meanwhile: async (proc, advance) => {
        await advance(1000);
        proc.deliver('TERM');
        await advance(0);
        expect(proc.exitCode).toBe(7);
      },
    });
    expect({ stdout, code }).toEqual({ stdout: 'bye\n', code: 7 });
  });

  test('a trap waits for the program in the foreground', async () => {
    const { stdout } = await runScript("trap 'echo trapped' TERM; sleep 5; echo done", {
      meanwhile: async (proc, advance) => {
        await advance(1000);
        proc.deliver('TERM');
        await advance(3000);
        expect(proc.exitCode).toBeUndefined();
      },
    });
    expect(stdout).toBe('trapped\ndone\n');
  });

  test('commands from the standard input run as they come', async () => {
    const pipe = new Pipe();
    const end = pipe.writeEnd();
    const { stdout, code } = await runScript('', {
      argv: ['sh'],
      stdin: pipe.readEnd(),
      meanwhile: async (proc, advance) => {
        await end.write(proc, 'echo first; for i in 1 2\n');
        await advance(10);
        await end.write(proc, 'do echo $i; done\nexit 3\n');
        end.release();
        await advance(10);
      },
    });
    expect({ stdout, code }).toEqual({ stdout: 'first\n1\n2\n', code: 3 });
  });
});
