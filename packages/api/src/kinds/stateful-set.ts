import {
  type Draft,
  type FieldError,
  forbidden,
  invalid,
  nameIsDnsLabel,
  notSupported,
  required,
  semanticEqual,
  validateAnnotations,
  validateLabels,
} from '@tabernetes/apimachinery';
import type { StatefulSet, StatefulSetSpec } from '../generated/apps-v1.ts';
import { dumpGo } from '../go-layout.ts';
import { defineKind } from '../kind.ts';
import { defaultPodTemplate, dropDisabledTemplateFields, podValidationOptions } from '../pod/index.ts';
import { validatePodAnnotations } from '../pod/validate-annotations.ts';
import { claimWarnings } from '../pod/warnings.ts';
import { ageColumn, nameColumn, templateColumns } from '../printing/columns.ts';
import { selectorText } from '../printing/labels.ts';
import { statefulSet as names } from './names/workloads.ts';
import { defaultClaim } from './rules/claims.ts';
import { intOrPercentValue, nonNegative, nonNegativeOrPercent, notMoreThan100Percent } from './rules/numbers.ts';
import { validateCollisionCount, validateReplicaStatus } from './rules/replica-status.ts';
import { readyOfReplicasColumn, replicaScale } from './rules/replicas.ts';
import {
  selectorMatchesTemplate,
  templateWarnings,
  validateRequiredSelector,
  validateRunsForEver,
} from './rules/template.ts';

/**
 * Pods with names and volumes of their own, started in order.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/stateful-set-v1/
 */
export const statefulSet = defineKind<StatefulSet>({
  ...names,
  validateName: nameIsDnsLabel,
  generation: ['spec'],
  resetFields: ['status'],

  defaults,
  prepareForCreate: (draft) => {
    dropDisabledTemplateFields(draft.spec?.template);
    draft.status = { availableReplicas: 0, replicas: 0 };
    dropMaxUnavailable(draft);
  },
  prepareForUpdate: (draft, old) => {
    dropDisabledTemplateFields(draft.spec?.template);
    draft.status = old.status as Draft<StatefulSet>['status'];
    dropMaxUnavailable(draft);
  },
  validate: (object) => specErrors(object, undefined),
  updateValidatesAlone: true,
  validateUpdate: (object, old) => {
    const errors = specErrors(object, old);
    // What may change is taken from the old object; what is left must be the same.
    const rest = { ...object.spec, ...pick(old.spec, MUTABLE) };
    if (!semanticEqual(rest, old.spec, names.schema.byName.get('spec')?.schema)) {
      const detail =
        "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
      errors.push(forbidden('spec', detail));
    }
    return errors;
  },
  warnings: (object, old) => [
    ...templateWarnings(names.schema, object, old),
    ...(object.spec?.volumeClaimTemplates ?? []).flatMap((claim, index) =>
      claimWarnings(claim.spec ?? {}, `spec.volumeClaimTemplates[${index}]`),
    ),
  ],

  columns: [
    nameColumn,
    readyOfReplicasColumn,
    ageColumn,
    ...templateColumns<StatefulSet>(({ spec }) => spec?.template),
  ],
  subresources: [
    {
      type: 'update',
      name: 'status',
      resetFields: ['spec'],
      prepareForUpdate: (draft, old) => {
        draft.spec = old.spec as Draft<StatefulSet>['spec'];
      },
      validateUpdate: ({ status }, old) => {
        const errors: FieldError[] = [];
        const bounded = ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'] as const;
        const counted = ['replicas', ...bounded, 'observedGeneration', 'collisionCount'] as const;
        const text = 'cannot be greater than status.readyReplicas';
        validateReplicaStatus(errors, status ?? { replicas: 0 }, counted, bounded, text);
        validateCollisionCount(errors, status, old.status);
        return errors;
      },
    },
    replicaScale(({ spec }) => selectorText(spec?.selector)),
  ],
});

const MUTABLE = [
  'replicas',
  'template',
  'updateStrategy',
  'minReadySeconds',
  'ordinals',
  'persistentVolumeClaimRetentionPolicy',
] as const satisfies readonly (keyof StatefulSetSpec)[];

const pick = (spec: StatefulSetSpec | undefined, fields: readonly (keyof StatefulSetSpec)[]): object =>
  Object.fromEntries(fields.map((field) => [field, spec?.[field]]));

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/apps/v1/defaults.go SetDefaults_StatefulSet */
function defaults(draft: Draft<StatefulSet>): void {
  // The selector has no default: its absence is refused.
  draft.spec ??= { serviceName: '', template: {} } as unknown as Draft<StatefulSetSpec>;
  const { spec } = draft;
  spec.podManagementPolicy ||= 'OrderedReady';
  spec.updateStrategy ??= {};
  const strategy = spec.updateStrategy;
  if (!strategy.type) {
    strategy.type = 'RollingUpdate';
    strategy.rollingUpdate ??= {};
  }
  if (strategy.type === 'RollingUpdate' && strategy.rollingUpdate) strategy.rollingUpdate.partition ??= 0;
  spec.persistentVolumeClaimRetentionPolicy ??= {};
  spec.persistentVolumeClaimRetentionPolicy.whenDeleted ||= 'Retain';
  spec.persistentVolumeClaimRetentionPolicy.whenScaled ||= 'Retain';
  spec.replicas ??= 1;
  spec.revisionHistoryLimit ??= 10;
  spec.template ??= {};
  defaultPodTemplate(spec.template);
  for (const claim of spec.volumeClaimTemplates ?? []) {
    claim.apiVersion = 'v1';
    claim.kind = 'PersistentVolumeClaim';
    defaultClaim(claim);
  }
}

/** An alpha feature, off: the field is dropped. */
function dropMaxUnavailable({ spec }: Draft<StatefulSet>): void {
  if (spec?.updateStrategy?.rollingUpdate) delete spec.updateStrategy.rollingUpdate.maxUnavailable;
}

/** Unlike other kinds, the spec in the template is not looked at: its volumes are complete only in the Pods. */
function specErrors({ spec }: StatefulSet, old: StatefulSet | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const policy = spec?.podManagementPolicy ?? '';
  if (policy === '') errors.push(required('spec.podManagementPolicy'));
  else if (policy !== 'OrderedReady' && policy !== 'Parallel') {
    errors.push(invalid('spec.podManagementPolicy', policy, "must be 'OrderedReady' or 'Parallel'"));
  }
  strategyErrors(errors, spec);
  for (const when of ['whenDeleted', 'whenScaled'] as const) {
    const value = spec?.persistentVolumeClaimRetentionPolicy?.[when] ?? '';
    if (spec?.persistentVolumeClaimRetentionPolicy && value !== 'Retain' && value !== 'Delete') {
      errors.push(notSupported(`spec.persistentVolumeClaimRetentionPolicy.${when}`, value, ['Retain', 'Delete']));
    }
  }
  nonNegative(errors, 'spec.replicas', spec?.replicas);
  nonNegative(errors, 'spec.minReadySeconds', spec?.minReadySeconds);
  nonNegative(errors, 'spec.ordinals.start', spec?.ordinals?.start);
  const template = spec?.template;
  if (validateRequiredSelector(errors, spec?.selector, 'statefulset')) {
    selectorMatchesTemplate(errors, spec?.selector, template);
    const { labels, annotations } = template?.metadata ?? {};
    errors.push(...validateLabels(labels, 'spec.template.labels'));
    errors.push(...validateAnnotations(annotations, 'spec.template.annotations'));
    const options = podValidationOptions(old?.spec?.template);
    const at = 'spec.template.annotations';
    validatePodAnnotations(errors, annotations, template?.spec ?? { containers: [] }, at, options);
  } else errors.push(invalid('spec.selector', spec?.selector && dumpGo('v1.LabelSelector', spec?.selector), ''));
  validateRunsForEver(errors, template, 'StatefulSet');
  return errors;
}

function strategyErrors(errors: FieldError[], spec: StatefulSetSpec | undefined): void {
  const { type = '', rollingUpdate } = spec?.updateStrategy ?? {};
  const at = 'spec.updateStrategy.rollingUpdate';
  if (type === '') errors.push(required('spec.updateStrategy'));
  else if (type === 'OnDelete') {
    if (rollingUpdate) {
      const value = dumpGo('apps.RollingUpdateStatefulSetStrategy', rollingUpdate);
      errors.push(invalid(at, value, "only allowed for updateStrategy 'RollingUpdate'"));
    }
  } else if (type === 'RollingUpdate') {
    const { partition, maxUnavailable } = rollingUpdate ?? {};
    nonNegative(errors, `${at}.partition`, partition);
    if (maxUnavailable === undefined) return;
    nonNegativeOrPercent(errors, `${at}.maxUnavailable`, maxUnavailable);
    if (intOrPercentValue(maxUnavailable) === 0) {
      errors.push(invalid(`${at}.maxUnavailable`, dumpGo('intstr.IntOrString', maxUnavailable), 'cannot be 0'));
    }
    notMoreThan100Percent(errors, `${at}.maxUnavailable`, maxUnavailable);
  } else {
    const value = dumpGo('apps.StatefulSetUpdateStrategy', { type, rollingUpdate });
    errors.push(invalid('spec.updateStrategy', value, "must be 'RollingUpdate' or 'OnDelete'"));
  }
}
