import { encodeYaml, isNotFound, type KubeObject, StatusError } from '@tabernetes/apimachinery';
import type { Command, CommandContext } from '../../command.ts';
import { Exit, messageOf, report, usageError } from '../../errors.ts';
import { goJson } from '../../go-json.ts';
import { withoutManagedFields } from '../../printers/object-printer.ts';
import { fetchInfo, goKind, type Info } from '../../resources/info.ts';
import { select } from '../../resources/select.ts';
import { threeWayPatch } from '../../three-way-merge/three-way-patch.ts';
import { withSource } from '../../writing/errors.ts';
import { fileOptions, requireFiles } from '../../writing/file-options.ts';
import { configurationText } from '../../writing/last-applied.ts';
import { createInfo, patchInfo } from '../../writing/requests.ts';
import { builtInDocument } from '../../writing/validate.ts';
import { pruneTypes, visitPruned } from '../apply/prune.ts';
import { type Compared, compareFiles } from './compare-files.ts';

/** Reads that may be outrun by other writers before the lock is given up. */
const MAX_TRIES = 4;

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_diff/ */
const diff: Command = {
  async run(context) {
    const { flags, args } = context;
    try {
      if (args.length > 0) throw usageError('diff', `Unexpected args: [${args.join(' ')}]`);
      requireFiles(context);
      if (flags.bool('force-conflicts') && !flags.bool('server-side')) {
        throw new Error('--force-conflicts only works with --server-side');
      }
      const prunes = flags.bool('prune');
      const types = prunes ? await pruneTypes(context) : [];
      const selection = await select(context, { ...fileOptions(context), labelSelector: flags.string('selector') });
      const files: Compared[] = [];
      const namespaces = new Set<string>();
      const visited = new Set<string | undefined>();
      await selection.visit(async (info) => {
        if (info.namespace !== '') namespaces.add(info.namespace);
        const { live, merged } = await bothOf(context, info);
        if (live !== undefined) visited.add(live.metadata.uid);
        if (live?.metadata.deletionTimestamp != null) {
          context.err.write(`Warning: Detected changes to resource ${info.name} which is currently being deleted.\n`);
        }
        const shown = flags.bool('show-managed-fields') ? { live, merged } : without({ live, merged });
        const masked = info.resource?.kind === 'Secret' && info.resource.group === '' ? withoutSecrets(shown) : shown;
        files.push({
          name: fileName(info),
          live: masked.live === undefined ? '' : encodeYaml(masked.live),
          merged: encodeYaml(masked.merged),
        });
      });
      if (prunes) files.push(...(await prunedFiles(context, { types, namespaces, visited })));
      return await compareFiles(context, files);
    } catch (error) {
      // 1 says that there are differences; everything else is more than that.
      const { text, code } = report(error);
      throw new Exit(code + 1, text);
    }
  },
};

export const commands: Readonly<Record<string, Command>> = { diff };

/** What pruning would take away, whole: there is nothing of it on the other side. */
async function prunedFiles(
  context: CommandContext,
  options: Parameters<typeof visitPruned>[1],
): Promise<readonly Compared[]> {
  const files: Compared[] = [];
  try {
    await visitPruned(context, options, async ({ resource, object }) => {
      const { name = '', namespace = '' } = object.metadata;
      files.push({ name: fileName({ resource, namespace, name }), live: encodeYaml(object), merged: undefined });
    });
  } catch (error) {
    context.warn('diff.go:760', `pruning failed and could not be evaluated err: ${messageOf(error)}`);
  }
  return files;
}

const fileName = ({ resource, namespace, name }: Pick<Info, 'resource' | 'namespace' | 'name'>): string =>
  `${resource?.group ? `${resource.group}.` : ''}${resource?.version}.${resource?.kind}.${namespace}.${name}`;

interface Both {
  readonly live: KubeObject | undefined;
  readonly merged: KubeObject | undefined;
}

const without = ({ live, merged }: Both): Both => ({
  live: withoutManagedFields(live) as KubeObject | undefined,
  merged: withoutManagedFields(merged) as KubeObject | undefined,
});

async function bothOf(context: CommandContext, local: Info): Promise<Both> {
  const { flags, api } = context;
  const isServerSide = flags.bool('server-side');
  const manager = flags.string('field-manager');
  const fieldManager = isServerSide && !flags.changed('field-manager') ? 'kubectl' : manager;
  for (let attempt = 1; ; attempt++) {
    let live: Info | undefined;
    try {
      live = await fetchInfo(api(), local);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    const isLast = attempt >= MAX_TRIES;
    if (isLast && live?.object !== undefined) {
      context.warn(
        'diff.go:723',
        `Object (${goKind(live.object)}: ${local.name}) keeps changing, diffing without lock`,
      );
    }
    try {
      if (isServerSide) {
        const force = flags.bool('force-conflicts');
        const text = `${goJson(local.object)}\n`;
        const merged = await patchInfo(context, local, 'apply', text, { dryRun: 'server', fieldManager, force });
        return { live: live?.object, merged: merged.object };
      }
      if (live?.object === undefined || live.resource === undefined) {
        const created = await createInfo(context, local, { dryRun: 'server', fieldManager });
        return { live: undefined, merged: created.object };
      }
      return await appliedHere(context, local, live, { isLocked: !isLast, fieldManager });
    } catch (error) {
      if (!(error instanceof StatusError) || error.reason !== 'Conflict' || isLast) throw error;
    }
  }
}

/** What client-side apply would make of it; locked, only of the object as it was read. */
async function appliedHere(
  context: CommandContext,
  local: Info,
  live: Info,
  { isLocked, fieldManager }: { readonly isLocked: boolean; readonly fieldManager: string },
): Promise<Both> {
  const { resource, object } = live;
  if (resource === undefined || object === undefined) return { live: undefined, merged: undefined };
  try {
    await builtInDocument(context.api(), object.apiVersion);
    const modified = JSON.parse(configurationText(local.object as KubeObject)) as KubeObject;
    const { type, patch } = threeWayPatch(resource, modified, object, { overwrite: true, err: context.err });
    if (goJson(patch) === '{}') return { live: object, merged: object };
    const { resourceVersion } = object.metadata;
    const locked = isLocked
      ? { ...patch, metadata: { ...(patch['metadata'] as object | undefined), resourceVersion } }
      : patch;
    const merged = await patchInfo(context, live, type, locked, { dryRun: 'server', fieldManager });
    return { live: object, merged: merged.object };
  } catch (error) {
    throw withSource('patching', local.source, error);
  }
}

const MASK = '***';

/** Values of Secrets are not for the screen: only that they changed. */
function withoutSecrets({ live, merged }: Both): Both {
  type Secret = KubeObject & { readonly data?: Readonly<Record<string, unknown>> };
  const [before, after] = [(live as Secret | undefined)?.data ?? {}, (merged as Secret | undefined)?.data ?? {}];
  const mask = (
    object: KubeObject | undefined,
    own: Readonly<Record<string, unknown>>,
    word: string,
  ): KubeObject | undefined => {
    if (object === undefined || (object as Secret).data === undefined) return object;
    const other = own === before ? after : before;
    const data = Object.fromEntries(
      Object.entries(own).map(([key, value]) => {
        const isBoth = Object.hasOwn(other, key);
        return [key, isBoth && other[key] !== value ? `${MASK} (${word})` : MASK];
      }),
    );
    return { ...object, data } as KubeObject;
  };
  return { live: mask(live, before, 'before'), merged: mask(merged, after, 'after') };
}
