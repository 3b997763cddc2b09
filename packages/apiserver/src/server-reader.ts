import type { AccessAttributes, AccessDecision, KindDefinition } from '@tabernetes/api';
import type { KubeObject } from '@tabernetes/apimachinery';

/** What admission plugins and virtual kinds may know of the cluster: stored objects, always the latest ones. */
export interface ServerReader {
  /** Undefined: there is none, or the kind is not served. */
  get(
    kind: { readonly group: string; readonly plural: string },
    namespace: string,
    name: string,
  ): Promise<KubeObject | undefined>;
  list(kind: { readonly group: string; readonly plural: string }, namespace?: string): Promise<readonly KubeObject[]>;
  definition(group: string, version: string, plural: string): KindDefinition | undefined;
  authorize(attributes: AccessAttributes): Promise<AccessDecision>;
}
