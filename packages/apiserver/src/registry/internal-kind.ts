import type { KindDefinition } from '@tabernetes/api';
import type { GroupVersionKind } from '@tabernetes/apimachinery';

/** The kind that validation names: that of the stored version. Events of events.k8s.io are the core group's. */
export const internalKind = (definition: KindDefinition): GroupVersionKind => definition.storedAs?.kind ?? definition;
