import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import recorded from '../../testdata/shell/cases.json' with { type: 'json' };

const BUSYBOX = '/bin/busybox';

/** Every tenth script: they start real processes, and some of them sleep. */
describe.skipIf(!existsSync(BUSYBOX))('SH-1 the recording is what the busybox of this machine does', () => {
  for (const { script, ...want } of recorded.filter((_, index) => index % 10 === 0)) {
    test(script.slice(0, 100).replaceAll('\n', '⏎'), () => {
      const folder = mkdtempSync(join(tmpdir(), 'shell-'));
      const [bin, cwd] = [join(folder, 'bin'), join(folder, 'w')];
      mkdirSync(bin);
      mkdirSync(cwd);
      spawnSync(BUSYBOX, ['--install', '-s', bin]);
      const run = spawnSync(BUSYBOX, ['sh', '-c', script], {
        cwd,
        env: { PATH: bin, HOME: '/root' },
        stdio: ['ignore', 'pipe', 'pipe'],
        encoding: 'utf8',
      });
      rmSync(folder, { recursive: true });
      const code = run.status ?? 128 + (run.signal === null ? 0 : constants.signals[run.signal]);
      expect({ stdout: run.stdout, stderr: run.stderr, code }).toEqual(want);
    });
  }
});
