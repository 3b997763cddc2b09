import {
  type FieldError,
  invalid,
  isDns1123Subdomain,
  parseQuantity,
  semanticEqual,
  validateLabelSelector,
} from '@tabernetes/apimachinery';
import type { CSIStorageCapacity } from '../generated/storage-v1.ts';
import { dumpGo } from '../go-layout.ts';
import { defineKind } from '../kind.ts';
import { NEGATIVE, reject } from '../pod/rules.ts';
import { nodeLabelWarning, nodeSelectorTermWarnings } from '../pod/warnings.ts';
import { createdAtColumn, nameColumn } from '../printing/columns.ts';
import { schemaOf } from '../schema/schemas.ts';
import { csiStorageCapacity as names } from './names/storage.ts';

const SELECTOR = schemaOf('io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector');

/**
 * How much room a driver has for volumes of a class in a part of the cluster.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/csi-storage-capacity-v1/
 */
export const csiStorageCapacity = defineKind<CSIStorageCapacity>({
  ...names,
  allowUnconditionalUpdate: false,

  validate: (object) => capacityErrors(object, false),
  updateValidatesAlone: true,
  validateUpdate: (object, old) => {
    const { nodeTopology, storageClassName = '' } = object;
    const errors = capacityErrors(object, validateLabelSelector(old.nodeTopology, '').length > 0);
    if (!sameTopology(nodeTopology, old.nodeTopology)) {
      errors.push(invalid('nodeTopology', nodeTopology && dumpGo('v1.LabelSelector', nodeTopology), IMMUTABLE));
    }
    if (storageClassName !== old.storageClassName) {
      errors.push(invalid('storageClassName', storageClassName, IMMUTABLE));
    }
    return errors;
  },
  warnings: topologyWarnings,
  metadataOnUpdate: ['whole', 'change'],

  columns: [nameColumn, createdAtColumn],
});

const IMMUTABLE = 'field is immutable';

/** An absent topology is not an empty one: one selects no node, the other all. */
const sameTopology = (a: CSIStorageCapacity['nodeTopology'], b: CSIStorageCapacity['nodeTopology']): boolean =>
  a === undefined || b === undefined ? a === b : semanticEqual(a, b, SELECTOR);

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/storage/validation/validation.go ValidateCSIStorageCapacity */
function capacityErrors(object: CSIStorageCapacity, allowInvalidValues: boolean): FieldError[] {
  const { nodeTopology, storageClassName = '', capacity } = object;
  const errors = validateLabelSelector(nodeTopology, 'nodeTopology', { allowInvalidValues });
  reject(errors, 'storageClassName', storageClassName, isDns1123Subdomain(storageClassName));
  if (capacity !== undefined) {
    const amount = parseQuantity(capacity);
    if (amount.sign() < 0) errors.push(invalid('capacity', amount.toString(), NEGATIVE));
  }
  return errors;
}

function topologyWarnings({ nodeTopology }: CSIStorageCapacity): readonly string[] {
  if (nodeTopology === undefined) return [];
  const { matchExpressions = [], matchLabels = {} } = nodeTopology;
  return [
    ...nodeSelectorTermWarnings({ matchExpressions }, 'nodeTopology'),
    ...Object.keys(matchLabels).flatMap((label) => {
      const text = nodeLabelWarning(label);
      return text === undefined ? [] : [`nodeTopology.matchLabels.${label}: ${text}`];
    }),
  ];
}
