import type { KindDefinition } from '@tabernetes/api';
import {
  BOOL,
  BYTES,
  CelCompileError,
  type CelField,
  type CelType,
  checkAdmission,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  listOf,
  mapOf,
  STRING,
  TIMESTAMP,
} from '@tabernetes/api/cel';
import { escaped, schemaType } from '@tabernetes/api/structural';
import type {
  ExpressionWarning,
  NamedRuleWithOperations,
  ValidatingAdmissionPolicy,
} from '@tabernetes/api/types/admissionregistration-v1';
import type { Schema, StructSchema } from '@tabernetes/apimachinery';
import { declaredSchema } from '../custom-resources/schema.ts';

/** How many kinds a rule is checked against. */
const MAX_KINDS = 10;

/** Kinds by what rules name. */
export interface KnownKinds {
  /** @param group empty: any */
  resources(group: string, version: string, plural: string): readonly KindDefinition[];
  byKind(kind: { readonly group: string; readonly version: string; readonly kind: string }): KindDefinition | undefined;
}

/**
 * Holds the expressions of a policy against the types of the objects that it is for. What it finds are warnings: the
 * policy works as it is written.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiserver/pkg/admission/plugin/policy/validating/typechecking.go
 */
export function typeWarnings(policy: ValidatingAdmissionPolicy, kinds: KnownKinds): readonly ExpressionWarning[] {
  const warnings: ExpressionWarning[] = [];
  const types = kindsToCheck(policy, kinds);
  const check = (fieldRef: string, text: string): void => {
    const found = types.flatMap((kind) => {
      const problem = problemOf(policy, text, kind, kinds);
      return problem === undefined ? [] : [`${kind.group}/${kind.version}, Kind=${kind.kind}: ${problem}\n`];
    });
    if (found.length > 0) warnings.push({ fieldRef, warning: found.join('\n') });
  };
  for (const [i, { expression, messageExpression }] of (policy.spec?.validations ?? []).entries()) {
    check(`spec.validations[${i}].expression`, expression);
    if (messageExpression) check(`spec.validations[${i}].messageExpression`, messageExpression);
  }
  return warnings;
}

/** Each rule names so many; when one names more, the rules after it are not looked at. */
function kindsToCheck({ spec }: ValidatingAdmissionPolicy, kinds: KnownKinds): readonly KindDefinition[] {
  const found = new Map<string, KindDefinition>();
  for (const rule of spec?.matchConstraints?.resourceRules ?? []) {
    const named = kindsNamed(rule, kinds);
    for (const kind of named.slice(0, MAX_KINDS)) found.set(`${kind.group} ${kind.version} ${kind.kind}`, kind);
    if (named.length >= MAX_KINDS) break;
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, kind]) => kind);
}

function kindsNamed(
  { apiGroups, apiVersions, resources = [] }: NamedRuleWithOperations,
  kinds: KnownKinds,
): readonly KindDefinition[] {
  const named = (list: readonly string[] = []): readonly string[] =>
    list.some((each) => each.includes('*')) ? [] : [...list].sort();
  const plurals = resources.filter((each) => !/[*/]/.test(each)).sort();
  return named(apiGroups).flatMap((group) =>
    named(apiVersions).flatMap((version) => plurals.flatMap((plural) => kinds.resources(group, version, plural))),
  );
}

/** What the compiler says when it knows the type of the object. */
function problemOf(
  { spec = {} }: ValidatingAdmissionPolicy,
  text: string,
  kind: KindDefinition,
  kinds: KnownKinds,
): string | undefined {
  const { apiVersion = '', kind: paramKind = '' } = spec.paramKind ?? {};
  const slash = apiVersion.indexOf('/');
  const paramsKind =
    spec.paramKind &&
    kinds.byKind({
      group: slash < 0 ? '' : apiVersion.slice(0, slash),
      version: apiVersion.slice(slash + 1),
      kind: paramKind,
    });
  const variables = new Map<string, CelType>();
  const scope = {
    authorizer: true,
    params: paramsKind !== undefined,
    object: objectTypeOf(kind),
    variables,
    ...(paramsKind && { paramsType: objectTypeOf(paramsKind) }),
  };
  for (const { name, expression } of spec.variables ?? []) {
    try {
      variables.set(name, checkAdmission(expression, scope).type);
    } catch (error) {
      if (!(error instanceof CelCompileError)) throw error;
      variables.set(name, DYN);
    }
  }
  try {
    checkAdmission(text, scope);
    return undefined;
  } catch (error) {
    if (error instanceof CelCompileError) return error.message;
    throw error;
  }
}

/** Types are made when they are asked for: they contain each other. */
function objectTypeOf({ kind, schema }: KindDefinition): CelType {
  const declared = declaredSchema(schema);
  const type = declared && schemaType(declared, true);
  if (type === undefined) return structType(schema, kind);
  const metadata = schema.byName.get('metadata')?.schema;
  const fields = new Map(type.fields);
  const metadataType = metadata && typeOfSchema(metadata, 'metadata');
  if (metadataType !== undefined) fields.set('metadata', { name: 'metadata', type: metadataType });
  return { ...type, name: kind, fields };
}

const structs = new WeakMap<StructSchema, Map<string, CelType>>();

function structType(schema: StructSchema, name: string): CelType {
  const known = structs.get(schema) ?? new Map<string, CelType>();
  structs.set(schema, known);
  let type = known.get(name);
  if (type === undefined) {
    type =
      schema.fields.length === 0 ? DYN : { kind: 'struct', name, params: [], fields: new LazyFields(schema, name) };
    known.set(name, type);
  }
  return type;
}

class LazyFields extends Map<string, CelField> {
  readonly #schema: StructSchema;
  readonly #name: string;
  constructor(schema: StructSchema, name: string) {
    super();
    this.#schema = schema;
    this.#name = name;
  }
  override get(key: string): CelField | undefined {
    const known = super.get(key);
    if (known !== undefined) return known;
    const field = this.#schema.fields.find(({ name }) => escaped(name) === key);
    if (field === undefined) return undefined;
    const type = typeOfSchema(field.schema, `${this.#name}.${key}`);
    if (type === undefined) return undefined;
    const made = { name: field.name, type };
    this.set(key, made);
    return made;
  }
}

/** Undefined: OpenAPI tells no type, so that there is no such field. */
function typeOfSchema(schema: Schema, name: string): CelType | undefined {
  switch (schema.kind) {
    case 'struct':
      return structType(schema, name);
    case 'list': {
      const items = typeOfSchema(schema.items, `${name}.@idx`);
      return items && listOf(items);
    }
    case 'map': {
      const values = typeOfSchema(schema.values, `${name}.@elem`);
      return values && mapOf(STRING, values);
    }
    case 'quantity':
      return undefined;
    case 'string':
      return STRING;
    case 'bool':
      return BOOL;
    case 'int32':
    case 'int64':
      return INT;
    case 'float64':
      return DOUBLE;
    case 'bytes':
      return BYTES;
    case 'time':
    case 'microTime':
      return TIMESTAMP;
    case 'duration':
      return DURATION;
    default:
      return DYN;
  }
}
