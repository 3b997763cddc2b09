import { type FieldError, forbidden, forbiddenStatus, invalid, notSupported, required } from '@tabernetes/apimachinery';
import type { PriorityClass } from '../generated/scheduling-v1.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { schemaOf } from '../schema/schemas.ts';

/**
 * A name for how much a Pod matters.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/priority-class-v1/
 */
export const priorityClass = defineKind<PriorityClass>({
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  plural: 'priorityclasses',
  singular: 'priorityclass',
  shortNames: ['pc'],
  namespaced: false,
  storageVersionHash: '1QwjyaZjj3Y=',
  schema: schemaOf('io.k8s.api.scheduling.v1.PriorityClass'),
  generation: [],

  defaults: (draft) => {
    draft.preemptionPolicy ??= 'PreemptLowerPriority';
  },
  validate: (object) => {
    const errors: FieldError[] = [];
    const { metadata, value = 0, preemptionPolicy } = object;
    const { name = '' } = metadata;
    if (name.startsWith(SYSTEM_PREFIX)) {
      const problem = systemProblem(object);
      if (problem !== undefined) {
        const detail = `priority class names with '${SYSTEM_PREFIX}' prefix are reserved for system use only. error: ${problem}`;
        errors.push(forbidden('metadata.name', detail));
      }
    } else if (value > HIGHEST_USER_PRIORITY) {
      const detail = `maximum allowed value of a user defined priority is ${HIGHEST_USER_PRIORITY}`;
      errors.push(forbidden('value', detail));
    }
    if (preemptionPolicy === '') errors.push(required('preemptionPolicy'));
    else if (preemptionPolicy !== undefined && !POLICIES.includes(preemptionPolicy)) {
      errors.push(notSupported('preemptionPolicy', preemptionPolicy, POLICIES));
    }
    return errors;
  },
  validateDelete: ({ metadata: { name = '' } }) => {
    if (!Object.hasOwn(SYSTEM, name)) return;
    const why = 'this is a system priority class and cannot be deleted';
    throw forbiddenStatus({ group: 'scheduling.k8s.io', resource: 'priorityclasses' }, name, why);
  },
  updateValidatesAlone: true,
  validateUpdate: ({ value = 0, preemptionPolicy }, old) => {
    const errors: FieldError[] = [];
    if (value !== (old.value ?? 0)) errors.push(forbidden('value', 'may not be changed in an update.'));
    if (preemptionPolicy !== old.preemptionPolicy) {
      errors.push(invalid('preemptionPolicy', preemptionPolicy, 'field is immutable'));
    }
    return errors;
  },

  columns: [
    nameColumn,
    {
      name: 'Value',
      type: 'integer',
      description: 'Priority of the Pods; higher goes first.',
      cell: ({ value }) => value ?? 0,
    },
    {
      name: 'Global-Default',
      type: 'boolean',
      description: 'True: Pods that name no class get this one.',
      cell: ({ globalDefault }) => globalDefault ?? false,
    },
    ageColumn,
    {
      name: 'PreemptionPolicy',
      type: 'string',
      description: 'Whether Pods of lower priority may be put out for these.',
      cell: ({ preemptionPolicy }) => preemptionPolicy ?? '',
    },
  ],
});

const SYSTEM_PREFIX = 'system-';
const HIGHEST_USER_PRIORITY = 1_000_000_000;
const POLICIES = ['PreemptLowerPriority', 'Never'];

/** The classes that every cluster has. */
const SYSTEM: Readonly<Record<string, number>> = {
  'system-node-critical': 2_000_001_000,
  'system-cluster-critical': 2_000_000_000,
};

function systemProblem({ metadata: { name = '' }, value, globalDefault = false }: PriorityClass): string | undefined {
  const expected = SYSTEM[name];
  if (expected === undefined) return `${name} is not a known system priority class`;
  if (value !== expected) return `value of ${name} PriorityClass must be ${expected}`;
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined;
}
