import { additionalOf, type JsonSchema, propertyOf } from './json-schema.ts';

/** Why a path leads to no field of a schema, in upstream's words. */
export class FieldPathProblem extends Error {}

/** Where a path leads: its text in a form of its own, and the schema there. */
export interface FoundField {
  readonly path: string;
  readonly root: string;
  readonly schema: JsonSchema;
}

/**
 * Follows a path such as `.spec.labels['a']` through a schema.
 * @throws {FieldPathProblem}
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/validation.go ValidFieldPath
 */
export function fieldOf(text: string, schema: JsonSchema, options: { readonly brackets: boolean }): FoundField {
  const tokens = text.match(/'(?:[^'\\]|\\.)+'|[.[\]]|[^.[\]]+/g) ?? [];
  let at = schema;
  let path = '';
  let root = '';
  const enter = (name: string): void => {
    if (at.properties !== undefined) {
      const property = propertyOf(at, name);
      if (property === undefined) throw new FieldPathProblem('does not refer to a valid field');
      at = property;
      path += path === '' ? name : `.${name}`;
    } else {
      const additional = additionalOf(at)?.schema;
      if (additional === undefined) throw new FieldPathProblem('does not refer to a valid field');
      at = additional;
      path += `[${name}]`;
    }
    root ||= name;
  };
  for (let i = 0; i < tokens.length; i += 1) {
    const next = (): string => {
      i += 1;
      const token = tokens[i];
      if (token === undefined) throw new FieldPathProblem('unexpected end of JSON path');
      return token;
    };
    const token = tokens[i] ?? '';
    if (token === '.') enter(next());
    else if (token !== '[') throw new FieldPathProblem(`expected [ or . but got: ${token}`);
    else if (!options.brackets) throw new FieldPathProblem('array notation is not allowed');
    else {
      const quoted = next();
      if (!/^'.*'$/s.test(quoted)) throw new FieldPathProblem(`expected single quoted string but got ${quoted}`);
      enter(quoted.slice(1, -1).replace(/\\(.)/gs, '$1'));
      const end = next();
      if (end !== ']') throw new FieldPathProblem(`expected ] but got ${end}`);
    }
  }
  return { path, root, schema: at };
}
