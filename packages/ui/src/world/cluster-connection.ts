import {
  type CheckBatch,
  type CheckState,
  type FilesChange,
  followStream,
  followWorld,
  type Journey,
  type PageClusterOptions,
  type PageHost,
  type PageRequest,
  type StreamListener,
  type TrafficBatch,
  type TrafficRequest,
} from '@tabernetes/worker/connect';
import * as Comlink from 'comlink';
import { FIRST_CLUSTER } from '../files/default-options.ts';
import type { BegunCluster } from './first-cluster.ts';
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
  /** Hears the answer to a request as it comes: a watch, a log that is followed. The result closes it. */
  stream(request: PageRequest, listener: StreamListener): () => void;
  /** Hears of requests in the network while somebody does; ends with the answer. */
  onTraffic(listener: (journeys: readonly Journey[]) => void): () => void;
  /** Hears what changes in the workstation's home from now on. */
  followFiles(onChange: (change: FilesChange) => void): void;
}

/** @param begun the first cluster of this worker, if it has been asked for already; undefined, when it turns out that it was not */
export function connectCluster(worker: Worker, begun?: Promise<BegunCluster | undefined>): ClusterConnection {
  const host = Comlink.wrap<PageHost>(worker);
  const world = new WorldStore();
  let first = begun?.catch(() => undefined);
  const traffic = new Set<(journeys: readonly Journey[]) => void>();
  let isFollowingTraffic = false;
  return {
    host,
    world,
    async check(texts, onChecks) {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }: MessageEvent<CheckBatch>) => onChecks(data.checks);
      await host.check([...texts], Comlink.transfer(port2, [port2]));
    },
    openTerminal() {
      const { port1, port2 } = new MessageChannel();
      void host.openTerminal(Comlink.transfer(port2, [port2]));
      return port1;
    },
    stream(request, listener) {
      const { port1, port2 } = new MessageChannel();
      void host.stream(request, Comlink.transfer(port2, [port2]));
      return followStream(port1, listener);
    },
    onTraffic(listener) {
      traffic.add(listener);
      // What nobody draws is thrown away: the host keeps no more of it than one batch.
      if (!isFollowingTraffic) {
        isFollowingTraffic = true;
        const { port1, port2 } = new MessageChannel();
        const next = (): void => port1.postMessage({ type: 'next' } satisfies TrafficRequest);
        port1.onmessage = ({ data }: MessageEvent<TrafficBatch>) => {
          for (const each of traffic) each(data.journeys);
          requestAnimationFrame(next);
        };
        void host.followTraffic(Comlink.transfer(port2, [port2]));
        next();
      }
      return () => void traffic.delete(listener);
    },
    followFiles(onChange) {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }: MessageEvent<FilesChange>) => onChange(data);
      void host.followFiles(Comlink.transfer(port2, [port2]));
    },
    async start(options) {
      const { port1, port2 } = new MessageChannel();
      // Before it starts: nodes are seen as they come.
      void host.follow(Comlink.transfer(port2, [port2]));
      followWorld(port1, {
        onBatch: (batch) => world.apply(batch),
        nextFrame: (then) => requestAnimationFrame(then),
      });
      const early = await first;
      first = undefined;
      if (early !== undefined && options === FIRST_CLUSTER) await early.ready;
      else {
        // One after the other: what was begun gives way to what is asked for.
        await early?.ready.catch(() => undefined);
        await host.start(options);
      }
      performance.mark('cluster:ready');
      world.started();
    },
  };
}
