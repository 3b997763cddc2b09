import { decodeJson, decodeYaml, jsonTypeName } from '@tabernetes/apimachinery';
import { messageOf } from '../errors.ts';
import type { FieldSpec } from './field-specs.ts';
import type { Loader } from './loader.ts';
import { isMap, type Node } from './node.ts';
import { EMPTY_CONFIG, mergeConfigs, type TransformerConfig } from './transformer-config.ts';

/**
 * What files of OpenAPI definitions say of the fields of custom resources: which are labels, annotations, names, or name others.
 *
 * @throws {Error} with kustomize's text
 * @see sigs.k8s.io/kustomize/api/internal/accumulator/loadconfigfromcrds.go
 */
export function readCrds(loader: Loader, paths: readonly string[]): TransformerConfig {
  try {
    return paths.reduce((config, path) => readFile(config, loader.text(path), path), EMPTY_CONFIG);
  } catch (error) {
    throw new Error(`loading CRDs [${paths.join(' ')}]: ${messageOf(error)}`);
  }
}

function readFile(start: TransformerConfig, text: string, path: string): TransformerConfig {
  let definitions: Node;
  try {
    definitions = definitionsOf(text);
  } catch (error) {
    throw new Error(`unable to parse open API definition from '${path}': ${messageOf(error)}`);
  }
  let config = start;
  for (const name of Object.keys(definitions)) {
    const properties = propertiesOf(definitions, name);
    if (!['kind', 'apiVersion', 'metadata'].every((each) => each in properties)) continue;
    const kind = name.slice(name.lastIndexOf('.') + 1);
    config = addDefinition(config, { definitions, kind }, name, []);
  }
  return config;
}

/** @throws {Error} with Go's text */
function definitionsOf(text: string): Node {
  const isJson = text.startsWith('{');
  const { value } = isJson ? decodeJson(text) : decodeYaml(text);
  const wrong = (found: unknown, type: string): Error => {
    const problem = `json: cannot unmarshal ${jsonTypeName(found)} into Go value of type accumulator.${type}`;
    return new Error(isJson ? problem : `error unmarshaling JSON: while decoding JSON: ${problem}`);
  };
  if (value === null) return {};
  if (!isMap(value)) throw wrong(value, 'nameToApiMap');
  for (const definition of Object.values(value)) {
    if (definition !== null && !isMap(definition)) throw wrong(definition, 'OpenAPIDefinition');
  }
  return value;
}

interface Type {
  readonly definitions: Node;
  readonly kind: string;
}

function propertiesOf(definitions: Node, name: string): Node {
  const { [name]: definition } = definitions;
  // The definitions that Go makes have the schema one level below.
  const schema = isMap(definition) ? (fieldOf(definition, 'schema') ?? definition) : {};
  const properties = isMap(schema) ? schema['properties'] : undefined;
  return isMap(properties) ? properties : {};
}

const fieldOf = (node: Node, name: string): unknown =>
  Object.entries(node).find(([key]) => key.toLowerCase() === name)?.[1];

function addDefinition(start: TransformerConfig, type: Type, name: string, path: readonly string[]): TransformerConfig {
  let config = start;
  for (const [field, property] of Object.entries(propertiesOf(type.definitions, name))) {
    if (!isMap(property)) continue;
    const spec = (...more: readonly string[]): FieldSpec => ({
      kind: type.kind,
      path: [...path, field, ...more].join('/'),
    });
    const text = (key: string): string | undefined =>
      typeof property[`x-kubernetes-${key}`] === 'string' ? String(property[`x-kubernetes-${key}`]) : undefined;
    const [version, kind] = [text('object-ref-api-version'), text('object-ref-kind')];
    config = mergeConfigs(config, {
      ...EMPTY_CONFIG,
      commonAnnotations: text('annotation') === undefined ? [] : [spec()],
      commonLabels: text('label-selector') === undefined ? [] : [spec()],
      namePrefix: text('identity') === undefined ? [] : [spec()],
      nameReference:
        version === undefined || kind === undefined
          ? []
          : [{ kind, version, fieldSpecs: [spec(text('object-ref-name-key') ?? 'name')] }],
    });
    const { $ref } = property;
    if (typeof $ref === 'string') config = addDefinition(config, type, $ref, [...path, field]);
  }
  return config;
}
