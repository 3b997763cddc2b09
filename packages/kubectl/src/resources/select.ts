import { type KubeObject, parseLabelSelector, StatusError } from '@tabernetes/apimachinery';
import type { CommandContext } from '../command.ts';
import type { ApiResource, Discovery } from '../discovery/discovery.ts';
import { Aggregate } from '../errors.ts';
import { type Named, readArguments, readNames, type Tuple } from './arguments.ts';
import { type Document, expandPath, expandPattern, readDocuments, STDIN } from './documents.ts';
import { fetchInfo, groupVersion, type Info, inNamespace, isList, pathOf } from './info.ts';

/** Which objects a command works on: what kubectl's resource builder is told. */
export interface SelectOptions {
  /** Namespace of objects that name none. */
  readonly namespace: string;
  /** Objects of files must be in the namespace: it was asked for by a flag. */
  readonly requireNamespace?: boolean;
  readonly allNamespaces?: boolean;
  /** `-f` */
  readonly filenames?: readonly string[];
  /** `-k`: manifests that a kustomization builds, as one text. */
  readonly kustomization?: { readonly source: string; readonly text: string };
  readonly recursive?: boolean;
  readonly args?: readonly string[];
  /** The type of arguments that are mere names. */
  readonly defaultType?: string;
  /** A type without names means all objects of it. Default true. */
  readonly allowEmptySelector?: boolean;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** `--all` */
  readonly selectAll?: boolean;
  /** Lists are read in pieces of this size; 0 reads them whole. */
  readonly chunkSize?: number;
  readonly subresource?: string;
  /** Goes on after an error, and tells of all at the end. */
  readonly continueOnError?: boolean;
  /** Lists come as their items. Default true. */
  readonly flatten?: boolean;
  /** Objects of files are read from the server. */
  readonly latest?: boolean;
  /** Objects that were named are read from the server. Default true. */
  readonly requireObject?: boolean;
  /** The server is not asked at all. */
  readonly local?: boolean;
  readonly singleResourceType?: boolean;
  /** Accept header and query of reads: how Tables are asked for. */
  readonly accept?: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Looks at each document of a file before it is taken: client-side validation. @throws {Error} */
  readonly validate?: (document: Document) => Promise<void>;
}

/** What was selected; nothing has been read yet, but files named and types looked up. */
export interface Selection {
  /** True when exactly one object was asked for, so that one object is printed and no list. */
  readonly singleItemImplied: boolean;
  /** Types and where to watch them, when whole collections were asked for. */
  readonly collections: readonly { readonly resource: ApiResource; readonly namespace: string }[];
  /**
   * Calls back for each object, in order. Without `continueOnError` the first error ends it; else they are thrown
   * together at the end, those of the callback included.
   */
  visit(callback: (info: Info) => Promise<void>): Promise<void>;
  /** All objects, and the errors on the way. */
  collect(): Promise<{ readonly infos: readonly Info[]; readonly errors: readonly unknown[] }>;
}

const MISSING = `You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`;

type Sink = (info: Info) => Promise<void>;
/** Delivers infos; with `onError`, an error of one does not keep others back. */
type Source = (sink: Sink, onError: (error: unknown) => void) => Promise<void>;

/** @throws {Error} with kubectl's text when the arguments make no sense together @see k8s.io/cli-runtime/pkg/resource/builder.go */
export async function select(context: CommandContext, options: SelectOptions): Promise<Selection> {
  const files = await fileSources(context, options);
  if (options.labelSelector?.trim() && options.selectAll) {
    throw new Error("setting 'all' parameter but found a non empty selector. ");
  }
  const discovery = await knownKinds(context, options);
  const named = namedBy(options, discovery);
  const selector = selectorOf(options, named);
  if (files.length > 0) return fromFiles(context, options, discovery, files, named);
  if (selector !== undefined) return fromSelector(context, options, discovery, named, selector);
  switch (named.type) {
    case 'tuples':
      return fromTuples(context, options, discovery, named.tuples);
    case 'names':
      if (named.types.length > 1) throw new Error('you must specify only one resource');
      return fromTuples(
        context,
        options,
        discovery,
        named.names.map((name) => ({ resource: named.types[0] ?? '', name })),
        named.names.length === 1,
      );
    case 'types':
      for (const type of named.types) discovery.find(type);
      throw new Error('resource(s) were provided, but no name was specified');
    default:
      throw new Error(MISSING);
  }
}

const NOTHING: Discovery = {
  groups: [],
  resources: [],
  failed: [],
  find: (name) => {
    throw new Error(`the server doesn't have a resource type ${JSON.stringify(name)}`);
  },
  category: () => [],
  forKind: (_, kind) => {
    throw new Error(`no matches for kind ${JSON.stringify(kind)}`);
  },
};

/** With --local nobody is asked; without arguments and files, neither. */
async function knownKinds(
  context: CommandContext,
  { local, args = [], filenames = [], kustomization }: SelectOptions,
): Promise<Discovery> {
  if (local || (args.length === 0 && filenames.length === 0 && kustomization === undefined)) return NOTHING;
  return context.api().discovery();
}

function namedBy({ args = [], defaultType, local }: SelectOptions, discovery: Discovery): Named {
  if (local && args.length > 0) {
    throw new Error(
      "error: you must specify resources by --filename when --local is set.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'",
    );
  }
  if (args.length === 0) return { type: 'none' };
  return defaultType === undefined
    ? readArguments(args, discovery)
    : { type: 'tuples', tuples: readNames(defaultType, args) };
}

/** Selectors, where they select: undefined when objects are named one by one. */
function selectorOf(
  { labelSelector = '', fieldSelector = '', selectAll, allowEmptySelector = true }: SelectOptions,
  named: Named,
): { readonly labels: string; readonly fields: string } | undefined {
  const labels = labelSelector.trim();
  const fields = fieldSelector.trim();
  if (labels !== '' || fields !== '' || selectAll) return { labels, fields };
  return named.type === 'types' && allowEmptySelector ? { labels, fields } : undefined;
}

async function fileSources(
  { process }: CommandContext,
  { filenames = [], recursive = false, kustomization }: SelectOptions,
): Promise<
  readonly { readonly source: string; readonly text: () => Promise<string>; readonly isDirectory: boolean }[]
> {
  const { fs, stdin, net } = process;
  const sources: { source: string; text: () => Promise<string>; isDirectory: boolean }[] = [];
  const errors: unknown[] = [];
  if (kustomization !== undefined) {
    sources.push({ source: kustomization.source, text: async () => kustomization.text, isDirectory: true });
  }
  for (const name of filenames) {
    if (name === '-') {
      sources.push({ source: STDIN, text: () => stdin.readText(), isDirectory: true });
    } else if (/^https?:\/\//.test(name)) {
      sources.push({ source: name, text: () => download(net, name), isDirectory: false });
    } else {
      try {
        const paths = expandPattern(fs, name).flatMap((path) => expandPath(fs, path, recursive));
        if (paths.length === 0) {
          throw new Error(`error reading [${name}]: recognized file extensions are [.json .yaml .yml]`);
        }
        for (const path of paths) {
          sources.push({ source: path, text: async () => fs.readText(path), isDirectory: paths.length > 1 });
        }
      } catch (error) {
        errors.push(error);
      }
    }
  }
  if (errors.length > 0) throw new Aggregate(errors);
  return sources;
}

async function download(net: CommandContext['process']['net'], url: string): Promise<string> {
  const answer = await net.fetch(url);
  if (answer.status === 200) return answer.text();
  throw new Error(
    `unable to read URL ${JSON.stringify(url)}, server reported ${answer.status} ${answer.statusText}, status code=${answer.status}`,
  );
}

function fromFiles(
  context: CommandContext,
  options: SelectOptions,
  discovery: Discovery,
  files: Awaited<ReturnType<typeof fileSources>>,
  named: Named,
): Selection {
  if (named.type === 'types') {
    throw new Error('when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well');
  }
  if (named.type === 'names') {
    throw new Error('when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well');
  }
  if (named.type === 'tuples') throw new Error('resource/name arguments cannot be provided when a path is specified');
  const labels = options.labelSelector?.trim() ? parseLabelSelector(options.labelSelector) : undefined;
  const [only] = files;

  const source: Source = async (sink, onError) => {
    for (const file of files) {
      await attempt(options, onError, async () => {
        for (const document of readDocuments(await file.text(), file.source)) {
          await options.validate?.(document);
          await attempt(options, onError, async () => {
            for (const object of flattened(objectOf(document), options)) {
              await attempt(options, onError, async () => {
                let info = placed(infoOf(object, document.source, discovery, options), options);
                if (options.latest && info.name !== '') info = await fetchInfo(context.api(), info, options);
                if (labels !== undefined && !labels.matches(info.object?.metadata.labels ?? {})) return;
                await sink(info);
              });
            }
          });
        }
      });
    }
  };
  return selection(source, options, files.length === 1 && only?.isDirectory === false, []);
}

/** Runs a step; with `continueOnError` its error is kept and the next step goes on. */
async function attempt(
  { continueOnError }: SelectOptions,
  onError: (error: unknown) => void,
  step: () => Promise<void>,
): Promise<void> {
  if (!continueOnError) return step();
  try {
    await step();
  } catch (error) {
    onError(error);
  }
}

/** @throws {Error} when the document is no object of Kubernetes */
function objectOf({ value, source, json }: Document): KubeObject {
  const fail = (why: string): Error => new Error(`unable to decode ${JSON.stringify(source)}: ${why}`);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const kind = Array.isArray(value) ? 'array' : typeof value;
    throw fail(
      `json: cannot unmarshal ${kind === 'boolean' ? 'bool' : kind} into Go value of type unstructured.detector`,
    );
  }
  const { kind, apiVersion } = value as Partial<KubeObject>;
  if (typeof kind !== 'string' || kind === '') throw fail(`Object 'Kind' is missing in '${json}'`);
  if (typeof apiVersion !== 'string' || apiVersion === '') throw fail(`Object 'apiVersion' is missing in '${json}'`);
  return value as KubeObject;
}

function flattened(object: KubeObject, options: SelectOptions): readonly KubeObject[] {
  if (options.flatten === false || !isList(object)) return [object];
  return object.items.flatMap((item) => flattened(item, options));
}

function infoOf(
  object: KubeObject,
  source: string,
  discovery: Discovery,
  { local, subresource = '' }: SelectOptions,
): Info {
  const { name = '', namespace = '' } = object.metadata ?? {};
  let resource: ApiResource | undefined;
  if (!local) {
    try {
      resource = discovery.forKind(object.apiVersion, object.kind);
    } catch (error) {
      throw new Error(
        `resource mapping not found for name: ${JSON.stringify(name)} namespace: ${JSON.stringify(namespace)} from ${JSON.stringify(source)}: ${error instanceof Error ? error.message : ''}\nensure CRDs are installed first`,
      );
    }
  }
  return { resource, namespace, name, source, object, subresource };
}

/** Objects of namespaces are in one; others are in none. @throws {Error} when it is the wrong one */
function placed(info: Info, { namespace, requireNamespace }: SelectOptions): Info {
  const isNamespaced = info.resource === undefined ? info.namespace !== '' : info.resource.namespaced;
  if (!isNamespaced) {
    if (info.resource === undefined || info.object?.metadata?.namespace === undefined)
      return { ...info, namespace: '' };
    return { ...info, namespace: '', object: inNamespace(info.object, undefined) };
  }
  if (info.namespace === '') {
    return { ...info, namespace, ...(info.object && { object: inNamespace(info.object, namespace) }) };
  }
  if (requireNamespace && info.namespace !== namespace) {
    throw new Error(
      `the namespace from the provided object ${JSON.stringify(info.namespace)} does not match the namespace ${JSON.stringify(namespace)}. You must pass '--namespace=${info.namespace}' to perform this operation.`,
    );
  }
  return info;
}

function fromSelector(
  context: CommandContext,
  options: SelectOptions,
  discovery: Discovery,
  named: Named,
  selector: { readonly labels: string; readonly fields: string },
): Selection {
  if (named.type === 'names') throw new Error('name cannot be provided when a selector is specified');
  if (named.type === 'tuples') {
    throw new Error('selectors and the all flag cannot be used when passing resource/name arguments');
  }
  if (named.type === 'none') throw new Error('at least one resource must be specified to use a selector');
  if (options.subresource) throw new Error('subresource cannot be used when bulk resources are specified');
  if (options.singleResourceType && named.types.length > 1)
    throw new Error('you may only specify a single resource type');
  const resources = [...new Set(named.types.map((type) => discovery.find(type)))];
  const collections = resources.map((resource) => ({
    resource,
    namespace: resource.namespaced && !options.allNamespaces ? options.namespace : '',
  }));
  const source: Source = async (sink, onError) => {
    for (const { resource, namespace } of collections) {
      await attempt(options, onError, () => listAll(context, options, resource, namespace, selector, sink, onError));
    }
  };
  return selection(source, options, false, collections);
}

interface ListObject extends KubeObject {
  readonly metadata: KubeObject['metadata'] & { readonly continue?: string };
}

async function listAll(
  context: CommandContext,
  options: SelectOptions,
  resource: ApiResource,
  namespace: string,
  selector: { readonly labels: string; readonly fields: string },
  sink: Sink,
  onError: (error: unknown) => void,
): Promise<void> {
  const { chunkSize = 0, flatten = true, accept, query } = options;
  let from = '';
  do {
    const list = await context
      .api()
      .object<ListObject>('GET', pathOf(resource, namespace), {
        ...(accept !== undefined && { headers: { accept } }),
        query: {
          ...(selector.fields !== '' && { fieldSelector: selector.fields }),
          ...(selector.labels !== '' && { labelSelector: selector.labels }),
          ...(chunkSize > 0 && { limit: String(chunkSize) }),
          ...(from !== '' && { continue: from }),
          ...query,
        },
      })
      .catch((error: unknown) => {
        throw enhanced(error, resource, selector);
      });
    const whole: Info = { resource, namespace, name: '', source: '', object: list, subresource: '' };
    if (!flatten || !isList(list)) await attempt(options, onError, () => sink(whole));
    else {
      for (const item of list.items) {
        // Items of lists leave out what the list says for all of them.
        const { apiVersion = groupVersion(resource), kind = resource.kind } = item;
        const object = { ...item, apiVersion, kind } as KubeObject;
        const { name = '', namespace: home = '' } = item.metadata;
        await attempt(options, onError, () => sink({ ...whole, namespace: home, name, object }));
      }
    }
    from = list.metadata?.continue ?? '';
  } while (from !== '');
}

/** What could not be listed, and by which selectors. */
function enhanced(
  error: unknown,
  { name, group, version }: ApiResource,
  { labels, fields }: { readonly labels: string; readonly fields: string },
): unknown {
  if (!(error instanceof StatusError) || !['BadRequest', 'NotFound'].includes(error.status.reason ?? '')) return error;
  const target = JSON.stringify(`${group}/${version}, Resource=${name}`);
  const what =
    labels === '' && fields === ''
      ? `Unable to list ${target}`
      : `Unable to find ${target} that match label selector ${JSON.stringify(labels)}, field selector ${JSON.stringify(fields)}`;
  return new StatusError({ ...error.status, message: `${what}: ${error.status.message}` });
}

function fromTuples(
  context: CommandContext,
  options: SelectOptions,
  discovery: Discovery,
  tuples: readonly Tuple[],
  single = tuples.length === 1,
): Selection {
  const { requireObject = true, subresource = '', namespace, allNamespaces } = options;
  const resources = new Map(tuples.map(({ resource }) => [resource, discovery.find(resource)]));
  if (options.singleResourceType && new Set(resources.values()).size > 1) {
    throw new Error('you may only specify a single resource type');
  }
  const infos = tuples.map(({ resource: type, name }): Info => {
    const resource = resources.get(type);
    if (resource?.namespaced && allNamespaces) {
      throw new Error('a resource cannot be retrieved by name across all namespaces');
    }
    return {
      resource,
      namespace: resource?.namespaced ? namespace : '',
      name,
      source: '',
      object: undefined,
      subresource,
    };
  });
  const source: Source = async (sink, onError) => {
    for (const info of infos) {
      await attempt(options, onError, async () =>
        sink(requireObject ? await fetchInfo(context.api(), info, options) : info),
      );
    }
  };
  return selection(source, options, single, []);
}

function selection(
  source: Source,
  { continueOnError }: SelectOptions,
  singleItemImplied: boolean,
  collections: Selection['collections'],
): Selection {
  return {
    singleItemImplied,
    collections,
    async visit(callback) {
      const errors: unknown[] = [];
      await source(callback, (error) => errors.push(error));
      if (continueOnError && errors.length > 0) throw errors.length === 1 ? errors[0] : new Aggregate(errors);
    },
    async collect() {
      const infos: Info[] = [];
      const errors: unknown[] = [];
      try {
        await source(
          async (info) => {
            infos.push(info);
          },
          (error) => errors.push(error),
        );
      } catch (error) {
        errors.push(error);
      }
      return { infos, errors };
    },
  };
}
