import {
  duplicate,
  type FieldError,
  invalid,
  isQualifiedName,
  longerThan,
  required,
  semanticEqual,
} from '@tabernetes/apimachinery';
import type { CSINode, CSINodeDriver } from '../generated/storage-v1.ts';
import { dumpGo } from '../go-layout.ts';
import { defineKind } from '../kind.ts';
import { nonNegative, reject } from '../pod/rules.ts';
import { validateCsiDriverName } from '../pod/validate-volumes.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { schemaOf } from '../schema/schemas.ts';

const DRIVER = schemaOf('io.k8s.api.storage.v1.CSINodeDriver');

/**
 * Volume drivers that are installed on a node.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/csi-node-v1/
 */
export const csiNode = defineKind<CSINode>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSINode',
  plural: 'csinodes',
  singular: 'csinode',
  namespaced: false,
  storageVersionHash: 'Pe62DkZtjuo=',
  returnsDeletedObject: true,
  schema: schemaOf('io.k8s.api.storage.v1.CSINode'),
  allowUnconditionalUpdate: false,

  validate: nodeErrors,
  // Upstream looks twice on an update, and so lists every cause twice.
  validateUpdate: (object, old) => [...nodeErrors(object), ...changedDrivers(object, old)],
  metadataOnUpdate: ['whole', 'whole'],

  columns: [
    nameColumn,
    {
      name: 'Drivers',
      type: 'integer',
      description: 'Number of drivers on the node.',
      cell: ({ spec }) => spec?.drivers?.length ?? 0,
    },
    ageColumn,
  ],
});

const MAX_NODE_ID_LENGTH = 256;

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/storage/validation/validation.go ValidateCSINode */
function nodeErrors({ spec }: CSINode): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  for (const [i, driver] of (spec?.drivers ?? []).entries()) {
    const at = `spec.drivers[${i}]`;
    driverErrors(errors, driver, at);
    const { name = '' } = driver;
    if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
    names.add(name);
    topologyKeyErrors(errors, driver.topologyKeys ?? [], at);
  }
  return errors;
}

function driverErrors(errors: FieldError[], { name, nodeID = '', allocatable }: CSINodeDriver, at: string): void {
  validateCsiDriverName(errors, `${at}.name`, name);
  if (nodeID === '') errors.push(required(`${at}.nodeID`));
  if (longerThan(nodeID, MAX_NODE_ID_LENGTH)) {
    errors.push(invalid(`${at}.nodeID`, nodeID, `must be ${MAX_NODE_ID_LENGTH} characters or less`));
  }
  nonNegative(errors, `${at}.allocatable.count`, allocatable?.count);
}

function topologyKeyErrors(errors: FieldError[], keys: readonly string[], at: string): void {
  const seen = new Set<string>();
  for (const key of keys) {
    if (key === '') errors.push(required(at));
    if (seen.has(key)) errors.push(duplicate(at, key));
    seen.add(key);
    reject(errors, at, key, isQualifiedName(key));
  }
}

/** A driver may come and go, but not change. */
function changedDrivers({ spec }: CSINode, old: CSINode): FieldError[] {
  const errors: FieldError[] = [];
  for (const before of old.spec?.drivers ?? []) {
    for (const driver of spec?.drivers ?? []) {
      if (driver.name !== before.name || semanticEqual(driver, before, DRIVER)) continue;
      errors.push(invalid('CSINodeDriver', dumpGo('storage.CSINodeDriver', driver), 'field is immutable'));
    }
  }
  return errors;
}
