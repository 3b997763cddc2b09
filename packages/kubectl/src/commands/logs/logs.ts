import type { Pod } from '@tabernetes/api/types/core-v1';
import { canonicalTime, goQuote, isNotFound, RFC3339 } from '@tabernetes/apimachinery';
import type { Command, CommandContext } from '../../command.ts';
import { messageOf, usageError } from '../../errors.ts';
import { pathOf } from '../../resources/info.ts';
import { select } from '../../resources/select.ts';
import { containerNames, DEFAULT_CONTAINER, findContainer, hasSeveralContainers } from '../../workloads/containers.ts';
import { podSelectorOf, podsToLog } from '../../workloads/pods-of.ts';
import { copyLog } from './copy-log.ts';

const USAGE =
  "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command";
/** Lines of each container, when Pods are chosen by a selector and nobody says how many. */
const SELECTOR_TAIL = 10;

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_logs/ */
const logs: Command = {
  async run(context) {
    const { flags, args, path } = context;
    const selector = flags.string('selector');
    if (args.length > 2 || (args.length === 0 && selector === '')) throw usageError(path, USAGE);
    if (args.length === 1 && selector !== '') throw usageError(path, 'only a selector (-l) or a POD name is allowed');
    const timeoutMs = flags.number('pod-running-timeout');
    if (timeoutMs <= 0) throw new Error('--pod-running-timeout must be higher than zero');
    const query = queryOf(context);
    const pods = await podsNamed(context, args[0] ?? '', selector);
    check(context, query);
    const sources: Source[] = [];
    for (const { object, isPod } of pods) {
      if (isPod) sources.push(...sourcesOf(context, object, query, flags.bool('all-pods')));
      else sources.push(...(await sourcesOfOwner(context, object, query, timeoutMs)));
    }
    const limit = flags.number('max-log-requests');
    const isParallel = flags.bool('follow') && sources.length > 1;
    if (isParallel && sources.length > limit) {
      throw new Error(
        `you are attempting to follow ${sources.length} log streams, but maximum allowed concurrency is ${limit}, use --max-log-requests to increase the limit`,
      );
    }
    if (isParallel) await Promise.all(sources.map((source) => print(context, source)));
    else for (const source of sources) await print(context, source);
    return undefined;
  },
};

export const commands = { logs };

type Query = Readonly<Record<string, string>>;

interface Source {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly query: Query;
}

function queryOf({ flags, args }: CommandContext): Query {
  const container = args[1] ?? flags.string('container');
  const sinceTime = flags.string('since-time');
  const tail = flags.integer('tail');
  const hasDefaultTail = flags.string('selector') !== '' && tail === -1n && !flags.changed('tail');
  const sinceMs = flags.number('since');
  const limit = flags.integer('limit-bytes');
  return {
    ...(container !== '' && { container }),
    ...(flags.bool('follow') && { follow: 'true' }),
    ...(flags.bool('insecure-skip-tls-verify-backend') && { insecureSkipTLSVerifyBackend: 'true' }),
    ...(limit !== 0n && { limitBytes: String(limit) }),
    ...(flags.bool('previous') && { previous: 'true' }),
    ...(sinceMs !== 0 && { sinceSeconds: String(Math.round(sinceMs / 1_000)) }),
    ...(sinceTime !== '' && { sinceTime: canonicalTime(sinceTime, RFC3339) ?? '' }),
    ...((hasDefaultTail || tail !== -1n) && { tailLines: String(hasDefaultTail ? SELECTOR_TAIL : tail) }),
    ...(flags.bool('timestamps') && { timestamps: 'true' }),
  };
}

function check({ flags, args }: CommandContext, query: Query): void {
  const { container = '', sinceSeconds = '0', tailLines = '0' } = query;
  if (flags.string('since-time') !== '' && flags.number('since') !== 0) {
    throw new Error('at most one of `sinceTime` or `sinceSeconds` may be specified');
  }
  if (flags.bool('all-containers') && container !== '') {
    throw new Error(`--all-containers=true should not be specified with container name ${container}`);
  }
  if (flags.changed('container') && args.length === 2) {
    throw new Error('only one of -c or an inline [CONTAINER] arg is allowed');
  }
  if (flags.integer('limit-bytes') < 0n) throw new Error('--limit-bytes must be greater than 0');
  if (Number(sinceSeconds) < 0) throw new Error('--since must be greater than 0');
  if (Number(tailLines) < -1) throw new Error('--tail must be greater than or equal to -1');
}

/** The Pod or the controller that was named, or the Pods that the selector finds. */
async function podsNamed(
  context: CommandContext,
  name: string,
  labelSelector: string,
): Promise<readonly { readonly object: Pod; readonly isPod: boolean }[]> {
  const { name: namespace } = context.namespace();
  const selection = await select(context, {
    namespace,
    singleResourceType: true,
    ...(name !== '' && { args: [name], defaultType: 'pods' }),
    ...(name === '' && labelSelector !== '' && { args: ['pods'], labelSelector }),
  });
  const { infos, errors } = await selection.collect();
  const [error] = errors;
  if (isNotFound(error)) {
    throw new Error(`error from server (NotFound): ${messageOf(error)} in namespace ${goQuote(namespace)}`);
  }
  if (error !== undefined) throw error;
  if (labelSelector !== '' && infos.length === 0) context.err.write(`No resources found in ${namespace} namespace.\n`);
  return infos.map(({ object, resource }) => ({
    object: object as unknown as Pod,
    isPod: resource?.kind === 'Pod' && resource.group === '',
  }));
}

async function sourcesOfOwner(
  context: CommandContext,
  owner: Pod,
  query: Query,
  timeoutMs: number,
): Promise<readonly Source[]> {
  const allPods = context.flags.bool('all-pods');
  let selector: string;
  try {
    selector = podSelectorOf(owner);
  } catch (error) {
    const { message = '' } = error instanceof Error ? error : {};
    const type = /^selector for (\S+) /.exec(message)?.[1] ?? `*v1.${owner.kind}`;
    throw new Error(`cannot get the logs from ${type}: ${message}`);
  }
  const pods = await podsToLog(context, owner.metadata.namespace ?? '', selector, timeoutMs);
  const [first] = pods;
  if (first === undefined) return [];
  if (allPods && pods.length > 1) return pods.flatMap((pod) => sourcesOf(context, pod, query, true));
  if (pods.length > 1) context.err.write(`Found ${pods.length} pods, using pod/${first.metadata.name ?? ''}\n`);
  return sourcesOf(context, first, query, allPods);
}

/** What to read of one Pod. @throws {Error} when it has no such container */
function sourcesOf(context: CommandContext, pod: Pod, query: Query, allPods: boolean): readonly Source[] {
  const { spec } = pod;
  if (context.flags.bool('all-containers')) {
    const all = [...(spec?.initContainers ?? []), ...(spec?.containers ?? []), ...(spec?.ephemeralContainers ?? [])];
    return all.map(({ name }) => sourceOf(pod, name, query));
  }
  const name = query['container'] ?? defaultContainer(context, pod, allPods);
  if (findContainer(pod, name) === undefined) {
    throw new Error(`container ${name} is not valid for pod ${pod.metadata.name ?? ''}`);
  }
  return [sourceOf(pod, name, query)];
}

function defaultContainer({ err }: CommandContext, pod: Pod, isQuiet: boolean): string {
  const { name = '' } = pod.metadata;
  const annotated = pod.metadata.annotations?.[DEFAULT_CONTAINER] ?? '';
  if (annotated !== '') {
    if (findContainer(pod, annotated) !== undefined) return annotated;
    err.write(`Default container name ${goQuote(annotated)} not found in pod ${name}\n`);
  }
  const first = pod.spec?.containers?.[0]?.name ?? '';
  if (hasSeveralContainers(pod) && !isQuiet) {
    err.write(`Defaulted container ${goQuote(first)} out of: ${containerNames(pod)}\n`);
  }
  return first;
}

const sourceOf = ({ metadata }: Pod, container: string, query: Query): Source => ({
  namespace: metadata.namespace ?? '',
  pod: metadata.name ?? '',
  container,
  query: { ...query, container },
});

const PODS = { group: '', version: 'v1', name: 'pods', namespaced: true } as Parameters<typeof pathOf>[0];

async function print(context: CommandContext, { namespace, pod, container, query }: Source): Promise<void> {
  const { flags, api, out, process } = context;
  const hasPrefix = flags.bool('prefix') || flags.bool('all-pods');
  try {
    const { body } = await api().request('GET', pathOf(PODS, namespace, pod, 'log'), { query, signal: process.signal });
    await copyLog(body, out, hasPrefix ? `[pod/${pod}/${container}] ` : '');
  } catch (error) {
    const isUnread = process.signal.aborted || (error as { readonly code?: unknown }).code === 'EPIPE';
    if (isUnread || !flags.bool('ignore-errors')) throw error;
    out.write(`error: ${messageOf(error)}\n`);
  }
}
