import { type Draft, failure, internal, invalid, invalidStatus } from '@tabernetes/apimachinery';
import type { Service, ServicePort, ServiceSpec } from '../generated/core-v1.ts';
import type { RequestContext } from '../kind.ts';
import { needsHealthCheck, needsNodePorts } from './service-rules.ts';

/**
 * Node ports of a Service, one transaction over the cluster's port range.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/registry/core/service/portallocator/operation.go
 */
export class NodePortTransaction {
  readonly #context: RequestContext;
  /** Taken by this transaction; on dry runs only noted here. */
  readonly #taken: number[] = [];
  readonly #freed: number[] = [];

  constructor(context: RequestContext) {
    this.#context = context;
  }

  /** Undefined when the port is taken now, else why it cannot be. */
  take(port: number): string | undefined {
    const { nodePorts } = this.#context.allocators;
    if (this.#context.dryRun) {
      if (nodePorts.has(port) || this.#taken.includes(port)) return TAKEN;
    } else {
      if (!nodePorts.contains(port)) {
        return `provided port is not in the valid range. The range of valid ports is ${nodePorts.range}`;
      }
      if (!nodePorts.take(port)) return TAKEN;
    }
    this.#taken.push(port);
    return undefined;
  }

  /** Any free port; undefined when the range is full. */
  takeNext(): number | undefined {
    // A dry run does not search: like Kubernetes it counts upwards from a fixed stand-in.
    const port = this.#context.dryRun
      ? Math.max(DRY_RUN_BASE, ...this.#taken) + 1
      : this.#context.allocators.nodePorts.takeNext();
    if (port !== undefined) this.#taken.push(port);
    return port;
  }

  /** To be freed once the write is stored. */
  free(port: number): void {
    this.#freed.push(port);
  }

  commit(): void {
    for (const port of this.#freed) this.#context.allocators.nodePorts.release(port);
  }

  revert(): void {
    if (this.#context.dryRun) return;
    for (const port of this.#taken) this.#context.allocators.nodePorts.release(port);
  }
}

/**
 * Gives every port of a NodePort or LoadBalancer Service its node port, and the Service its health check port.
 * @throws {StatusError} Invalid, when a port asked for is taken or out of range; InternalError, when the range is full
 */
export function assignNodePorts(
  service: Draft<Service>,
  old: Service | undefined,
  transaction: NodePortTransaction,
): void {
  service.spec ??= {};
  const { spec } = service;
  if (old === undefined) {
    if (needsNodePorts(spec)) createNodePorts(service, spec, transaction);
    if (needsHealthCheck(spec)) takeHealthCheckPort(spec, transaction);
    return;
  }
  const before = old.spec ?? {};
  if (needsNodePorts(before) && (spec.type === 'ExternalName' || spec.type === 'ClusterIP')) {
    for (const port of nodePortsOf(before)) transaction.free(port);
  }
  if (needsNodePorts(spec)) updateNodePorts(service, spec, before, transaction);
  if (!needsHealthCheck(before) && needsHealthCheck(spec)) takeHealthCheckPort(spec, transaction);
  else if (needsHealthCheck(before) && !needsHealthCheck(spec)) transaction.free(before.healthCheckNodePort ?? 0);
}

/** Node ports that the author left out of an update are the ones given before, matched by port name, where ports are given. */
export function keepNodePorts(spec: Draft<ServiceSpec>, before: ServiceSpec): void {
  if (!allocates(before) || !allocates(spec)) return;
  const mentioned = new Set(nodePortsOf(spec));
  const used = new Set(nodePortsOf(before).filter((port) => mentioned.has(port)));
  const byName = new Map((before.ports ?? []).map((port) => [port.name ?? '', port.nodePort ?? 0]));
  for (const port of spec.ports ?? []) {
    if (port.nodePort) continue;
    const kept = byName.get(port.name ?? '') ?? 0;
    if (kept === 0 || used.has(kept)) continue;
    port.nodePort = kept;
  }
}

/** All node ports of a Service, the health check port not among them. */
export const nodePortsOf = (spec: ServiceSpec): readonly number[] =>
  (spec.ports ?? []).flatMap((port) => (port.nodePort ? [port.nodePort] : []));

const TAKEN = 'provided port is already allocated';
const DRY_RUN_BASE = 32_768;

type Spec = Draft<ServiceSpec>;

/** Ports with the same number (TCP and UDP of one service port) share a node port. */
function createNodePorts(service: Draft<Service>, spec: Spec, transaction: NodePortTransaction): void {
  const byPort = new Map<number, number>();
  const ports = spec.ports ?? [];
  ports.forEach((port, i) => {
    if (!port.nodePort && !allocates(spec)) return;
    const shared = byPort.get(port.port);
    if (shared !== undefined) {
      if (!port.nodePort) port.nodePort = shared;
      else if (port.nodePort !== shared) takePort(service, transaction, i, port.nodePort);
      return;
    }
    const asked = requested(ports, port.port);
    if (asked === 0) port.nodePort = anyPort(transaction);
    else {
      takePort(service, transaction, i, asked);
      port.nodePort = asked;
    }
    byPort.set(port.port, port.nodePort);
  });
}

function updateNodePorts(
  service: Draft<Service>,
  spec: Spec,
  before: ServiceSpec,
  transaction: NodePortTransaction,
): void {
  const had = new Set(nodePortsOf(before));
  const taken = new Set<number>();
  const seen = new Set<string>();
  (spec.ports ?? []).forEach((port, i) => {
    if (!port.nodePort && !allocates(spec)) return;
    if (!port.nodePort) port.nodePort = anyPort(transaction);
    else if (!had.has(port.nodePort) && !taken.has(port.nodePort)) {
      takePort(service, transaction, i, port.nodePort);
      taken.add(port.nodePort);
    }
    const key = `${port.protocol} ${port.nodePort}`;
    if (seen.has(key)) throw failure(500, '', `duplicate nodePort: {${key}}`);
    seen.add(key);
  });
  const now = new Set(nodePortsOf(spec));
  for (const port of had) if (!now.has(port)) transaction.free(port);
}

function takeHealthCheckPort(spec: Spec, transaction: NodePortTransaction): void {
  const asked = spec.healthCheckNodePort ?? 0;
  if (asked !== 0) {
    const why = transaction.take(asked);
    if (why !== undefined) throw internal(`failed to allocate requested HealthCheck NodePort ${asked}: ${why}`);
    return;
  }
  const port = transaction.takeNext();
  if (port === undefined) throw internal('failed to allocate a HealthCheck NodePort 0: range is full');
  spec.healthCheckNodePort = port;
}

function anyPort(transaction: NodePortTransaction): number {
  const port = transaction.takeNext();
  if (port === undefined) throw internal('failed to allocate a nodePort: range is full');
  return port;
}

function takePort(service: Draft<Service>, transaction: NodePortTransaction, i: number, port: number): void {
  const why = transaction.take(port);
  if (why === undefined) return;
  throw invalidStatus({ group: '', kind: 'Service' }, service.metadata.name ?? '', [
    invalid(`spec.ports[${i}].nodePort`, port, why),
  ]);
}

const allocates = (spec: ServiceSpec): boolean =>
  spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);

const requested = (ports: readonly ServicePort[], number: number): number =>
  ports.find((port) => port.port === number && port.nodePort)?.nodePort ?? 0;
