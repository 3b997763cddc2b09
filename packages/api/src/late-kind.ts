import type { GroupVersionKind, KubeObject, StructSchema } from '@tabernetes/apimachinery';
import type { KindDefinition, Subresource } from './kind.ts';

/** What is known of a kind before anything else of it is: what discovery says, and its schema. */
export type KindNames = Pick<
  KindDefinition,
  | 'group'
  | 'version'
  | 'kind'
  | 'plural'
  | 'singular'
  | 'namespaced'
  | 'fieldAnnotations'
  | 'shortNames'
  | 'categories'
  | 'storagePath'
  | 'storageVersionHash'
  | 'schema'
> & {
  /** Of each sub-resource no more than what discovery says. */
  readonly subresources?: readonly (Pick<Subresource, 'type' | 'name'> & {
    readonly verbs?: readonly string[];
    /** Of those that are of another kind, as the next one. */
    readonly kind?: GroupVersionKind;
    readonly schema?: StructSchema;
  })[];
  readonly storedAs?: { readonly kind: GroupVersionKind };
};

/** What only the whole definition has. */
const REST = [
  'allowCreateOnUpdate',
  'allowUnconditionalUpdate',
  'coerce',
  'columns',
  'compareRows',
  'defaultPropagation',
  'defaults',
  'fieldSelectorProblem',
  'generation',
  'generationMetadata',
  'gracePeriodSeconds',
  'holdsDeletion',
  'metadataOnUpdate',
  'prepareForCreate',
  'prepareForDelete',
  'prepareForUpdate',
  'release',
  'resetFields',
  'returnsDeletedObject',
  'deletionWarning',
  'rowConditions',
  'selectableFields',
  'sharesUnchanged',
  'standardFinalizers',
  'timeToLiveSeconds',
  'updateValidatesAlone',
  'validate',
  'validateDelete',
  'validateName',
  'validateUpdate',
  'validatesMetadataLast',
  'warnings',
] as const satisfies readonly (keyof KindDefinition)[];

/**
 * A kind of which only the names are at hand: those of which a cluster has no object when it begins. The rest has to be fetched before it
 * is looked at ({@link KindDefinition.fetch}); whoever looks before that has made a mistake, and is told.
 *
 * Such kinds are not virtual, take nothing that the cluster shares, and are not deprecated: that is asked of all kinds at once.
 */
export function lateKind<T extends KubeObject>(
  names: KindNames,
  fetch: () => Promise<KindDefinition<T>>,
): KindDefinition<T> {
  let whole: KindDefinition<T> | undefined;
  const known = (): KindDefinition<T> => {
    if (whole === undefined) throw new Error(`nothing but the names of ${names.kind} has been fetched`);
    return whole;
  };
  const { storedAs, subresources, ...rest } = names;
  const late = {
    ...rest,
    async fetch() {
      whole ??= await fetch();
    },
    get subresources() {
      return whole === undefined ? (subresources as KindDefinition<T>['subresources']) : whole.subresources;
    },
    get storedAs() {
      if (whole !== undefined || storedAs === undefined) return whole?.storedAs;
      return { ...storedAs, toStored: () => known(), fromStored: () => known() };
    },
  } as KindDefinition<T>;
  for (const key of REST) Object.defineProperty(late, key, { enumerable: true, get: () => known()[key] });
  return late;
}
