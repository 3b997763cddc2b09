import {
  type CheckBatch,
  type CheckState,
  type FilesChange,
  followWorld,
  type PageClusterOptions,
  type PageHost,
  type PortLike,
} from '@tabernetes/worker/connect';
import * as Comlink from 'comlink';
import { WorldStore } from './world-store.ts';

/** A cluster in a worker, as the page holds it. */
export interface ClusterConnection {
  readonly host: Comlink.Remote<PageHost>;
  readonly world: WorldStore;
  /** Starts the cluster; resolves when its API answers. */
  start(options: PageClusterOptions): Promise<void>;
  /** Follows expectations; `onChecks` hears how they stand whenever that changes. */
  check(texts: readonly string[], onChecks: (checks: readonly CheckState[]) => void): Promise<void>;
  /** A terminal at the cluster's workstation: {@link TerminalRequest} in, {@link TerminalReply} out. */
  openTerminal(): MessagePort;
  /** Hears what changes in the workstation's home from now on. */
  followFiles(onChange: (change: FilesChange) => void): void;
}

export function connectCluster(worker: Worker): ClusterConnection {
  const host = Comlink.wrap<PageHost>(worker);
  const world = new WorldStore();
  return {
    host,
    world,
    async check(texts, onChecks) {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }: MessageEvent<CheckBatch>) => onChecks(data.checks);
      await host.check([...texts], Comlink.transfer(port2 as unknown as PortLike, [port2]));
    },
    openTerminal() {
      const { port1, port2 } = new MessageChannel();
      void host.openTerminal(Comlink.transfer(port2 as unknown as PortLike, [port2]));
      return port1;
    },
    followFiles(onChange) {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }: MessageEvent<FilesChange>) => onChange(data);
      void host.followFiles(Comlink.transfer(port2 as unknown as PortLike, [port2]));
    },
    async start(options) {
      await host.start(options);
      const { port1, port2 } = new MessageChannel();
      await host.follow(Comlink.transfer(port2 as unknown as PortLike, [port2]));
      followWorld(port1 as unknown as PortLike, {
        onBatch: (batch) => world.apply(batch),
        nextFrame: (then) => requestAnimationFrame(then),
      });
    },
  };
}
