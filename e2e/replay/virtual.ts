import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type Cluster, createCluster } from '@tabernetes/cluster';
import { compare } from './compare.ts';
import { recordedNode } from './recorded-node.ts';
import type { StepResult } from './replay.ts';
import { outputLines, parseTranscript } from './transcript.ts';

/** When the recordings with a real kubelet were made. */
const START = Date.parse('2026-11-20T23:20:00Z');
/** Between two commands: what the recorder's kubectl took. */
const PACE_MS = 70;
const TICK_MS = 50;
/** The longest that a command waits for anything. */
const LIMIT_MS = 400_000;
const WORK = '/root/work';

/**
 * Replays a session with a real kubelet in virtual time, on a node as the recorder's was: our kubectl in our shell. The same bytes
 * every time.
 */
export async function replayVirtually(transcriptFile: string): Promise<readonly StepResult[]> {
  const name = basename(transcriptFile, '.transcript');
  const { files, steps } = parseTranscript(readFileSync(transcriptFile, 'utf8'));
  const node = recordedNode(name);
  const cluster = await createCluster({ nodes: 1, clock: 'virtual', startMs: START, ...node.options });
  try {
    await cluster.clock.advance(node.up);
    await cluster.sh('kubectl create namespace demo; kubectl config set-context --current --namespace=demo');
    if (node.before !== undefined) await passing(cluster, cluster.sh(node.before));
    const { files: fs } = cluster.workstation;
    fs.mkdir(WORK);
    for (const [file, text] of files) {
      fs.mkdir(`${WORK}/${file}`.replace(/\/[^/]*$/, ''), { recursive: true });
      fs.writeFile(`${WORK}/${file}`, text);
    }
    const results: StepResult[] = [];
    for (const { command, settle, output } of steps) {
      const got = await passing(cluster, node.run(cluster, `cd ${WORK}; export NS=demo; ${command}`));
      await cluster.clock.advance(PACE_MS);
      if (!settle) results.push({ command, ...compare(name, command, output, got) });
    }
    return results;
  } finally {
    await cluster.stop();
  }
}

/** Lets time pass until the command has ended. */
async function passing(cluster: Cluster, running: ReturnType<Cluster['sh']>): Promise<readonly string[]> {
  let lines: readonly string[] | undefined;
  let problem: unknown;
  running.then(
    ({ stdout, stderr, exitCode }) => {
      lines = outputLines(stdout, stderr, exitCode);
    },
    (error: unknown) => {
      problem = error;
    },
  );
  for (let passed = 0; passed < LIMIT_MS; passed += TICK_MS) {
    await new Promise((resolve) => setImmediate(resolve));
    if (problem !== undefined) throw problem;
    if (lines !== undefined) return lines;
    await cluster.clock.advance(TICK_MS);
  }
  throw new Error(`a command has not ended after ${LIMIT_MS} ms`);
}
