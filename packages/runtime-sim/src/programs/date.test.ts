import { expect, test } from 'vitest';
import { runScript } from '../shell/testing/script-world.ts';

test('PRG-1 a time that no clock has is no date', async () => {
  const { stdout } = await runScript(
    'for at in @8640000000000 @8640000000001 @99999999999999; do date -u -d $at +%Y 2>&1; done',
  );
  expect(stdout).toBe("275760\ndate: invalid date '@8640000000001'\ndate: invalid date '@99999999999999'\n");
});
