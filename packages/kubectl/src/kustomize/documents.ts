import { decodeYaml } from '@tabernetes/apimachinery';
import { messageOf } from '../errors.ts';
import { readDocuments } from '../resources/documents.ts';
import { coreScalar } from './core-yaml.ts';
import { isMap, type Node } from './node.ts';

/**
 * The objects of a text; those of lists come after the others.
 *
 * @throws {Error} with kustomize's text
 * @see sigs.k8s.io/kustomize/api/resource/factory.go
 */
export function objectsOf(text: string): Node[] {
  const left: unknown[] = documentsOf(text);
  const objects: Node[] = [];
  for (const value of left) {
    const object = validated(value);
    if (object === undefined) continue;
    const { kind, items } = object;
    if (!String(kind).endsWith('List') || items === undefined) objects.push(structuredClone(object));
    else if (Array.isArray(items)) left.push(...items);
    else if (items !== null) throw new Error(`expected array in ${String(kind)}/items, but found ${goType(items)}`);
  }
  return objects;
}

const goType = (value: unknown): string =>
  isMap(value)
    ? 'map[string]interface {}'
    : typeof value === 'string'
      ? 'string'
      : typeof value === 'boolean'
        ? 'bool'
        : 'float64';

/** Flow form is YAML here, also where it looks like JSON. @throws {Error} */
function documentsOf(text: string): unknown[] {
  const readYaml = (part: string): ReturnType<typeof decodeYaml> => decodeYaml(part, coreScalar);
  try {
    return text.trimStart().startsWith('{')
      ? [readYaml(text).value]
      : [...readDocuments(text, '', readYaml)].map(({ value }) => value);
  } catch (error) {
    throw new MalformedYaml(messageOf(error).replace(/^error parsing : (error converting YAML to JSON: )?/, ''));
  }
}

/** A text that is no YAML: who has its file says so. */
export class MalformedYaml extends Error {}

/** An object that says what it is; undefined of what is empty. @throws {Error} */
function validated(value: unknown): Node | undefined {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value) && value.length === 0) return undefined;
  if (!isMap(value)) throw new Error('missing Resource metadata');
  if (Object.keys(value).length === 0) return undefined;
  const { apiVersion, kind, metadata } = value;
  const { name = '', namespace = '' } = isMap(metadata) ? metadata : {};
  if (kind === undefined || kind === null || kind === '') {
    if (apiVersion === undefined && metadata === undefined) throw new Error('missing Resource metadata');
    throw new Error(
      `missing kind in object {{${String(apiVersion ?? '')} } {{${String(name)} ${String(namespace)}} map[] map[]}}`,
    );
  }
  if (!String(kind).endsWith('List') && (name === '' || name === null)) {
    throw new Error(
      `missing metadata.name in object {{${String(apiVersion ?? '')} ${String(kind)}} {{ ${String(namespace)}} map[] map[]}}`,
    );
  }
  return value;
}
