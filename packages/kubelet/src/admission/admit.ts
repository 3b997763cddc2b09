import { podAmounts } from '@tabernetes/api';
import type { Node, Pod, PodSpec, Toleration } from '@tabernetes/api/types/core-v1';
import { parseQuantity, type QuantityAmount } from '@tabernetes/apimachinery';
import { isStaticPod } from '../pod/pod-view.ts';
import { matchesNode } from './node-affinity.ts';
import { sysctlRefusal } from './sysctls.ts';

/** Why a node does not take a Pod that was bound to it. */
export interface Refusal {
  readonly reason: string;
  readonly message: string;
}

/**
 * Whether the node takes the Pod, beside the others that it has. What the scheduler checks is checked again, since not
 * every Pod comes from it.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/lifecycle/predicate.go
 */
export function refusalOf(pod: Pod, node: Node, others: readonly Pod[]): Refusal | undefined {
  const { spec, metadata } = pod;
  const wanted = metadata.labels?.['kubernetes.io/os'];
  if (wanted !== undefined && wanted !== 'linux') {
    return {
      reason: 'PodOSSelectorNodeLabelDoesNotMatch',
      message: "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label",
    };
  }
  if (spec?.os !== undefined && spec.os.name !== 'linux') {
    return { reason: 'PodOSNotSupported', message: "Failed to admit pod as the OS field doesn't match node OS" };
  }
  for (const { name } of spec?.securityContext?.sysctls ?? []) {
    const why = sysctlRefusal(name, spec?.hostNetwork === true, spec?.hostIPC === true);
    if (why !== undefined) return { reason: 'SysctlForbidden', message: `forbidden sysctl: ${why}` };
  }
  return shortage(pod, node, others) ?? misfit(pod, node, others) ?? unarmored(pod);
}

/**
 * No node has AppArmor.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/security/apparmor/validate.go
 */
function unarmored({ spec }: Pod): Refusal | undefined {
  const { containers = [], initContainers = [], securityContext } = spec ?? {};
  const profiles = [...initContainers, ...containers].map(
    (container) => container.securityContext?.appArmorProfile ?? securityContext?.appArmorProfile,
  );
  if (!profiles.some((profile) => profile !== undefined && profile.type !== 'Unconfined')) return undefined;
  return { reason: 'AppArmor', message: 'Cannot enforce AppArmor: AppArmor is not enabled on the host' };
}

function shortage(pod: Pod, { status }: Node, others: readonly Pod[]): Refusal | undefined {
  const allocatable = status?.allocatable ?? {};
  const pods = Number(allocatable['pods'] ?? 0);
  if (others.length + 1 > pods) return outOf('pods', 1, others.length, pods);
  for (const [name, amount] of requestsOf(pod)) {
    const capacity = allocatable[name];
    // Extended resources that the node does not know are the cluster's business.
    if (amount.isZero() || (capacity === undefined && name.includes('/'))) continue;
    const value = name === 'cpu' ? ('milliValue' as const) : ('value' as const);
    let used = 0;
    for (const other of others) used += requestsOf(other).get(name)?.[value]() ?? 0;
    const has = parseQuantity(capacity ?? '0')[value]();
    const asked = amount[value]();
    if (asked > has - used) return outOf(name, asked, used, has);
  }
  return undefined;
}

/** Worked out once for each specification: every Pod that comes is held against all that are there. */
function requestsOf({ spec }: Pod): ReadonlyMap<string, QuantityAmount> {
  if (spec === undefined) return podAmounts(spec, 'requests');
  let known = requests.get(spec);
  if (known === undefined) {
    known = podAmounts(spec, 'requests');
    requests.set(spec, known);
  }
  return known;
}
const requests = new WeakMap<PodSpec, ReadonlyMap<string, QuantityAmount>>();

const outOf = (name: string, requested: number, used: number, capacity: number): Refusal => ({
  reason: `OutOf${name}`,
  message: `Node didn't have enough resource: ${name}, requested: ${requested}, used: ${used}, capacity: ${capacity}`,
});

function misfit(pod: Pod, node: Node, others: readonly Pod[]): Refusal | undefined {
  if (!matchesNode(pod, node)) return predicate('NodeAffinity', "node(s) didn't match Pod's node affinity/selector");
  const wanted = hostPorts(pod);
  if (wanted.length > 0) {
    const taken = new Set(others.flatMap(hostPorts));
    if (wanted.some((port) => conflicts(port, taken))) return noFreePorts();
  }
  if (!isStaticPod(pod)) {
    for (const { key, value = '', effect } of node.spec?.taints ?? []) {
      if (effect !== 'NoExecute') continue;
      if (!pod.spec?.tolerations?.some((toleration) => tolerates(toleration, key, value))) {
        return predicate('TaintToleration', "node(s) had taints that the pod didn't tolerate");
      }
    }
  }
  return undefined;
}

const noFreePorts = (): Refusal => predicate('NodePorts', "node(s) didn't have free ports for the requested pod ports");

const predicate = (name: string, why: string): Refusal => ({
  reason: name,
  message: `Predicate ${name} failed: ${why}`,
});

function tolerates({ key, operator, value = '', effect }: Toleration, taint: string, of: string): boolean {
  if (effect && effect !== 'NoExecute') return false;
  if (key && key !== taint) return false;
  return operator === 'Exists' || (key !== undefined && value === of);
}

/** `TCP/0.0.0.0/80` */
function hostPorts({ spec }: Pod): readonly string[] {
  return (spec?.containers ?? []).flatMap(({ ports = [] }) =>
    ports
      .filter(({ hostPort }) => hostPort !== undefined && hostPort > 0)
      .map(({ hostPort, protocol = 'TCP', hostIP = '0.0.0.0' }) => `${protocol}/${hostIP || '0.0.0.0'}/${hostPort}`),
  );
}

function conflicts(port: string, taken: ReadonlySet<string>): boolean {
  if (taken.has(port)) return true;
  const [protocol, ip, number] = port.split('/');
  for (const other of taken) {
    const [p, i, n] = other.split('/');
    if (p === protocol && n === number && (ip === '0.0.0.0' || i === '0.0.0.0')) return true;
  }
  return false;
}
