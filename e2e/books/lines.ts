import type { Cluster } from '@tabernetes/cluster';
import type { Chunk, InputStream, OutputStream } from '@tabernetes/node-api';

const NO_INPUT: InputStream = {
  read: async () => undefined,
  readLine: async () => undefined,
  readText: async () => '',
  close: () => undefined,
};

export interface LineOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a line at the cluster's workstation; time goes on while it waits, for as long as this. */
export async function runLine(cluster: Cluster, line: string, maxSeconds = 120): Promise<LineOutcome> {
  const written = { stdout: '', stderr: '' };
  const decoder = new TextDecoder();
  const into = (name: 'stdout' | 'stderr'): OutputStream => ({
    write: async (chunk: Chunk) => {
      written[name] += typeof chunk === 'string' ? chunk : decoder.decode(chunk);
    },
    close: () => undefined,
  });
  const stopping = new AbortController();
  let code: number | undefined;
  const ended = cluster.workstation
    .run(line, { stdin: NO_INPUT, stdout: into('stdout'), stderr: into('stderr'), signal: stopping.signal })
    .then((exit) => {
      code = exit;
    });
  for (let waited = 0; code === undefined && waited < maxSeconds * 10; waited++) await cluster.clock.advance(100);
  if (code === undefined) stopping.abort();
  await ended;
  return { ...written, code: code ?? 130 };
}
