import { CelCompileError, type CelProgram, compileCel, instantiateCel } from './compile.ts';
import { namedType } from './declarations.ts';
import {
  BOOL,
  type CelField,
  type CelType,
  DYN,
  formatType,
  INT,
  listOf,
  mapOf,
  objectType,
  STRING,
  sameType,
  TIMESTAMP,
} from './types.ts';

/** What expressions of admission may use. */
export interface AdmissionScope {
  /** Default false: the variable `params` does not exist. */
  readonly params?: boolean;
  /** Default false: nor do `authorizer` and `authorizer.requestResource`. */
  readonly authorizer?: boolean;
  /** Types of `variables.x`; absent: there are none. */
  readonly variables?: ReadonlyMap<string, CelType>;
  /** Of `object` and `oldObject`, and of `params`. Default: anything. */
  readonly object?: CelType;
  readonly paramsType?: CelType;
}

/**
 * Compiles an expression of a policy, of a webhook or of one of their conditions.
 * @param wanted types of which the result must be one; absent: any
 * @throws {CelCompileError} with what follows the value in a refusal
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiserver/pkg/admission/plugin/cel/compile.go
 */
export function compileAdmission(text: string, scope: AdmissionScope, wanted?: readonly CelType[]): CelProgram {
  let program: CelProgram;
  try {
    program = checkAdmission(text, scope);
  } catch (error) {
    if (error instanceof CelCompileError) throw new CelCompileError(`compilation failed: ${error.message}`);
    throw error;
  }
  if (wanted === undefined || wanted.some((type) => sameType(type, program.type))) {
    instantiateCel(program);
    return program;
  }
  const [only, ...others] = wanted.map(({ name }) => name);
  const types = others.length === 0 ? only : `one of [${[only, ...others].join(' ')}]`;
  const got = program.type.params.length === 0 ? program.type.name : formatType(program.type);
  throw new CelCompileError(`must evaluate to ${types} but got ${got}`);
}

/** Holds an expression against the types of what it uses, without a word on what it makes. @throws {CelCompileError} */
export const checkAdmission = (text: string, scope: AdmissionScope): CelProgram => compileCel(text, variablesOf(scope));

function variablesOf({
  params,
  authorizer,
  variables,
  object,
  paramsType,
}: AdmissionScope): ReadonlyMap<string, CelType> {
  const found = new Map<string, CelType>([
    ['object', object ?? DYN],
    ['oldObject', object ?? DYN],
    ['namespaceObject', NAMESPACE],
    ['request', REQUEST],
  ]);
  if (params) found.set('params', paramsType ?? DYN);
  if (authorizer) {
    found.set('authorizer', namedType('authorizer'));
    found.set('authorizer.requestResource', namedType('resourceCheck'));
  }
  if (variables) {
    const fields = [...variables].map(([name, type]) => [name, { name, type: variableType(type) }] as const);
    found.set('variables', objectType('kubernetes.variables', new Map(fields)));
  }
  return found;
}

/** Variables hold what has fields as values of any type. */
function variableType(type: CelType): CelType {
  switch (type.kind) {
    case 'list':
      return listOf(variableType(type.params[0] ?? DYN));
    case 'map':
      return mapOf(variableType(type.params[0] ?? DYN), variableType(type.params[1] ?? DYN));
    case 'struct':
    case 'opaque':
    case 'type':
      return DYN;
    default:
      return type;
  }
}

const fieldsOf = (types: Readonly<Record<string, CelType>>): ReadonlyMap<string, CelField> =>
  new Map(Object.entries(types).map(([name, type]) => [name, { name, type }]));
const texts = (...names: readonly string[]): Readonly<Record<string, CelType>> =>
  Object.fromEntries(names.map((name) => [name, STRING]));

const KIND = objectType('kubernetes.GroupVersionKind', fieldsOf(texts('group', 'version', 'kind')));
const RESOURCE = objectType('kubernetes.GroupVersionResource', fieldsOf(texts('group', 'version', 'resource')));
const USER = objectType(
  'kubernetes.UserInfo',
  fieldsOf({ ...texts('username', 'uid'), groups: listOf(STRING), extra: mapOf(STRING, listOf(STRING)) }),
);

/** The variable `request`. */
export const REQUEST: CelType = objectType(
  'kubernetes.AdmissionRequest',
  fieldsOf({
    kind: KIND,
    resource: RESOURCE,
    subResource: STRING,
    requestKind: KIND,
    requestResource: RESOURCE,
    requestSubResource: STRING,
    name: STRING,
    namespace: STRING,
    operation: STRING,
    userInfo: USER,
    dryRun: BOOL,
    options: DYN,
  }),
);

const CONDITION = objectType(
  'kubernetes.NamespaceCondition',
  fieldsOf({ ...texts('status', 'type', 'message', 'reason'), lastTransitionTime: TIMESTAMP }),
);

/** The variable `namespaceObject`. */
export const NAMESPACE: CelType = objectType(
  'kubernetes.Namespace',
  fieldsOf({
    metadata: objectType(
      'kubernetes.NamespaceMetadata',
      fieldsOf({
        ...texts('name', 'generateName', 'namespace', 'UID', 'resourceVersion'),
        labels: mapOf(STRING, STRING),
        annotations: mapOf(STRING, STRING),
        creationTimestamp: TIMESTAMP,
        deletionGracePeriodSeconds: INT,
        deletionTimestamp: TIMESTAMP,
        generation: INT,
        finalizers: listOf(STRING),
      }),
    ),
    spec: objectType('kubernetes.NamespaceSpec', fieldsOf({ finalizers: listOf(STRING) })),
    status: objectType('kubernetes.NamespaceStatus', fieldsOf({ conditions: listOf(CONDITION), phase: STRING })),
  }),
);
