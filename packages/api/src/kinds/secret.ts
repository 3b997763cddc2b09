import {
  type Draft,
  decodeBase64,
  decodeBody,
  encodeBase64,
  type FieldError,
  forbidden,
  invalid,
  isConfigMapKey,
  required,
  SyntaxProblem,
  tooLong,
} from '@tabernetes/apimachinery';
import type { Secret } from '../generated/core-v1.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { keyPairProblem } from '../x509/key-pair.ts';
import { secret as names } from './names/policies.ts';
import { base64Size } from './rules/bytes.ts';
import { sameMap } from './rules/lists.ts';

/**
 * Confidential data as key value pairs; a type says which keys must be there.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/secret-v1/
 */
export const secret = defineKind<Secret>({
  ...names,

  defaults: (draft) => {
    draft.type ||= 'Opaque';
    mergeStringData(draft);
  },
  validate: (object) => {
    const errors: FieldError[] = [];
    let size = 0;
    for (const [key, value] of Object.entries(object.data ?? {})) {
      for (const problem of isConfigMapKey(key)) errors.push(invalid(`data[${key}]`, key, problem));
      size += base64Size(value);
    }
    if (size > MAX_BYTES) errors.push(tooLong('data', '', MAX_BYTES));
    errors.push(...typeErrors(object));
    return errors;
  },
  validateUpdate: (object, old) => {
    const errors: FieldError[] = [];
    if (object.type !== old.type) errors.push(invalid('type', object.type ?? '', 'field is immutable'));
    if (!old.immutable) return errors;
    const detail = 'field is immutable when `immutable` is set';
    if (!object.immutable) errors.push(forbidden('immutable', detail));
    if (!sameMap(object.data, old.data)) errors.push(forbidden('data', detail));
    return errors;
  },
  metadataOnUpdate: ['change', 'whole'],
  warnings: ({ type, data = {} }) => {
    const text = (key: string): string => new TextDecoder().decode(decodeBase64(data[key] ?? ''));
    const problem = type === 'kubernetes.io/tls' ? keyPairProblem(text('tls.crt'), text('tls.key')) : undefined;
    return problem === undefined ? [] : [problem];
  },

  columns: [
    nameColumn,
    {
      name: 'Type',
      type: 'string',
      description: 'What the Secret is for, and so which keys it must have.',
      cell: ({ type }) => type ?? '',
    },
    {
      name: 'Data',
      type: 'string',
      description: 'Number of keys.',
      cell: ({ data = {} }) => Object.keys(data).length,
    },
    ageColumn,
  ],
  selectableFields: { type: ({ type }) => type ?? '' },
});

/** All values together; etcd takes no more in one value. */
const MAX_BYTES = 1_048_576;

/** `stringData` is write-only: its texts become values of `data`. */
function mergeStringData(draft: Draft<Secret>): void {
  if (draft.stringData === undefined) return;
  const entries = Object.entries(draft.stringData).map(([key, text]) => [
    key,
    encodeBase64(new TextEncoder().encode(text)),
  ]);
  if (entries.length > 0) draft.data = { ...draft.data, ...Object.fromEntries(entries) };
  delete draft.stringData;
}

const ACCOUNT_NAME = 'kubernetes.io/service-account.name';

function typeErrors({ type, data = {}, metadata }: Secret): readonly FieldError[] {
  const missing = (...keys: readonly string[]): readonly FieldError[] =>
    keys.filter((key) => !Object.hasOwn(data, key)).map((key) => required(`data[${key}]`));
  switch (type) {
    case 'kubernetes.io/service-account-token':
      return metadata.annotations?.[ACCOUNT_NAME] ? [] : [required(`metadata.annotations[${ACCOUNT_NAME}]`)];
    case 'kubernetes.io/dockercfg':
      return jsonErrors('.dockercfg', data);
    case 'kubernetes.io/dockerconfigjson':
      return jsonErrors('.dockerconfigjson', data);
    case 'kubernetes.io/basic-auth': {
      // Either may be left out, not both.
      const errors = missing('username', 'password');
      return errors.length === 2 ? errors : [];
    }
    case 'kubernetes.io/ssh-auth':
      return data['ssh-privatekey'] ? [] : [required('data[ssh-privatekey]')];
    case 'kubernetes.io/tls':
      return missing('tls.crt', 'tls.key');
    default:
      return [];
  }
}

function jsonErrors(key: string, data: Readonly<Record<string, string>>): readonly FieldError[] {
  const value = data[key];
  if (value === undefined) return [required(`data[${key}]`)];
  const problem = jsonProblem(decodeBase64(value));
  return problem === undefined ? [] : [invalid(`data[${key}]`, '<secret contents redacted>', problem)];
}

/** Why the bytes are no JSON object, in Go's words. */
function jsonProblem(bytes: Uint8Array): string | undefined {
  try {
    const { value } = decodeBody(bytes, 'application/json');
    if (value === null || (typeof value === 'object' && !Array.isArray(value))) return undefined;
    const what = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
    return `json: cannot unmarshal ${what} into Go value of type map[string]interface {}`;
  } catch (error) {
    if (error instanceof SyntaxProblem) return error.message;
    throw error;
  }
}
