import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { replay } from './replay/replay.ts';
import { type RunningServer, startServer } from './replay/server.ts';

const hasKubectl = ['kubectl', 'curl', 'jq'].every((tool) => spawnSync(tool, ['--help']).status !== null);
const reason = hasKubectl ? '' : ' (skipped: kubectl, curl or jq is not on the PATH)';

/**
 * A quick subset of the golden transcripts with the real kubectl; all of them are `npm run golden`. What may differ is listed with its reason.
 */
const TRANSCRIPTS: Readonly<Record<string, readonly string[]>> = {
  'patch-types': [],
  'raw-errors': [],
  'service-errors': [],
};

describe.skipIf(!hasKubectl)(`the real kubectl against serve${reason}`, () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(async () => {
    await server.stop();
  });

  for (const [name, mayDiffer] of Object.entries(TRANSCRIPTS)) {
    test(`prints what it printed against Kubernetes 1.32: ${name}`, { timeout: 120_000 }, async () => {
      const file = fileURLToPath(new URL(`golden/transcripts/${name}.transcript`, import.meta.url));
      const results = await replay(file, { kubeconfig: server.kubeconfig });
      const different = results.filter((r) => !r.same && !mayDiffer.includes(r.command));
      expect(different.map(({ command, want, got }) => ({ command, want, got }))).toEqual([]);
      expect(results.length).toBeGreaterThan(10);
    });
  }
});
