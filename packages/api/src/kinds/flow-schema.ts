import {
  type Draft,
  type FieldError,
  invalid,
  isDns1123Subdomain,
  notSupported,
  required,
  semanticEqual,
} from '@tabernetes/apimachinery';
import type { FlowSchema, FlowSchemaSpec } from '../generated/flowcontrol-v1.ts';
import { dumpGo } from '../go-layout.ts';
import { defineKind } from '../kind.ts';
import { reject } from '../pod/rules.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { schemaOf } from '../schema/schemas.ts';
import { validateFlowRule } from './flow-rules.ts';
import { keepAllMetadata, validateConditions } from './rules/flow-control.ts';
import { MANDATORY_FLOW_SCHEMAS } from './rules/mandatory-flow.ts';

const SPEC = schemaOf('io.k8s.api.flowcontrol.v1.FlowSchemaSpec');

/**
 * Which requests have which priority.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/flow-schema-v1/
 */
export const flowSchema = defineKind<FlowSchema>({
  group: 'flowcontrol.apiserver.k8s.io',
  version: 'v1',
  kind: 'FlowSchema',
  plural: 'flowschemas',
  singular: 'flowschema',
  namespaced: false,
  storageVersionHash: 'GJVAJZSZBIw=',
  schema: schemaOf('io.k8s.api.flowcontrol.v1.FlowSchema'),
  generation: ['spec'],
  resetFields: ['status'],

  defaults: (draft) => {
    draft.spec ??= { priorityLevelConfiguration: { name: '' } };
    draft.spec.matchingPrecedence ||= DEFAULT_PRECEDENCE;
  },
  prepareForCreate: (draft) => {
    draft.status = {};
  },
  prepareForUpdate: (draft, old) => {
    draft.status = old.status as Draft<FlowSchema>['status'];
  },
  validate: (object) => [...specErrors(object), ...validateConditions(object)],

  // As requests are matched against them.
  compareRows: ({ metadata: a, spec }, { metadata: b, spec: other }) =>
    (spec?.matchingPrecedence ?? 0) - (other?.matchingPrecedence ?? 0) || ((a.name ?? '') < (b.name ?? '') ? -1 : 1),
  metadataOnUpdate: ['whole'],
  columns: [
    nameColumn,
    {
      name: 'PriorityLevel',
      type: 'string',
      description: 'Priority of the requests.',
      cell: ({ spec }) => spec?.priorityLevelConfiguration?.name ?? '',
    },
    {
      name: 'MatchingPrecedence',
      type: 'string',
      description: 'Of the schemas that match a request, the one with the smallest number counts.',
      cell: ({ spec }) => spec?.matchingPrecedence ?? 0,
    },
    {
      name: 'DistinguisherMethod',
      type: 'string',
      description: 'What sets the flows of a schema apart: ByUser, ByNamespace.',
      cell: ({ spec }) => spec?.distinguisherMethod?.type ?? '<none>',
    },
    ageColumn,
    {
      name: 'MissingPL',
      type: 'string',
      description: 'Whether the priority level does not exist.',
      cell: ({ status }) => status?.conditions?.find(({ type }) => type === 'Dangling')?.status ?? '?',
    },
  ],
  subresources: [
    {
      type: 'update',
      name: 'status',
      metadataOnUpdate: [],
      resetFields: ['metadata', 'spec'],
      prepareForUpdate: (draft, old) => {
        keepAllMetadata(draft, old);
        draft.spec = old.spec as Draft<FlowSchema>['spec'];
      },
      validateUpdate: validateConditions,
    },
  ],
});

const DEFAULT_PRECEDENCE = 1000;
const MAX_PRECEDENCE = 10_000;
const DISTINGUISHERS = ['ByNamespace', 'ByUser'];

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/flowcontrol/validation/validation.go ValidateFlowSchemaSpec */
function specErrors({ metadata, spec }: FlowSchema): FieldError[] {
  const errors: FieldError[] = [];
  const empty: FlowSchemaSpec = { priorityLevelConfiguration: { name: '' } };
  const { matchingPrecedence = 0, distinguisherMethod, priorityLevelConfiguration, rules = [] } = spec ?? empty;
  const { name = '' } = metadata;
  const refuse = (detail: string): void => {
    errors.push(invalid('spec.matchingPrecedence', matchingPrecedence, detail));
  };
  if (matchingPrecedence <= 0) refuse('must be a positive value');
  if (matchingPrecedence > MAX_PRECEDENCE) refuse(`must not be greater than ${MAX_PRECEDENCE}`);
  if (matchingPrecedence === 1 && name !== 'exempt') {
    refuse("only the schema named 'exempt' may have matchingPrecedence 1");
  }
  if (distinguisherMethod && !DISTINGUISHERS.includes(distinguisherMethod.type)) {
    const shown = dumpGo('flowcontrol.FlowDistinguisherMethod', distinguisherMethod);
    errors.push(notSupported('spec.distinguisherMethod.type', shown, DISTINGUISHERS));
  }
  const level = priorityLevelConfiguration?.name ?? '';
  const at = 'spec.priorityLevelConfiguration.name';
  if (level === '') errors.push(required(at, 'must reference a priority level'));
  else reject(errors, at, level, isDns1123Subdomain(level));
  for (const [i, rule] of rules.entries()) validateFlowRule(errors, rule, `spec.rules[${i}]`);
  const mandatory = MANDATORY_FLOW_SCHEMAS[name];
  if (mandatory && !semanticEqual(spec, mandatory, SPEC)) {
    const shown = dumpGo('flowcontrol.FlowSchemaSpec', spec);
    errors.push(invalid('spec', shown, `spec of '${name}' must equal the fixed value`));
  }
  return errors;
}
