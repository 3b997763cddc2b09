import type { KubeObject } from '@tabernetes/apimachinery';
import { stringify } from 'yaml';
import type { Applied } from './apply.ts';

/** Objects of a file as they are in the cluster, and as they would be. */
export interface LiveDiff {
  readonly before: string;
  readonly after: string;
  /** Documents that the server refuses, in its words. */
  readonly refused: readonly string[];
}

/** Compares what is there with what a dry run answered. Fields that change with every write are left out. */
export function liveDiff(applied: readonly Applied[]): LiveDiff {
  const taken = applied.filter(({ outcome }) => outcome !== 'refused');
  return {
    before: documents(taken.map(({ before }) => before)),
    after: documents(taken.map(({ after }) => after)),
    refused: applied
      .filter(({ outcome }) => outcome === 'refused')
      .map(({ name, message }) => (name === '' ? message : `${name}: ${message}`)),
  };
}

const documents = (objects: readonly (KubeObject | undefined)[]): string =>
  objects
    .flatMap((object) => (object === undefined ? [] : stringify(shown(object), { lineWidth: 0, version: '1.1' })))
    .join('---\n');

function shown({ metadata, ...rest }: KubeObject): object {
  const { managedFields, resourceVersion, generation, uid, creationTimestamp, ...known } = metadata;
  const { status, ...written } = rest as { readonly status?: unknown };
  return { apiVersion: rest.apiVersion, kind: rest.kind, metadata: known, ...written };
}
