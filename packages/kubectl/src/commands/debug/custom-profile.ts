import type { Container } from '@tabernetes/api/types/core-v1';
import { decodeJson, decodeObject, decodeYaml, type Schema, type StructSchema } from '@tabernetes/apimachinery';
import type { FileSystem } from '@tabernetes/node-api';
import { messageOf } from '../../errors.ts';
import { onFile } from '../../files/file-problem.ts';
import { builtinSchema } from '../../writing/schema-of.ts';

/** The part of a container that `--custom` names, in JSON or YAML. @throws {Error} with kubectl's text */
export function readCustomProfile(fs: FileSystem, path: string): Partial<Container> {
  let text: string;
  try {
    text = onFile('open', path, () => fs.readText(path));
  } catch (error) {
    throw new Error(`must pass a container spec json file for custom profile: ${messageOf(error)}`);
  }
  const schema = containerSchema();
  try {
    const { value, ...source } = decodeJson(text);
    return decodeObject<Container>(schema, value, source).draft;
  } catch {
    // Then it is YAML, whose scalars become texts where the field is one.
  }
  try {
    return fromYaml(schema, text);
  } catch (error) {
    const problem = messageOf(error);
    const converting = problem.startsWith('yaml: ') ? 'error converting YAML to JSON: ' : '';
    throw new Error(`${path} does not contain a valid container spec: ${converting}${problem}`);
  }
}

function fromYaml(schema: StructSchema, text: string): Partial<Container> {
  const { value } = decodeYaml(text);
  try {
    return decodeObject<Container>(schema, asTexts(schema, value)).draft;
  } catch (error) {
    throw new Error(`error unmarshaling JSON: while decoding JSON: ${messageOf(error)}`);
  }
}

function containerSchema(): StructSchema {
  const field = (schema: Schema | undefined, name: string): Schema | undefined =>
    schema?.kind === 'struct' ? schema.byName.get(name)?.schema : undefined;
  const containers = field(field(builtinSchema('', 'v1', 'Pod'), 'spec'), 'containers');
  if (containers?.kind !== 'list' || containers.items.kind !== 'struct') throw new Error('Pods have containers');
  return containers.items;
}

/** @see https://github.com/kubernetes-sigs/yaml/blob/v1.4.0/yaml.go */
function asTexts(schema: Schema, value: unknown): unknown {
  if (schema.kind === 'string') {
    return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  }
  if (Array.isArray(value)) return schema.kind === 'list' ? value.map((item) => asTexts(schema.items, item)) : value;
  if (typeof value !== 'object' || value === null) return value;
  const schemaAt = (name: string): Schema | undefined =>
    schema.kind === 'struct' ? schema.byName.get(name)?.schema : schema.kind === 'map' ? schema.values : undefined;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const inner = schemaAt(name);
      return [name, inner === undefined ? member : asTexts(inner, member)];
    }),
  );
}
