import type { Disposable } from '@tabernetes/base';
import type { PodSandboxConfig } from './container-runtime.ts';
import type { DnsRecord, Net, SocketAddress } from './net.ts';

/** A Pod's place in the network. */
export interface PodEndpoint {
  readonly ips: readonly string[];
  readonly net: Net;
  /** Asked whenever a name is looked up: what /etc/hosts of this Pod says now. Names found there win over DNS, whatever their case. */
  setHosts(hosts: () => Readonly<Record<string, string>>): void;
}

/**
 * The network that runtimes attach sandboxes to: what CNI plugins do. One per cluster.
 * `attach` throws the text that the kubelet shows in FailedCreatePodSandBox.
 */
export interface PodNetwork extends Disposable {
  attach(nodeName: string, config: PodSandboxConfig): PodEndpoint;
  detach(nodeName: string, podUid: string): void;
  /** A node joins with its address and the range its Pods get addresses from (CIDR). */
  addNode(node: { readonly name: string; readonly ip: string; readonly podCIDR: string }): Net;
  removeNode(name: string): void;
  /** Every hop, as it happens. */
  onHop(listener: (hop: Hop) => void): Disposable;
}

/** One step of a request through the network, for those who draw it. */
export interface Hop {
  readonly timeMs: number;
  /** Counts connections; hops of one connection share it. */
  readonly connection: number;
  readonly kind: 'dns' | 'service' | 'connect' | 'refused' | 'dropped' | 'request' | 'response' | 'closed';
  readonly from: SocketAddress & { readonly pod?: string; readonly node?: string };
  readonly to: SocketAddress & { readonly pod?: string; readonly node?: string };
  /** Name looked up, `namespace/service`, request line, status or reason. */
  readonly detail: string;
}

/** Where a Service port leads. */
export interface ServiceBackend {
  readonly ip: string;
  readonly port: number;
  readonly nodeName?: string;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
}

/** The rules of one port of one Service, as kube-proxy works them out. */
export interface ServicePortRule {
  readonly namespace: string;
  readonly service: string;
  readonly portName: string;
  readonly protocol: string;
  readonly port: number;
  readonly nodePort?: number;
  readonly clusterIPs: readonly string[];
  /** externalIPs and load-balancer addresses. */
  readonly externalIPs: readonly string[];
  readonly loadBalancerSourceRanges: readonly string[];
  /** Undefined: no affinity. */
  readonly affinityTimeoutMs?: number;
  readonly internalTrafficLocal: boolean;
  readonly externalTrafficLocal: boolean;
  readonly backends: readonly ServiceBackend[];
}

/** NetworkPolicy, resolved to addresses: who may speak to whom. A Pod in no `isolated` set is open in that direction. */
export interface PolicyRule {
  /** `namespace/name` of the policy. */
  readonly policy: string;
  readonly direction: 'ingress' | 'egress';
  /** Addresses of the Pods that the policy selects: they become isolated in this direction. */
  readonly pods: ReadonlySet<string>;
  readonly allow: readonly PolicyAllowance[];
}

export interface PolicyAllowance {
  /** Undefined: any peer. */
  readonly peers?: readonly (
    | { readonly ips: ReadonlySet<string> }
    | { readonly cidr: string; readonly except: readonly string[] }
  )[];
  /** Undefined: any port. A named port is resolved per destination address. */
  readonly ports?: readonly {
    readonly protocol: string;
    readonly port?: number;
    readonly endPort?: number;
    readonly byAddress?: ReadonlyMap<string, number>;
  }[];
}

/** What the cluster DNS knows, kept current by whoever watches Services and EndpointSlices. */
export interface DnsZone {
  /** Fully qualified without the final dot (`web.default.svc.cluster.local`). Undefined: NXDOMAIN. */
  lookup(name: string): readonly DnsRecord[] | undefined;
}

/** The data plane that kube-proxy, the policy agent and the DNS add-on write: changes only, keyed. */
export interface ProxyDataPlane {
  /** Replaces the rules of a Service (`namespace/name`); an empty list removes them. */
  setService(key: string, ports: readonly ServicePortRule[]): void;
  /** Replaces the rules of a NetworkPolicy (`namespace/name`); an empty list removes them. */
  setPolicy(key: string, rules: readonly PolicyRule[]): void;
  setDns(zone: DnsZone): void;
}
