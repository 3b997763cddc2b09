import { expect, test } from 'vitest';
import { runScript } from '../../shell/testing/script-world.ts';

test('PRG-3 a loop of awk that never ends lets others go on, and can be killed', async () => {
  expect(await runScript("timeout 2 awk 'BEGIN { while (1) i++ }'; echo $?")).toEqual({
    stdout: '143\n',
    stderr: 'Terminated\n',
    code: 0,
  });
});
