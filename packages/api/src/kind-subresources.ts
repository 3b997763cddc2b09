import type {
  Draft,
  FieldError,
  GroupResource,
  GroupVersionKind,
  KubeObject,
  StructSchema,
} from '@tabernetes/apimachinery';
import type { RequestContext } from './request-context.ts';
import type { TokenClaims } from './token-claims.ts';

export type Verb = 'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch';

export type Subresource<T extends KubeObject = KubeObject> =
  | UpdateSubresource<T>
  | ScaleSubresource<T>
  | CreateSubresource<T>
  | ConnectSubresource;

/** GET, PUT and PATCH of the same object that let only a part of it change: status, ephemeralcontainers, resize, finalize, approval. */
export interface UpdateSubresource<T> {
  readonly type: 'update';
  readonly name: string;
  /** Default get, patch, update. */
  readonly verbs?: readonly Verb[];
  /** Parts that server-side apply through this sub-resource does not own: status resets `metadata` and `spec`. */
  readonly resetFields?: readonly string[];
  /** Who writes the part of an object that there is not creates it, from all that is sent: by PUT and apply, or by apply alone. Default: nobody. */
  readonly creates?: 'always' | 'applied';
  prepareForUpdate(draft: Draft<T>, old: T, context: RequestContext): void;
  validateUpdate?(object: T, old: T, context: RequestContext): readonly FieldError[];
  /** As that of the kind. Default: one `change`. */
  readonly metadataOnUpdate?: readonly ('whole' | 'change')[];
  warnings?(object: T, old: T): readonly string[];
}

/** `/scale`, seen as autoscaling/v1 Scale. */
export interface ScaleSubresource<T> {
  readonly type: 'scale';
  readonly name: 'scale';
  read(object: T): { readonly specReplicas: number; readonly statusReplicas: number; readonly selector: string };
  write(draft: Draft<T>, replicas: number): void;
  /** Of custom resources: where the replicas stand, as it is written. They need not be there, and then there is no scale. */
  readonly path?: string;
  hasReplicas?(object: T): boolean;
  /** Where the replicas stand, for ownership of the field. Default `['spec', 'replicas']`. */
  readonly replicasPath?: readonly string[];
  /** What a refusal to read the scale of an object that is not there calls it. Default: the resource itself. */
  readonly missing?: GroupResource;
}

/** POST of another kind to an object: binding, eviction, token. */
export interface CreateSubresource<T extends KubeObject> {
  readonly type: 'create';
  readonly name: string;
  /** What is posted and answered: v1 Binding, policy/v1 Eviction, authentication.k8s.io/v1 TokenRequest. */
  readonly kind: GroupVersionKind;
  /** Other versions of the kind that say the same. */
  readonly otherVersions?: readonly string[];
  readonly schema: StructSchema;
  /** What only the server sets may be posted: a Binding names the uid of its Pod. */
  readonly keepsSystemFields?: true;
  defaults?(draft: Draft<KubeObject>): void;
  /** Returns what is answered with 201. */
  create(input: KubeObject, parent: UnadmittedParent<T>, context: RequestContext): Promise<unknown>;
}

/** What a create sub-resource may read of the object that it is posted to, and of others. */
export interface ParentReader<T extends KubeObject> {
  readonly namespace: string;
  readonly name: string;
  /** @throws {StatusError} NotFound */
  get(): Promise<T>;
  /** Reads any other object, for checks (PodDisruptionBudgets, Secrets). */
  list(kind: { readonly group: string; readonly plural: string }, namespace?: string): Promise<readonly KubeObject[]>;
  /** One of them. */
  find(
    kind: { readonly group: string; readonly plural: string },
    namespace: string,
    name: string,
  ): Promise<KubeObject | undefined>;
}

/** The same before what was posted is admitted: after a sub-resource's first checks. Until then nothing can be done. */
export interface UnadmittedParent<T extends KubeObject> extends ParentReader<T> {
  /** Validating admission of what was posted. @throws {StatusError} a refusal */
  admit(posted: KubeObject): Promise<ParentAccess<T>>;
}

/** What a create sub-resource may do with the object that it is posted to. */
export interface ParentAccess<T extends KubeObject> extends ParentReader<T> {
  /** Optimistic loop: reads, lets `change` edit a draft, writes if something changed. */
  update(change: (draft: Draft<T>, current: T) => void): Promise<T>;
  /** Deletes it, as DELETE with these options would. @throws {StatusError} Invalid: options that nobody may ask for */
  delete(options: {
    readonly gracePeriodSeconds?: number;
    readonly propagationPolicy?: string;
    readonly orphanDependents?: boolean;
    readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
    /** True: only as if. Default: what the request says. */
    readonly dryRun?: boolean;
  }): Promise<unknown>;
  /** Changes another object's status, as the server itself: an eviction counts itself in its PodDisruptionBudget. */
  changeStatus(
    kind: { readonly group: string; readonly plural: string },
    namespace: string,
    name: string,
    change: (draft: Draft<KubeObject>, current: KubeObject) => void,
  ): Promise<KubeObject>;
  /** Issues a token for a ServiceAccount; the server's authenticator knows it again. It is signed when it is read. */
  issueToken(claims: TokenClaims): Promise<{ readonly token: string; readonly expirationTimestamp: string }>;
}

/** A seam that a node fills: log, exec, attach, portforward, proxy. The server answers what it can without a node itself. */
export interface ConnectSubresource {
  readonly type: 'connect';
  readonly name: string;
  /** The options kind that discovery shows: PodExecOptions, PodLogOptions (Pod for log), NodeProxyOptions, … */
  readonly kind: GroupVersionKind;
  /** Verbs in discovery; default create and get. */
  readonly verbs?: readonly string[];
}
