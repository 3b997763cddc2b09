import type { Pod, Service } from '@tabernetes/api/types/core-v1';
import type { Clock, Rng } from '@tabernetes/base';
import type { Client, EventRecorder } from '@tabernetes/client';
import type { ContainerRuntime } from '@tabernetes/node-api';
import type { DnsOptions } from './config/dns.ts';
import type { FieldContext } from './config/pod-fields.ts';
import type { Backoff } from './pod/backoff.ts';
import type { ImagePuller } from './pod/image-puller.ts';
import type { Relist } from './pod/relist.ts';
import type { ProbeManager } from './probe/probe-manager.ts';
import type { Timing } from './timing.ts';
import type { Disks } from './volumes/disks.ts';
import type { ObjectCache } from './volumes/object-cache.ts';
import type { TokenCache } from './volumes/token-cache.ts';

/** What the parts of one kubelet share. */
export interface NodeContext {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly client: Client;
  readonly recorder: EventRecorder;
  readonly runtime: ContainerRuntime;
  readonly nodeName: string;
  readonly hostIP: string;
  /** What the node has for Pods. */
  readonly allocatableMemoryBytes: number;
  /** What the machine has. */
  readonly memoryCapacityBytes: number;
  readonly timing: Timing;
  readonly dns: DnsOptions;
  /** What /etc/hosts of the node says now. */
  readonly nodeHosts: () => string;
  readonly objects: ObjectCache;
  readonly tokens: TokenCache;
  readonly disks: Disks;
  readonly images: ImagePuller;
  /** Uids of Pods, by the containers that were made for them and have not ended. */
  readonly owners: Map<string, string>;
  /** Of containers that end. */
  readonly backoff: Backoff;
  readonly relist: Relist;
  readonly probes: ProbeManager;
  services(): readonly Service[];
  /** What downward API fields are made of. */
  fieldContext(pod: Pod, podIPs: readonly string[]): FieldContext;
  readonly onError: (error: unknown) => void;
}
