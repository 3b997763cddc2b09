import { nextTurn } from '@tabernetes/base';
import { type Cluster, HOME } from '@tabernetes/cluster';
import type { PortLike } from '../http-protocol.ts';
import type { PageRequest } from '../page-protocol.ts';
import type { Deed, WorldLog } from '../world-log.ts';
import type { TerminalReply, TerminalRequest } from '../world-protocol.ts';
import { FileImages } from './file-images.ts';
import { terminalSession } from './terminal/terminal-session.ts';

export interface ReplayDeps {
  /** Asks a cluster as the page did. */
  readonly ask: (cluster: Cluster, request: PageRequest) => Promise<unknown>;
  /** Switches a cluster off, and on again at a time in milliseconds since the epoch. */
  readonly restart: (cluster: Cluster, startMs: number) => Promise<Cluster>;
}

/**
 * Does all of a log again, each thing at its time, on a new cluster whose clock stands still at the beginning of the log; resolves with
 * the cluster as it is at the log's end.
 */
export async function replay(first: Cluster, log: WorldLog, { ask, restart }: ReplayDeps): Promise<Cluster> {
  let cluster = first;
  const files = new Map<string, string>();
  const images = new FileImages();
  images.connect(cluster.images);
  const terminals = new Map<number, (request: TerminalRequest) => void>();
  const until = async (timeMs: number): Promise<void> => {
    await cluster.clock.advance(Math.max(0, timeMs - cluster.clock.now()));
  };
  /** Begins it; what it waits for may need time that has yet to pass. */
  const begin = (deed: Deed): unknown => {
    switch (deed.do) {
      case 'request':
        return ask(cluster, deed.request);
      case 'kubectl':
        return cluster.kubectl(deed.line);
      case 'files': {
        const home = cluster.workstation.files;
        for (const { name, text } of deed.put) {
          files.set(name, text);
          home.writeFile(`${HOME}/${name}`, text);
        }
        for (const name of deed.removed) {
          files.delete(name);
          home.remove(`${HOME}/${name}`, { force: true });
        }
        return images.set([...files].map(([name, text]) => ({ name, text })));
      }
      case 'openTerminal':
        return terminals.set(deed.terminal, unseenTerminal(cluster));
      case 'terminal':
        return terminals.get(deed.terminal)?.(deed.request);
      case 'trouble':
        return cluster.chaos.begin(deed.trouble);
      case 'mend':
        return cluster.chaos.end(deed.id);
      case 'crash':
        return cluster.chaos.crash(deed.pod, deed.container);
      case 'stopNode':
        return cluster.nodes.stop(deed.node);
      case 'startNode':
        return cluster.nodes.start(deed.node);
      case 'addNode':
        return cluster.nodes.add(deed.node);
      case 'removeNode':
        return cluster.nodes.remove(deed.node);
      case 'restart':
        return undefined;
    }
  };
  for (const [at, deed, still] of log.deeds) {
    if (still === 1 && log.startMs + at <= cluster.clock.now()) await nextTurn();
    else await until(log.startMs + at);
    if (deed.do === 'restart') {
      terminals.clear();
      cluster = await restart(cluster, deed.startMs);
      // What the page has, the next machine has from its beginning.
      for (const [name, text] of files) cluster.workstation.files.writeFile(`${HOME}/${name}`, text);
      images.connect(cluster.images);
      continue;
    }
    // What was refused then is refused now.
    await begun(() => begin(deed));
  }
  if (log.endMs > cluster.clock.now()) await until(log.endMs);
  return cluster;
}

/** Begins it without waiting for its end, and forgets how it ends. */
async function begun(begin: () => unknown): Promise<void> {
  try {
    const result = begin();
    if (result instanceof Promise) result.catch(() => undefined);
  } catch {
    // It was refused when it was done first, too.
  }
}

/** A terminal that nobody looks at: all that it prints is drawn at once. */
function unseenTerminal(cluster: Cluster): (request: TerminalRequest) => void {
  const listeners = new Set<(event: { readonly data: unknown }) => void>();
  const send = (request: TerminalRequest): void => {
    for (const listener of [...listeners]) listener({ data: request });
  };
  const port: PortLike = {
    postMessage(message) {
      const reply = message as TerminalReply;
      if (reply.type === 'output') send({ type: 'drawn', characters: reply.text.length });
    },
    addEventListener: (_type, listener) => void listeners.add(listener),
    removeEventListener: (_type, listener) => void listeners.delete(listener),
  };
  terminalSession(port, async (screen) => cluster.workstation.open(screen));
  return send;
}
