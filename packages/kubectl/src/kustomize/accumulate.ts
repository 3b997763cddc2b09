import { encodeYaml, goQuote } from '@tabernetes/apimachinery';
import { messageOf } from '../errors.ts';
import { join } from '../files/go-path.ts';
import { generatedBy, transformerOf } from './builtin-plugins.ts';
import { readCrds } from './crds.ts';
import { MalformedYaml, objectsOf } from './documents.ts';
import { absorb, generated } from './generate.ts';
import { type Kustomization, readKustomization } from './kustomization.ts';
import type { Loader } from './loader.ts';
import { mapIn } from './node.ts';
import {
  idOf,
  idText,
  isSameId,
  kindOf,
  metadataOf,
  nameOf,
  namespaceOf,
  type Resource,
  resourceOf,
} from './resource.ts';
import { refuseCharts, transformersOf } from './target.ts';
import { EMPTY_CONFIG, mergeConfigs, readConfigs, type TransformerConfig } from './transformer-config.ts';
import { joinVariables, mergeVariables, type Variables, variablesText } from './vars.ts';

/** What a build has so far. */
export interface Accumulated {
  readonly resources: readonly Resource[];
  /** Which fields transformers change. */
  readonly config: TransformerConfig;
  readonly variables: Variables;
}

export const NOTHING: Accumulated = { resources: [], config: EMPTY_CONFIG, variables: new Map() };

/** What was said once for the whole build. */
export interface Build {
  readonly warn: (line: string) => void;
  /** Objects are told where they come from. */
  readonly notesOrigins: boolean;
}

/** A kustomization, where it was read, and its directory relative to the one that is built. */
export interface Place {
  readonly loader: Loader;
  readonly kustomization: Kustomization;
  readonly fileName: string;
  readonly origin: string;
}

export const ORIGIN = 'config.kubernetes.io/origin';
export const TRANSFORMATIONS = 'alpha.config.kubernetes.io/transformations';

/**
 * Adds what a kustomization makes to what there is.
 *
 * @throws {Error} with kustomize's text
 * @see sigs.k8s.io/kustomize/api/internal/target/kusttarget.go
 */
export function accumulate(build: Build, place: Place, start: Accumulated): Accumulated {
  const { loader, kustomization } = place;
  const { components = [], vars = [] } = kustomization;
  let all: Accumulated;
  try {
    all = addResources(build, place, start, kustomization.resources ?? []);
  } catch (error) {
    throw new Error(`accumulating resources: ${messageOf(error)}`);
  }
  const config = readConfigs(loader, kustomization.configurations ?? []);
  all = { ...all, config: mergeConfigs(mergeConfigs(all.config, config), readCrds(loader, kustomization.crds ?? [])) };
  all = { ...all, resources: generate(build, place, all.resources) };
  for (const entry of components) {
    try {
      all = addComponent(build, place, all, entry);
    } catch (error) {
      throw new Error(`accumulating components: ${messageOf(error)}`);
    }
  }
  const resources = validate(build, place, transform(build, place, all));
  try {
    return { ...all, resources, variables: mergeVariables(resources, all.variables, vars) };
  } catch (error) {
    throw new Error(`merging vars [${variablesText(vars)}]: ${messageOf(error)}`);
  }
}

/** Entries of `resources`: files, else directories. @throws {Error} */
function addResources(build: Build, place: Place, start: Accumulated, entries: readonly string[]): Accumulated {
  return entries.reduce((all, entry) => addResource(build, place, all, entry), start);
}

/** @throws {Error} with what was wrong with the entry as a file, and as a directory */
function addResource(build: Build, place: Place, all: Accumulated, entry: string): Accumulated {
  const { loader, origin } = place;
  let problem: string;
  let isMalformed = false;
  try {
    const made = filed(loader, entry);
    if (build.notesOrigins) for (const each of made) annotate(each, ORIGIN, encodeYaml({ path: join(origin, entry) }));
    try {
      return { ...all, resources: append(all.resources, made) };
    } catch (error) {
      problem = `merging resources from '${entry}': ${messageOf(error)}`;
    }
  } catch (error) {
    isMalformed = error instanceof MalformedYaml;
    problem = `accumulating resources from '${entry}': ${messageOf(error)}`;
  }
  let below: Loader;
  try {
    below = loader.below(entry);
  } catch (error) {
    if (isMalformed) throw new Error(problem);
    throw new Error(`accumulation err='${problem}': ${messageOf(error)}`);
  }
  try {
    return addDirectory(build, { ...place, loader: below, origin: join(origin, entry) }, all, false);
  } catch (error) {
    throw new Error(`accumulation err='${problem}': ${messageOf(error)}`);
  }
}

function addComponent(build: Build, place: Place, all: Accumulated, entry: string): Accumulated {
  let below: Loader;
  try {
    below = place.loader.below(entry);
  } catch (error) {
    throw new Error(`loader.New ${goQuote(messageOf(error))}`);
  }
  try {
    return addDirectory(build, { ...place, loader: below, origin: join(place.origin, entry) }, all, true);
  } catch (error) {
    throw new Error(`accumulateDirectory: ${goQuote(messageOf(error))}`);
  }
}

/** What the kustomization of a directory makes; a component changes all that there is. @throws {Error} */
function addDirectory(
  build: Build,
  { loader, origin }: Pick<Place, 'loader' | 'origin'>,
  all: Accumulated,
  isComponent: boolean,
): Accumulated {
  const { root } = loader;
  let read: ReturnType<typeof readKustomization>;
  try {
    read = readKustomization(loader, build.warn);
  } catch (error) {
    throw new Error(`couldn't make target for path '${root}': ${messageOf(error)}`);
  }
  refuseSchema(read.kustomization);
  const { kind } = read.kustomization;
  if (isComponent && kind !== 'Component') {
    throw new Error(`expected kind 'Component' for path '${root}' but got '${kind}'`);
  }
  if (!isComponent && kind === 'Component') throw new Error(`expected kind != 'Component' for path '${root}'`);
  let made: Accumulated;
  try {
    made = accumulate(build, { ...read, loader, origin }, isComponent ? all : NOTHING);
  } catch (error) {
    throw new Error(`recursed accumulation of path '${root}': ${messageOf(error)}`);
  }
  if (isComponent) return made;
  try {
    return {
      resources: append(all.resources, made.resources),
      config: mergeConfigs(all.config, made.config),
      variables: joinVariables(all.variables, made.variables),
    };
  } catch (error) {
    throw new Error(`recursed merging from path '${root}': ${messageOf(error)}`);
  }
}

/** @throws {Error} for schemas of one's own: those that kubectl has are used */
export function refuseSchema({ openapi = {} }: Kustomization): void {
  const { version = BUILT_IN, path } = openapi;
  if (path !== undefined) throw new Error('the field "openapi.path" of kustomizations is not supported');
  if (version !== BUILT_IN) throw new Error('the specified OpenAPI version is not built in');
}

/** The schema that kustomize has. */
const BUILT_IN = 'v1.21.2';

/** @throws {Error} for an object that is there */
function append(resources: readonly Resource[], made: readonly Resource[]): readonly Resource[] {
  const all = [...resources];
  for (const each of made) {
    const id = idOf(each);
    if (all.some((other) => isSameId(idOf(other), id))) {
      throw new Error(`may not add resource with an already registered id: ${idText(id)}`);
    }
    all.push(each);
  }
  return all;
}

/** Objects of a file. @throws {Error} */
function filed(loader: Loader, entry: string): readonly Resource[] {
  const text = loader.text(entry);
  try {
    return append([], objectsOf(text).map(resourceOf));
  } catch (error) {
    if (!(error instanceof MalformedYaml)) throw error;
    throw new MalformedYaml(`MalformedYAMLError: ${error.message} in File: ${entry}`);
  }
}

export function annotate(resource: Resource, key: string, value: string): void {
  mapIn(metadataOf(resource), 'annotations')[key] = value;
}

/** Where a transformer or generator was asked for, and what it is called, as annotations tell it. */
const originText = (path: string, by: readonly (readonly [string, string])[]): string =>
  `configuredIn: ${path}\nconfiguredBy:\n${by.map(([key, value]) => `  ${key}: ${value}\n`).join('')}`;

const builtinOrigin = ({ origin, fileName }: Place, kind: string): string =>
  originText(join(origin, fileName), [
    ['apiVersion', 'builtin'],
    ['kind', kind],
  ]);

/** One that a document of its own asks for. */
function documentOrigin({ origin }: Place, resource: Resource): string {
  const by = [
    ['apiVersion', String(resource.object['apiVersion'])],
    ['kind', kindOf(resource)],
    ['name', nameOf(resource)],
    ['namespace', namespaceOf(resource)],
  ] as const;
  return originText(
    origin,
    by.filter(([, value]) => value !== ''),
  );
}

function generate(build: Build, place: Place, start: readonly Resource[]): readonly Resource[] {
  const { loader, kustomization } = place;
  const { configMapGenerator = [], secretGenerator = [], generatorOptions, generators = [] } = kustomization;
  const made = [
    ...configMapGenerator.map((args) => generated(loader, 'ConfigMap', args, generatorOptions)),
    ...secretGenerator.map((args) => generated(loader, 'Secret', args, generatorOptions)),
  ];
  refuseCharts(kustomization);
  const all = [
    ...made.map((each) => ({ each, origin: builtinOrigin(place, `${kindOf(each)}Generator`) })),
    ...generateFrom(build, place, generators),
  ];
  return all.reduce((resources, { each, origin }) => {
    if (build.notesOrigins) annotate(each, ORIGIN, origin);
    return absorb(resources, each, '&{0xc000000000 <nil>}');
  }, start);
}

/** What documents ask for. @throws {Error} */
function generateFrom(
  build: Build,
  place: Place,
  entries: readonly string[],
): readonly { readonly each: Resource; readonly origin: string }[] {
  try {
    return documentsOf(build, place, entries).map(({ resource, in: at }) => ({
      each: generatedBy(resource, place.loader),
      origin: documentOrigin(at, resource),
    }));
  } catch (error) {
    throw new Error(`loading generator plugins: ${messageOf(error)}`);
  }
}

/** Documents that ask for plug-ins, as they stand in the field, or in files and directories that it names. @throws {Error} */
function documentsOf(
  build: Build,
  place: Place,
  entries: readonly string[],
): readonly { readonly resource: Resource; readonly in: Place }[] {
  const inline: Resource[] = [];
  const paths: string[] = [];
  for (const entry of entries) {
    try {
      inline.push(...objectsOf(entry).map(resourceOf));
    } catch {
      // No objects: the path of some.
      paths.push(entry);
    }
  }
  const { resources } = addResources(
    { ...build, notesOrigins: false },
    place,
    { ...NOTHING, resources: inline },
    paths,
  );
  return resources.map((resource) => ({
    resource,
    in: { ...place, origin: join(place.origin, inline.includes(resource) ? place.fileName : (paths[0] ?? '')) },
  }));
}

function transform(build: Build, place: Place, { resources, config }: Accumulated): readonly Resource[] {
  const { loader, kustomization } = place;
  const builtin = transformersOf(loader, kustomization, config).map(({ kind, run }) => ({
    run,
    origin: builtinOrigin(place, kind),
  }));
  const documents = documentsOf(build, place, kustomization.transformers ?? []).map(({ resource, in: at }) => ({
    run: transformerOf(resource, loader),
    origin: documentOrigin(at, resource),
  }));
  return [...builtin, ...documents].reduce((all, { run, origin }) => {
    const next = run(all);
    if (build.notesOrigins) for (const each of next) noteTransformation(each, origin);
    return next;
  }, resources);
}

function noteTransformation(resource: Resource, origin: string): void {
  const annotations = mapIn(metadataOf(resource), 'annotations');
  if (annotations[ORIGIN] === undefined) {
    annotations[ORIGIN] = origin;
    return;
  }
  const { [TRANSFORMATIONS]: before = '' } = annotations;
  const [first = '', ...rest] = origin.trimEnd().split('\n');
  annotations[TRANSFORMATIONS] = `${String(before)}- ${first}\n${rest.map((line) => `  ${line}\n`).join('')}`;
}

/** Validators may change nothing. @throws {Error} where one does */
function validate(build: Build, place: Place, resources: readonly Resource[]): readonly Resource[] {
  for (const { resource } of documentsOf(build, place, place.kustomization.validators ?? [])) {
    const before = resources.map(({ object }) => JSON.stringify(object));
    const after = transformerOf(resource, place.loader)(resources).map(({ object }) => JSON.stringify(object));
    if (before.join('\n') !== after.join('\n')) {
      throw new Error("validator shouldn't modify the resource map: nodes unequal");
    }
  }
  return resources;
}
