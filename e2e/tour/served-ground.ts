import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startServer } from '../replay/server.ts';
import type { Ground } from './ground.ts';
import { manifests } from './manifests.ts';

const COMMAND = fileURLToPath(new URL('../../packages/tabernetes/bin/tabernetes.js', import.meta.url));
/** What the page's clusters have on top, too, as far as the tour needs it. */
const SERVE = '--seed 1 --latency none --kubelet simulated --addons storage'.split(' ');

/** A cluster served from Node; lines are run by `sh`, with the kubectl on the PATH, else with ours. */
export async function servedGround(): Promise<Ground> {
  const home = mkdtempSync(join(tmpdir(), 'tabernetes-tour-'));
  for (const [name, text] of Object.entries(manifests())) writeFileSync(join(home, name), text);
  const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;
  if (!hasKubectl) {
    const script = `#!/bin/sh\nexec '${process.execPath}' '${COMMAND}' kubectl "$@"\n`;
    writeFileSync(join(home, 'kubectl'), script);
    chmodSync(join(home, 'kubectl'), 0o755);
  }
  const server = await startServer(SERVE);
  const env = {
    ...process.env,
    KUBECONFIG: server.kubeconfig,
    PATH: hasKubectl ? process.env['PATH'] : `${home}${delimiter}${process.env['PATH']}`,
  };
  const type = (line: string, timeoutMs: number): Promise<string> =>
    new Promise((resolve, reject) => {
      const child = spawn('sh', ['-c', line], {
        cwd: home,
        env,
        timeout: timeoutMs,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let text = '';
      const hear = (data: Buffer): void => {
        text += data.toString();
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.once('error', reject);
      child.once('close', () => resolve(text.trimEnd()));
    });
  return {
    name: hasKubectl ? 'kubectl, against a served cluster' : 'our kubectl, against a served cluster',
    type,
    apply: (file) => type(`kubectl apply -f ${file}`, 60_000),
    async close() {
      await server.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
