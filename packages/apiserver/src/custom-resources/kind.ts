import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { type KindDefinition, type Subresource, schemaOf } from '@tabernetes/api';
import {
  coerceEmbedded,
  fillDefaults,
  findFirst,
  isEmbedded,
  type JsonSchema,
  parseJsonPath,
  preservesUnknown,
  prune,
  pruneNulls,
  someSchema,
} from '@tabernetes/api/structural';
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionVersion,
  CustomResourceSubresourceScale,
} from '@tabernetes/api/types/apiextensions-v1';
import { canonical, type Draft, failure, isQualifiedName, type KubeObject, sameJson } from '@tabernetes/apimachinery';
import { deepFreeze } from '@tabernetes/base';
import { compareVersions } from '../discovery/group-priorities.ts';
import { customResourceColumns, textOf } from './columns.ts';
import { customResourceDescription } from './description.ts';
import { checkVersion, otherType, readAs } from './other-type.ts';
import {
  type CustomResourceRules,
  customResourceErrors,
  customResourceStatusErrors,
  pathOf,
  valueAt,
} from './rules.ts';
import { customResourceSchema } from './schema.ts';

/** In the order in which discovery lists them. */
const VERBS: NonNullable<KindDefinition['verbs']> = [
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'create',
  'update',
  'watch',
];
const WRITES: ReadonlySet<string> = new Set(['patch', 'create', 'update']);
const META: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

export interface CustomResourceKindOptions {
  /** Asked on every creation: a definition that is being deleted takes no new objects. */
  isTerminating(): boolean;
  /** Converts objects where the definition leaves that to a webhook. @throws {StatusError} */
  convert(objects: readonly KubeObject[], apiVersion: string): Promise<readonly KubeObject[]>;
}

/** The kind that a version of a definition makes. */
export function customResourceKind(
  crd: CustomResourceDefinition,
  version: CustomResourceDefinitionVersion,
  { isTerminating, convert }: CustomResourceKindOptions,
): KindDefinition {
  const { group, scope, versions } = crd.spec;
  const names = crd.status?.acceptedNames ?? crd.spec.names;
  const schema: JsonSchema = version.schema?.openAPIV3Schema ?? { type: 'object' };
  const rules: CustomResourceRules = { schema, scale: version.subresources?.scale };
  const hasStatus = version.subresources?.status !== undefined;
  const struct = customResourceSchema(schema);
  const stored = versions.find(({ storage }) => storage) ?? version;
  // Objects may have been stored as other versions, even if this one is stored by now, through versions that declare other fields,
  // or when other fields and defaults were declared.
  const converts = stored !== version || versions.length > 1 || (crd.metadata.generation ?? 1) > 1;
  const counted = struct.fields
    .map(({ name }) => name)
    .filter((name) => !META.has(name) && !(hasStatus && name === 'status'));
  const deprecation = deprecationOf(crd, version);
  return {
    group,
    version: version.name,
    kind: names.kind,
    plural: names.plural,
    singular: names.singular ?? '',
    ...(names.listKind && { listKind: names.listKind }),
    namespaced: scope === 'Namespaced',
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    // What is still served of a definition that goes away is not what discovery names.
    verbs: isTerminating() ? VERBS.filter((verb) => !WRITES.has(verb)) : VERBS,
    storageVersionHash: storageVersionHash(group, stored.name, names.kind),
    schema: struct,
    described: customResourceDescription(
      { group, version: version.name, kind: names.kind },
      { listKind: names.listKind ?? `${names.kind}List`, plural: names.plural },
      version,
    ),
    generation: counted,
    allowUnconditionalUpdate: false,
    ...(hasStatus && { resetFields: ['status'] }),
    ...(converts && { storedAs: conversion(crd, version, stored, convert) }),
    ...(deprecation !== undefined && { deprecation }),

    ...(someSchema(schema, isEmbedded) && { coerce: (draft) => coerceEmbedded(schema, draft) }),
    readAs: (stated) => readAs(crd.spec, version.name, stated),
    defaults(draft, isMerged) {
      draft.metadata = tidied(draft.metadata);
      // What is null in an applied configuration is refused, where what is sent whole just loses it.
      if (!isMerged) pruneNulls(draft, schema);
      fillDefaults(draft, schema);
    },
    prepareForCreate(draft) {
      if (isTerminating()) {
        throw failure(405, 'MethodNotAllowed', 'create not allowed while custom resource definition is terminating', {
          group,
          kind: names.plural,
        });
      }
      if (hasStatus) Reflect.deleteProperty(draft, 'status');
    },
    prepareForUpdate(draft, old) {
      checkVersion(draft);
      if (hasStatus) keepPart(draft, old, 'status');
      if (preservesUnknown(schema)) countUndeclared(draft, old, counted, hasStatus);
    },
    validate: (object) => customResourceErrors(rules, object),
    updateValidatesAlone: true,
    validateUpdate: (object, old, { warn }) =>
      customResourceErrors(rules, object, { old, otherType: otherType(object, old), ...(warn && { warn }) }),
    warnings: finalizerWarnings,

    fieldSelectorProblem: (label) => `field label not supported: ${label}`,
    columns: customResourceColumns(version.additionalPrinterColumns),
    ...(version.selectableFields?.length && { selectableFields: selectableFields(version) }),
    subresources: [...(hasStatus ? [statusOf(rules)] : []), ...(rules.scale ? [scaleOf(rules.scale)] : [])],
  };
}

/** Metadata goes through its type, which prints nothing that is empty. */
function tidied(metadata: Draft<KubeObject>['metadata']): Draft<KubeObject>['metadata'] {
  const printed = canonical(OBJECT_META, metadata, undefined, { freeze: false });
  if (!printed.creationTimestamp) delete printed.creationTimestamp;
  return printed;
}
const OBJECT_META = schemaOf('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta');

/** Discovery shows it, so that clients see when objects are stored as another version. */
function storageVersionHash(group: string, version: string, kind: string): string {
  const bytes = sha256(utf8ToBytes(`${group}/${version}/${kind}`)).subarray(0, 8);
  return btoa(String.fromCharCode(...bytes));
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/customresource_handler.go defaultDeprecationWarning */
function deprecationOf(
  { spec }: CustomResourceDefinition,
  version: CustomResourceDefinitionVersion,
): string | undefined {
  if (!version.deprecated) return undefined;
  if (version.deprecationWarning !== undefined) return version.deprecationWarning;
  const { group, names } = spec;
  const [newest] = spec.versions
    .filter((each) => each.served && !each.deprecated && compareVersions(each.name, version.name) < 0)
    .map(({ name }) => name)
    .sort(compareVersions);
  const text = `${group}/${version.name} ${names.kind} is deprecated`;
  return newest === undefined ? text : `${text}; use ${group}/${newest} ${names.kind}`;
}

/**
 * What is read is pruned and defaulted by the schema of the version in which it is stored, converted, and pruned by the schema of the
 * version in which it is shown. Without a webhook, versions differ in their name alone.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/customresource_handler.go crdConversionRESTOptionsGetter
 */
function conversion(
  { spec }: CustomResourceDefinition,
  version: CustomResourceDefinitionVersion,
  stored: CustomResourceDefinitionVersion,
  ask: CustomResourceKindOptions['convert'],
): NonNullable<KindDefinition['storedAs']> {
  const { group, names, versions } = spec;
  const schemas = new Map(versions.map(({ name, schema }) => [`${group}/${name}`, schema?.openAPIV3Schema]));
  const [own, other] = [`${group}/${version.name}`, `${group}/${stored.name}`];
  const read = (object: KubeObject): Draft<KubeObject> => {
    const draft = structuredClone(object) as Draft<KubeObject>;
    const schema = schemas.get(object.apiVersion) ?? schemas.get(own);
    prune(draft, schema, true);
    pruneNulls(draft, schema);
    fillDefaults(draft, schema);
    return draft;
  };
  const shown = (draft: Draft<KubeObject>): KubeObject => {
    prune(draft, schemas.get(own), true);
    draft.apiVersion = own;
    return deepFreeze(draft as KubeObject);
  };
  const known = new WeakMap<KubeObject, KubeObject>();
  const convert = async (objects: readonly KubeObject[], apiVersion: string): Promise<readonly KubeObject[]> => {
    const made = await ask(
      objects.map((object) => read(object) as KubeObject),
      apiVersion,
    );
    return made.map((object) => {
      const draft = structuredClone(object) as Draft<KubeObject>;
      const schema = schemas.get(apiVersion);
      prune(draft, schema, true);
      pruneNulls(draft, schema);
      return draft as KubeObject;
    });
  };
  return {
    kind: { group, version: stored.name, kind: names.kind },
    toStored: (object) => ({ ...object, apiVersion: other }),
    fromStored(object) {
      const before = known.get(object);
      if (before !== undefined) return before;
      const draft = shown(read(object));
      const made = sameJson(draft, object) ? object : draft;
      known.set(object, made);
      return made;
    },
    ...(spec.conversion?.strategy === 'Webhook' && { convert }),
  };
}

function keepPart(draft: Draft<KubeObject>, old: KubeObject, name: string): void {
  const before: unknown = Reflect.get(old, name);
  if (before === undefined) Reflect.deleteProperty(draft, name);
  else Reflect.set(draft, name, before);
}

/** Changes of fields that nobody declared count for the generation too, if nothing else changes with them. */
function countUndeclared(
  draft: Draft<KubeObject>,
  old: KubeObject,
  counted: readonly string[],
  hasStatus: boolean,
): void {
  const same = (name: string): boolean => sameJson(Reflect.get(draft, name), Reflect.get(old, name));
  if (!counted.every(same)) return;
  const others = [...Object.keys(draft), ...Object.keys(old)].filter(
    (name) => !META.has(name) && !counted.includes(name) && !(hasStatus && name === 'status'),
  );
  if (!others.every(same)) draft.metadata.generation = (old.metadata.generation ?? 0) + 1;
}

const STANDARD_FINALIZERS: ReadonlySet<string> = new Set(['orphan', 'foregroundDeletion', 'kubernetes']);

function finalizerWarnings({ metadata }: KubeObject, old: KubeObject | undefined): readonly string[] {
  const before = old?.metadata.finalizers ?? [];
  const added = [...new Set(metadata.finalizers ?? [])].filter((name) => !before.includes(name)).sort();
  return added.flatMap((name) => {
    const at = `metadata.finalizers: "${name}"`;
    const problems = isQualifiedName(name).map((problem) => `${at}: ${problem}`);
    if (name.includes('/') || STANDARD_FINALIZERS.has(name)) return problems;
    const path = name.includes('.') ? ' including a path (/)' : '';
    return [
      ...problems,
      `${at}: prefer a domain-qualified finalizer name${path} to avoid accidental conflicts with other finalizer writers`,
    ];
  });
}

function selectableFields({ selectableFields: fields = [] }: CustomResourceDefinitionVersion) {
  return Object.fromEntries(
    fields.map(({ jsonPath }) => {
      const path = parseJsonPath(`{${jsonPath}}`);
      const text = (object: KubeObject): string => {
        const [value] = findFirst(path, object);
        return value === undefined || value === null ? '' : textOf(value);
      };
      return [jsonPath.replace(/^\./, ''), text];
    }),
  );
}

function statusOf(rules: CustomResourceRules): Subresource {
  return {
    type: 'update',
    name: 'status',
    resetFields: ['spec'],
    prepareForUpdate(draft, old) {
      checkVersion(draft);
      const { managedFields } = draft.metadata;
      const status: unknown = Reflect.get(draft, 'status');
      for (const name of Object.keys(draft)) if (name !== 'metadata') Reflect.deleteProperty(draft, name);
      for (const name of Object.keys(draft.metadata)) Reflect.deleteProperty(draft.metadata, name);
      const { metadata, ...rest } = old;
      Object.assign(draft, rest);
      Object.assign(draft.metadata, metadata);
      if (managedFields === undefined) delete draft.metadata.managedFields;
      else draft.metadata.managedFields = managedFields;
      if (status === undefined) Reflect.deleteProperty(draft, 'status');
      else Reflect.set(draft, 'status', status);
    },
    validateUpdate: (object, old) => customResourceStatusErrors(rules, object, old),
  };
}

function scaleOf({
  specReplicasPath,
  statusReplicasPath,
  labelSelectorPath,
}: CustomResourceSubresourceScale): Subresource {
  const replicasPath = pathOf(specReplicasPath);
  const number = (object: KubeObject, path: string): number => {
    const value = valueAt(object, pathOf(path));
    return typeof value === 'number' ? value : 0;
  };
  return {
    type: 'scale',
    name: 'scale',
    replicasPath,
    path: specReplicasPath,
    hasReplicas: (object) => valueAt(object, replicasPath) !== undefined,
    read(object) {
      const selector = labelSelectorPath ? valueAt(object, pathOf(labelSelectorPath)) : undefined;
      return {
        specReplicas: number(object, specReplicasPath),
        statusReplicas: number(object, statusReplicasPath),
        selector: typeof selector === 'string' ? selector : '',
      };
    },
    write(draft, replicas) {
      let at: object = draft;
      for (const name of replicasPath.slice(0, -1)) {
        const inner: unknown = Reflect.get(at, name);
        const next: object = typeof inner === 'object' && inner !== null ? { ...inner } : {};
        Reflect.set(at, name, next);
        at = next;
      }
      Reflect.set(at, replicasPath.at(-1) ?? '', replicas);
    },
  };
}
