import type { Disturbance } from '@tabernetes/node-api';
import { TextFile } from '../process/files.ts';
import { Proc } from '../process/proc.ts';
import type { Container } from './container.ts';
import { processSetting } from './start.ts';

/** What the kernel ends a process with that touches memory which is not its own. */
const SEGMENTATION_FAULT = 139;

/** Does something to the processes of a container that runs; the returned function mends what can be mended. */
export function disturb(container: Container, disturbance: Disturbance): () => void {
  switch (disturbance.kind) {
    case 'crash':
      container.main?.exit(SEGMENTATION_FAULT);
      return () => undefined;
    case 'hang': {
      const stopped = [...container.processes];
      for (const proc of stopped) proc.deliver('STOP', { outside: true });
      return () => {
        for (const proc of stopped) proc.deliver('CONT', { outside: true });
      };
    }
    case 'memory':
      return burden(container, { memoryBytes: disturbance.bytes });
    case 'cpu':
      return burden(container, { cpuMillicores: disturbance.millicores });
  }
}

/** One more process, which holds so much and does nothing else. */
function burden(
  container: Container,
  usage: { readonly memoryBytes?: number; readonly cpuMillicores?: number },
): () => void {
  const { fs, env } = processSetting(container, 'failed to exec in container: ');
  const nothing = (): TextFile => new TextFile('', '/dev/null');
  const proc = new Proc(container, container.pids, {
    argv: ['stress'],
    env,
    fs,
    fds: new Map([0, 1, 2].map((number) => [number, nothing()])),
    pid: container.pids.enter(),
    background: true,
  });
  proc.run(async () => {
    proc.usage(usage);
    await proc.block(() => () => undefined);
    return 0;
  });
  return () => proc.deliver('KILL', { outside: true });
}
