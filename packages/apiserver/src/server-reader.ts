import type { AccessAttributes, AccessDecision, KindDefinition } from '@tabernetes/api';
import type { Draft, GroupVersionKind, KubeObject } from '@tabernetes/apimachinery';
import type { OwnWrite } from './registry/raw-update.ts';

/** What admission plugins and virtual kinds may know of the cluster, and change in it: stored objects, always the latest. */
export interface ServerReader {
  /** Undefined: there is none, or the kind is not served. */
  get(
    kind: { readonly group: string; readonly plural: string },
    namespace: string,
    name: string,
  ): Promise<KubeObject | undefined>;
  /**
   * The same, kept until something of the kind is written: for kinds that are read with every request and written seldom. Once it is
   * at hand, {@link ServerReader.getNow} has it without waiting; undefined there: ask.
   */
  getKept(
    kind: { readonly group: string; readonly plural: string },
    namespace: string,
    name: string,
  ): Promise<KubeObject | undefined>;
  getNow(
    kind: { readonly group: string; readonly plural: string },
    namespace: string,
    name: string,
  ): { readonly object: KubeObject | undefined } | undefined;
  /** A list that is at hand; undefined: ask. */
  listNow(
    kind: { readonly group: string; readonly plural: string },
    namespace?: string,
  ): readonly KubeObject[] | undefined;
  list(kind: { readonly group: string; readonly plural: string }, namespace?: string): Promise<readonly KubeObject[]>;
  /**
   * The server's own change of an object (the usage of a ResourceQuota): no admission, no validation. Tried again when
   * somebody else was faster. `as`: managedFields tell of it. @throws {StatusError} NotFound, and what `change` throws
   */
  update(
    kind: { readonly group: string; readonly plural: string },
    namespace: string,
    name: string,
    change: (draft: Draft<KubeObject>, current: KubeObject) => void,
    as?: OwnWrite,
  ): Promise<KubeObject>;
  definition(group: string, version: string, plural: string): KindDefinition | undefined;
  /** All served versions of the same stored objects, this one included. */
  versionsOf(definition: KindDefinition): readonly KindDefinition[];
  byKind(kind: GroupVersionKind): KindDefinition | undefined;
  authorize(attributes: AccessAttributes): Promise<AccessDecision>;
}
