import { type Cluster, type ClusterOptions, type ClusterSnapshot, createCluster } from '@tabernetes/cluster';
import type { PortLike } from '../http-protocol.ts';
import { hostHttp } from './http-host.ts';

/** Raised whenever a message changes its meaning; a page and a worker of different builds refuse each other. */
const CLUSTER_PROTOCOL_VERSION = 1;

/** What the owner of a worker may ask of the cluster in it: calls, one at a time, over Comlink. Streams go over ports of their own. */
export interface ClusterHost {
  protocolVersion(): number;
  /** Starts the cluster; once. */
  start(options: ClusterOptions): Promise<void>;
  /** Answers HTTP requests that come in through this port, from now on. */
  serveHttp(port: PortLike): void;
  advance(duration: number | string): Promise<void>;
  idle(): Promise<void>;
  now(): number;
  snapshot(): Promise<ClusterSnapshot>;
  stop(): Promise<void>;
}

/** The object that a worker exposes. `adapt` lets the host add what only it has (files, for one) to the options. */
export function clusterHost(adapt: (options: ClusterOptions) => ClusterOptions | Promise<ClusterOptions>): ClusterHost {
  let cluster: Cluster | undefined;
  const running = (): Cluster => {
    if (cluster === undefined) throw new Error('the cluster has not been started');
    return cluster;
  };
  return {
    protocolVersion: () => CLUSTER_PROTOCOL_VERSION,
    async start(options) {
      if (cluster !== undefined) throw new Error('the cluster has been started already');
      cluster = await createCluster(await adapt(options));
    },
    serveHttp(port) {
      hostHttp(port, (request, connection) => running().publicFetch(request, connection));
    },
    advance: (duration) => running().clock.advance(duration),
    idle: () => running().idle(),
    now: () => running().clock.now(),
    snapshot: () => running().snapshot(),
    stop: () => running().stop(),
  };
}
