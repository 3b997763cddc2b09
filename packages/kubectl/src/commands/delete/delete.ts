import { isNotFound, type KubeObject, type Status } from '@tabernetes/apimachinery';
import type { Command, CommandContext } from '../../command.ts';
import { Aggregate, withoutThose } from '../../errors.ts';
import type { Info } from '../../resources/info.ts';
import { select } from '../../resources/select.ts';
import { cascadeOf, type Gone, waitUntilGone } from '../../writing/delete-objects.ts';
import { type DryRun, dryRunOf, operationText } from '../../writing/dry-run.ts';
import { withSource } from '../../writing/errors.ts';
import { fileOptions } from '../../writing/file-options.ts';
import { rawBody, rawTarget } from '../../writing/raw.ts';
import { deleteInfo } from '../../writing/requests.ts';

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_delete/ */
const deleteCommand: Command = {
  async run(context) {
    const { flags, args, err, out, namespace } = context;
    const propagationPolicy = cascadeOf(context);
    const { explicit } = namespace();
    const isBulk = flags.bool('all') || flags.string('selector') !== '' || flags.string('field-selector') !== '';
    const ignoresMissing = flags.changed('ignore-not-found') ? flags.bool('ignore-not-found') : isBulk;
    const gracePeriodSeconds = gracePeriodOf(context);
    const dryRun = dryRunOf(context);
    const isRaw = flags.string('raw') !== '';
    const choose = async () =>
      select(context, {
        ...fileOptions(context),
        continueOnError: true,
        labelSelector: flags.string('selector'),
        fieldSelector: flags.string('field-selector'),
        selectAll: flags.bool('all'),
        allNamespaces: flags.bool('all-namespaces'),
        allowEmptySelector: false,
        args,
        requireObject: false,
      });
    const selection = isRaw ? undefined : await choose();
    await checkFlags(context, gracePeriodSeconds);
    if (selection === undefined) return raw(context);

    let approved: ReadonlySet<string> | undefined;
    if (flags.bool('interactive')) {
      const { infos, errors } = await (await choose()).collect();
      const serious = ignoresMissing ? errors.filter((error) => !isNotFound(error)) : errors;
      if (serious.length > 0) throw new Aggregate(serious);
      if (infos.length === 0) {
        out.write('No resources found\n');
        return undefined;
      }
      if (!(await confirmed(context, infos))) {
        out.write('deletion is cancelled\n');
        return undefined;
      }
      approved = new Set(infos.map(placeOf));
    }

    const gone: Gone[] = [];
    let warnsOfScope = explicit && !flags.bool('all-namespaces');
    const remove = async (info: Info): Promise<void> => {
      if (approved !== undefined && !approved.has(placeOf(info))) return;
      if (warnsOfScope && info.resource?.namespaced === false) {
        err.write('Warning: deleting cluster-scoped resources, not scoped to the provided namespace\n');
        warnsOfScope = false;
      }
      if (dryRun === 'client') {
        print(context, info, gracePeriodSeconds, dryRun);
        gone.push({ info, uid: undefined });
        return;
      }
      try {
        const answer = await deleteInfo(context, info, { gracePeriodSeconds, propagationPolicy, dryRun });
        print(context, info, gracePeriodSeconds, dryRun);
        gone.push({ info, uid: uidOf(answer) });
      } catch (error) {
        gone.push({ info, uid: undefined });
        throw withSource('deleting', info.source, error);
      }
    };
    // One after another: what is read later does not see what was deleted before, and mistakes are told of in order.
    try {
      await selection.visit(remove);
    } catch (error) {
      const serious = ignoresMissing ? withoutThose(error, isNotFound) : error;
      if (serious !== undefined) throw serious;
    }
    if (gone.length === 0) {
      out.write('No resources found\n');
      return undefined;
    }
    if (flags.bool('wait') && dryRun === 'none') {
      await out.flush();
      await waitUntilGone(context, gone, flags.number('timeout'));
    }
    return undefined;
  },
};

export const commands: Readonly<Record<string, Command>> = { delete: deleteCommand };

/** Seconds to end in; negative: the server decides. @throws {Error} */
function gracePeriodOf({ flags }: CommandContext): number {
  let seconds = flags.number('grace-period');
  if (flags.bool('now')) {
    if (seconds !== -1) throw new Error('--now and --grace-period cannot be specified together');
    seconds = 1;
  }
  const isForced = flags.bool('force');
  // Nobody deletes at once by mistake: 0 takes --force.
  if (seconds === 0 && !isForced) return 1;
  return isForced && seconds < 0 ? 0 : seconds;
}

async function checkFlags({ flags, err }: CommandContext, gracePeriodSeconds: number): Promise<void> {
  const output = flags.string('output');
  if (output !== '' && output !== 'name') {
    throw new Error(`unexpected -o output mode: ${output}. We only support '-o name'`);
  }
  if (flags.bool('all') && flags.string('selector') !== '') {
    throw new Error('cannot set --all and --selector at the same time');
  }
  if (flags.bool('all') && flags.string('field-selector') !== '') {
    throw new Error('cannot set --all and --field-selector at the same time');
  }
  if (!flags.bool('force')) return;
  if (gracePeriodSeconds > 0) {
    throw new Error('--force and --grace-period greater than 0 cannot be specified together');
  }
  err.write(
    'Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n',
  );
}

async function raw(context: CommandContext): Promise<undefined> {
  const { flags, api, out } = context;
  if (flags.bool('interactive')) throw new Error('--interactive can not be used with --raw');
  const body = await rawBody(context, { needsFile: false });
  const { path, query } = rawTarget(flags.string('raw'));
  out.write(
    await api().text('DELETE', path, {
      query,
      isRaw: true,
      ...(body !== undefined && { body, contentType: 'application/json' }),
    }),
  );
  return undefined;
}

const kindText = ({ resource }: Info): string =>
  `${(resource?.kind ?? '').toLowerCase()}${resource?.group ? `.${resource.group}` : ''}`;

const placeOf = ({ resource, namespace, name }: Info): string =>
  `${resource?.group}/${resource?.name}/${namespace}/${name}`;

function print({ flags, out }: CommandContext, info: Info, gracePeriodSeconds: number, dryRun: DryRun): void {
  if (flags.string('output') === 'name') {
    out.write(`${kindText(info)}/${info.name}\n`);
    return;
  }
  const operation = operationText(gracePeriodSeconds === 0 ? 'force deleted' : 'deleted', dryRun);
  out.write(`${kindText(info)} "${info.name}" ${operation}\n`);
}

/** Of the object that is going, or of the one that has gone. */
function uidOf(answer: KubeObject): string | undefined {
  if (answer.kind === 'Status') return (answer as unknown as Status).details?.uid;
  return answer.metadata?.uid;
}

async function confirmed({ out, process }: CommandContext, infos: readonly Info[]): Promise<boolean> {
  out.write(`You are about to delete the following ${infos.length} resource(s):\n`);
  for (const info of infos) out.write(`${kindText(info)}/${info.name}\n`);
  out.write('Do you want to continue? (y/n): ');
  await out.flush();
  const answer = await process.stdin.readLine();
  return answer?.trim().toLowerCase() === 'y';
}
