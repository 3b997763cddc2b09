import type { KindDefinition, RequestContext } from '@tabernetes/api';
import type { Draft, GroupVersionKind, KubeObject, StructSchema, UserInfo } from '@tabernetes/apimachinery';
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
  /** Plurals of the resources that it wants to see, their sub-resources included, whatever their group. Default: all. */
  readonly resources?: readonly string[];
  /**
   * True: `admit` replaces parts of a draft and never writes into them, so that on updates they may be frozen parts of the stored
   * object (see KindDefinition.sharesUnchanged). Default false: it gets a draft that can be written to all the way down.
   */
  readonly replacesParts?: boolean;
  /** True: there is nothing that it would look at just now (no webhook is configured), so that it need not be asked. */
  isIdle?(): boolean;
  /**
   * May change `attributes.draft`, and fills in the defaults of what it adds: nobody does so after it. Not called with a draft on deletions and connections. `reinvoke`: what it changed is to be seen
   * by all plugins once more.
   */
  admit?(attributes: MutatingAttributes, reader: ServerReader): Admitted | Promise<Admitted>;
  validate?(attributes: ValidatingAttributes, reader: ServerReader): void | Promise<void>;
}

// biome-ignore lint/suspicious/noConfusingVoidType: most plugins have nothing to say.
export type Admitted = void | 'reinvoke';

export type AdmissionOperation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

interface Attributes {
  readonly operation: AdmissionOperation;
  readonly kind: GroupVersionKind;
  /** Of the object; of connections that of what is connected to. */
  readonly schema: StructSchema;
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
  /** The options object of the request: CreateOptions, UpdateOptions, DeleteOptions, as far as set; connections have none. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Adds a Warning header to the answer. */
  warn(text: string): void;
  /** Notes something about the request for who audits it. @param key with a prefix, `pod-security.kubernetes.io/enforce-policy` */
  annotate(key: string, value: string): void;
}

export interface MutatingAttributes extends Attributes {
  /** The object as it will be stored, on creations and updates. Of a create sub-resource (binding): what was posted. */
  readonly draft?: Draft<KubeObject>;
}

export interface ValidatingAttributes extends Attributes {
  /** Of connections: what was asked for (PodExecOptions), which has no metadata. */
  readonly object?: KubeObject;
}

/** All plugins, as the write path uses them. */
export interface AdmissionChain {
  /** Done at once unless a plugin has to wait: waiting for nothing would cost a turn of the queue. */
  admit(attributes: MutatingAttributes): void | Promise<void>;
  validate(attributes: ValidatingAttributes): void | Promise<void>;
  /** False: no plugin would look at such a write, so that its attributes need not be made. `resource` is the plural. */
  mutates(operation: AdmissionOperation, resource: string): boolean;
  /** True: a plugin may write into any part of a draft. */
  writesParts(operation: AdmissionOperation, resource: string): boolean;
  validates(operation: AdmissionOperation, resource: string): boolean;
}

/** What looks at one operation on one resource. Functions alone: plugins have all kinds of layouts, which are slow to read from. */
interface Concerned {
  readonly mutating: readonly Admit[];
  readonly validating: readonly Validate[];
  readonly mutatingIdle: readonly IsIdle[];
  readonly validatingIdle: readonly IsIdle[];
  readonly writesParts: boolean;
}

type Admit = NonNullable<AdmissionPlugin['admit']>;
type Validate = NonNullable<AdmissionPlugin['validate']>;
type IsIdle = () => boolean;

export function admissionChain(plugins: readonly AdmissionPlugin[], reader: ServerReader): AdmissionChain {
  const concerned: Readonly<Record<AdmissionOperation, Map<string, Concerned>>> = {
    CREATE: new Map(),
    UPDATE: new Map(),
    DELETE: new Map(),
    CONNECT: new Map(),
  };
  const of = (operation: AdmissionOperation, resource: string): Concerned => {
    let found = concerned[operation].get(resource);
    if (found === undefined) {
      const wanted = plugins.filter(
        ({ operations, resources }) =>
          (operations === undefined || operations.includes(operation)) &&
          (resources === undefined || resources.includes(resource)),
      );
      const mutating = wanted.filter(({ admit }) => admit !== undefined);
      const validating = wanted.filter(({ validate }) => validate !== undefined);
      found = {
        mutating: mutating.flatMap((plugin) => plugin.admit?.bind(plugin) ?? []),
        validating: validating.flatMap((plugin) => plugin.validate?.bind(plugin) ?? []),
        mutatingIdle: idleness(mutating),
        validatingIdle: idleness(validating),
        writesParts: mutating.some(({ replacesParts }) => replacesParts !== true),
      };
      concerned[operation].set(resource, found);
    }
    return found;
  };
  return {
    admit: (attributes) => admitAll(of(attributes.operation, attributes.resource).mutating, 0, attributes, reader),
    validate: (attributes) =>
      validateAll(of(attributes.operation, attributes.resource).validating, 0, attributes, reader),
    mutates: (operation, resource) => {
      const { mutating, mutatingIdle } = of(operation, resource);
      return mutating.length > 0 && !areAllIdle(mutatingIdle);
    },
    writesParts: (operation, resource) => of(operation, resource).writesParts,
    validates: (operation, resource) => {
      const { validating, validatingIdle } = of(operation, resource);
      return validating.length > 0 && !areAllIdle(validatingIdle);
    },
  };
}

/** What has to be asked to learn that all are idle; one that never is suffices. */
function idleness(plugins: readonly AdmissionPlugin[]): readonly IsIdle[] {
  if (plugins.some(({ isIdle }) => isIdle === undefined)) return NEVER;
  return plugins.flatMap((plugin) => plugin.isIdle?.bind(plugin) ?? []);
}

const NEVER: readonly IsIdle[] = [() => false];

function areAllIdle(idle: readonly IsIdle[]): boolean {
  for (const isIdle of idle) if (!isIdle()) return false;
  return true;
}

/** From the `next`th plugin on. When one asks for it, all see the object once more. */
function admitAll(
  plugins: readonly Admit[],
  next: number,
  attributes: MutatingAttributes,
  reader: ServerReader,
  isSecond = false,
  changed = false,
): void | Promise<void> {
  let again = changed;
  for (let i = next; i < plugins.length; i++) {
    const admitted = plugins[i]?.(attributes, reader);
    if (admitted === undefined) continue;
    if (admitted instanceof Promise) {
      return admitted.then((late) =>
        admitAll(plugins, i + 1, attributes, reader, isSecond, again || late === 'reinvoke'),
      );
    }
    again ||= admitted === 'reinvoke';
  }
  if (again && !isSecond) return admitAll(plugins, 0, attributes, reader, true);
}

function validateAll(
  plugins: readonly Validate[],
  next: number,
  attributes: ValidatingAttributes,
  reader: ServerReader,
): void | Promise<void> {
  for (let i = next; i < plugins.length; i++) {
    const done = plugins[i]?.(attributes, reader);
    if (done instanceof Promise) return done.then(() => validateAll(plugins, i + 1, attributes, reader));
  }
}
