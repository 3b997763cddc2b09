import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { type Comparison, compare, isArtefact } from './compare.ts';
import { outputLines, parseTranscript } from './transcript.ts';

export interface StepResult extends Comparison {
  readonly command: string;
}

export interface ReplayOptions {
  /** A kubeconfig of the server to replay against; its first user is the administrator. */
  readonly kubeconfig: string;
  /** Per command. Default 60,000. */
  readonly timeoutMs?: number;
  /** What to run, uncompared, before a command: what the command prints depends on something that takes its time. */
  readonly before?: Readonly<Record<string, string>>;
}

/** Replays one transcript with the real kubectl, in a scratch directory and a fresh namespace `demo`. */
export async function replay(transcriptFile: string, options: ReplayOptions): Promise<readonly StepResult[]> {
  const name = basename(transcriptFile, '.transcript');
  const { files, steps } = parseTranscript(readFileSync(transcriptFile, 'utf8'));
  const home = mkdtempSync(join(tmpdir(), 'tabernetes-replay-'));
  const work = join(home, 'work');
  mkdirSync(work);
  try {
    for (const [file, text] of files) {
      mkdirSync(dirname(join(work, file)), { recursive: true });
      writeFileSync(join(work, file), text);
    }
    const env = await environment(home, options.kubeconfig);
    await freshNamespace(env);
    const results: StepResult[] = [];
    for (const step of steps) {
      const timeoutMs = options.timeoutMs ?? 60_000;
      const before = options.before?.[step.command];
      if (before !== undefined) await run(before, work, env, timeoutMs);
      const got = await run(step.command, work, env, timeoutMs);
      if (step.settle || isArtefact(name, step.command, step.output)) continue;
      results.push({ command: step.command, ...compare(name, step.command, step.output, got) });
    }
    return results;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function environment(home: string, kubeconfig: string): Promise<NodeJS.ProcessEnv> {
  const copy = join(home, 'kubeconfig');
  copyFileSync(kubeconfig, copy);
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    KUBECONFIG: copy,
    HOME: home,
    KUBECACHEDIR: join(home, 'cache'),
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    NS: 'demo',
    COLUMNS: '200',
  };
  await run('kubectl config set-context --current --namespace=demo', home, env, 30_000);
  const view = JSON.parse((await run('kubectl config view --raw --minify -o json', home, env, 30_000)).join('\n'));
  env['API'] = view.clusters[0].cluster.server;
  env['H'] = `Authorization: Bearer ${view.users[0].user.token}`;
  return env;
}

async function freshNamespace(env: NodeJS.ProcessEnv): Promise<void> {
  const kubectl = (args: string) => run(`kubectl ${args}`, tmpdir(), env, 120_000);
  if (!(await kubectl('get namespace demo -o name')).some((l) => l.startsWith('! ')))
    await kubectl('delete namespace demo --wait');
  await kubectl('create namespace demo');
  for (let tries = 0; tries < 50; tries++) {
    if (!(await kubectl('get sa/default cm/kube-root-ca.crt -n demo -o name')).some((l) => l.startsWith('! '))) return;
  }
  throw new Error('the namespace demo did not get its ServiceAccount and its kube-root-ca.crt');
}

/** Output lines, those of stderr marked, and the exit code when it is not 0. */
function run(command: string, cwd: string, env: NodeJS.ProcessEnv, timeoutMs: number): Promise<readonly string[]> {
  return new Promise((resolve) => {
    const child = spawn('bash', ['-c', command], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (d: Buffer) => out.push(d));
    child.stderr.on('data', (d: Buffer) => err.push(d));
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      // The whole group: kubectl may be behind a pipe.
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    }, timeoutMs);
    child.on('close', (code) => {
      clearTimeout(timer);
      const [stdout, stderr] = [Buffer.concat(out).toString(), Buffer.concat(err).toString()];
      resolve(outputLines(stdout, stderr, timedOut ? 'timeout' : code));
    });
  });
}
