import { expect, test } from 'vitest';
import { runScript } from '../shell/testing/script-world.ts';

const CASES: readonly (readonly [string, string])[] = [
  ['printf abcdef | dd bs=2 skip=1 count=1', 'cd1+0 records in\n1+0 records out\n'],
  ['printf abcdef | dd bs=4', 'abcdef1+1 records in\n1+1 records out\n'],
  ['printf abcdef | (dd bs=1 count=2 status=none; cat)', 'abcdef'],
  ['dd if=/dev/zero of=f bs=1M count=3 status=none; wc -c < f', '3145728\n'],
  ['printf abcdef > f; printf XY | dd of=f bs=1 seek=2 status=none; cat f', 'abXY'],
  ['printf abcdef > f; printf XY | dd of=f bs=1 seek=2 conv=notrunc status=none; cat f', 'abXYef'],
  ['dd bs=0 count=1', 'dd: number 0 is not in 1..9223372036854775807 range\n'],
  ['dd if=nosuch', "dd: can't open 'nosuch': No such file or directory\n"],
  ['dd if=/dev/zero of=f bs=1 count=0 seek=100G', "dd: can't open 'f': No space left on device\n"],
  ['dd conv=swab', 'dd: conv=swab is not simulated\n'],
];
for (const [script, want] of CASES) {
  test(`PRG-9 blocks of bytes are copied: ${script}`, async () => {
    expect((await runScript(`{ ${script}; } 2>&1`)).stdout).toBe(want);
  });
}
