import { kinds } from '@tabernetes/api';
import { StatusError } from '@tabernetes/apimachinery';
import type { Client } from '@tabernetes/client';
import type { NodeRequest } from './node-specs.ts';
import type { SimulatedNodes } from './simulated-nodes.ts';

/** The machines of a cluster, as whoever owns the building has them. */
export interface ClusterNodes {
  /** Stops a kubelet: it says nothing and does nothing; its containers live on. */
  stop(name: string): void;
  start(name: string): void;
  /**
   * A machine more; resolves with its name when it has registered. `node-N` with the lowest free number unless told, with the labels of
   * the others and these.
   *
   * @throws {Error} where nodes run nothing, or when there is one of that name
   */
  add(request?: NodeRequest): Promise<string>;
  /**
   * Switches a machine off for good and deletes its Node, as a cloud does; its Pods are removed by the garbage collector of Pods.
   *
   * @throws {Error} where nodes run nothing, or when there is no such node
   */
  remove(name: string): Promise<void>;
}

export interface ClusterNodesDeps {
  readonly simulated: SimulatedNodes | undefined;
  readonly admin: Client;
  readonly setKubelet: (name: string, isRunning: boolean) => void;
  readonly chaos: { nodeGone(node: string): void };
}

export function clusterNodes({ simulated, admin, setKubelet, chaos }: ClusterNodesDeps): ClusterNodes {
  const machines = (): SimulatedNodes => {
    if (simulated === undefined) throw new Error('nodes of this cluster are hollow: they cannot be added or removed');
    return simulated;
  };
  return {
    stop: (name) => setKubelet(name, false),
    start: (name) => setKubelet(name, true),
    add: async (request) => machines().add(request),
    async remove(name) {
      machines().remove(name);
      chaos.nodeGone(name);
      await admin
        .resource(kinds.node)
        .delete(name)
        .catch((error: unknown) => {
          if (!(error instanceof StatusError) || error.reason !== 'NotFound') throw error;
        });
    },
  };
}
