import type { Pod } from '@tabernetes/api/types/core-v1';
import { isNotFound, StatusError } from '@tabernetes/apimachinery';
import type { CommandContext } from '../../command.ts';
import { Aggregate, messageOf } from '../../errors.ts';
import { formatDuration } from '../../flags/go-values.ts';
import type { DryRun } from '../../writing/dry-run.ts';
import { typedPrinter } from '../../writing/print.ts';

const POLL_MS = 1_000;
const RETRY_MS = 5_000;

/** Evicts or deletes Pods, all at the same time, and waits until they are gone. @throws {Aggregate} */
export async function removePods(context: CommandContext, pods: readonly Pod[], dryRun: DryRun): Promise<void> {
  const { flags, clock } = context;
  const timeoutMs = flags.number('timeout');
  const endMs = timeoutMs === 0 ? Number.POSITIVE_INFINITY : clock.now() + timeoutMs;
  const results = await Promise.allSettled(
    pods.map((pod) => (flags.bool('disable-eviction') ? remove : evict)(context, pod, dryRun, endMs)),
  );
  const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  if (errors.length > 0) throw new Aggregate(errors);
}

const pathOf = ({ metadata }: Pod): string =>
  `/api/v1/namespaces/${encodeURIComponent(metadata.namespace ?? '')}/pods/${encodeURIComponent(metadata.name ?? '')}`;

function deleteOptions({ flags }: CommandContext, dryRun: DryRun): Record<string, unknown> {
  const seconds = flags.number('grace-period');
  return {
    ...(seconds >= 0 && { gracePeriodSeconds: seconds }),
    ...(dryRun === 'server' && { dryRun: ['All'] }),
  };
}

async function evict(context: CommandContext, pod: Pod, dryRun: DryRun, endMs: number): Promise<void> {
  const { api, out, err, clock, process, flags } = context;
  const { name = '', namespace = '' } = pod.metadata;
  const what = `pods/${JSON.stringify(name)} -n ${JSON.stringify(namespace)}`;
  for (;;) {
    if (dryRun !== 'server') started(context, pod, 'eviction');
    out.write(`evicting pod ${namespace}/${name}${dryRun === 'server' ? ' (server dry run)' : ''}\n`);
    await out.flush();
    if (clock.now() >= endMs) {
      throw new Error(
        `error when evicting ${what}: global timeout reached: ${formatDuration(flags.number('timeout'))}`,
      );
    }
    try {
      await api().request('POST', `${pathOf(pod)}/eviction`, {
        body: {
          kind: 'Eviction',
          apiVersion: 'policy/v1',
          metadata: { name, namespace },
          deleteOptions: deleteOptions(context, dryRun),
        },
      });
      break;
    } catch (error) {
      if (isNotFound(error)) return;
      if (!(error instanceof StatusError)) throw new Error(`error when evicting ${what}: ${messageOf(error)}`);
      const isTerminating =
        error.reason === 'Forbidden' &&
        (error.status.details?.causes ?? []).some(({ reason }) => reason === 'NamespaceTerminating');
      if (error.reason === 'TooManyRequests') {
        err.write(`error when evicting ${what} (will retry after 5s): ${error.message}\n`);
      } else if (isTerminating) {
        if (pod.metadata.deletionTimestamp != null) break;
        err.write(
          `error when evicting pod ${JSON.stringify(name)} from terminating namespace ${JSON.stringify(namespace)} (will retry after 5s): ${error.message}\n`,
        );
      } else throw new Error(`error when evicting ${what}: ${error.message}`);
      await clock.sleep(RETRY_MS, process.signal);
    }
  }
  if (dryRun === 'server') return;
  try {
    await untilGone(context, pod, endMs, 'evicted');
  } catch (error) {
    throw new Error(
      `error when waiting for pod ${JSON.stringify(name)} in namespace ${JSON.stringify(namespace)} to terminate: ${messageOf(error)}`,
    );
  }
}

async function remove(context: CommandContext, pod: Pod, dryRun: DryRun, endMs: number): Promise<void> {
  try {
    await context.api().request('DELETE', pathOf(pod), {
      body: { kind: 'DeleteOptions', apiVersion: 'v1', ...deleteOptions(context, dryRun) },
    });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  if (dryRun === 'server') return;
  started(context, pod, 'deletion');
  await untilGone(context, pod, endMs, 'deleted');
}

/** Told from `-v=2` on. */
function started(context: CommandContext, pod: Pod, what: 'eviction' | 'deletion'): void {
  if (context.flags.number('v') < 2) return;
  typedPrinter(context, `${what} started`, 'none').print({ ...pod, apiVersion: 'v1', kind: 'Pod' });
}

async function untilGone(context: CommandContext, pod: Pod, endMs: number, operation: string): Promise<void> {
  const { api, clock, process, flags, out } = context;
  for (;;) {
    let now: Pod | undefined;
    try {
      now = await api().object<Pod>('GET', pathOf(pod));
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    if (now === undefined || now.metadata.uid !== pod.metadata.uid) {
      typedPrinter(context, operation, 'none').print({ ...pod, apiVersion: 'v1', kind: 'Pod' });
      return;
    }
    const skipSeconds = flags.number('skip-wait-for-delete-timeout');
    const since = now.metadata.deletionTimestamp;
    if (skipSeconds > 0 && since != null && (clock.now() - Date.parse(since)) / 1_000 > skipSeconds) {
      out.write(
        `pod ${JSON.stringify(pod.metadata.name)} has DeletionTimestamp older than ${skipSeconds} seconds, skipping\n`,
      );
      return;
    }
    if (clock.now() + POLL_MS > endMs) {
      throw new Error(`global timeout reached: ${formatDuration(flags.number('timeout'))}`);
    }
    await clock.sleep(POLL_MS, process.signal);
  }
}
