import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { replay } from './replay/replay.ts';
import { type RunningServer, startServer } from './replay/server.ts';

const hasKubectl = ['kubectl', 'curl', 'jq'].every((tool) => spawnSync(tool, ['--help']).status !== null);
const reason = hasKubectl ? '' : ' (skipped: kubectl, curl or jq is not on the PATH)';

const ROLLED_OUT = 'kubectl rollout status deploy web';

/**
 * A quick subset of the golden transcripts with the real kubectl; all of them are `npm run golden`.
 * What must have settled before a command stands with it: kubectl says `(no change)` of a patch only when nobody, a rollout neither, wrote between its two requests.
 */
const TRANSCRIPTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'patch-types': {
    [`kubectl patch deploy web -p '{"spec":{"nosuch":1}}'`]: ROLLED_OUT,
    "kubectl patch deploy web -p '{}'": ROLLED_OUT,
  },
  'raw-errors': {},
  'service-errors': {},
};

describe.skipIf(!hasKubectl)(`the real kubectl against serve${reason}`, () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(async () => {
    await server.stop();
  });

  for (const [name, before] of Object.entries(TRANSCRIPTS)) {
    test(`prints what it printed against Kubernetes 1.32: ${name}`, { timeout: 120_000 }, async () => {
      const file = fileURLToPath(new URL(`golden/transcripts/${name}.transcript`, import.meta.url));
      const results = await replay(file, { kubeconfig: server.kubeconfig, before });
      const different = results.filter((r) => !r.same);
      expect(different.map(({ command, want, got }) => ({ command, want, got }))).toEqual([]);
      expect(results.length).toBeGreaterThan(10);
    });
  }
});
