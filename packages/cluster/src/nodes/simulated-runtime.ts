import type { Transport } from '@tabernetes/apimachinery';
import { type Clock, fetchedOnce } from '@tabernetes/base';
import type { Client } from '@tabernetes/client';
import type { ContainerRuntime, Sandbox } from '@tabernetes/node-api';
import { type ImageSource, simulatedRuntime } from '@tabernetes/runtime-sim';
import { type PullTrouble, troubledSource } from '../chaos/pull-trouble.ts';
import { kubectlProgram } from '../kubectl/kubectl-program.ts';
import { networkConnection } from '../kubectl/network-connection.ts';
import { configMapImages } from './image-of-config-map.ts';
import { type HostImage, type ImageRegistry, imageRegistry } from './image-of-host.ts';
import type { RuntimeRequest } from './simulated-nodes.ts';

export interface SimulatedRuntimesDeps {
  readonly clock: Clock;
  /** Reads the objects of the cluster, once there is one. */
  readonly client: () => Client;
  /** The API server, which knows by their tokens who asks. */
  readonly api: () => Transport;
}

/** What runs containers, and the images that it was given. */
export interface SimulatedRuntimes {
  readonly runtime: (request: RuntimeRequest) => ContainerRuntime;
  readonly images: ImageRegistry;
  /** Fetches what images are made of at once: for nodes that come with some. */
  fetchImages(): Promise<void>;
}

export interface SimulatedRuntimesOptions {
  /** Images by name, which come before those of the catalogue. */
  readonly images?: Readonly<Record<string, HostImage>> | undefined;
  /** Where programs of images run that are texts. */
  readonly sandbox?: Sandbox | undefined;
  /** What is wrong with pulls. */
  readonly pulls?: PullTrouble;
}

/** Runtimes whose containers are programs in memory; all nodes of a cluster pull from one catalogue. */
export function simulatedRuntimes(
  { clock, client, api }: SimulatedRuntimesDeps,
  { images = {}, sandbox, pulls }: SimulatedRuntimesOptions = {},
): SimulatedRuntimes {
  const streams: Transport = { request: (request) => api().request(request) };
  const kubectl = kubectlProgram(clock, (config, process) => networkConnection(config, process, streams));
  const registry = imageRegistry({ ...imagesWithKubectl(kubectl), ...images }, sandbox);
  const fetched = fetchedOnce(clock, async () => {
    const { imageCatalogue } = await import('./image-catalogue.ts');
    return imageCatalogue({ first: registry.find, last: configMapImages({ client }, { sandbox }) });
  });
  const catalogued: ImageSource = {
    find(reference, auth) {
      const source = fetched();
      return source instanceof Promise
        ? source.then((late) => late.find(reference, auth))
        : source.find(reference, auth);
    },
  };
  const source = pulls === undefined ? catalogued : troubledSource(catalogued, clock, pulls);
  return {
    images: registry,
    fetchImages: async () => void (await fetched()),
    runtime: ({ nodeName, latency, cpus, memoryBytes, preloadedImages, ...deps }) =>
      simulatedRuntime({ ...deps, images: source }, { nodeName, latency, cpus, memoryBytes, preloadedImages }),
  };
}

/** Images that people take for their kubectl: it is their entrypoint. */
const imagesWithKubectl = (kubectl: HostImage['bin'][string]): Readonly<Record<string, HostImage>> =>
  Object.fromEntries(
    ['bitnami/kubectl', 'bitnamilegacy/kubectl', 'registry.k8s.io/kubectl'].map((name) => [
      name,
      { bin: { kubectl }, entrypoint: ['kubectl'] },
    ]),
  );
