import { podAmounts } from '@tabernetes/api';
import type { Lease } from '@tabernetes/api/types/coordination-v1';
import type { Node, Pod } from '@tabernetes/api/types/core-v1';
import { parseQuantity, type QuantityAmount, StatusError, timestampAge } from '@tabernetes/apimachinery';
import { messageOf } from '../../errors.ts';
import { rfc1123 } from '../../printers/dates.ts';
import { type DescribeContext, inNamespacePath, listAll, of } from './describer.ts';
import { type Description, heads } from './description.ts';
import { eventsOf, printEvents } from './events.ts';
import { annotations, compare, pairs, taints } from './metadata.ts';

type Amounts = ReadonlyMap<string, QuantityAmount>;

export const node = of<Node>(async (context, object, d) => {
  const pods = await podsOn(context);
  // Kubelets write events with the node's name as its UID.
  const own = await eventsOf(context, object);
  const byName = await eventsOf(context, object, { uid: context.name });
  overview(object, d);
  await lease(context, d);
  status(object, d);
  if (pods === undefined) d.field(0, 'Pods', 'not authorized');
  else usage(object, pods, context.nowMs, d);
  printEvents(d, own && [...own, ...(byName ?? [])], context.nowMs);
});

/** Pods that have not ended; undefined for those who may not see them. */
async function podsOn(context: DescribeContext): Promise<readonly Pod[] | undefined> {
  const fieldSelector = `spec.nodeName=${context.name},status.phase!=Succeeded,status.phase!=Failed`;
  try {
    return await listAll<Pod>(context, inNamespacePath('', 'pods'), { fieldSelector });
  } catch (error) {
    if (error instanceof StatusError && error.status.reason === 'Forbidden') return undefined;
    throw error;
  }
}

const ROLE = 'node-role.kubernetes.io/';

function overview({ metadata, spec }: Node, d: Description): void {
  const roles = Object.entries(metadata.labels ?? {}).flatMap(([key, value]) => {
    if (key.startsWith(ROLE)) return key === ROLE ? [] : [key.slice(ROLE.length)];
    return key === 'kubernetes.io/role' && value !== '' ? [value] : [];
  });
  d.field(0, 'Name', metadata.name ?? '');
  d.field(0, 'Roles', [...new Set(roles)].sort(compare).join(',') || '<none>');
  pairs(d, 'Labels', metadata.labels);
  annotations(d, metadata.annotations);
  d.field(0, 'CreationTimestamp', rfc1123(metadata.creationTimestamp));
  taints(d, spec?.taints);
  d.field(0, 'Unschedulable', spec?.unschedulable === true);
}

async function lease({ api, name }: DescribeContext, d: Description): Promise<void> {
  try {
    const path = `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${encodeURIComponent(name)}`;
    const { spec } = await api.object<Lease>('GET', path);
    d.write(0, 'Lease:\n');
    d.field(1, 'HolderIdentity', spec?.holderIdentity ?? '<unset>');
    d.field(1, 'AcquireTime', spec?.acquireTime ? rfc1123(spec.acquireTime) : '<unset>');
    d.field(1, 'RenewTime', spec?.renewTime ? rfc1123(spec.renewTime) : '<unset>');
  } catch (error) {
    d.field(0, 'Lease', `Failed to get lease: ${messageOf(error)}`);
  }
}

const SYSTEM_INFO = [
  ['Machine ID', 'machineID'],
  ['System UUID', 'systemUUID'],
  ['Boot ID', 'bootID'],
  ['Kernel Version', 'kernelVersion'],
  ['OS Image', 'osImage'],
  ['Operating System', 'operatingSystem'],
  ['Architecture', 'architecture'],
  ['Container Runtime Version', 'containerRuntimeVersion'],
  ['Kubelet Version', 'kubeletVersion'],
  ['Kube-Proxy Version', 'kubeProxyVersion'],
] as const;

function status({ spec, status: is = {} }: Node, d: Description): void {
  if (is.conditions?.length) {
    d.write(0, 'Conditions:\n');
    const titles = ['Type', 'Status', 'LastHeartbeatTime', 'LastTransitionTime', 'Reason', 'Message'];
    heads(d, 1, titles, ['----', '------', '-----------------', '------------------', '------', '-------']);
    for (const c of is.conditions) {
      const times = `${rfc1123(c.lastHeartbeatTime)} \t${rfc1123(c.lastTransitionTime)}`;
      d.write(1, `${c.type} \t${c.status} \t${times} \t${c.reason ?? ''} \t${c.message ?? ''}\n`);
    }
  }
  d.write(0, 'Addresses:\n');
  for (const { type, address } of is.addresses ?? []) d.field(1, type, address);
  amounts(d, 'Capacity', is.capacity);
  amounts(d, 'Allocatable', is.allocatable);
  d.write(0, 'System Info:\n');
  for (const [title, field] of SYSTEM_INFO) d.field(1, title, is.nodeInfo?.[field] ?? '');
  if (spec?.podCIDR) d.field(0, 'PodCIDR', spec.podCIDR);
  if (spec?.podCIDRs?.length) d.field(0, 'PodCIDRs', spec.podCIDRs.join(','));
  if (spec?.providerID) d.field(0, 'ProviderID', spec.providerID);
}

function amounts(d: Description, title: string, list: Readonly<Record<string, string>> = {}): void {
  const names = Object.keys(list).sort(compare);
  if (names.length > 0) d.write(0, `${title}:\n`);
  for (const name of names) d.field(1, name, list[name]);
}

const ZERO = parseQuantity('0');

function usage({ status: is = {} }: Node, pods: readonly Pod[], nowMs: number, d: Description): void {
  const available = Object.keys(is.allocatable ?? {}).length > 0 ? is.allocatable : is.capacity;
  const capacity = (name: string): QuantityAmount => parseQuantity(available?.[name] ?? '0');
  const share = (name: string, list: Amounts): string => {
    const amount = list.get(name) ?? ZERO;
    const [used, whole] =
      name === 'cpu' ? [amount.milliValue(), capacity(name).milliValue()] : [amount.value(), capacity(name).value()];
    return `${amount} (${percent(used, whole)}%)`;
  };

  d.field(0, 'Non-terminated Pods', `(${pods.length} in total)`);
  const titles = ['Namespace', 'Name', '', 'CPU Requests', 'CPU Limits', 'Memory Requests', 'Memory Limits', 'Age'];
  heads(d, 1, titles);
  const allRequests: Amounts[] = [];
  const allLimits: Amounts[] = [];
  for (const { metadata, spec } of pods) {
    const requests = podAmounts(spec, 'requests');
    const limits = podAmounts(spec, 'limits');
    allRequests.push(requests);
    allLimits.push(limits);
    const shares = (['cpu', 'memory'] as const).flatMap((name) => [share(name, requests), share(name, limits)]);
    const age = timestampAge(metadata.creationTimestamp, nowMs);
    d.write(1, `${metadata.namespace ?? ''}\t${metadata.name ?? ''}\t\t${shares.join('\t')}\t${age}\n`);
  }

  const requests = sum(allRequests);
  const limits = sum(allLimits);
  d.write(0, 'Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)\n');
  heads(d, 1, ['Resource', 'Requests', 'Limits']);
  const names = Object.keys(available ?? {}).sort(compare);
  for (const name of ['cpu', 'memory', 'ephemeral-storage', ...names.filter((each) => each.startsWith('hugepages-'))]) {
    d.write(1, `${name}\t${share(name, requests)}\t${share(name, limits)}\n`);
  }
  for (const name of names) {
    if (name.startsWith('hugepages-') || ['cpu', 'memory', 'ephemeral-storage', 'pods'].includes(name)) continue;
    d.write(1, `${name}\t${requests.get(name) ?? ZERO}\t${limits.get(name) ?? ZERO}\n`);
  }
}

/** Whole percent, cut off. Of nothing, it is nothing. */
const percent = (part: number, whole: number): number => (whole === 0 ? 0 : Math.trunc((part / whole) * 100));

function sum(lists: readonly Amounts[]): Amounts {
  const total = new Map<string, QuantityAmount>();
  for (const list of lists) {
    for (const [name, amount] of list) total.set(name, total.get(name)?.add(amount) ?? amount);
  }
  return total;
}
