import {
  embeddedErrors,
  isObject,
  type JsonSchema,
  listTypeErrors,
  NO_PATH,
  propertyOf,
  someSchema,
  validateRules,
  validateValue,
} from '@tabernetes/api/structural';
import type { CustomResourceSubresourceScale } from '@tabernetes/api/types/apiextensions-v1';
import {
  type FieldError,
  type FieldErrorType,
  GoText,
  goValue,
  invalid,
  type KubeObject,
  sameJson,
} from '@tabernetes/apimachinery';

const MAX_INT32 = 2 ** 31 - 1;

/** What a version of a custom resource demands of its objects. */
export interface CustomResourceRules {
  readonly schema: JsonSchema;
  readonly scale: CustomResourceSubresourceScale | undefined;
}

/**
 * Everything but metadata, of a new object, or of one that changes: what was wrong in the stored one and has not
 * changed may stay.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresource/strategy.go
 */
export function customResourceErrors(
  { schema, scale }: CustomResourceRules,
  object: KubeObject,
  options: {
    readonly old?: KubeObject;
    /** What is wrong with what the object calls itself: nobody looks at the rest of it by the schema of its values then. */
    readonly otherType?: readonly FieldError[];
    warn?(text: string): void;
  } = {},
): FieldError[] {
  const { old, otherType = [], warn } = options;
  const own =
    otherType.length > 0
      ? otherType
      : [
          ...validateValue(schema, object, '', old && { value: old }),
          ...(scale ? [...specErrors(scale, object), ...statusErrors(scale, object)] : []),
        ];
  const errors = [...own, ...embeddedErrors(schema, object)];
  if (old === undefined || listTypeErrors(schema, old).length === 0) errors.push(...listTypeErrors(schema, object));
  return withRules(schema, errors, object, old, warn);
}

/** Of a write to `status`. */
export function customResourceStatusErrors(
  { schema, scale }: CustomResourceRules,
  object: KubeObject,
  old: KubeObject,
): FieldError[] {
  const statusSchema = propertyOf(schema, 'status');
  const status = partOf(object, 'status');
  const errors: FieldError[] = [];
  if (statusSchema && status !== undefined) {
    const before = partOf(old, 'status');
    // Nothing that is nested is told apart: either the whole status has not changed, or all of it counts.
    if (!sameJson(status, before)) errors.push(...validateValue(statusSchema, status, 'status'));
  }
  if (scale) errors.push(...statusErrors(scale, object));
  if (listTypeErrors(schema, old).length === 0) errors.push(...listTypeErrors(schema, object));
  return withRules(schema, errors, object, old, undefined);
}

const BLOCKING: ReadonlySet<FieldErrorType> = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);

/** Expressions are not looked at when the object has not even the right shape, which is said. */
function withRules(
  schema: JsonSchema,
  errors: FieldError[],
  object: KubeObject,
  old: KubeObject | undefined,
  warn: ((text: string) => void) | undefined,
): FieldError[] {
  if (!errors.some(({ type }) => BLOCKING.has(type))) {
    errors.push(...validateRules(schema, object, { old, ...(warn && { warn }) }));
    return errors;
  }
  const hasRules = (each: JsonSchema): boolean => (each['x-kubernetes-validations'] ?? []).length > 0;
  if (!someSchema(schema, hasRules)) return errors;
  const detail =
    'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';
  return [...errors, invalid(NO_PATH, null, detail)];
}

const specErrors = ({ specReplicasPath }: CustomResourceSubresourceScale, object: KubeObject): FieldError[] =>
  replicasErrors(specReplicasPath, object);

function statusErrors(scale: CustomResourceSubresourceScale, object: KubeObject): FieldError[] {
  const { statusReplicasPath, labelSelectorPath } = scale;
  const errors = replicasErrors(statusReplicasPath, object);
  const selector = labelSelectorPath ? valueAt(object, pathOf(labelSelectorPath)) : undefined;
  if (labelSelectorPath && selector !== undefined && selector !== null && typeof selector !== 'string') {
    errors.push(invalid(labelSelectorPath, '', wrongType(labelSelectorPath, selector, 'string')));
  }
  return errors;
}

function replicasErrors(path: string, object: KubeObject): FieldError[] {
  const names = pathOf(path);
  // Where it leads through something that holds nothing, that is told.
  for (let depth = 1; depth < names.length; depth++) {
    const holder = valueAt(object, names.slice(0, depth));
    if (holder === undefined || holder === null) return [];
    if (isObject(holder)) continue;
    const at = `.${names.slice(0, depth + 1).join('.')}`;
    return [invalid(path, new GoText('0'), wrongType(at, holder, 'map[string]interface{}'))];
  }
  const value = valueAt(object, names);
  if (value === undefined || value === null) return [];
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    return [invalid(path, new GoText('0'), wrongType(path, value, 'int64'))];
  }
  if (value < 0) return [invalid(path, value, 'should be a non-negative integer')];
  return value > MAX_INT32 ? [invalid(path, value, `should be less than or equal to ${MAX_INT32}`)] : [];
}

const wrongType = (path: string, value: unknown, wanted: string): string =>
  `${path} accessor error: ${goValue(value)} is of the type ${goType(value)}, expected ${wanted}`;

function goType(value: unknown): string {
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'number') return 'float64';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'string' : 'map[string]interface {}';
}

/** `.spec.replicas` as names. */
export const pathOf = (path: string): readonly string[] => path.replace(/^\./, '').split('.');

/** What stands at a path; undefined: nothing. */
export function valueAt(object: unknown, path: readonly string[]): unknown {
  let at = object;
  for (const name of path) at = isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  return at;
}

const partOf = (object: KubeObject, name: string): unknown => Reflect.get(object, name);
