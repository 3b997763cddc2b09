import { type Draft, type FieldError, forbidden, invalid, semanticEqual } from '@tabernetes/apimachinery';
import type { PriorityLevelConfiguration } from '../generated/flowcontrol-v1.ts';
import { dumpGo } from '../go-layout.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { schemaOf } from '../schema/schemas.ts';
import { defaultPriorityLevel, validatePriorityLevelSpec } from './priority-level-rules.ts';
import { keepAllMetadata, validateConditions } from './rules/flow-control.ts';
import { MANDATORY_PRIORITY_LEVELS } from './rules/mandatory-flow.ts';

const SPEC = schemaOf('io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationSpec');

/**
 * How many requests of a priority are worked on at once, and how many wait.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/priority-level-configuration-v1/
 */
export const priorityLevelConfiguration = defineKind<PriorityLevelConfiguration>({
  group: 'flowcontrol.apiserver.k8s.io',
  version: 'v1',
  kind: 'PriorityLevelConfiguration',
  plural: 'prioritylevelconfigurations',
  singular: 'prioritylevelconfiguration',
  namespaced: false,
  storageVersionHash: 'Kir5PVfvNeI=',
  schema: schemaOf('io.k8s.api.flowcontrol.v1.PriorityLevelConfiguration'),
  generation: ['spec'],
  resetFields: ['status'],

  defaults: ({ spec }) => {
    if (spec) defaultPriorityLevel(spec);
  },
  prepareForCreate: (draft) => {
    draft.status = {};
  },
  prepareForUpdate: (draft, old) => {
    draft.status = old.status as Draft<PriorityLevelConfiguration>['status'];
  },
  validate: (object) => [...levelErrors(object), ...validateConditions(object)],
  metadataOnUpdate: ['whole'],

  columns: [
    nameColumn,
    {
      name: 'Type',
      type: 'string',
      description: 'Limited, or Exempt from all limits.',
      cell: ({ spec }) => spec?.type ?? '',
    },
    {
      name: 'NominalConcurrencyShares',
      type: 'string',
      description: 'Share of the requests that are worked on at once.',
      cell: ({ spec }) => (spec?.limited ? (spec.limited.nominalConcurrencyShares ?? 0) : '<none>'),
    },
    {
      name: 'Queues',
      type: 'string',
      description: 'Number of queues for requests that wait.',
      cell: (object) => queuing(object)?.queues ?? '<none>',
    },
    {
      name: 'HandSize',
      type: 'string',
      description: 'Number of queues that one flow may use.',
      cell: (object) => queuing(object)?.handSize ?? '<none>',
    },
    {
      name: 'QueueLengthLimit',
      type: 'string',
      description: 'Number of requests that may wait in one queue.',
      cell: (object) => queuing(object)?.queueLengthLimit ?? '<none>',
    },
    ageColumn,
  ],
  subresources: [
    {
      type: 'update',
      name: 'status',
      metadataOnUpdate: [],
      resetFields: ['metadata', 'spec'],
      prepareForUpdate: (draft, old) => {
        keepAllMetadata(draft, old);
        draft.spec = old.spec as Draft<PriorityLevelConfiguration>['spec'];
      },
      validateUpdate: validateConditions,
    },
  ],
});

const queuing = ({ spec }: PriorityLevelConfiguration) => spec?.limited?.limitResponse?.queuing;

/** Tells version v1beta3 that zero shares are meant; no business of clients. */
const ZERO_SHARES = 'flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares';

function levelErrors({ metadata, spec }: PriorityLevelConfiguration): FieldError[] {
  const errors: FieldError[] = [];
  const { name = '', annotations } = metadata;
  if (annotations?.[ZERO_SHARES] !== undefined) {
    errors.push(forbidden('metadata.annotations', `annotation '${ZERO_SHARES}' is forbidden`));
  }
  const given = spec ?? { type: '' };
  validatePriorityLevelSpec(errors, given, name);
  const mandatory = MANDATORY_PRIORITY_LEVELS[name];
  if (mandatory === undefined) return errors;
  const exempt = name === 'exempt';
  // What stands in `exempt` may be changed there.
  const { exempt: _, ...rest } = given;
  const compared = exempt && mandatory.exempt ? { ...rest, exempt: mandatory.exempt } : given;
  if (!semanticEqual(compared, mandatory, SPEC)) {
    const shown = dumpGo('flowcontrol.PriorityLevelConfigurationSpec', spec);
    const part = exempt ? " except the 'spec.exempt' field" : '';
    errors.push(invalid('spec', shown, `spec of '${name}'${part} must equal the fixed value`));
  }
  return errors;
}
