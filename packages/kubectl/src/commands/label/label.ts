import { createMergePatch, isValidLabelValue, type KubeObject } from '@tabernetes/apimachinery';
import type { Command, CommandContext } from '../../command.ts';
import { Aggregate } from '../../errors.ts';
import { goJson } from '../../go-json.ts';
import { type Info, isList } from '../../resources/info.ts';
import { select } from '../../resources/select.ts';
import { dryRunOf } from '../../writing/dry-run.ts';
import { fileOptions } from '../../writing/file-options.ts';
import { parsePairs, splitPairs } from '../../writing/pairs.ts';
import { type WrittenPrinter, writtenPrinter } from '../../writing/print.ts';
import { recorded } from '../../writing/recorder.ts';
import { patchInfo } from '../../writing/requests.ts';

/** What label and annotate are to do. */
interface Changes {
  readonly set: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
}

type MapName = 'labels' | 'annotations';
const CHANGE_CAUSE = 'kubernetes.io/change-cause';

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_label/ */
const label: Command = {
  async run(context) {
    const { flags, args } = context;
    const dryRun = dryRunOf(context);
    const { resources, pairs } = splitPairs(args, 'label');
    const changes = parseLabels(pairs);
    if (flags.bool('list') && flags.string('output') !== '') {
      throw new Error('--list and --output may not be specified together');
    }
    checkSelection(context);
    checkTargets(context, resources, dryRun, 'pod');
    checkChanges(context, changes, 'label');
    // Each object has a printer of its own here: documents of YAML are not set apart.
    return change(context, 'labels', resources, changes, dryRun, (operation) =>
      writtenPrinter(context, operation, dryRun),
    );
  },
};

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_annotate/ */
const annotate: Command = {
  async run(context) {
    const { args } = context;
    const dryRun = dryRunOf(context);
    const printer = writtenPrinter(context, 'annotated', dryRun);
    const { resources, pairs } = splitPairs(args, 'annotation');
    const changes = parsePairs(pairs, 'annotation', true);
    checkSelection(context);
    checkTargets(context, resources, dryRun, 'rsrc');
    checkChanges(context, changes, 'annotation');
    const both = changes.remove.filter((key) => Object.hasOwn(changes.set, key));
    if (both.length > 0) {
      throw new Error(
        `can not both modify and remove the following annotation(s) in the same command: ${both.join(', ')}`,
      );
    }
    return change(context, 'annotations', resources, changes, dryRun, () => printer);
  },
};

export const commands: Readonly<Record<string, Command>> = { annotate, label };

function checkSelection({ flags }: CommandContext): void {
  if (flags.bool('all') && flags.string('selector') !== '') {
    throw new Error('cannot set --all and --selector at the same time');
  }
  if (flags.bool('all') && flags.string('field-selector') !== '') {
    throw new Error('cannot set --all and --field-selector at the same time');
  }
}

function checkTargets({ flags }: CommandContext, resources: readonly string[], dryRun: string, sample: string): void {
  const hasFiles = flags.strings('filename').length > 0 || flags.string('kustomize') !== '';
  if (!flags.bool('local')) {
    if (resources.length === 0 && !hasFiles) {
      throw new Error('one or more resources must be specified as <resource> <name> or <resource>/<name>');
    }
    return;
  }
  if (dryRun === 'server') {
    throw new Error('cannot specify --local and --dry-run=server - did you mean --dry-run=client?');
  }
  if (resources.length > 0) {
    throw new Error(
      `can only use local files by -f ${sample}.yaml or --filename=${sample}.json when --local=true is set`,
    );
  }
  if (!hasFiles) {
    throw new Error(`one or more files must be specified as -f ${sample}.yaml or --filename=${sample}.json`);
  }
}

function checkChanges({ flags }: CommandContext, { set, remove }: Changes, what: string): void {
  if (Object.keys(set).length === 0 && remove.length === 0 && !flags.bool('list')) {
    throw new Error(`at least one ${what} update is required`);
  }
}

function parseLabels(pairs: readonly string[]): Changes {
  const set: Record<string, string> = {};
  const remove: string[] = [];
  for (const pair of pairs) {
    const parts = pair.split('=');
    const [key = '', value = ''] = parts;
    if (parts.length > 1) {
      if (parts.length > 2) throw new Error(`invalid label spec: ${pair}`);
      const problems = isValidLabelValue(value);
      if (problems.length > 0) {
        throw new Error(`invalid label value: ${JSON.stringify(pair)}: ${problems.join(';')}`);
      }
      set[key] = value;
    } else if (pair.endsWith('-')) remove.push(pair.slice(0, -1));
    else throw new Error(`unknown label spec: ${pair}`);
  }
  if (remove.some((key) => Object.hasOwn(set, key))) {
    throw new Error('can not both modify and remove a label in the same command');
  }
  return { set, remove };
}

async function change(
  context: CommandContext,
  map: MapName,
  resources: readonly string[],
  changes: Changes,
  dryRun: ReturnType<typeof dryRunOf>,
  printerOf: (operation: string) => WrittenPrinter,
): Promise<undefined> {
  const { flags, out } = context;
  const isLocal = flags.bool('local');
  const resourceVersion = flags.string('resource-version');
  const selection = await select(context, {
    ...fileOptions(context),
    continueOnError: true,
    local: isLocal,
    ...(!isLocal && {
      args: resources,
      labelSelector: flags.string('selector'),
      fieldSelector: flags.string('field-selector'),
      allNamespaces: flags.bool('all-namespaces'),
      allowEmptySelector: flags.bool('all'),
      latest: true,
    }),
  });
  if (!selection.singleItemImplied && resourceVersion !== '') {
    throw new Error('--resource-version may only be used with a single resource');
  }
  await selection.visit(async (info) => {
    const before =
      resourceVersion === '' ? (info.object as KubeObject) : atVersion(info.object as KubeObject, undefined);
    const isDry = dryRun === 'client' || isLocal || flags.bool('list');
    if (!isDry && map === 'labels') {
      for (const key of changes.remove) {
        if (before.metadata.labels?.[key] === undefined) out.write(`label ${JSON.stringify(key)} not found.\n`);
      }
    }
    // What is set by name stands above what --record notes.
    let after = changed(isDry ? before : recorded(context, before), map, changes, flags.bool('overwrite'));
    if (resourceVersion !== '') after = atVersion(after, resourceVersion);
    const operation = labelOperation(before, after, flags.bool('overwrite'));
    let result: Info = { ...info, object: after };
    if (!isDry) {
      const patch = createMergePatch(before, after);
      const answer = await patchInfo(context, info, 'merge', patch, { dryRun });
      // What label prints is what it sent; what annotate prints is what came back.
      if (map === 'annotations') result = answer;
    }
    if (flags.bool('list')) list(context, result, map, selection.singleItemImplied);
    else printerOf(operation).print(result.object);
  });
  return undefined;
}

function changed(object: KubeObject, map: MapName, { set, remove }: Changes, overwrite: boolean): KubeObject {
  if (isList(object)) return object;
  const current = object.metadata?.[map] ?? {};
  if (!overwrite) {
    const taken = Object.entries(set).filter(
      ([key, value]) =>
        current[key] !== undefined && current[key] !== value && !(map === 'annotations' && key === CHANGE_CAUSE),
    );
    if (taken.length > 0) throw overwriteError(map, current, taken);
  }
  const next: Record<string, string> = { ...current, ...set };
  for (const key of remove) delete next[key];
  return { ...object, metadata: { ...object.metadata, [map]: next } };
}

function overwriteError(
  map: MapName,
  current: Readonly<Record<string, string>>,
  taken: readonly (readonly [string, string])[],
): Error {
  const texts = taken.map(([key]) => `'${key}' already has a value (${current[key]})`);
  if (map === 'annotations') {
    return new Error(`--overwrite is false but found the following declared annotation(s): ${texts.join('; ')}`);
  }
  return new Aggregate(texts.map((text) => new Error(`${text}, and --overwrite is false`)));
}

function atVersion(object: KubeObject, version: string | undefined): KubeObject {
  const { resourceVersion: _, ...metadata } = object.metadata;
  return { ...object, metadata: version === undefined ? metadata : { ...metadata, resourceVersion: version } };
}

function labelOperation(before: KubeObject, after: KubeObject, overwrite: boolean): string {
  const [old, now] = [goJson(before), goJson(after)];
  if (old === now) return 'not labeled';
  return !overwrite && now.length < old.length ? 'unlabeled' : 'labeled';
}

function list({ out }: CommandContext, { object, resource, name }: Info, map: MapName, isSingle: boolean): void {
  if (!isSingle) out.write(`Listing ${map} for ${object?.kind}.${resource?.group ?? ''}/${name}:\n`);
  for (const [key, value] of Object.entries(object?.metadata[map] ?? {})) {
    out.write(`${isSingle ? '' : ' '}${key}=${value}\n`);
  }
}
