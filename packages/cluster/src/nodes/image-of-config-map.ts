import { kinds } from '@tabernetes/api';
import type { ConfigMap } from '@tabernetes/api/types/core-v1';
import type { Client } from '@tabernetes/client';
import type { Sandbox } from '@tabernetes/node-api';
import { type ImageRecipe, type ImageReference, PullError } from '@tabernetes/runtime-sim';
import { type HostImage, type ImageRegistry, imageRegistry } from './image-of-host.ts';

/** A ConfigMap that has it is an image of this name; names that labels cannot hold stand in an annotation of the same key. */
const IMAGE_LABEL = 'tabernetes.dev/image';
/** The key that says the rest: entrypoint, cmd, env, files, workingDir, user. */
const REST = 'image.json';
const PROGRAM = /^(.+)\.m?js$/;

export interface ConfigMapImagesDeps {
  readonly client: () => Client;
}

/**
 * Finds images that are ConfigMaps: each key `NAME.js` is the text of a program, `image.json` says the rest. Of two of one name the older one
 * counts. Looked for when a node pulls what is known nowhere else.
 *
 *   metadata: { name: hello, labels: { tabernetes.dev/image: hello } }
 *   data: { hello.js: "export default async ({ stdout }) => stdout.write('hello\\n')" }
 *
 * @throws {PullError} from what it gives: the image that is meant is none
 */
export function configMapImages(
  { client }: ConfigMapImagesDeps,
  { sandbox }: { readonly sandbox: Sandbox | undefined },
): (reference: ImageReference) => Promise<ImageRecipe | undefined> {
  const made = new WeakMap<ConfigMap, ImageRegistry>();
  const registryOf = (configMap: ConfigMap): ImageRegistry => {
    const known = made.get(configMap);
    if (known !== undefined) return known;
    const { namespace = '', name = '', labels = {}, annotations = {} } = configMap.metadata;
    try {
      const image = annotations[IMAGE_LABEL] ?? labels[IMAGE_LABEL] ?? '';
      const registry = imageRegistry({ [image]: imageOf(configMap) }, sandbox);
      made.set(configMap, registry);
      return registry;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new PullError('InvalidArgument', `ConfigMap ${namespace}/${name} is not an image: ${why}`);
    }
  };
  return async (reference) => {
    const { items } = await client().resource(kinds.configMap).list({ labelSelector: IMAGE_LABEL });
    const named = items.filter((each) => lastPart(each) === lastOf(reference.repository)).sort(byAge);
    for (const configMap of named) {
      const recipe = registryOf(configMap).find(reference);
      if (recipe !== undefined) return recipe;
    }
    return undefined;
  };
}

/** @throws {Error} */
function imageOf({ data = {} }: ConfigMap): HostImage {
  const bin: Record<string, string> = {};
  for (const [key, text] of Object.entries(data)) {
    const [, program] = PROGRAM.exec(key) ?? [];
    if (program !== undefined) bin[program] = text;
  }
  if (Object.keys(bin).length === 0) throw new Error('it has no program: no key ends with .js');
  const rest = parsed(data[REST] ?? '{}');
  if (typeof rest !== 'object' || rest === null) throw new Error(`${REST} is not an object`);
  return { ...checked(rest as Readonly<Record<string, unknown>>), bin };
}

/** What is wrong with it is not told: Pods of others read what a pull says. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${REST} is not JSON`);
  }
}

function checked(rest: Readonly<Record<string, unknown>>): Omit<HostImage, 'bin'> {
  const isText = (value: unknown): boolean => typeof value === 'string';
  const isList = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
  const isTexts = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(isText);
  const shapes: Readonly<Record<string, (value: unknown) => boolean>> = {
    ...{ entrypoint: isList, cmd: isList, env: isTexts, files: isTexts, workingDir: isText, user: isText },
  };
  for (const [name, value] of Object.entries(rest)) {
    if (!Object.hasOwn(shapes, name)) throw new Error(`${REST}: unknown member ${name}`);
    if (shapes[name]?.(value) !== true) throw new Error(`${REST}: ${name} has the wrong shape`);
  }
  return rest;
}

const lastOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

const lastPart = ({ metadata: { labels = {}, annotations = {} } }: ConfigMap): string =>
  lastOf(annotations[IMAGE_LABEL] ?? labels[IMAGE_LABEL] ?? '').replace(/[:@].*$/, '');

function byAge({ metadata: a }: ConfigMap, { metadata: b }: ConfigMap): number {
  const key = ({ creationTimestamp = '', namespace = '', name = '' }: ConfigMap['metadata']): string =>
    `${creationTimestamp} ${namespace}/${name}`;
  return key(a) < key(b) ? -1 : 1;
}
