import type { KubeObject } from '@tabernetes/apimachinery';
import type { PodTemplateSpec } from '../generated/core-v1.ts';
import type { Column } from '../kind.ts';
import { translateTimestampSince } from './age.ts';
import { containerImages, containerNames } from './containers.ts';

/** First column of nearly every table. */
export const nameColumn: Column<KubeObject> = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Name of the object, unique among objects of its kind (within its namespace, if it has one).',
  cell: (object) => object.metadata.name ?? '',
};

/** Time since creation. */
export const ageColumn: Column<KubeObject> = {
  name: 'Age',
  type: 'string',
  description: 'Time since the object was created.',
  cell: (object, { nowMs }) => translateTimestampSince(object.metadata.creationTimestamp, nowMs),
};

/** Creation time, of kinds that have no printer of their own. */
export const createdAtColumn: Column<KubeObject> = {
  name: 'Created At',
  type: 'date',
  description: 'Time at which the object was created.',
  cell: (object) => object.metadata.creationTimestamp ?? '',
};

/** `Containers` and `Images` of a pod template, shown with `-o wide` unless a priority is given. */
export const templateColumns = <T>(
  template: (object: T) => PodTemplateSpec | undefined,
  priority = 1,
): readonly Column<T>[] => [
  {
    name: 'Containers',
    type: 'string',
    priority,
    description: 'Names of the containers in the pod template.',
    cell: (object) => containerNames(template(object)),
  },
  {
    name: 'Images',
    type: 'string',
    priority,
    description: 'Images of the containers in the pod template.',
    cell: (object) => containerImages(template(object)),
  },
];

/** `Selector` of a kind that has Pods of its own, shown with `-o wide`. */
export const podSelectorColumn = <T>(selector: (object: T) => string): Column<T> => ({
  name: 'Selector',
  type: 'string',
  priority: 1,
  description: 'Labels of the Pods that it counts as its own.',
  cell: selector,
});
