import { isNotFound, type KubeObject } from '@tabernetes/apimachinery';
import type { Command, CommandContext } from '../../command.ts';
import { Aggregate } from '../../errors.ts';
import type { Info } from '../../resources/info.ts';
import { select } from '../../resources/select.ts';
import { cascadeOf, waitUntilGone } from '../../writing/delete-objects.ts';
import { dryRunOf, fieldValidation } from '../../writing/dry-run.ts';
import { withSource } from '../../writing/errors.ts';
import { fileOptions, requireFiles } from '../../writing/file-options.ts';
import { lastApplied, withLastApplied } from '../../writing/last-applied.ts';
import { writtenPrinter } from '../../writing/print.ts';
import { rawBody, rawTarget } from '../../writing/raw.ts';
import { recorded } from '../../writing/recorder.ts';
import { createInfo, deleteInfo, replaceInfo } from '../../writing/requests.ts';
import { manifestCheck } from '../../writing/validate.ts';

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_replace/ */
const replace: Command = {
  async run(context) {
    const { flags, api, out } = context;
    const validation = fieldValidation(context);
    const dryRun = dryRunOf(context);
    const printer = writtenPrinter(context, 'replaced', dryRun);
    cascadeOf(context);
    const isForced = flags.bool('force');
    const given = flags.number('grace-period');
    const gracePeriodSeconds = given === 0 ? 1 : given;
    requireFiles(context);
    if (gracePeriodSeconds >= 0 && !isForced) throw new Error('--grace-period must have --force specified');
    if (flags.number('timeout') !== 0 && !isForced) throw new Error('--timeout must have --force specified');
    if (isForced && dryRun !== 'none') throw new Error('--dry-run can not be used when --force is set');
    if (flags.string('raw') !== '') {
      const body = await rawBody(context, { needsFile: true });
      const { path, query } = rawTarget(flags.string('raw'));
      out.write(
        await api().text('PUT', path, {
          query,
          isRaw: true,
          body: body ?? new Uint8Array(),
          contentType: 'application/json',
        }),
      );
      return undefined;
    }
    const check = manifestCheck(context, validation);
    const selection = await select(context, {
      ...fileOptions(context),
      continueOnError: true,
      ...(check && { validate: check }),
      subresource: flags.string('subresource'),
    });
    if (isForced) return forceReplace(context, await collected(selection), gracePeriodSeconds);
    await selection.visit(async (info) => {
      const object = prepared(context, info);
      if (dryRun === 'client') {
        printer.print(object);
        return;
      }
      try {
        const replaced = await replaceInfo(context, { ...info, object }, { dryRun, fieldValidation: validation });
        printer.print(replaced.object);
      } catch (error) {
        throw withSource('replacing', info.source, error);
      }
    });
    return undefined;
  },
};

export const commands: Readonly<Record<string, Command>> = { replace };

async function collected(selection: Awaited<ReturnType<typeof select>>): Promise<readonly Info[]> {
  const { infos, errors } = await selection.collect();
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new Aggregate(errors);
  return infos;
}

function prepared(context: CommandContext, info: Info): KubeObject {
  const object = info.object as KubeObject;
  const saves = context.flags.bool('save-config') || lastApplied(object) !== undefined;
  return recorded(context, saves ? withLastApplied(object) : object);
}

async function forceReplace(
  context: CommandContext,
  infos: readonly Info[],
  gracePeriodSeconds: number,
): Promise<undefined> {
  const { flags, out } = context;
  const errors: unknown[] = [];
  const gone = [];
  for (const info of infos) {
    try {
      const kind = `${(info.resource?.kind ?? '').toLowerCase()}${info.resource?.group ? `.${info.resource.group}` : ''}`;
      await deleteInfo(context, info, {
        gracePeriodSeconds,
        propagationPolicy: cascadeOf(context),
        dryRun: 'none',
      });
      if (flags.string('output') === 'name') out.write(`${kind}/${info.name}\n`);
      else out.write(`${kind} "${info.name}" deleted\n`);
    } catch (error) {
      if (!isNotFound(error)) errors.push(withSource('deleting', info.source, error));
    }
    gone.push({ info, uid: undefined });
  }
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new Aggregate(errors);

  await waitUntilGone(context, gone, flags.number('timeout') || 5 * 60_000);
  const printer = writtenPrinter(context, 'replaced', 'none');
  const validation = fieldValidation(context);
  let count = 0;
  for (const info of infos) {
    try {
      const object = prepared(context, info);
      const created = await createInfo(context, { ...info, object }, { dryRun: 'none', fieldValidation: validation });
      count++;
      printer.print(created.object);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new Aggregate(errors);
  if (count === 0) throw new Error('no objects passed to replace');
  return undefined;
}
