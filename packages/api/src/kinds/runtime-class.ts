import {
  duplicate,
  type FieldError,
  isDns1123Label,
  validateImmutableField,
  validateLabels,
} from '@tabernetes/apimachinery';
import type { Toleration } from '../generated/core-v1.ts';
import type { RuntimeClass } from '../generated/node-v1.ts';
import { dumpGo } from '../go-layout.ts';
import { defineKind } from '../kind.ts';
import { reject } from '../pod/rules.ts';
import { validateResources } from '../pod/validate-resources.ts';
import { validateTolerations } from '../pod/validate-tolerations.ts';
import { nodeLabelWarning } from '../pod/warnings.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { runtimeClass as names } from './names/policies.ts';

/**
 * How containers are run, on which nodes, and what that costs.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/runtime-class-v1/
 */
export const runtimeClass = defineKind<RuntimeClass>({
  ...names,
  standardFinalizers: false,
  allowCreateOnUpdate: true,
  allowUnconditionalUpdate: false,

  validate: classErrors,
  validateUpdate: ({ handler = '' }, old) => validateImmutableField(handler, old.handler ?? '', 'handler'),
  warnings: ({ scheduling }) =>
    Object.keys(scheduling?.nodeSelector ?? {}).flatMap((key) => {
      const text = nodeLabelWarning(key);
      return text === undefined ? [] : [`scheduling.nodeSelector: ${text}`];
    }),
  metadataOnUpdate: ['whole', 'change'],

  columns: [
    nameColumn,
    {
      name: 'Handler',
      type: 'string',
      description: 'What the node knows the way of running containers by.',
      cell: ({ handler }) => handler ?? '',
    },
    ageColumn,
  ],
});

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/node/validation/validation.go */
function classErrors({ handler = '', overhead, scheduling }: RuntimeClass): readonly FieldError[] {
  const errors: FieldError[] = [];
  reject(errors, 'handler', handler, isDns1123Label(handler));
  if (overhead?.podFixed) {
    validateResources(errors, { limits: overhead.podFixed }, 'overhead', { allowIndivisibleHugePagesValues: false });
  }
  errors.push(...validateLabels(scheduling?.nodeSelector, 'scheduling.nodeSelector'));
  const { tolerations = [] } = scheduling ?? {};
  // Upstream names the list twice.
  validateTolerations(errors, tolerations, 'scheduling.tolerations.tolerations');
  twinErrors(errors, tolerations);
  return errors;
}

function twinErrors(errors: FieldError[], tolerations: readonly Toleration[]): void {
  const seen = new Set<string>();
  for (const [i, toleration] of tolerations.entries()) {
    const { key = '', operator = '', value = '', effect = '' } = toleration;
    const identity = JSON.stringify([key, operator, value, effect]);
    if (seen.has(identity)) {
      errors.push(duplicate(`scheduling.tolerations[${i}]`, dumpGo('core.Toleration', toleration)));
    }
    seen.add(identity);
  }
}
