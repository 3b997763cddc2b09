import type { Pod } from '@tabernetes/api/types/core-v1';
import { isEnvVarName, type KubeObject } from '@tabernetes/apimachinery';
import type { Command, CommandContext } from '../../command.ts';
import { Exit, messageOf, usageError } from '../../errors.ts';
import { parseLabels } from '../../flags/labels.ts';
import { objectOf, saved } from '../../generators/generate.ts';
import { IMAGE } from '../../generators/image-name.ts';
import { attachTo } from '../../stream/attach.ts';
import { asInformer, informerList, informerWatch, watchUntil } from '../../watching/watch-until.ts';
import { cascadeOf } from '../../writing/delete-objects.ts';
import { dryRunOf } from '../../writing/dry-run.ts';
import { overridden } from '../../writing/overrides.ts';
import { typedPrinter } from '../../writing/print.ts';
import { recorded } from '../../writing/recorder.ts';
import { createInfo, deleteInfo } from '../../writing/requests.ts';
import { typed } from '../../writing/schema-of.ts';
import { serviceOf } from '../expose/expose.ts';

const POLICIES = ['Always', 'OnFailure', 'Never'];

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_run/ */
const run: Command = {
  async run(context) {
    const { flags, args, out, namespace, api } = context;
    const dryRun = dryRunOf(context);
    const stdin = flags.bool('stdin');
    const attaches = flags.changed('attach') ? flags.bool('attach') : stdin || flags.bool('attach');
    const printer = typedPrinter(context, 'created', dryRun);
    // For --rm; refused although nothing may come to be deleted.
    cascadeOf(context);
    checkFlags(context, attaches, dryRun !== 'none');
    const restart = flags.string('restart') || (stdin ? 'OnFailure' : 'Always');
    const [name = ''] = args;
    let pod = overridden(context, podOf(context, name, restart));
    pod = recorded(context, pod);
    const place = async (object: KubeObject): Promise<KubeObject> => {
      const { name: home, explicit } = namespace();
      const resource = await api().known((discovery) => discovery.forKind(object.apiVersion, object.kind));
      if (dryRun === 'client') {
        return explicit ? { ...object, metadata: { ...object.metadata, namespace: home } } : object;
      }
      const whole = flags.bool('save-config') ? saved(object) : object;
      const info = { resource, namespace: home, name: '', source: '', object: typed(whole), subresource: '' };
      return (await createInfo(context, info, { dryRun })).object as KubeObject;
    };
    const created: KubeObject[] = [await place(pod)];
    const errors: unknown[] = [];
    if (flags.bool('expose')) {
      try {
        const service = serviceOf({
          name,
          selector: flags.string('labels') || `run=${name}`,
          labels: flags.string('labels'),
          ports: flags.string('port'),
          protocols: new Map(),
        });
        const made = await place(service);
        printer.print(made);
        if (flags.string('output') === 'yaml') out.write('---\n');
        created.push(made);
      } catch (error) {
        errors.push(error);
      }
    }
    if (!attaches) {
      printer.print(created[0]);
      if (errors.length > 0) throw errors[0];
      return undefined;
    }
    try {
      await attachAndWait(context, created[0] as Pod, restart);
    } finally {
      if (flags.bool('rm')) await removeAll(context, created);
    }
    return undefined;
  },
};

export const commands: Readonly<Record<string, Command>> = { run };

function checkFlags({ flags, args, path }: CommandContext, attaches: boolean, isDry: boolean): void {
  const usage = (text: string): Error => usageError(path, text);
  if (args.length === 0) throw usage('NAME is required for run');
  if (flags.number('pod-running-timeout') <= 0) throw usage('--pod-running-timeout must be higher than zero');
  const image = flags.string('image');
  if (image === '') throw new Error('--image is required');
  if (!IMAGE.test(image)) throw new Error(`Invalid image name ${JSON.stringify(image)}: invalid reference format`);
  if (flags.bool('tty') && !flags.bool('stdin')) {
    throw usage('-i/--stdin is required for containers with -t/--tty=true');
  }
  if (flags.bool('expose') && flags.string('port') === '') throw usage('--port must be set when exposing a service');
  const restart = flags.string('restart');
  if (restart !== '' && !POLICIES.includes(restart)) throw usage(`invalid restart policy: ${restart}`);
  if (!attaches && flags.bool('rm')) throw usage('--rm should only be used for attached containers');
  if (attaches && isDry) {
    throw usage(
      "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)",
    );
  }
  if (args[0] === '') throw new Error('Parameter: name is required');
  const pull = flags.string('image-pull-policy');
  if (!['', 'Always', 'IfNotPresent', 'Never'].includes(pull)) throw usage(`invalid image pull policy: ${pull}`);
}

function podOf({ flags, args }: CommandContext, name: string, restartPolicy: string): KubeObject {
  const words = args.slice(1);
  const env = flags.strings('env').map((text) => {
    const equals = text.indexOf('=');
    const key = text.slice(0, Math.max(0, equals));
    if (equals <= 0 || isEnvVarName(key).length > 0) throw new Error(`invalid env: ${text}`);
    return { name: key, value: text.slice(equals + 1) };
  });
  const portText = flags.string('port');
  if (portText !== '' && !/^[+-]?\d+$/.test(portText)) {
    throw new Error(`strconv.Atoi: parsing ${JSON.stringify(portText)}: invalid syntax`);
  }
  const stdin = flags.bool('stdin');
  const pull = flags.string('image-pull-policy');
  const labels = flags.string('labels') === '' ? { run: name } : parseLabels(flags.string('labels'));
  const annotations = Object.fromEntries(
    flags.strings('annotations').map((text) => {
      const equals = text.indexOf('=');
      if (equals <= 0) throw new Error(`invalid annotations format: ${text}`);
      return [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
  return objectOf(
    'v1',
    'Pod',
    { name, labels, ...(Object.keys(annotations).length > 0 && { annotations }) },
    {
      spec: {
        containers: [
          {
            name,
            image: flags.string('image'),
            ...(words.length > 0 && { [flags.bool('command') ? 'command' : 'args']: words }),
            ...(portText !== '' && { ports: [{ containerPort: Number(portText) }] }),
            ...(env.length > 0 && { env }),
            ...(pull !== '' && { imagePullPolicy: pull }),
            ...(flags.bool('privileged') && { securityContext: { privileged: true } }),
            ...(stdin && { stdin, ...(!flags.bool('leave-stdin-open') && { stdinOnce: true }) }),
            ...(flags.bool('tty') && { tty: true }),
          },
        ],
        restartPolicy,
        dnsPolicy: 'ClusterFirst',
      },
    },
  );
}

const pathOf = ({ metadata }: Pod): string => `/api/v1/namespaces/${encodeURIComponent(metadata.namespace ?? '')}/pods`;
const isOver = ({ status }: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';

/** The Pod as soon as it is what was waited for. */
async function waitFor(
  context: CommandContext,
  pod: Pod,
  isIt: (pod: Pod) => boolean,
  timeoutMs: number,
): Promise<Pod> {
  const fieldSelector = `metadata.name=${pod.metadata.name}`;
  return asInformer(
    context,
    async () => {
      const list = await informerList<{
        readonly items?: readonly Pod[];
        readonly metadata?: { readonly resourceVersion?: string };
      }>(context, pathOf(pod), { fieldSelector }, TYPE);
      const [now] = list.items ?? [];
      if (now === undefined) throw new Error('pods "" not found');
      if (isIt(now)) return now;
      const event = await watchUntil(context, pathOf(pod), {
        query: { fieldSelector, ...informerWatch(context.process.rng, list.metadata?.resourceVersion ?? '0') },
        timeoutMs,
        isMet({ type, object }) {
          if (type === 'DELETED') throw new Error('pods "" not found');
          return (type === 'ADDED' || type === 'MODIFIED') && isIt(object as Pod);
        },
      });
      if (event === undefined) throw new Error('timed out waiting for the condition');
      return event.object as Pod;
    },
    TYPE,
  );
}

const TYPE = '*v1.Pod';

async function attachAndWait(context: CommandContext, created: Pod, restart: string): Promise<void> {
  const { flags, err, out, api, process } = context;
  const timeoutMs = flags.number('pod-running-timeout');
  const isReady = ({ status }: Pod): boolean =>
    status?.phase === 'Running' &&
    status.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') === true;
  const pod = await waitFor(context, created, (now) => isOver(now) || isReady(now), timeoutMs);
  const showLogs = async (): Promise<void> => {
    const [first] = pod.spec?.containers ?? [];
    out.write(
      await api().text('GET', `${pathOf(pod)}/${encodeURIComponent(pod.metadata.name ?? '')}/log`, {
        query: { container: first?.name ?? '' },
        signal: process.signal,
      }),
    );
  };
  if (isOver(pod)) await showLogs();
  else {
    try {
      await attachTo(context, pod, {
        container: '',
        stdin: flags.bool('stdin'),
        tty: flags.bool('tty'),
        quiet: flags.bool('quiet'),
      });
    } catch (error) {
      if (error instanceof Exit) throw error;
      err.write(
        `warning: couldn't attach to pod/${pod.metadata.name}, falling back to streaming logs: ${messageOf(error)}\n`,
      );
      await showLogs();
    }
  }
  if (flags.bool('leave-stdin-open') || restart === 'Always') return;
  const wanted = restart === 'Never' ? isOver : ({ status }: Pod): boolean => status?.phase === 'Succeeded';
  const { status, metadata } = await waitFor(context, created, wanted, timeoutMs);
  if (status?.phase === 'Succeeded') return;
  const what = `pod ${metadata.namespace}/${metadata.name}`;
  const ended = status?.containerStatuses?.[0]?.state?.terminated;
  if (!ended?.exitCode) throw new Error(`${what} failed with unknown exit code`);
  throw new Exit(ended.exitCode, `${what} terminated (${ended.reason ?? ''})\n${ended.message ?? ''}`);
}

async function removeAll(context: CommandContext, created: readonly KubeObject[]): Promise<void> {
  const { api, out, flags } = context;
  for (const { apiVersion, kind, metadata } of created) {
    const resource = await api().known((discovery) => discovery.forKind(apiVersion, kind));
    const { name = '', namespace = '' } = metadata;
    await deleteInfo(
      context,
      { resource, namespace, name },
      { gracePeriodSeconds: -1, propagationPolicy: 'Background', dryRun: 'none' },
    );
    if (!flags.bool('quiet')) out.write(`${kind.toLowerCase()} "${name}" deleted\n`);
  }
}
