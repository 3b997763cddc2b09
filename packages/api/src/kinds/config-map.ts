import { byteLength, type FieldError, forbidden, invalid, isConfigMapKey, tooLong } from '@tabernetes/apimachinery';
import type { ConfigMap } from '../generated/core-v1.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { schemaOf } from '../schema/schemas.ts';
import { base64Size } from './rules/bytes.ts';
import { sameMap } from './rules/lists.ts';

/**
 * Configuration as key value pairs.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/config-map-v1/
 */
export const configMap = defineKind<ConfigMap>({
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  singular: 'configmap',
  shortNames: ['cm'],
  namespaced: true,
  storageVersionHash: 'qFsyl6wFWjQ=',
  schema: schemaOf('io.k8s.api.core.v1.ConfigMap'),

  validate: ({ data = {}, binaryData = {} }) => {
    const errors: FieldError[] = [];
    let size = 0;
    for (const [key, value] of Object.entries(data)) {
      for (const problem of isConfigMapKey(key)) errors.push(invalid(`data[${key}]`, key, problem));
      if (Object.hasOwn(binaryData, key)) {
        errors.push(invalid(`data[${key}]`, key, 'duplicate of key present in binaryData'));
      }
      size += byteLength(value);
    }
    for (const [key, value] of Object.entries(binaryData)) {
      for (const problem of isConfigMapKey(key)) errors.push(invalid(`binaryData[${key}]`, key, problem));
      size += base64Size(value);
    }
    // The empty path stands for the whole object.
    if (size > MAX_BYTES) errors.push(tooLong('[]', '', MAX_BYTES));
    return errors;
  },
  validateUpdate: (object, old) => {
    if (!old.immutable) return [];
    const errors: FieldError[] = [];
    const detail = 'field is immutable when `immutable` is set';
    if (!object.immutable) errors.push(forbidden('immutable', detail));
    if (!sameMap(object.data, old.data)) errors.push(forbidden('data', detail));
    if (!sameMap(object.binaryData, old.binaryData)) errors.push(forbidden('binaryData', detail));
    return errors;
  },
  metadataOnUpdate: ['change', 'whole'],

  columns: [
    nameColumn,
    {
      name: 'Data',
      type: 'string',
      description: 'Number of keys.',
      cell: ({ data = {}, binaryData = {} }) => Object.keys(data).length + Object.keys(binaryData).length,
    },
    ageColumn,
  ],
});

/** All keys together; etcd takes no more in one value. */
const MAX_BYTES = 1_048_576;
