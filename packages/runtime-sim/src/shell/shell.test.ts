import { describe, expect, test } from 'vitest';
import recorded from '../../testdata/shell/cases.json' with { type: 'json' };
import { runScript } from './testing/script-world.ts';

describe('SH-1 scripts do what busybox 1.35 does', () => {
  for (const { script, ...want } of recorded) {
    test(script.slice(0, 100).replaceAll('\n', '⏎'), async () => {
      expect(await runScript(script)).toEqual(want);
    });
  }
});
