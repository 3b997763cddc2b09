import type { ServiceDialer } from '@tabernetes/apiserver';
import type { Clock, Disposable, Rng } from '@tabernetes/base';
import type { InformerFactory } from '@tabernetes/client';
import { startKubeProxy } from '@tabernetes/kube-proxy';
import { type SimulatedNetwork, simulatedNetwork } from '@tabernetes/network-sim';
import { answerCall } from './api-endpoint.ts';
import { addOutsideWorld } from './outside-world.ts';
import { networkDialer } from './service-dialer.ts';

export interface ClusterNetworkDeps {
  readonly clock: Clock;
  readonly rng: Rng;
  /** The API as strangers meet it. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** PEM: what `ca.crt` of ServiceAccounts says. */
  readonly rootCA: () => string;
  readonly onError: (error: unknown) => void;
}

export interface ClusterNetworkOptions {
  /** Where the API server is outside of the Pods' network. */
  readonly advertised: { readonly ip: string; readonly port: number };
  /** Address of the Service `kubernetes`. */
  readonly serviceIP: string;
}

/** The network of a cluster with its API server in it. */
export interface ClusterNetwork extends Disposable {
  readonly network: SimulatedNetwork;
  /** How the API server reaches Services. */
  readonly dialer: ServiceDialer;
  /** Begins to follow Services and policies; resolves when those that are there are in force. */
  start(informers: InformerFactory): Promise<void>;
}

export function clusterNetwork(
  { clock, rng, fetch, rootCA, onError }: ClusterNetworkDeps,
  { advertised, serviceIP }: ClusterNetworkOptions,
): ClusterNetwork {
  const network = simulatedNetwork({ clock, rng });
  addOutsideWorld(network);
  const machine = network.outside({ ip: advertised.ip });
  machine.serve(advertised.port, (call) => answerCall(fetch, call), {
    tls: { authorityPem: rootCA, names: [...API_NAMES, serviceIP, advertised.ip] },
  });
  let proxy: Disposable | undefined;
  return {
    network,
    dialer: networkDialer({ net: machine, clock }),
    async start(informers) {
      proxy = await startKubeProxy({ informers, dataPlane: network, clock, onError });
    },
    dispose() {
      proxy?.dispose();
      network.dispose();
    },
  };
}

/** As kubeadm writes them into the API server's certificate. */
const API_NAMES = [
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
  'localhost',
];
