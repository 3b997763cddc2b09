import type { KubeObject } from '@tabernetes/apimachinery';
import { describe, expect, test } from 'vitest';
import { annotationOwners, migrationPatch } from './migrate-managers.ts';

const OWNS = { 'f:annotations': { 'f:kubectl.kubernetes.io/last-applied-configuration': {} } };

const object = (managedFields: readonly unknown[]): KubeObject =>
  ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', resourceVersion: '7', managedFields } }) as KubeObject;

describe('from client-side to server-side apply', () => {
  test('KCT-31 fields of the client-side applier become those of the server-side one', () => {
    const before = object([
      { manager: 'kubectl', operation: 'Apply', fieldsV1: { 'f:data': { 'f:a': {} } } },
      {
        manager: 'kubectl-client-side-apply',
        operation: 'Update',
        fieldsV1: { 'f:metadata': OWNS, 'f:data': { 'f:b': {} } },
      },
      { manager: 'kubelet', operation: 'Update', subresource: 'status', fieldsV1: { 'f:status': {} } },
    ]);
    const owners = annotationOwners(before, 'Update').map(({ manager = '' }) => manager);
    expect(owners).toEqual(['kubectl-client-side-apply']);
    expect(migrationPatch(before, owners, 'kubectl')).toEqual([
      {
        op: 'replace',
        path: '/metadata/managedFields',
        value: [
          {
            manager: 'kubectl',
            operation: 'Apply',
            fieldsV1: { 'f:metadata': OWNS, 'f:data': { 'f:a': {}, 'f:b': {} } },
          },
          { manager: 'kubelet', operation: 'Update', subresource: 'status', fieldsV1: { 'f:status': {} } },
        ],
      },
      { op: 'replace', path: '/metadata/resourceVersion', value: '7' },
    ]);
  });

  test('KCT-31 there is nothing to send when nobody applied on the client', () => {
    const before = object([{ manager: 'kubectl', operation: 'Apply', fieldsV1: { 'f:data': {} } }]);
    expect(migrationPatch(before, [], 'kubectl')).toBeUndefined();
  });
});
