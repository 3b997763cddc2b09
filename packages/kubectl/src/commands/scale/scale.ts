import { type KubeObject, StatusError } from '@tabernetes/apimachinery';
import type { Command, CommandContext } from '../../command.ts';
import { Aggregate, messageOf } from '../../errors.ts';
import { type Info, pathOf } from '../../resources/info.ts';
import { select } from '../../resources/select.ts';
import { type DryRun, dryRunOf } from '../../writing/dry-run.ts';
import { fileOptions } from '../../writing/file-options.ts';
import { writtenPrinter } from '../../writing/print.ts';
import { recorded } from '../../writing/recorder.ts';
import { patchInfo } from '../../writing/requests.ts';

const POLL_MS = 1_000;
const RETRY_MS = 5 * 60_000;

interface Scale extends KubeObject {
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly replicas?: number };
}

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_scale/ */
const scale: Command = {
  async run(context) {
    const { flags, args } = context;
    const dryRun = dryRunOf(context);
    const printer = writtenPrinter(context, 'scaled', dryRun);
    const replicas = flags.number('replicas');
    const current = flags.number('current-replicas');
    if (replicas < 0) {
      throw new Error('The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0');
    }
    if (current < -1) throw new Error('The --current-replicas must specify an integer of -1 or greater');
    const selection = await select(context, {
      ...fileOptions(context),
      args,
      continueOnError: true,
      allowEmptySelector: flags.bool('all'),
      labelSelector: flags.string('selector'),
    });
    const { infos, errors } = await selection.collect();
    const readError = errors.length > 1 ? new Aggregate(errors) : errors[0];
    if (flags.string('resource-version') !== '' && infos.length > 1) {
      throw new Error('cannot use --resource-version with multiple resources');
    }
    if (infos.length === 0) {
      if (readError === undefined) throw new Error('no objects passed to scale');
      throw new Error(`no objects passed to scale ${messageOf(readError)}`);
    }
    for (const info of infos) {
      if (dryRun !== 'client') {
        await scaleOne(context, info, replicas, dryRun);
        const object = info.object as KubeObject;
        const noted = recorded(context, object);
        if (noted !== object) {
          const note = { metadata: { annotations: noted.metadata.annotations } };
          await patchInfo(context, info, 'merge', note, { dryRun, fieldManager: '' });
        }
      }
      printer.print(info.object);
    }
    if (readError !== undefined) throw readError;
    return undefined;
  },
};

export const commands: Readonly<Record<string, Command>> = { scale };

async function scaleOne(context: CommandContext, info: Info, replicas: number, dryRun: DryRun): Promise<void> {
  const { flags, clock, process, api } = context;
  const { resource, namespace, name } = info;
  if (resource === undefined) return;
  const path = pathOf(resource, namespace, name, 'scale');
  const query: Record<string, string> = dryRun === 'server' ? { dryRun: 'All' } : {};
  const expected = flags.number('current-replicas');
  const version = flags.string('resource-version');
  const once = async (): Promise<void> => {
    if (expected === -1 && version === '') {
      const body = { spec: { replicas } };
      await api().object('PATCH', path, { body, contentType: 'application/merge-patch+json', query });
      return;
    }
    const now = await api().object<Scale>('GET', path);
    const has = now.spec?.replicas ?? 0;
    if (expected !== -1 && has !== expected) throw new Error(`Expected replicas to be ${expected}, was ${has}`);
    const { resourceVersion = '' } = now.metadata;
    if (version !== '' && resourceVersion !== version) {
      throw new Error(`Expected resource version to be ${version}, was ${resourceVersion}`);
    }
    await api().object('PUT', path, { body: { ...now, spec: { ...now.spec, replicas } }, query });
  };
  const endMs = clock.now() + RETRY_MS;
  for (;;) {
    try {
      await once();
      break;
    } catch (error) {
      if (!(error instanceof StatusError) || error.reason !== 'Conflict') throw error;
      if (clock.now() >= endMs) throw new Error('context deadline exceeded');
      await clock.sleep(POLL_MS, process.signal);
    }
  }
  const timeoutMs = flags.number('timeout');
  if (timeoutMs === 0 || dryRun !== 'none') return;
  const waitEndMs = clock.now() + timeoutMs;
  for (;;) {
    const now = await api().object<Scale>('GET', path);
    const wanted = now.spec?.replicas ?? 0;
    if (wanted !== replicas || (now.status?.replicas ?? 0) === replicas) return;
    if (clock.now() + POLL_MS > waitEndMs)
      throw new Error(`timed out waiting for ${JSON.stringify(name)} to be synced`);
    await clock.sleep(POLL_MS, process.signal);
  }
}
