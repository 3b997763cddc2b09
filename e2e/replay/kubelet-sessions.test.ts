import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { verdictOf } from './verdict.ts';
import { replayVirtually } from './virtual.ts';

const TRANSCRIPTS = fileURLToPath(new URL('../golden/transcripts', import.meta.url));

/* What a real kubelet did, command by command: the same here, or it is known why not. */
describe('a session with a real kubelet', () => {
  for (const file of readdirSync(TRANSCRIPTS).filter((name) => name.startsWith('kubelet-'))) {
    const name = basename(file, '.transcript');
    test(`is repeated in virtual time: ${name}`, { timeout: 60_000 }, async () => {
      const results = await replayVirtually(join(TRANSCRIPTS, file));
      expect(results.length).toBeGreaterThan(4);
      const unexplained = results.flatMap((result, i) =>
        verdictOf(name, i + 1, result) === 'unexplained' ? [{ number: i + 1, ...result }] : [],
      );
      expect(unexplained).toEqual([]);
    });
  }
});
