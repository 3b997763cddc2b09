import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface RunningServer {
  readonly kubeconfig: string;
  readonly url: string;
  /** @param signal default SIGTERM */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

const COMMAND = fileURLToPath(new URL('../../packages/tabernetes/bin/tabernetes.js', import.meta.url));

/** The users of the recordings: the administrator, and alice, who has no rights. */
const RECORDED_USERS = 'admintoken,kubernetes-admin,,"system:masters"\nalicetoken,alice,,"developers"\n';

/** Starts `tabernetes serve` on a free port and waits for the line that says that it is ready. */
export async function startServer(args: readonly string[] = ['--seed', '1']): Promise<RunningServer> {
  const home = mkdtempSync(join(tmpdir(), 'tabernetes-serve-'));
  const kubeconfig = join(home, 'kubeconfig');
  writeFileSync(join(home, 'users.csv'), RECORDED_USERS);
  const child = spawn(
    process.execPath,
    [
      COMMAND,
      'serve',
      '--port',
      '0',
      '--kubeconfig',
      kubeconfig,
      '--token-auth-file',
      join(home, 'users.csv'),
      ...args,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let log = '';
  const url = await new Promise<string>((resolve, reject) => {
    const listen = (data: Buffer): void => {
      log += data.toString();
      const ready = /is ready at (\S+), kubeconfig/.exec(log)?.[1];
      if (ready !== undefined) resolve(ready);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    void ended.then((code) => reject(new Error(`the server ended with code ${code}:\n${log}`)));
  });
  return {
    kubeconfig,
    url,
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      const code = await ended;
      rmSync(home, { recursive: true, force: true });
      return code;
    },
  };
}
