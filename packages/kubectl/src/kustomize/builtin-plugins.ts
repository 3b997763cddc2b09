import { decodeYaml, encodeYaml } from '@tabernetes/apimachinery';
import { messageOf } from '../errors.ts';
import { baseName, join } from '../files/go-path.ts';
import { splitPath } from './field-spec.ts';
import type { FieldSpec } from './field-specs.ts';
import { addHashes, type GeneratedKind, generated } from './generate.ts';
import type { GeneratorArgs, Image, Labels, PatchEntry, Replacement, Replica, Target } from './kustomization.ts';
import type { Loader } from './loader.ts';
import { isMap, type Node } from './node.ts';
import { readMerges, readOperations, readPatch } from './patch-config.ts';
import { applyPatch, selected } from './patches.ts';
import { replaceAll } from './replacements.ts';
import { idOf, idText, kindOf, type Resource } from './resource.ts';
import { addPairs, affix, setImages, setNamespace, setReplicas, type Transformer } from './transformers.ts';

/** The settings of a transformer, as documents of kustomizations have them. */
interface Settings {
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
  readonly fieldSpecs?: readonly FieldSpec[];
  readonly labels?: Labels;
  readonly annotations?: Labels;
  readonly prefix?: string;
  readonly suffix?: string;
  readonly unsetOnly?: boolean;
  readonly setRoleBindingSubjects?: string;
  readonly imageTag?: Image;
  readonly replica?: Replica;
  readonly paths?: readonly string[];
  readonly patches?: string;
  readonly jsonOp?: string;
  readonly replacements?: readonly Replacement[];
  readonly value?: string;
  readonly targets?: readonly AddedValue[];
  readonly targetFilePath?: string;
}

interface AddedValue {
  readonly selector?: Target;
  readonly fieldPath?: string;
  readonly filePathPosition?: number;
}

type Maker = (settings: Settings, loader: Loader, source: Node) => Transformer;

const wanted = (specs: readonly FieldSpec[] | undefined): readonly FieldSpec[] => {
  if (specs === undefined) throw new Error('fieldSpecs is not expected to be nil');
  return specs;
};

/** Transformers of kustomize that a document may ask for. @see sigs.k8s.io/kustomize/api/internal/plugins/builtinhelpers/builtins.go */
const MAKERS: Readonly<Record<string, Maker>> = {
  HashTransformer: () => addHashes,
  AnnotationsTransformer: ({ annotations, fieldSpecs }) => addPairs(annotations, fieldSpecs),
  LabelTransformer: ({ labels, fieldSpecs }) => addPairs(labels, fieldSpecs),
  ImageTagTransformer: ({ imageTag = {}, fieldSpecs = [] }) => setImages(imageTag, fieldSpecs),
  NamespaceTransformer: ({ metadata, fieldSpecs = [], unsetOnly = false, setRoleBindingSubjects = '' }) => {
    if (!['', 'defaultOnly', 'none', 'allServiceAccounts'].includes(setRoleBindingSubjects)) {
      throw new Error(
        `invalid value ${JSON.stringify(setRoleBindingSubjects)} for setRoleBindingSubjects: must be one of "defaultOnly", "none" or "allServiceAccounts"`,
      );
    }
    const namespace = metadata?.namespace ?? '';
    if (namespace === '') return (resources) => resources;
    return setNamespace({ namespace, specs: fieldSpecs, unsetOnly, subjects: setRoleBindingSubjects });
  },
  PrefixTransformer: ({ prefix = '', fieldSpecs }) => affix({ prefix }, wanted(fieldSpecs)),
  SuffixTransformer: ({ suffix = '', fieldSpecs }) => affix({ suffix }, wanted(fieldSpecs)),
  PrefixSuffixTransformer({ prefix = '', suffix = '', fieldSpecs }) {
    const [before, behind] = [affix({ prefix }, wanted(fieldSpecs)), affix({ suffix }, wanted(fieldSpecs))];
    return (resources) => behind(before(resources));
  },
  PatchTransformer(_, loader, source) {
    const patch = readPatch(loader, source as PatchEntry, encodeYaml(source));
    return (resources) => applyPatch(resources, patch);
  },
  PatchStrategicMergeTransformer({ paths = [], patches = '' }, loader) {
    if (paths.length === 0 && patches === '') throw new Error('empty file path and empty patch content');
    const patch = readMerges(loader, paths, patches);
    return (resources) => applyPatch(resources, patch);
  },
  PatchJson6902Transformer({ jsonOp = '' }, loader, source) {
    const { target, path } = source as PatchEntry;
    const patch = readOperations(loader, { patch: jsonOp, ...(target && { target }), ...(path && { path }) });
    return (resources) => applyPatch(resources, patch);
  },
  ReplacementTransformer({ replacements = [] }, loader) {
    const all = readReplacements(loader, replacements);
    return (resources) => {
      replaceAll(resources, all);
      return resources;
    };
  },
  ReplicaCountTransformer: ({ replica = {}, fieldSpecs = [] }) => setReplicas(replica, fieldSpecs),
  ValueAddTransformer: valueAdder,
};

/** Replacements with those of files in their places. @throws {Error} */
export function readReplacements(loader: Loader, entries: readonly Replacement[]): readonly Replacement[] {
  return entries.flatMap((entry): readonly Replacement[] => {
    if (entry.path === undefined || entry.path === '') {
      const { targets = [], ...rest } = entry;
      return [targets.length === 0 ? rest : entry];
    }
    if (entry.source !== undefined || (entry.targets ?? []).length > 0) {
      throw new Error('cannot specify both path and inline replacement');
    }
    const { value } = decodeYaml(loader.text(entry.path));
    if (Array.isArray(value)) return value;
    if (isMap(value)) return [value as Replacement];
    const kind = value === null ? 'invalid' : typeof value === 'number' ? 'float64' : typeof value;
    throw new Error(`unsupported replacement type encountered within replacement path: ${kind}`);
  });
}

/** Puts a text, the name of the directory where none is said, into fields. */
function valueAdder({ value = '', targets = [], targetFilePath = '' }: Settings, loader: Loader): Transformer {
  const text = value.trim() || baseName(loader.root);
  const more = targetFilePath === '' ? undefined : decodeYaml(loader.text(targetFilePath)).value;
  const all = [...targets, ...((isMap(more) && Array.isArray(more['targets']) ? more['targets'] : []) as AddedValue[])];
  if (all.length === 0) throw new Error('must specify at least one target');
  for (const { fieldPath = '', filePathPosition = 0 } of all) {
    if (fieldPath === '') throw new Error('fieldPath cannot be empty');
    if (filePathPosition < 0) throw new Error(`value of FilePathPosition (${filePathPosition}) cannot be negative`);
  }
  return (resources) => {
    for (const { selector, fieldPath = '', filePathPosition = 0 } of all) {
      for (const { object } of selector === undefined ? resources : selected(resources, selector)) {
        addValue(object, splitPath(fieldPath, '/'), (old) => inserted(old, text, filePathPosition));
      }
    }
    return resources;
  };
}

function addValue(object: Node, steps: readonly string[], change: (old: string) => string): void {
  let node = object;
  for (const step of steps.slice(0, -1)) {
    const { [step]: next = {} } = node;
    if (!isMap(next)) return;
    node[step] = next;
    node = next;
  }
  const key = steps.at(-1) ?? '';
  node[key] = change(String(node[key] ?? ''));
}

/** A text as a part of a path; the whole text where no place is said. */
function inserted(old: string, text: string, position: number): string {
  if (position <= 0) return text;
  const isAbsolute = old.startsWith('/');
  const parts = old.split('/').filter((part) => part !== '');
  parts.splice(Math.min(position - 1, parts.length), 0, text);
  return `${isAbsolute ? '/' : ''}${join('', parts.join('/'))}`;
}

/** The transformer that a document asks for. @throws {Error} with kustomize's text */
export function transformerOf(resource: Resource, loader: Loader): Transformer {
  const kind = demandBuiltin(resource);
  const make = MAKERS[kind];
  if (make === undefined && GENERATORS.includes(kind))
    throw new Error(`plugin ${idText(idOf(resource))} not a transformer`);
  if (make === undefined) throw new Error(`unable to load builtin ${idText(idOf(resource)).split('/')[0]}`);
  try {
    return make(resource.object as Settings, loader, resource.object);
  } catch (error) {
    throw new Error(`plugin ${idText(idOf(resource))} fails configuration: ${messageOf(error)}`);
  }
}

const GENERATORS = ['ConfigMapGenerator', 'SecretGenerator'];

/** What a document makes. @throws {Error} with kustomize's text */
export function generatedBy(resource: Resource, loader: Loader): Resource {
  try {
    const kind = demandBuiltin(resource);
    if (kind === 'HelmChartInflationGenerator') {
      throw new Error(`plugin ${idText(idOf(resource))} fails configuration: must specify --enable-helm`);
    }
    if (!GENERATORS.includes(kind)) {
      if (kind in MAKERS) throw new Error(`plugin ${idText(idOf(resource))} not a generator`);
      throw new Error(`unable to load builtin ${idText(idOf(resource)).split('/')[0]}`);
    }
    const { metadata, ...args } = resource.object as GeneratorArgs & Settings;
    return generated(loader, kind.replace('Generator', '') as GeneratedKind, { ...metadata, ...args }, undefined);
  } catch (error) {
    throw new Error(`failed to load generator: ${messageOf(error)}`);
  }
}

/** @throws {Error} for a plug-in that is not one of kustomize's own */
function demandBuiltin(resource: Resource): string {
  const kind = kindOf(resource);
  if (resource.object['apiVersion'] === 'builtin') return kind;
  throw new Error(`external plugins disabled; unable to load external plugin '${kind}'`);
}
