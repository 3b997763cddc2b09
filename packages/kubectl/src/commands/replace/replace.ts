import { isNotFound, type KubeObject } from '@tabernetes/apimachinery';
import type { Command, CommandContext } from '../../command.ts';
import { Aggregate } from '../../errors.ts';
import type { Document } from '../../resources/documents.ts';
import { fetchInfo, type Info } from '../../resources/info.ts';
import { select } from '../../resources/select.ts';
import { cascadeOf } from '../../writing/delete-objects.ts';
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
    if (isForced) return forceReplace(context, gracePeriodSeconds);
    const check = manifestCheck(context, validation);
    const selection = await select(context, {
      ...fileOptions(context),
      continueOnError: true,
      ...(check && { validate: check }),
      subresource: flags.string('subresource'),
    });
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

function prepared(context: CommandContext, info: Info): KubeObject {
  const object = info.object as KubeObject;
  const saves = context.flags.bool('save-config') || lastApplied(object) !== undefined;
  return recorded(context, saves ? withLastApplied(object) : object);
}

/** What a file names, and the document that it stands in. */
interface Entry {
  readonly info: Info;
  readonly document: Document | undefined;
}

/** Deletes first, and looks at what is to come in its place afterwards alone. */
async function forceReplace(context: CommandContext, gracePeriodSeconds: number): Promise<undefined> {
  const { flags } = context;
  const entries: Entry[] = [];
  let document: Document | undefined;
  const selection = await select(context, {
    ...fileOptions(context),
    continueOnError: true,
    validate: async (read) => {
      document = read;
    },
    subresource: flags.string('subresource'),
  });
  await selection.visit(async (info) => {
    entries.push({ info, document });
    await deleteFirst(context, info, gracePeriodSeconds);
  });
  if (entries.length === 0) context.out.write('No resources found\n');
  for (const { info } of entries) await untilGone(context, info, flags.number('timeout') || 5 * 60_000);
  return recreate(context, entries);
}

async function deleteFirst(context: CommandContext, info: Info, gracePeriodSeconds: number): Promise<void> {
  const { flags, out } = context;
  const kind = `${(info.resource?.kind ?? '').toLowerCase()}${info.resource?.group ? `.${info.resource.group}` : ''}`;
  try {
    await deleteInfo(context, info, { gracePeriodSeconds, propagationPolicy: cascadeOf(context), dryRun: 'none' });
  } catch (error) {
    if (isNotFound(error)) return;
    throw withSource('deleting', info.source, error);
  }
  out.write(flags.string('output') === 'name' ? `${kind}/${info.name}\n` : `${kind} "${info.name}" deleted\n`);
}

/** Asks every second whether it is still there. @throws {Error} when time is up */
async function untilGone({ api, clock, process }: CommandContext, info: Info, timeoutMs: number): Promise<void> {
  const endMs = clock.now() + timeoutMs;
  for (;;) {
    try {
      await fetchInfo(api(), info);
    } catch (error) {
      if (isNotFound(error)) return;
      throw error;
    }
    const leftMs = endMs - clock.now();
    await process.sleep(Math.max(0, Math.min(1_000, leftMs)));
    if (leftMs <= 1_000) throw new Error('context deadline exceeded');
  }
}

async function recreate(context: CommandContext, entries: readonly Entry[]): Promise<undefined> {
  const printer = writtenPrinter(context, 'replaced', 'none');
  const validation = fieldValidation(context);
  const check = manifestCheck(context, validation);
  const errors: unknown[] = [];
  const refused = new Set<Document>();
  const seen = new Set<Document>();
  let count = 0;
  for (const { info, document } of entries) {
    try {
      if (document !== undefined && !seen.has(document)) {
        seen.add(document);
        refused.add(document);
        await check?.(document);
        refused.delete(document);
      }
      if (document !== undefined && refused.has(document)) continue;
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
