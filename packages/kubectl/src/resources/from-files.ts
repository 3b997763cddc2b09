import { goQuote, type KubeObject, parseLabelSelector } from '@tabernetes/apimachinery';
import type { HttpAnswer } from '@tabernetes/node-api';
import type { CommandContext } from '../command.ts';
import type { ApiResource } from '../discovery/discovery.ts';
import { Aggregate, ConnectionError, dialProblem, messageOf, NoKindMatch } from '../errors.ts';
import type { Named } from './arguments.ts';
import { expandPath, expandPattern, readDocuments, STDIN } from './documents.ts';
import { fetchInfo, goResource, type Info, inNamespace, wrongNamespace } from './info.ts';
import { objectsOf } from './read-object.ts';
import { attempt, type Selection, type SelectOptions, type Source, selection } from './selection.ts';

/** Stdin is read by one alone. */
export const STDIN_TWICE = 'standard input cannot be used for multiple arguments';

/** Files, directories, patterns, addresses and stdin, in the order in which they were named. */
export async function fileSources(
  { process }: CommandContext,
  { filenames = [], recursive = false, kustomization }: SelectOptions,
): Promise<
  readonly { readonly source: string; readonly text: () => Promise<string>; readonly isDirectory: boolean }[]
> {
  const { fs, stdin, net } = process;
  const sources: { source: string; text: () => Promise<string>; isDirectory: boolean }[] = [];
  const errors: unknown[] = [];
  if (kustomization !== undefined) {
    sources.push({ ...kustomization, isDirectory: true });
  }
  for (const name of filenames) {
    if (name === '-' && sources.some(({ source }) => source === STDIN)) errors.push(new Error(STDIN_TWICE));
    else if (name === '-') {
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

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MAX_REDIRECTS = 10;

async function download(net: CommandContext['process']['net'], start: string): Promise<string> {
  let url = start;
  for (let hops = 0; ; hops++) {
    let answer: HttpAnswer;
    try {
      answer = await net.fetch(url);
    } catch (error) {
      throw new ConnectionError('Get', url, dialProblem(error, url));
    }
    const { status, statusText, headers } = answer;
    if (status === 200) return answer.text();
    const { location } = headers;
    if (REDIRECTS.has(status) && location !== undefined) {
      if (hops >= MAX_REDIRECTS) throw new Error(`Get ${JSON.stringify(url)}: stopped after 10 redirects`);
      url = new URL(location, url).href;
      continue;
    }
    throw new Error(
      `unable to read URL ${JSON.stringify(start)}, server reported ${status} ${statusText}, status code=${status}`,
    );
  }
}

/** Objects of files. @throws {Error} when something else was asked for, too */
export function fromFiles(
  context: CommandContext,
  options: SelectOptions,
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
  const labels = labelsOf(options);
  const [only] = files;

  const source: Source = async (sink, onError, onUnread) => {
    for (const file of files) {
      await attempt(options, onUnread, async () => {
        for (const document of readDocuments(await file.text(), file.source)) {
          await options.validate?.(document);
          await attempt(options, onUnread, async () => {
            const { objects, isList } = objectsOf(document, options);
            const ofItems: unknown[] = [];
            for (const object of objects) {
              const onProblem = isList ? (error: unknown): void => void ofItems.push(error) : onUnread;
              await attempt(options, onProblem, async () => {
                const resource = await resourceOf(context, options, object, document.source, isList);
                const found = infoOf(object, document.source, resource, options);
                // What the server is asked for is where the object says; which is the wrong place is told of afterwards.
                const there = placed(found, { ...options, requireNamespace: false });
                const isAsked = options.latest && there.name !== '';
                if (isAsked && resource?.namespaced && there.namespace === '') {
                  throw new Error(`no namespace set on resource ${goResource(resource)} ${goQuote(there.name)}`);
                }
                const read = isAsked ? await fetchInfo(context.api(), there, options) : found;
                const info = await attempt(options, onError, async () => placed(read, options));
                if (info === undefined) return;
                if (labels !== undefined && !labels.matches(info.object?.metadata.labels ?? {})) return;
                await sink(info);
              });
            }
            if (ofItems.length > 0) onUnread(new Aggregate(ofItems));
          });
        }
      });
    }
  };
  return selection(source, options, files.length === 1 && only?.isDirectory === false, []);
}

/** @throws {Error} with kubectl's text, which is another one for objects of files */
function labelsOf({ labelSelector = '' }: SelectOptions): ReturnType<typeof parseLabelSelector> | undefined {
  const given = labelSelector.trim();
  if (given === '') return undefined;
  try {
    return parseLabelSelector(given);
  } catch (error) {
    throw new Error(`the provided selector ${goQuote(given)} is not valid: ${messageOf(error)}`);
  }
}

/** What the object's kind is to the server; undefined where nobody is asked. @throws {Error} when it knows no such kind */
async function resourceOf(
  context: CommandContext,
  { local }: SelectOptions,
  { apiVersion, kind, metadata }: KubeObject,
  source: string,
  isItem: boolean,
): Promise<ApiResource | undefined> {
  if (local) return undefined;
  const untyped = (what: string, told: string): Error =>
    new Error(
      `unable to get type info from the object "*unstructured.Unstructured": Object '${what}' is missing in 'object has no ${told}'`,
    );
  if (!kind) throw untyped('Kind', 'kind field ');
  if (!apiVersion && isItem) throw untyped('apiVersion', 'apiVersion field');
  try {
    if (apiVersion) return await context.api().known((discovery) => discovery.forKind(apiVersion, kind));
    // Kinds of the core are known without a version, but the server has none of that path.
    const core = await context.api().known((discovery) => discovery.forKind('v1', kind));
    return { ...core, version: '' };
  } catch (error) {
    if (isItem) throw new Error(`unable to recognize ${messageOf(error)}`);
    if (!(error instanceof NoKindMatch)) {
      throw new Error(`unable to recognize ${JSON.stringify(source)}: ${messageOf(error)}`);
    }
    const { name = '', namespace = '' } = metadata ?? {};
    throw new Error(
      `resource mapping not found for name: ${JSON.stringify(name)} namespace: ${JSON.stringify(namespace)} from ${JSON.stringify(source)}: ${apiVersion ? error.message : `no matches for kind ${JSON.stringify(kind)} in version ""`}\nensure CRDs are installed first`,
    );
  }
}

function infoOf(
  object: KubeObject,
  source: string,
  resource: ApiResource | undefined,
  { subresource = '' }: SelectOptions,
): Info {
  const { name = '', namespace = '' } = object.metadata ?? {};
  return { resource, namespace, name, source, object, subresource };
}

/** Objects of namespaces are in one; others are in none. @throws {Error} when it is the wrong one */
export function placed(
  info: Info,
  { namespace, requireNamespace }: Pick<SelectOptions, 'namespace' | 'requireNamespace'>,
): Info {
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
    throw wrongNamespace(info.namespace, namespace);
  }
  return info;
}
