import { qosClass } from '@tabernetes/api';
import type { Pod, PodTemplateSpec, TopologySpreadConstraint } from '@tabernetes/api/types/core-v1';
import { labelSelectorAsSelector, timestampAge } from '@tabernetes/apimachinery';
import { messageOf } from '../../errors.ts';
import { rfc1123 } from '../../printers/dates.ts';
import { containers, type FieldValue, resources } from './containers.ts';
import { type DescribeContext, of } from './describer.ts';
import type { Description } from './description.ts';
import { eventsOf, printEvents, searchEvents } from './events.ts';
import { annotations, compare, controlledBy, pairs, tolerations } from './metadata.ts';
import { volumes } from './volumes.ts';

const MIRROR = 'kubernetes.io/config.mirror';

/** @see k8s.io/kubectl/pkg/describe/describe.go describePod */
export const pod = of<Pod>(async (context, object, d) => {
  const mirror = object.metadata.annotations?.[MIRROR];
  // Any kind: events of containers name the Pod, too.
  const list = await eventsOf(context, object, { kind: '', ...(mirror !== undefined && { uid: mirror }) });
  overview(context, object, d);
  const { spec = { containers: [] }, status = {} } = object;
  const fieldValue = fieldsOf(object);
  if (spec.initContainers?.length) {
    containers(d, 'Init Containers', spec.initContainers, status.initContainerStatuses, fieldValue);
  }
  containers(d, 'Containers', spec.containers, status.containerStatuses, fieldValue);
  if (spec.ephemeralContainers?.length) {
    containers(d, 'Ephemeral Containers', spec.ephemeralContainers, status.ephemeralContainerStatuses, fieldValue);
  }
  conditions(d, object);
  volumes(d, spec.volumes);
  d.field(0, 'QoS Class', status.qosClass ?? qosClass(spec));
  pairs(d, 'Node-Selectors', spec.nodeSelector);
  tolerations(d, 'Tolerations', spec.tolerations);
  spread(d, spec.topologySpreadConstraints);
  printEvents(d, list, context.nowMs);
});

/** A Pod that is gone may have left events. */
export async function missingPod(context: DescribeContext, error: unknown, d: Description): Promise<boolean> {
  if (!context.showEvents) return false;
  const { name, namespace } = context;
  const list = await searchEvents(context, { name, namespace, kind: '', uid: '' }).catch(() => []);
  if (list.length === 0) return false;
  d.write(0, `Pod '${name}': error '${messageOf(error)}', but found events.\n`);
  printEvents(d, list, context.nowMs);
  return true;
}

function overview(
  { nowMs }: DescribeContext,
  { metadata, spec = { containers: [] }, status = {} }: Pod,
  d: Description,
): void {
  d.field(0, 'Name', metadata.name ?? '');
  d.field(0, 'Namespace', metadata.namespace ?? '');
  if (spec.priority !== undefined) d.field(0, 'Priority', spec.priority);
  if (spec.priorityClassName) d.field(0, 'Priority Class Name', spec.priorityClassName);
  if (spec.runtimeClassName) d.field(0, 'Runtime Class Name', spec.runtimeClassName);
  if (spec.serviceAccountName) d.field(0, 'Service Account', spec.serviceAccountName);
  d.field(0, 'Node', spec.nodeName ? `${spec.nodeName}/${status.hostIP ?? ''}` : '<none>');
  if (status.startTime) d.field(0, 'Start Time', rfc1123(status.startTime));
  pairs(d, 'Labels', metadata.labels);
  annotations(d, metadata.annotations);
  const isOver = status.phase === 'Failed' || status.phase === 'Succeeded';
  if (metadata.deletionTimestamp && !isOver) {
    d.field(0, 'Status', `Terminating (lasts ${timestampAge(metadata.deletionTimestamp, nowMs)})`);
    d.field(0, 'Termination Grace Period', `${metadata.deletionGracePeriodSeconds ?? 0}s`);
  } else d.field(0, 'Status', status.phase ?? '');
  if (status.reason) d.field(0, 'Reason', status.reason);
  if (status.message) d.field(0, 'Message', status.message);
  const seccomp = spec.securityContext?.seccompProfile;
  if (seccomp !== undefined) {
    d.field(0, 'SeccompProfile', seccomp.type);
    if (seccomp.type === 'Localhost') d.field(0, 'LocalhostProfile', seccomp.localhostProfile ?? '');
  }
  d.field(0, 'IP', status.podIP ?? '');
  d.write(0, status.podIPs?.length ? 'IPs:\n' : 'IPs:\t<none>\n');
  for (const { ip } of status.podIPs ?? []) d.field(1, 'IP', ip);
  controlledBy(d, metadata);
  if (status.nominatedNodeName) d.field(0, 'NominatedNodeName', status.nominatedNodeName);
  if (spec.resources === undefined) return;
  d.write(0, 'Resources:\n');
  resources(d, 1, spec.resources);
}

function conditions(d: Description, { spec, status = {} }: Pod): void {
  const all = status.conditions ?? [];
  if (spec?.readinessGates?.length) {
    d.write(0, 'Readiness Gates:\n  Type\tStatus\n');
    for (const { conditionType } of spec.readinessGates) {
      const found = all.find(({ type }) => type === conditionType);
      d.write(1, `${conditionType} \t${found?.status ?? '<none>'} \n`);
    }
  }
  if (all.length === 0) return;
  d.write(0, 'Conditions:\n  Type\tStatus\n');
  for (const { type, status: is } of all) d.write(1, `${type} \t${is} \n`);
}

/** kubectl resolves names and namespaces alone; of all other fields it prints nothing. */
function fieldsOf({ metadata }: Pod): FieldValue {
  return (path) =>
    path === 'metadata.name' ? (metadata.name ?? '') : path === 'metadata.namespace' ? (metadata.namespace ?? '') : '';
}

function spread(d: Description, constraints: readonly TopologySpreadConstraint[] = [], space = ''): void {
  if (constraints.length === 0) return;
  const sorted = constraints.toSorted((a, b) => compare(a.topologyKey, b.topologyKey));
  d.write(0, `${space}Topology Spread Constraints:\t`);
  sorted.forEach(({ topologyKey, whenUnsatisfiable, maxSkew, labelSelector }, at) => {
    if (at > 0) d.write(0, `${space}\t`);
    const selector = labelSelector && ` for selector ${labelSelectorAsSelector(labelSelector).toString() || '<none>'}`;
    d.write(0, `${topologyKey}:${whenUnsatisfiable} when max skew ${maxSkew} is exceeded${selector ?? ''}\n`);
  });
}

/** The Pods that a controller makes. */
export function podTemplate(d: Description, template: PodTemplateSpec | undefined): void {
  d.write(0, 'Pod Template:\n');
  if (template === undefined) {
    d.write(1, '<unset>');
    return;
  }
  const { metadata = {}, spec = { containers: [] } } = template;
  pairs(d, '  Labels', metadata.labels);
  if (Object.keys(metadata.annotations ?? {}).length > 0) annotations(d, metadata.annotations, '  Annotations');
  if (spec.serviceAccountName) d.field(1, 'Service Account', spec.serviceAccountName);
  if (spec.initContainers?.length) containers(d, 'Init Containers', spec.initContainers, [], undefined, '  ');
  containers(d, 'Containers', spec.containers, [], undefined, '  ');
  volumes(d, spec.volumes, '  ');
  spread(d, spec.topologySpreadConstraints, '  ');
  if (spec.priorityClassName) d.field(1, 'Priority Class Name', spec.priorityClassName);
  pairs(d, '  Node-Selectors', spec.nodeSelector);
  tolerations(d, '  Tolerations', spec.tolerations);
}
