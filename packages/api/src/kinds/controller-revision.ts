import { type FieldError, invalid, required, semanticEqual } from '@tabernetes/apimachinery';
import type { ControllerRevision } from '../generated/apps-v1.ts';
import { dumpGo } from '../go-layout.ts';
import { defineKind } from '../kind.ts';
import { nonNegative } from '../pod/rules.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { controllerRevision as names } from './names/workloads.ts';

/**
 * A state that a controller can go back to: templates of DaemonSets and StatefulSets.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/controller-revision-v1/
 */
export const controllerRevision = defineKind<ControllerRevision>({
  ...names,
  validate: ({ data, revision }) => {
    const errors: FieldError[] = [];
    nonNegative(errors, 'revision', revision);
    if (data === undefined || data === null) errors.push(required('data', 'data is mandatory'));
    else if (typeof data !== 'object' || Array.isArray(data)) {
      errors.push(required('data', 'data must be a valid JSON object'));
    }
    return errors;
  },
  updateValidatesAlone: true,
  validateUpdate: ({ data, revision }, old) => {
    const errors: FieldError[] = [];
    nonNegative(errors, 'revision', revision);
    if (!semanticEqual(data, old.data)) {
      errors.push(invalid('data', dumpGo('runtime.RawExtension', data), 'field is immutable'));
    }
    return errors;
  },
  metadataOnUpdate: ['change', 'whole'],

  columns: [
    nameColumn,
    {
      name: 'Controller',
      type: 'string',
      description: 'The object whose state it is.',
      cell: controller,
    },
    {
      name: 'Revision',
      type: 'string',
      description: 'Number of the state, counting up.',
      cell: ({ revision }) => revision ?? 0,
    },
    ageColumn,
  ],
});

/** `statefulset.apps/web` */
function controller({ metadata }: ControllerRevision): string {
  const owner = metadata.ownerReferences?.find((reference) => reference.controller === true);
  if (owner === undefined) return '<none>';
  const [group, version] = owner.apiVersion.split('/');
  const kind = owner.kind.toLowerCase();
  return `${version === undefined ? kind : `${kind}.${group}`}/${owner.name}`;
}
