import {
  type Draft,
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  isQualifiedName,
  isValidCidr,
  isValidLabelValue,
  notSupported,
  parseCidr,
  required,
} from '@tabernetes/apimachinery';
import type { Node, NodeSpec, Taint } from '../generated/core-v1.ts';
import { dumpGo } from '../go-layout.ts';
import { defineKind } from '../kind.ts';
import { roundResources } from '../pod/quantities.ts';
import { reject } from '../pod/rules.ts';
import { validateQuantityOf } from '../pod/validate-resources.ts';
import { TAINT_EFFECTS } from '../pod/validate-tolerations.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { schemaOf } from '../schema/schemas.ts';
import { validateConfigSource, validateConfigStatus } from './node-config.ts';
import { sameList } from './rules/lists.ts';

/**
 * A machine that runs Pods.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/node-v1/
 */
export const node = defineKind<Node>({
  group: '',
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  singular: 'node',
  shortNames: ['no'],
  namespaced: false,
  storageVersionHash: 'XwShjMxG9Fs=',
  storagePath: 'minions',
  schema: schemaOf('io.k8s.api.core.v1.Node'),
  resetFields: ['status'],

  defaults,
  // A kubelet registers with its status, so creation keeps that, but for configuration from the cluster, which is gone.
  prepareForCreate: ({ spec, status }) => {
    delete spec?.configSource;
    delete status?.config;
    delete status?.features; // of the gate SupplementalGroupsPolicy, which is off
  },
  prepareForUpdate: (draft, old) => {
    draft.status = old.status as Draft<Node>['status'];
    if (old.spec?.configSource === undefined) delete draft.spec?.configSource;
  },
  validate: (object) => {
    const errors: FieldError[] = [];
    validateTaints(errors, object.spec?.taints ?? []);
    resourceErrors(errors, object);
    podCidrErrors(errors, object.spec?.podCIDRs ?? []);
    return errors;
  },
  validateUpdate: updateErrors,
  warnings: ({ spec }) => [
    ...(spec?.configSource ? ['spec.configSource: the feature is removed'] : []),
    ...(spec?.externalID ? ['spec.externalID: this field is deprecated, and is unused by Kubernetes'] : []),
  ],
  metadataOnUpdate: ['whole', 'change'],

  columns: [
    nameColumn,
    {
      name: 'Status',
      type: 'string',
      description: 'Ready or NotReady, and whether new Pods are kept away.',
      cell: statusText,
    },
    {
      name: 'Roles',
      type: 'string',
      description: 'Roles by label.',
      cell: ({ metadata }) => roles(metadata.labels ?? {}).join(',') || '<none>',
    },
    ageColumn,
    {
      name: 'Version',
      type: 'string',
      description: 'Version of the kubelet.',
      cell: ({ status }) => status?.nodeInfo?.kubeletVersion ?? '',
    },
    {
      name: 'Internal-IP',
      type: 'string',
      priority: 1,
      description: 'First address inside the cluster.',
      cell: (object) => addressOf(object, 'InternalIP'),
    },
    {
      name: 'External-IP',
      type: 'string',
      priority: 1,
      description: 'First address outside the cluster.',
      cell: (object) => addressOf(object, 'ExternalIP'),
    },
    {
      name: 'OS-Image',
      type: 'string',
      priority: 1,
      description: 'Operating system.',
      cell: ({ status }) => status?.nodeInfo?.osImage || '<unknown>',
    },
    {
      name: 'Kernel-Version',
      type: 'string',
      priority: 1,
      description: 'Version of the kernel.',
      cell: ({ status }) => status?.nodeInfo?.kernelVersion || '<unknown>',
    },
    {
      name: 'Container-Runtime',
      type: 'string',
      priority: 1,
      description: 'Container runtime and its version.',
      cell: ({ status }) => status?.nodeInfo?.containerRuntimeVersion || '<unknown>',
    },
  ],
  selectableFields: { 'spec.unschedulable': ({ spec }) => String(spec?.unschedulable ?? false) },
  subresources: [
    {
      type: 'update',
      name: 'status',
      resetFields: ['spec'],
      prepareForUpdate: (draft, old) => {
        draft.spec = old.spec as Draft<Node>['spec'];
        if (old.status?.config === undefined) delete draft.status?.config;
      },
      validateUpdate: updateErrors,
    },
    {
      type: 'connect',
      name: 'proxy',
      kind: { group: '', version: 'v1', kind: 'NodeProxyOptions' },
      verbs: ['create', 'delete', 'get', 'patch', 'update'],
    },
  ],
});

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/core/v1/defaults.go SetDefaults_NodeStatus */
function defaults({ spec, status }: Draft<Node>): void {
  if (spec) mirrorPodCidr(spec);
  if (!status) return;
  // Upstream's copy is made again of what is read from the store, in which nothing is empty.
  if (Object.keys(status.allocatable ?? {}).length === 0 && status.capacity)
    status.allocatable = { ...status.capacity };
  if (status.capacity) roundResources(status.capacity);
  if (status.allocatable) roundResources(status.allocatable);
}

/** `podCIDR` is the first of `podCIDRs`; where they differ, the author knows only the former. */
function mirrorPodCidr(spec: Draft<NodeSpec>): void {
  if (spec.podCIDR && spec.podCIDRs?.[0] !== spec.podCIDR) spec.podCIDRs = [spec.podCIDR];
  else if (spec.podCIDRs?.[0]) spec.podCIDR = spec.podCIDRs[0];
}

/** Appends what is wrong with taints. Upstream reports them under `metadata`. */
function validateTaints(errors: FieldError[], taints: readonly Taint[]): void {
  const seen = new Set<string>();
  for (const [i, taint] of taints.entries()) {
    const { key = '', value = '', effect = '' } = taint;
    const at = `metadata.taints[${i}]`;
    reject(errors, `${at}.key`, key, isQualifiedName(key));
    const problems = isValidLabelValue(value);
    if (problems.length > 0) errors.push(invalid(`${at}.value`, value, problems.join(';')));
    if (effect === '') errors.push(required(`${at}.effect`));
    else if (!(TAINT_EFFECTS as readonly string[]).includes(effect)) {
      errors.push(notSupported(`${at}.effect`, effect, TAINT_EFFECTS));
    }
    const identity = `${effect} ${key}`;
    if (seen.has(identity)) {
      errors.push({
        ...duplicate(at, dumpGo('core.Taint', taint)),
        detail: 'taints must be unique by key and effect pair',
      });
    }
    seen.add(identity);
  }
}

function resourceErrors(errors: FieldError[], { status }: Node): void {
  for (const list of ['capacity', 'allocatable'] as const) {
    for (const [name, quantity] of Object.entries(status?.[list] ?? {})) {
      validateQuantityOf(errors, name, quantity, `status.${list}.${name}`);
    }
  }
}

function podCidrErrors(errors: FieldError[], cidrs: readonly string[]): void {
  for (const [i, cidr] of cidrs.entries()) errors.push(...isValidCidr(`spec.podCIDRs[${i}]`, cidr));
  if (cidrs.length < 2) return;
  const families = new Set(cidrs.map((cidr) => parseCidr(cidr)?.family));
  if (families.has(undefined)) {
    const bad = cidrs.findIndex((cidr) => parseCidr(cidr) === undefined);
    const cause = `invalid CIDR[${bad}]: <nil> (invalid CIDR address: ${cidrs[bad]})`;
    const detail = `invalid PodCIDRs. failed to check with dual stack with error:${cause}`;
    errors.push({ type: 'InternalError', field: 'spec.podCIDRs', detail });
  }
  if (families.size < 2 || families.has(undefined) || cidrs.length > 2) {
    const detail = 'may specify no more than one CIDR for each IP family';
    errors.push(invalid('spec.podCIDRs', dumpGo('[]string', cidrs), detail));
  }
  for (const [i, cidr] of cidrs.entries()) {
    if (cidrs.indexOf(cidr) < i) errors.push(duplicate(`spec.podCIDRs[${i}]`, cidr));
  }
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/core/validation/validation.go ValidateNodeUpdate */
function updateErrors(object: Node, old: Node): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { spec = {}, status } = object;
  const before = old.spec ?? {};
  resourceErrors(errors, object);
  const seen = new Set<string>();
  for (const [i, address] of (status?.addresses ?? []).entries()) {
    const key = `${address.type} ${address.address}`;
    if (seen.has(key)) errors.push(duplicate(`status.addresses[${i}]`, dumpGo('core.NodeAddress', address)));
    seen.add(key);
  }
  podCidrChange(errors, spec.podCIDRs ?? [], before.podCIDRs ?? []);
  if (before.providerID && before.providerID !== spec.providerID) {
    errors.push(forbidden('spec.providerID', 'node updates may not change providerID except from "" to valid'));
  }
  if (spec.configSource) validateConfigSource(errors, spec.configSource);
  if (status?.config) validateConfigStatus(errors, status.config);
  validateTaints(errors, spec.taints ?? []);
  if ((spec.externalID ?? '') !== (before.externalID ?? '')) {
    errors.push(forbidden('spec.externalID', 'may not be updated'));
  }
  return errors;
}

/** One error for another number of ranges, else one for every range that is another. */
function podCidrChange(errors: FieldError[], now: readonly string[], before: readonly string[]): void {
  if (before.length === 0 || sameList(now, before)) return;
  const changes = now.length === before.length ? before.filter((cidr, i) => cidr !== now[i]).length : 1;
  const error = forbidden('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid');
  for (let i = 0; i < changes; i++) errors.push(error);
}

function statusText({ spec, status }: Node): string {
  const ready = status?.conditions?.findLast(({ type }) => type === 'Ready');
  const text = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return spec?.unschedulable ? `${text},SchedulingDisabled` : text;
}

const ROLE_PREFIX = 'node-role.kubernetes.io/';

function roles(labels: Readonly<Record<string, string>>): readonly string[] {
  const found = new Set<string>();
  for (const [key, value] of Object.entries(labels)) {
    const role = key.startsWith(ROLE_PREFIX)
      ? key.slice(ROLE_PREFIX.length)
      : key === 'kubernetes.io/role'
        ? value
        : '';
    if (role !== '') found.add(role);
  }
  return [...found].sort();
}

const addressOf = ({ status }: Node, type: string): string =>
  status?.addresses?.find((address) => address.type === type)?.address ?? '<none>';
