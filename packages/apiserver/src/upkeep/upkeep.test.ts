import { expect, test } from 'vitest';
import { upkeep } from './upkeep.ts';

test('SYS-2 a step that fails keeps no other from being done, and what changes meanwhile is looked at', async () => {
  const done: string[] = [];
  const errors: unknown[] = [];
  let looks = 0;
  const kept = upkeep(
    function* () {
      looks++;
      yield () => Promise.reject(new Error(`refused ${looks}`));
      yield async () => {
        done.push(`look ${looks}`);
        if (looks === 1) kept.wake();
      };
    },
    (error) => errors.push(error),
  );
  await kept.settled();
  expect(done).toEqual(['look 1', 'look 2']);
  expect(errors.map(String)).toEqual(['Error: refused 1', 'Error: refused 2']);

  kept.dispose();
  kept.wake();
  await kept.settled();
  expect(looks).toBe(2);
});
