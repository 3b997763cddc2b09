import type { ControllerRevision } from '@tabernetes/api/types/apps-v1';
import { compareKeys } from '@tabernetes/apimachinery';

/** Oldest first: by number, then by when they were made, then by name. */
export function byRevision(a: ControllerRevision, b: ControllerRevision): number {
  return (
    a.revision - b.revision || createdMs(a) - createdMs(b) || compareKeys(a.metadata.name ?? '', b.metadata.name ?? '')
  );
}

const createdMs = ({ metadata }: ControllerRevision): number => Date.parse(metadata.creationTimestamp ?? '') || 0;

/** The number after the highest; 1 when there is none. */
export const nextRevision = (revisions: readonly ControllerRevision[]): number =>
  revisions.reduce((highest, { revision }) => Math.max(highest, revision), 0) + 1;
