import { type Draft, nameIsDns1035Label } from '@tabernetes/apimachinery';
import type { Service, ServiceSpec } from '../generated/core-v1.ts';
import { type AllocationUndo, defineKind, type RequestContext } from '../kind.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { formatLabels } from '../printing/labels.ts';
import { schemaOf } from '../schema/schemas.ts';
import { cidrWarnings, ipWarnings } from './rules/addresses.ts';
import { sameList } from './rules/lists.ts';
import { assignClusterIPs, assignFamilies, normalizeClusterIPs } from './service-addresses.ts';
import { assignNodePorts, keepNodePorts, NodePortTransaction, nodePortsOf } from './service-ports.ts';
import {
  isExternallyAccessible,
  isHeadless,
  needsHealthCheck,
  needsNodePorts,
  TRAFFIC_POLICIES,
  validateLoadBalancerStatus,
  validateService,
  validateServiceUpdate,
} from './service-rules.ts';

/**
 * A stable name and address in front of Pods.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/
 */
export const service = defineKind<Service>({
  group: '',
  version: 'v1',
  kind: 'Service',
  plural: 'services',
  singular: 'service',
  shortNames: ['svc'],
  categories: ['all'],
  namespaced: true,
  storageVersionHash: '0/CO1lhkEBI=',
  returnsDeletedObject: true,
  storagePath: 'services/specs',
  schema: schemaOf('io.k8s.api.core.v1.Service'),
  validateName: nameIsDns1035Label,
  allowCreateOnUpdate: true,
  resetFields: ['status'],

  defaults,
  prepareForCreate: (draft) => {
    draft.status = {};
  },
  prepareForUpdate(draft, old) {
    const { status } = old as Draft<Service>;
    // What a balancer has given goes with it, though taking it down takes its time.
    const isLeft = draft.spec?.type !== 'LoadBalancer' && status?.loadBalancer?.ingress !== undefined;
    draft.status = isLeft ? { ...status, loadBalancer: {} } : status;
  },
  allocate,
  release,
  validate: validateService,
  validateUpdate: validateServiceUpdate,
  warnings,
  metadataOnUpdate: ['change', 'whole'],

  columns: [
    nameColumn,
    {
      name: 'Type',
      type: 'string',
      description: 'How the Service is reached: ClusterIP, NodePort, LoadBalancer or ExternalName.',
      cell: ({ spec }) => spec?.type ?? '',
    },
    {
      name: 'Cluster-IP',
      type: 'string',
      description: 'Address inside the cluster; None for a headless Service.',
      cell: ({ spec }) => spec?.clusterIPs?.[0] ?? '<none>',
    },
    {
      name: 'External-IP',
      type: 'string',
      description: 'Addresses or the host name under which the Service is reached from outside.',
      cell: externalAddress,
    },
    {
      name: 'Port(s)',
      type: 'string',
      description: 'Ports of the Service, each with its node port, if any, and its protocol.',
      cell: ({ spec }) => portList(spec) || '<none>',
    },
    ageColumn,
    {
      name: 'Selector',
      type: 'string',
      priority: 1,
      description: 'Labels of the Pods behind the Service.',
      cell: ({ spec }) => formatLabels(spec?.selector),
    },
  ],
  selectableFields: {
    'spec.clusterIP': ({ spec }) => spec?.clusterIP ?? '',
    'spec.type': ({ spec }) => spec?.type ?? '',
  },
  subresources: [
    {
      type: 'update',
      name: 'status',
      resetFields: ['spec'],
      creates: 'always',
      prepareForUpdate: (draft, old) => {
        draft.spec = old.spec as Draft<Service>['spec'];
      },
      validateUpdate: ({ spec, status }) => validateLoadBalancerStatus(status?.loadBalancer, spec?.type ?? ''),
    },
    {
      type: 'connect',
      name: 'proxy',
      kind: { group: '', version: 'v1', kind: 'ServiceProxyOptions' },
      verbs: ['create', 'delete', 'get', 'patch', 'update'],
    },
  ],
});

const CLIENT_IP_SECONDS = 10_800;

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/core/v1/defaults.go SetDefaults_Service */
function defaults(draft: Draft<Service>): void {
  draft.spec ??= {};
  const { spec } = draft;
  spec.sessionAffinity ||= 'None';
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
  else if (spec.sessionAffinity === 'ClientIP' && spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined) {
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: CLIENT_IP_SECONDS } };
  }
  spec.type ||= 'ClusterIP';
  for (const port of spec.ports ?? []) {
    port.protocol ||= 'TCP';
    port.targetPort ||= port.port ?? 0;
  }
  if (isExternallyAccessible(spec)) spec.externalTrafficPolicy ||= 'Cluster';
  if (needsNodePorts(spec) || spec.type === 'ClusterIP') spec.internalTrafficPolicy ??= 'Cluster';
  if (spec.type !== 'LoadBalancer') return;
  spec.allocateLoadBalancerNodePorts ??= true;
  for (const ingress of draft.status?.loadBalancer?.ingress ?? []) if (ingress.ip) ingress.ipMode ??= 'VIP';
}

/** Addresses, node ports and the health check port; an update keeps what it does not mention. */
function allocate(draft: Draft<Service>, old: Service | undefined, context: RequestContext): AllocationUndo {
  draft.spec ??= {};
  const { spec } = draft;
  if (old) keepAllocated(spec, old.spec ?? {});
  normalizeClusterIPs(spec, old?.spec);
  assignFamilies(draft, old, context);
  const addresses = assignClusterIPs(draft, old, context);
  const ports = new NodePortTransaction(context);
  const undo = (): void => {
    for (const address of addresses.taken) context.allocators.clusterIPs.release(address);
    ports.revert();
  };
  try {
    assignNodePorts(draft, old, ports);
  } catch (error) {
    undo();
    throw error;
  }
  if (old) dropWhatTheTypeLacks(draft, old);
  // A mere name has no traffic of its own: upstream stores the policy and never shows it. A value that no type may have is left to be refused.
  if (spec.type === 'ExternalName' && TRAFFIC_POLICIES.includes(spec.internalTrafficPolicy ?? '')) {
    delete spec.internalTrafficPolicy;
  }
  return Object.assign(undo, {
    commit: () => {
      for (const address of addresses.freed) context.allocators.clusterIPs.release(address);
      ports.commit();
    },
  });
}

function release({ spec = {} }: Service, { allocators }: RequestContext): void {
  if (spec.type !== 'ExternalName' && !isHeadless(spec)) {
    for (const address of spec.clusterIPs ?? []) allocators.clusterIPs.release(address);
  }
  for (const port of nodePortsOf(spec)) allocators.nodePorts.release(port);
  if (needsHealthCheck(spec) && spec.healthCheckNodePort) allocators.nodePorts.release(spec.healthCheckNodePort);
}

function keepAllocated(spec: Draft<ServiceSpec>, before: ServiceSpec): void {
  if (spec.type !== 'ExternalName' && before.type !== 'ExternalName') {
    spec.clusterIP ||= before.clusterIP ?? '';
    if (!spec.clusterIPs?.length && spec.clusterIP === before.clusterIP && before.clusterIPs) {
      spec.clusterIPs = [...before.clusterIPs];
    }
  }
  keepNodePorts(spec, before);
  if (needsHealthCheck(before) && needsHealthCheck(spec)) {
    spec.healthCheckNodePort ||= before.healthCheckNodePort ?? 0;
  }
}

/**
 * A change of type clears the fields that the new type does not know, if the author has left them as they were: a
 * client that sends back what it read must not be refused for values that the server once filled in.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/registry/core/service/strategy.go dropTypeDependentFields
 */
function dropWhatTheTypeLacks(draft: Draft<Service>, old: Service): void {
  draft.spec ??= {};
  const { spec } = draft;
  const before = old.spec ?? {};
  if (before.type !== 'ExternalName' && spec.type === 'ExternalName') {
    if (before.clusterIP === spec.clusterIP && sameList(before.clusterIPs, spec.clusterIPs)) {
      delete spec.clusterIP;
      delete spec.clusterIPs;
    }
    if (sameList(before.ipFamilies, spec.ipFamilies)) delete spec.ipFamilies;
    if (before.ipFamilyPolicy === spec.ipFamilyPolicy) delete spec.ipFamilyPolicy;
  }
  if (needsNodePorts(before) && !needsNodePorts(spec)) {
    const had = new Set(nodePortsOf(before));
    if (nodePortsOf(spec).every((port) => had.has(port))) for (const port of spec.ports ?? []) delete port.nodePort;
  }
  if (needsHealthCheck(before) && !needsHealthCheck(spec)) {
    if (before.healthCheckNodePort === spec.healthCheckNodePort) delete spec.healthCheckNodePort;
  }
  if (before.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    if (before.allocateLoadBalancerNodePorts === spec.allocateLoadBalancerNodePorts) {
      delete spec.allocateLoadBalancerNodePorts;
    }
    if (before.loadBalancerClass === spec.loadBalancerClass) delete spec.loadBalancerClass;
  }
  if (isExternallyAccessible(before) && !isExternallyAccessible(spec)) {
    if (before.externalTrafficPolicy === spec.externalTrafficPolicy) delete spec.externalTrafficPolicy;
  }
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/api/service/warnings.go */
function warnings({ metadata, spec = {} }: Service): readonly string[] {
  const texts: string[] = [];
  if (metadata.annotations?.['service.kubernetes.io/topology-aware-hints'] !== undefined) {
    texts.push(
      'annotation service.kubernetes.io/topology-aware-hints is deprecated, please use service.kubernetes.io/topology-mode instead',
    );
  }
  if (!isHeadless(spec)) {
    for (const [i, ip] of (spec.clusterIPs ?? []).entries()) texts.push(...ipWarnings(`spec.clusterIPs[${i}]`, ip));
  }
  for (const [i, ip] of (spec.externalIPs ?? []).entries()) texts.push(...ipWarnings(`spec.externalIPs[${i}]`, ip));
  if (spec.loadBalancerIP) texts.push(...ipWarnings('spec.loadBalancerIP', spec.loadBalancerIP));
  for (const [i, range] of (spec.loadBalancerSourceRanges ?? []).entries()) {
    texts.push(...cidrWarnings(`spec.loadBalancerSourceRanges[${i}]`, range));
  }
  if (spec.type === 'ExternalName') {
    if (spec.externalIPs?.length) texts.push('spec.externalIPs is ignored when spec.type is "ExternalName"');
  } else if (spec.externalName) texts.push('spec.externalName is ignored when spec.type is not "ExternalName"');
  return texts;
}

function externalAddress({ spec = {}, status }: Service): string {
  const external = spec.externalIPs ?? [];
  switch (spec.type) {
    case 'ClusterIP':
    case 'NodePort':
      return external.join(',') || '<none>';
    case 'LoadBalancer': {
      const ingress = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip || hostname || []);
      return [...[...new Set(ingress)].sort(), ...external].join(',') || '<pending>';
    }
    case 'ExternalName':
      return spec.externalName ?? '';
    default:
      return '<unknown>';
  }
}

const portList = (spec: ServiceSpec = {}): string =>
  (spec.ports ?? [])
    .map(({ port, nodePort, protocol }) => (nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`))
    .join(',');
