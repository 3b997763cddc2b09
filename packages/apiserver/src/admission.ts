import type { KindDefinition, RequestContext } from '@tabernetes/api';
import type { Draft, GroupVersionKind, KubeObject, UserInfo } from '@tabernetes/apimachinery';
import type { ServerReader } from './server-reader.ts';

/**
 * Admission: plugins that change or refuse a write. All `admit`s run in order, on a draft; later, when the object is
 * whole and valid, all `validate`s run in order, on the frozen object. A refusal is thrown as a StatusError.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/
 */
export interface AdmissionPlugin {
  readonly name: string;
  /** Which operations it wants to see. Default: all four. */
  readonly operations?: readonly AdmissionOperation[];
  /**
   * True: `admit` replaces parts of a draft and never writes into them, so that on updates they may be frozen parts of the stored
   * object (see KindDefinition.sharesUnchanged). Default false: it gets a draft that can be written to all the way down.
   */
  readonly replacesParts?: boolean;
  /** May change `attributes.draft`. Not called with a draft on deletions and connections. */
  admit?(attributes: MutatingAttributes, reader: ServerReader): void | Promise<void>;
  validate?(attributes: ValidatingAttributes, reader: ServerReader): void | Promise<void>;
}

export type AdmissionOperation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

interface Attributes {
  readonly operation: AdmissionOperation;
  readonly kind: GroupVersionKind;
  readonly definition: KindDefinition;
  /** Plural. */
  readonly resource: string;
  /** Empty: the object itself. */
  readonly subresource: string;
  readonly namespace: string;
  /** Empty when a name is still to be generated. */
  readonly name: string;
  /** What is stored: on updates and deletions. */
  readonly old?: KubeObject;
  readonly user: UserInfo;
  readonly dryRun: boolean;
  readonly context: RequestContext;
  /** The options object of the request: CreateOptions, UpdateOptions, DeleteOptions, as far as set; of connections their query. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Adds a Warning header to the answer. */
  warn(text: string): void;
}

export interface MutatingAttributes extends Attributes {
  /** The object as it will be stored, on creations and updates. Of a create sub-resource (binding): what was posted. */
  readonly draft?: Draft<KubeObject>;
}

export interface ValidatingAttributes extends Attributes {
  readonly object?: KubeObject;
}

/** All plugins, as the write path uses them. */
export interface AdmissionChain {
  admit(attributes: MutatingAttributes): Promise<void>;
  validate(attributes: ValidatingAttributes): Promise<void>;
  /** False: no plugin would look at such an operation, so that its attributes need not be made. */
  mutates(operation: AdmissionOperation): boolean;
  /** True: a plugin may write into any part of a draft. */
  writesParts(operation: AdmissionOperation): boolean;
  validates(operation: AdmissionOperation): boolean;
}

export function admissionChain(plugins: readonly AdmissionPlugin[], reader: ServerReader): AdmissionChain {
  const wanted = (operation: AdmissionOperation): readonly AdmissionPlugin[] =>
    plugins.filter(({ operations }) => operations === undefined || operations.includes(operation));
  const byOperation = {
    CREATE: wanted('CREATE'),
    UPDATE: wanted('UPDATE'),
    DELETE: wanted('DELETE'),
    CONNECT: wanted('CONNECT'),
  };
  const pick = (method: 'admit' | 'validate') => ({
    CREATE: byOperation.CREATE.filter((p) => p[method] !== undefined),
    UPDATE: byOperation.UPDATE.filter((p) => p[method] !== undefined),
    DELETE: byOperation.DELETE.filter((p) => p[method] !== undefined),
    CONNECT: byOperation.CONNECT.filter((p) => p[method] !== undefined),
  });
  const mutating = pick('admit');
  const validating = pick('validate');
  return {
    async admit(attributes) {
      for (const plugin of mutating[attributes.operation]) await plugin.admit?.(attributes, reader);
    },
    async validate(attributes) {
      for (const plugin of validating[attributes.operation]) await plugin.validate?.(attributes, reader);
    },
    mutates: (operation) => mutating[operation].length > 0,
    writesParts: (operation) => mutating[operation].some(({ replacesParts }) => replacesParts !== true),
    validates: (operation) => validating[operation].length > 0,
  };
}
