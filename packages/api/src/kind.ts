import type { Draft, FieldError, GroupVersionKind, KubeObject, StructSchema, UserInfo } from '@tabernetes/apimachinery';
import type { Column, RowCondition } from './kind-columns.ts';
import type { Subresource, UnadmittedParent, Verb } from './kind-subresources.ts';
import type { RequestContext } from './request-context.ts';
import type { Descriptions } from './schema/descriptions.ts';

export type { CellContext, Column, RowCondition } from './kind-columns.ts';
export type {
  ConnectSubresource,
  CreateSubresource,
  ParentAccess,
  ParentReader,
  ScaleSubresource,
  Subresource,
  UnadmittedParent,
  UpdateSubresource,
  Verb,
} from './kind-subresources.ts';
export type { Allocator, Allocators, RequestContext } from './request-context.ts';
export type { TokenClaims } from './token-claims.ts';

/**
 * A kind is data: what one `KindDefinition` says is all that the API server needs in order to serve it. Built-in kinds
 * have a file each in `kinds/`; a CustomResourceDefinition makes the same thing at run time.
 *
 * What happens on a create, in order: decode by `schema` → `defaults` → admission (mutating) → `allocate` →
 * `prepareForCreate` → `validate` → admission (validating) → stored. On an update the same with
 * `prepareForUpdate`, `validate` and `validateUpdate`.
 *
 * Drafts are mutable and owned by the request; everything typed `T` is frozen and shared.
 */
export interface KindDefinition<T extends KubeObject = KubeObject> extends GroupVersionKind {
  /** Lower-case plural, as in paths: `deployments`. */
  readonly plural: string;
  readonly singular: string;
  /** Default: the kind followed by `List`. */
  readonly listKind?: string;
  readonly namespaced: boolean;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  /** Default: create, delete, deletecollection, get, list, patch, update, watch. */
  readonly verbs?: readonly Verb[];
  /** Where upstream keeps the objects, as some refusals quote it: `services/specs`. Default: the plural. */
  readonly storagePath?: string;
  /** Opaque text that discovery shows; recorded. */
  readonly storageVersionHash?: string;
  readonly schema: StructSchema;
  /** How OpenAPI describes a kind that no published document has. */
  readonly described?: KindDescription;
  /**
   * Fetches what the kind does, where that is not at hand from the beginning; until it is there, nothing but names, schema and
   * sub-resources can be looked at. Absent: all of it is there.
   */
  fetch?(): Promise<void>;
  /**
   * Another version of the same objects: stored as `kind`, converted on the way in and out. Pure and total. All hooks
   * here get objects of this version, `old` converted; refusals (`Event "x" is invalid: …`) name the stored kind. What
   * `fromStored` returns is made canonical by this version's schema.
   */
  readonly storedAs?: StoredAs<T>;
  /** Problems of a name (of a `generateName` when `prefix`), as the texts that follow `Invalid value: "x": `. Default: DNS-1123 subdomain. */
  validateName?(name: string, prefix: boolean): readonly string[];
  /** False: finalizers without a domain need not be upstream's own. Default: true of built-in kinds. */
  readonly standardFinalizers?: boolean;
  /** True: what is wrong with the metadata of a new object is told only when `validate` finds nothing. Default false. */
  readonly validatesMetadataLast?: boolean;
  /** Which top-level parts count for `metadata.generation`; undefined means the kind has none. Usually `['spec']`. */
  readonly generation?: readonly string[];
  /** A part of the metadata that counts for it, too, when the object itself is written. */
  readonly generationMetadata?: 'annotations' | 'labels';
  /** True: PUT of an unknown name creates it. Default false. */
  readonly allowCreateOnUpdate?: boolean;
  /** False: an update without resourceVersion is refused. Default true. */
  readonly allowUnconditionalUpdate?: boolean;
  /** Parts that a write to the main resource may not set: `status` when the kind has that sub-resource. */
  readonly resetFields?: readonly string[];

  /**
   * True: on updates, parts of the draft that nobody changed may be the frozen parts of `old` themselves, which spares a copy. The
   * kind's hooks, those of its sub-resources too, replace such parts or leave them alone. The draft, its metadata and whatever was
   * changed can be written to. Default false.
   */
  readonly sharesUnchanged?: boolean;

  /**
   * Goes over what was just decoded and holds parts that have a type of their own: those that have none here, and texts that stand
   * for fields.
   * @returns paths of fields that these do not have, and that are gone
   * @throws {DecodeProblem}
   */
  coerce?(draft: Draft<T>): readonly string[];
  /**
   * How what a patch made of an object is read that calls itself something else; undefined: as what it was. Validation refuses it
   * later. Built-in kinds are found by Go's types.
   */
  readAs?(stated: GroupVersionKind): Pick<KindDefinition, 'schema' | 'coerce'> | undefined;
  /** Fills in what the author left out. Runs on every write, so must be idempotent. @param isMerged the draft is what an apply made */
  defaults?(draft: Draft<T>, isMerged?: boolean): void;
  /** Clears what a client may not set (status), sets what only the server sets. Generation is the server's own. */
  prepareForCreate?(draft: Draft<T>, context: RequestContext): void;
  /** Carries over from `old` what a client may not change (status). */
  prepareForUpdate?(draft: Draft<T>, old: T, context: RequestContext): void;
  /**
   * Everything but metadata, which the server validates for every kind. Sees the prepared object before zero values are
   * left out of it, so that empty and absent can be told apart; must not change it.
   */
  validate?(object: T, context: RequestContext): readonly FieldError[];
  /** Rules about the change alone; `validate` has run (or runs here when upstream's update validation differs). */
  validateUpdate?(object: T, old: T, context: RequestContext): readonly FieldError[];
  /**
   * How the kind's own rules look at metadata on updates, once more after the server has: as that of a new object (`whole`), as a
   * change (`change`), in order. Each pass names what it finds among the causes of a refusal. Default: one `change`.
   */
  readonly metadataOnUpdate?: readonly ('whole' | 'change')[];
  /** True: the server calls only `validateUpdate` on updates, not `validate` as well. Default false. */
  readonly updateValidatesAlone?: boolean;
  /** Text of a Warning header on every answer: `v1 ComponentStatus is deprecated in v1.19+`. */
  readonly deprecation?: string;
  /** Texts of Warning headers. */
  warnings?(object: T, old: T | undefined): readonly string[];
  /**
   * Takes what is shared by the whole cluster (addresses, ports) just before validation, as Kubernetes does: a taken
   * address is reported alone, and rules see the values handed out. Throws StatusError; `old` undefined at creation.
   * What it takes is given back by the returned function if the write fails (validation included), and by `release` on
   * deletion. What an update gives up is freed by {@link AllocationUndo.commit}, called once the write is stored.
   */
  allocate?(draft: Draft<T>, old: T | undefined, context: RequestContext): AllocationUndo | undefined;
  /** Called once when the object is finally gone. */
  release?(object: T, context: RequestContext): void;

  /**
   * How long a deletion may take, in seconds: undefined means at once. Pods: the grace period asked for or their own.
   */
  gracePeriodSeconds?(object: T, requested: number | undefined): number | undefined;
  /** Last say on a deletion: throws StatusError to refuse (`namespaces "default" is forbidden: …`). */
  validateDelete?(object: T): void;
  /** `Background` everywhere but where old versions orphaned. */
  readonly defaultPropagation?: 'Background' | 'Orphan';
  /** Text of a Warning header when a deletion does not say what becomes of dependents. */
  readonly deletionWarning?: string;
  /** Edits the object when its deletion begins: a Namespace's phase becomes Terminating. */
  prepareForDelete?(draft: Draft<T>): void;
  /** True while more than metadata.finalizers holds back the end of a deleted object: a Namespace's spec.finalizers. */
  holdsDeletion?(object: T): boolean;
  /** Annotations that this version makes of what others have fields for: metadata alone is shown without them. */
  readonly fieldAnnotations?: readonly string[];
  /** True: DELETE answers the deleted object (Pods, Services, ServiceAccounts), else a Status. Default false. */
  readonly returnsDeletedObject?: boolean;
  /** Seconds after its last write at which an object disappears by itself (Events: 3600). */
  readonly timeToLiveSeconds?: number;
  /** Objects that are answered and never stored: reviews, component statuses. Its functions are the kind's verbs. */
  readonly virtual?: VirtualKind<T>;

  /** Columns of the Table that `kubectl get` prints. */
  readonly columns: readonly Column<T>[];
  /** Order of the rows of a list. Default: that of the list. */
  compareRows?(a: T, b: T): number;
  /** Conditions of the object's row in a Table: that a Pod is through. Default none. */
  rowConditions?(object: T): readonly RowCondition[] | undefined;
  /** Field selectors besides metadata.name and metadata.namespace: path to text. */
  readonly selectableFields?: Readonly<Record<string, FieldGetter<T>>>;
  /**
   * What is said of a field selector that the kind does not know. Default: `field label not supported: x` when it has
   * selectable fields, else `"x" is not a known field selector: only "metadata.name", "metadata.namespace"`.
   */
  fieldSelectorProblem?(label: string): string;
  readonly subresources?: readonly Subresource<T>[];
}

/** Of the documents at /openapi. */
export type OpenApiForm = 'v2' | 'v3';

/** What `components.schemas` holds of a kind that is made at run time. */
export interface KindDescription {
  /** OpenAPI name of an object: `com.example.stable.v1.CronTab`. */
  readonly name: string;
  /** Of a list of them. */
  readonly listName: string;
  /**
   * Schemas by name, both of these among them, as they stand in OpenAPI 3.0, but what 2.0 cannot say is left out for it.
   * @param describe what fields of published types mean: what every object has is told in the same words
   */
  schemas(describe: Descriptions, form: OpenApiForm): Readonly<Record<string, unknown>>;
  /** OpenAPI names of published types that they refer to. */
  readonly references: readonly string[];
  /** Of those whose words they use. */
  readonly models: readonly string[];
}

/** A method's type, so that a kind of Pods is also a kind of objects: the server hands each kind its own objects only. */
type FieldGetter<T> = { get(object: T): string }['get'];

/** Answers in place of the storage. Defaults, validation and admission have run on what is posted. */
export interface VirtualKind<T extends KubeObject> {
  /** Returns what is answered with 201. */
  create?(object: T, services: VirtualServices, context: RequestContext): Promise<T>;
  /** Undefined: not found. */
  get?(name: string, namespace: string, services: VirtualServices, context: RequestContext): Promise<T | undefined>;
  list?(namespace: string, services: VirtualServices, context: RequestContext): Promise<readonly T[]>;
}

/** What the server lends to virtual kinds. */
export interface VirtualServices {
  /** Asks the server's authorizer. */
  authorize(attributes: AccessAttributes): Promise<AccessDecision>;
  /** Everything a user may do in a namespace; `incomplete` when the authorizer cannot tell. */
  rulesFor(user: UserInfo, namespace: string): Promise<AccessRules>;
  /** Whom a bearer token names, and for which of the audiences; or why not; undefined: nobody knows it. */
  authenticate(
    token: string,
    audiences: readonly string[],
  ): Promise<
    { readonly user: UserInfo; readonly audiences: readonly string[] } | { readonly problem: string } | undefined
  >;
  /** Reads stored objects of any kind. */
  list(kind: { readonly group: string; readonly plural: string }, namespace?: string): Promise<readonly KubeObject[]>;
  /** One object of any kind, as create sub-resources see it. */
  parent(
    kind: { readonly group: string; readonly plural: string },
    namespace: string,
    name: string,
  ): UnadmittedParent<KubeObject>;
}

/** A question to the authorizer. @see staging/src/k8s.io/apiserver/pkg/authorization/authorizer/interfaces.go */
export interface AccessAttributes {
  readonly user: UserInfo;
  /** `get`, `list`, `create`, …; the lower-case method for paths outside of the API. */
  readonly verb: string;
  /** Undefined: `path` is what is asked for, not a resource. */
  readonly resource?: {
    readonly group: string;
    readonly version: string;
    readonly resource: string;
    readonly subresource: string;
    /** Empty: cluster-wide. */
    readonly namespace: string;
    /** Empty: all. */
    readonly name: string;
    /** Of lists, watches and deletions of collections, as sent: an authorizer may allow a part of what it refuses as a whole. */
    readonly fieldSelector?: string;
  };
  readonly path: string;
}

export interface AccessDecision {
  readonly allowed: boolean;
  /** A refusal that no other authorizer may overrule. */
  readonly denied?: boolean;
  readonly reason?: string;
  readonly evaluationError?: string;
}

/** As SelfSubjectRulesReview answers them. */
export interface AccessRules {
  readonly resourceRules: readonly {
    readonly verbs: readonly string[];
    readonly apiGroups?: readonly string[];
    readonly resources?: readonly string[];
    readonly resourceNames?: readonly string[];
  }[];
  readonly nonResourceRules: readonly {
    readonly verbs: readonly string[];
    readonly nonResourceURLs?: readonly string[];
  }[];
  readonly incomplete: boolean;
  readonly evaluationError?: string;
}

export interface StoredAs<T> {
  readonly kind: GroupVersionKind;
  toStored(object: T): KubeObject;
  fromStored(object: KubeObject): T;
  /** Both versions say the same under other names: what is written reads back as it was, and its writer is told so unread. Default false. */
  readonly sameInOtherNames?: boolean;
  /**
   * Where somebody else converts (a webhook), and has to be waited for: these objects, stored ones or such of this version, as
   * another version has them. `toStored` and `fromStored` then are asked for none that is not of the wanted version already.
   * Absent: those two convert.
   * @throws {StatusError} InternalError, whose message tells why not
   */
  convert?(objects: readonly KubeObject[], apiVersion: string): Promise<readonly KubeObject[]>;
}

/** Call it when the write fails. `commit`, where there is one, when it is stored. On dry runs call neither or the first. */
export interface AllocationUndo {
  (): void;
  commit?(): void;
}

/** Keeps the type of the object while the list of kinds forgets it. */
export const defineKind = <T extends KubeObject>(definition: KindDefinition<T>): KindDefinition<T> => definition;
