import type { KubeObject } from '@tabernetes/apimachinery';
import type { CommandContext } from '../../command.ts';
import { Aggregate, messageOf } from '../../errors.ts';
import { STDIN_TWICE } from '../../resources/from-files.ts';
import type { Info } from '../../resources/info.ts';
import { select } from '../../resources/select.ts';
import type { DryRun } from '../../writing/dry-run.ts';
import { objectName } from '../../writing/errors.ts';
import { fileOptions } from '../../writing/file-options.ts';
import { strategicPatchOf } from '../../writing/pod-spec.ts';
import { typedPrinter } from '../../writing/print.ts';
import { patchInfo } from '../../writing/requests.ts';

/**
 * The objects that a `kubectl set …` means, as they are now.
 *
 * @param usesStdin something else has read it already
 * @throws {Error}
 */
export async function objectsToSet(
  context: CommandContext,
  args: readonly string[],
  usesStdin = false,
): Promise<readonly Info[]> {
  const { flags } = context;
  if (usesStdin && flags.strings('filename').includes('-')) throw new Error(STDIN_TWICE);
  const isLocal = flags.bool('local');
  const all = flags.has('all') && flags.bool('all');
  const selection = await select(context, {
    ...fileOptions(context),
    local: isLocal,
    typed: true,
    continueOnError: true,
    ...(isLocal && args.length > 0 && { args }),
    ...(!isLocal && {
      args,
      ...(flags.has('selector') && { labelSelector: flags.string('selector') }),
      allowEmptySelector: all,
      latest: true,
    }),
  });
  const { infos, errors } = await selection.collect();
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new Aggregate(errors);
  return infos;
}

export interface SetOptions {
  readonly operation: string;
  readonly dryRun: DryRun;
  /** Stands in front of refusals: `failed to patch image update to pod template: `. */
  readonly failure: string;
  /** Changes one object; undefined leaves it alone. Errors are told with the object's name. */
  readonly change: (object: KubeObject) => KubeObject | undefined;
  /** Errors that `change` put aside. */
  readonly errors?: readonly unknown[];
  /** Ends everything once an object has been sent, instead of printing it. */
  readonly refusal?: string;
  /** Sends and prints although nothing changes. */
  readonly evenUnchanged?: boolean;
}

/** Changes objects one by one and tells of all errors at the end. @throws {Aggregate} */
export async function setAll(context: CommandContext, infos: readonly Info[], options: SetOptions): Promise<undefined> {
  const { dryRun, change, failure } = options;
  const isDry = dryRun === 'client' || context.flags.bool('local');
  const printer = typedPrinter(context, options.operation, dryRun);
  const errors: unknown[] = [];
  const changes = infos.map((info) => {
    try {
      const after = change(info.object as KubeObject);
      return { info, after, patch: after && strategicPatchOf(info.object as KubeObject, after) };
    } catch (error) {
      return { info, error };
    }
  });
  errors.push(...(options.errors ?? []));
  for (const each of changes) {
    const { info } = each;
    if ('error' in each) {
      errors.push(new Error(`error: ${objectName(info)} ${messageOf(each.error)}\n`));
      continue;
    }
    if (each.after === undefined || (each.patch === undefined && !options.evenUnchanged)) continue;
    if (isDry) {
      printer.print(each.after);
      continue;
    }
    let object: Info['object'];
    try {
      ({ object } = await patchInfo(context, info, 'strategic', each.patch ?? {}, { dryRun }));
    } catch (error) {
      errors.push(failure === '' ? error : new Error(`${failure}${messageOf(error)}`));
      continue;
    }
    if (options.refusal !== undefined) throw new Error(options.refusal);
    printer.print(object);
  }
  if (errors.length > 0) throw new Aggregate(errors);
  return undefined;
}

/** @throws {Error} of flags that do not go together */
export function checkLocal({ flags }: CommandContext, dryRun: DryRun): void {
  if (flags.bool('local') && dryRun === 'server') {
    throw new Error('cannot specify --local and --dry-run=server - did you mean --dry-run=client?');
  }
}

export const hasFiles = ({ flags }: CommandContext): boolean =>
  flags.strings('filename').length > 0 || flags.string('kustomize') !== '';
