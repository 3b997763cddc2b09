import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  longerThan,
  required,
  tooMany,
} from '@tabernetes/apimachinery';
import type {
  CustomResourceColumnDefinition,
  CustomResourceDefinitionVersion,
  CustomResourceSubresources,
  CustomResourceValidation,
  SelectableField,
} from '../generated/apiextensions-v1.ts';
import { dumpGo } from '../go-layout.ts';
import { defaultErrors } from '../structural/default-rules.ts';
import { FieldPathProblem, type FoundField, fieldOf } from '../structural/field-path.ts';
import type { JsonSchema } from '../structural/json-schema.ts';
import { openApiErrors } from '../structural/schema-rules.ts';
import { structuralErrors, structuralProblem } from '../structural/structural-rules.ts';
import type { VersionParts } from './custom-resource-definition-versions.ts';

const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string'];
const COLUMN_FORMATS = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];
const MAX_WARNING_BYTES = 256;
const MAX_SELECTABLE_FIELDS = 8;

/** What a version has for itself. */
export function validateVersion(
  errors: FieldError[],
  version: CustomResourceDefinitionVersion,
  at: string,
  shared: VersionParts,
): void {
  const { deprecated = false, deprecationWarning } = version;
  for (const problem of warningProblems(deprecated, deprecationWarning)) {
    errors.push(invalid(`${at}.deprecationWarning`, deprecationWarning, problem));
  }
  const status = (version.subresources ?? shared.subresources)?.status !== undefined;
  if (version.schema) validateSchema(errors, version.schema, status, `${at}.schema`);
  if (version.subresources) validateSubresources(errors, version.subresources, `${at}.subresources`);
  validateColumns(errors, version.additionalPrinterColumns, at);
  const { selectableFields = [], schema } = version;
  if (selectableFields.length === 0) return;
  if (schema?.openAPIV3Schema) {
    validateSelectableFields(errors, selectableFields, schema.openAPIV3Schema, `${at}.selectableFields`);
  } else {
    const detail = 'selectableFields may only be set when version.schema.openAPIV3Schema is not included';
    errors.push(invalid(`${at}.selectableFields`, '', detail));
  }
}

/** What all versions have in common. */
export function validateShared(errors: FieldError[], parts: VersionParts, status: boolean): void {
  const { schema, subresources, additionalPrinterColumns, selectableFields = [] } = parts;
  if (schema) validateSchema(errors, schema, status, 'spec.validation');
  if (subresources) validateSubresources(errors, subresources, 'spec.subresources');
  validateColumns(errors, additionalPrinterColumns, 'spec');
  if (selectableFields.length === 0) return;
  if (schema?.openAPIV3Schema) {
    validateSelectableFields(errors, selectableFields, schema.openAPIV3Schema, 'spec.selectableFields');
  } else {
    const detail = 'selectableFields may only be set when validations.schema is included';
    errors.push(invalid('spec.selectableFields', '', detail));
  }
}

function warningProblems(deprecated: boolean, warning: string | undefined): string[] {
  if (warning === undefined) return [];
  if (!deprecated) return ['can only be set for deprecated versions'];
  const problems: string[] = [];
  if (longerThan(warning, MAX_WARNING_BYTES)) problems.push(`must be <= ${MAX_WARNING_BYTES} characters long`);
  if (warning === '') problems.push('must not be an empty string');
  const bad = warning.search(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u);
  if (bad >= 0) {
    const at = new TextEncoder().encode(warning.slice(0, bad)).length;
    problems.push(`must only contain printable UTF-8 characters; non-printable character found at index ${at}`);
  }
  return problems;
}

function validateSchema(errors: FieldError[], validation: CustomResourceValidation, status: boolean, at: string): void {
  const schema = validation.openAPIV3Schema;
  if (schema === undefined) return;
  const path = `${at}.openAPIV3Schema`;
  const found: FieldError[] = [];
  if (status) validateRoot(found, schema, path);
  if (schema.nullable) found.push(forbidden(`${path}.nullable`, 'nullable cannot be true at the root'));
  const problem = structuralProblem(schema);
  const structural = problem === undefined ? structuralErrors(schema, path) : [];
  const defaults = problem === undefined && structural.length === 0 ? defaultErrors(schema, path) : [];
  found.push(...structural, ...defaults);
  const sound = problem === undefined && structural.length === 0 && defaults.length === 0;
  found.push(...openApiErrors(schema, path, sound));
  // What keeps a schema from being structural is mostly told of by other errors, and better.
  if (found.length === 0 && problem !== undefined) found.push(invalid(path, '', problem));
  errors.push(...found);
}

/** With a status of its own, a schema is cut in two: so only such rules may stand at its root as can be cut. */
function validateRoot(errors: FieldError[], schema: JsonSchema, path: string): void {
  for (const key of FIELDS) {
    const value = schema[key];
    if (value === undefined || (!POINTERS.has(key) && (value === false || value === ''))) continue;
    if (key === 'type' && value !== 'object') {
      const detail =
        'only "object" is allowed as the type at the root of the schema if the status subresource is enabled';
      errors.push(invalid(`${path}.type`, value, detail));
      return;
    }
    if (AT_ROOT.has(key)) continue;
    const detail = `only [${ALLOWED}] fields are allowed at the root of the schema if the status subresource is enabled`;
    errors.push(invalid(path, dumpGo('apiextensions.JSONSchemaProps', schema), detail));
    return;
  }
}

/** In the order in which upstream looks at them, up to which the first that is not allowed is told. */
const FIELDS = (
  'id $schema $ref description type nullable format title default maximum exclusiveMaximum minimum exclusiveMinimum ' +
  'maxLength minLength pattern maxItems minItems uniqueItems multipleOf enum maxProperties minProperties required ' +
  'items allOf oneOf anyOf not properties additionalProperties patternProperties dependencies additionalItems ' +
  'definitions externalDocs example x-kubernetes-preserve-unknown-fields x-kubernetes-embedded-resource ' +
  'x-kubernetes-int-or-string x-kubernetes-list-map-keys x-kubernetes-list-type x-kubernetes-map-type ' +
  'x-kubernetes-validations'
).split(' ') as readonly (keyof JsonSchema)[];

/** Go holds them as pointers, which are there even when what they point to is nothing. */
const POINTERS: ReadonlySet<string> = new Set(['$ref', 'default', 'additionalProperties', 'additionalItems']);

const ALLOWED =
  'Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern ' +
  'MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields ' +
  'XValidations';

const AT_ROOT: ReadonlySet<string> = new Set(
  ALLOWED.split(' ').map((name) => {
    if (name === 'XPreserveUnknownFields') return 'x-kubernetes-preserve-unknown-fields';
    if (name === 'XValidations') return 'x-kubernetes-validations';
    return name.charAt(0).toLowerCase() + name.slice(1);
  }),
);

function validateColumns(
  errors: FieldError[],
  columns: readonly CustomResourceColumnDefinition[] = [],
  at: string,
): void {
  for (const [i, { name, type = '', format, jsonPath = '' }] of columns.entries()) {
    const place = `${at}.additionalPrinterColumns[${i}]`;
    const types = `must be one of ${COLUMN_TYPES.join(',')}`;
    if (!name) errors.push(required(`${place}.name`));
    if (type === '') errors.push(required(`${place}.type`, types));
    else if (!COLUMN_TYPES.includes(type)) errors.push(invalid(`${place}.type`, type, types));
    if (format && !COLUMN_FORMATS.includes(format)) {
      errors.push(invalid(`${place}.format`, format, `must be one of ${COLUMN_FORMATS.join(',')}`));
    }
    if (jsonPath === '') errors.push(required(`${place}.JSONPath`));
    else validateSimplePath(errors, jsonPath, `${place}.JSONPath`);
  }
}

function validateSubresources(errors: FieldError[], { scale }: CustomResourceSubresources, at: string): void {
  if (scale === undefined) return;
  const { specReplicasPath = '', statusReplicasPath = '', labelSelectorPath } = scale;
  validateReplicasPath(errors, specReplicasPath, '.spec', `${at}.scale.specReplicasPath`);
  validateReplicasPath(errors, statusReplicasPath, '.status', `${at}.scale.statusReplicasPath`);
  if (!labelSelectorPath) return;
  const place = `${at}.scale.labelSelectorPath`;
  if (validateSimplePath(errors, labelSelectorPath, place) && !/^\.(?:spec|status)\./.test(labelSelectorPath)) {
    errors.push(invalid(place, labelSelectorPath, 'should be a json path under either .spec or .status'));
  }
}

function validateReplicasPath(errors: FieldError[], path: string, under: string, at: string): void {
  if (path === '') errors.push(required(at));
  else if (validateSimplePath(errors, path, at) && !path.startsWith(`${under}.`)) {
    errors.push(invalid(at, path, `should be a json path under ${under}`));
  }
}

function validateSimplePath(errors: FieldError[], path: string, at: string): boolean {
  if (path.startsWith('.')) return true;
  errors.push(invalid(at, path, 'must be a simple json path starting with .'));
  return false;
}

function validateSelectableFields(
  errors: FieldError[],
  fields: readonly SelectableField[],
  schema: JsonSchema,
  at: string,
): void {
  const paths = new Set<string>();
  for (const [i, { jsonPath = '' }] of fields.entries()) {
    const place = `${at}[${i}].jsonPath`;
    if (jsonPath === '') {
      errors.push(required(place));
      continue;
    }
    const found = selectableField(jsonPath, schema);
    if (typeof found === 'string') {
      errors.push(invalid(place, jsonPath, `is an invalid path: ${found}`));
      continue;
    }
    if (found.root === 'metadata') errors.push(invalid(place, jsonPath, 'must not point to fields in metadata'));
    if (!SELECTABLE_TYPES.includes(found.schema.type ?? '')) {
      const detail =
        'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.';
      errors.push(invalid(place, jsonPath, detail));
    }
    if (paths.has(found.path)) errors.push(duplicate(place, jsonPath));
    paths.add(found.path);
  }
  if (paths.size > MAX_SELECTABLE_FIELDS) errors.push(tooMany(at, paths.size, MAX_SELECTABLE_FIELDS));
}

const SELECTABLE_TYPES = ['string', 'boolean', 'integer'];

function selectableField(jsonPath: string, schema: JsonSchema): FoundField | string {
  try {
    return fieldOf(jsonPath, schema, { brackets: false });
  } catch (error) {
    if (error instanceof FieldPathProblem) return error.message;
    throw error;
  }
}
