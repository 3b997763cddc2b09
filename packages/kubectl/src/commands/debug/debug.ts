import type { ContainerStatus, Pod, PodSpec } from '@tabernetes/api/types/core-v1';
import { createStrategicPatch, isNotFound, type KubeObject } from '@tabernetes/apimachinery';
import type { Command, CommandContext } from '../../command.ts';
import { Exit, messageOf } from '../../errors.ts';
import { IMAGE } from '../../generators/image-name.ts';
import type { Info } from '../../resources/info.ts';
import { select } from '../../resources/select.ts';
import { attachTo } from '../../stream/attach.ts';
import { watchUntil } from '../../watching/watch-until.ts';
import { fileOptions } from '../../writing/file-options.ts';
import { createInfo, patchInfo } from '../../writing/requests.ts';
import { builtinSchema, typed } from '../../writing/schema-of.ts';
import { readCustomProfile } from './custom-profile.ts';
import { checkProfile, type DebugOptions, debugContainer, nodePod, podCopy, profiled } from './debug-pods.ts';

const SUFFIX_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_debug/ */
const debug: Command = {
  async run(context) {
    const { flags, args } = context;
    const dash = flags.argsBeforeDash ?? args.length;
    const names = args.slice(0, dash);
    const profile = flags.string('profile');
    checkProfile(profile);
    const options: DebugOptions = { words: args.slice(dash), profile, custom: customOf(context) };
    const attaches = flags.changed('attach') ? flags.bool('attach') : flags.bool('stdin');
    checkFlags(context, names, options, attaches);
    const selection = await select(context, {
      ...fileOptions(context),
      typed: true,
      ...(names.length > 0 && { args: names, defaultType: 'pods' }),
    });
    await selection.visit(async (info) => {
      const made = await debugOne(context, info, options);
      if (attaches && made.container !== '') await attachWhenReady(context, made.pod, made.container);
    });
    return undefined;
  },
};

export const commands: Readonly<Record<string, Command>> = { debug };

function customOf({ flags, process }: CommandContext): DebugOptions['custom'] {
  const path = flags.string('custom');
  return path === '' ? undefined : readCustomProfile(process.fs, path);
}

function checkFlags(
  { flags, out, err }: CommandContext,
  names: readonly string[],
  { words, profile, custom }: DebugOptions,
  attaches: boolean,
): void {
  const image = flags.string('image');
  const container = flags.string('container');
  const images = Object.entries(flags.map('set-image'));
  if (attaches && flags.changed('attach') && image === '' && container === '') {
    throw new Error('you must specify --container or create a new container using --image in order to attach.');
  }
  if (flags.string('copy-to') !== '') {
    if (image === '' && images.length === 0 && words.length === 0) {
      throw new Error('you must specify --image, --set-image or command arguments.');
    }
    if (words.length > 0 && container === '' && image === '') {
      throw new Error('you must specify an existing container or a new image when specifying args.');
    }
  } else if (flags.bool('replace')) throw new Error('--replace may only be used with --copy-to.');
  else if (flags.bool('same-node')) throw new Error('--same-node may only be used with --copy-to.');
  else if (images.length > 0) throw new Error('--set-image may only be used with --copy-to.');
  else if (image === '') throw new Error('you must specify --image when not using --copy-to.');
  if (image !== '' && !IMAGE.test(image)) {
    throw new Error(`invalid image name ${JSON.stringify(image)}: invalid reference format`);
  }
  if (names.length === 0 && flags.strings('filename').length === 0) {
    throw new Error('NAME or filename is required for debug');
  }
  const pull = flags.string('image-pull-policy');
  if (!['', 'Always', 'IfNotPresent', 'Never'].includes(pull)) throw new Error(`invalid image pull policy: ${pull}`);
  for (const [name, text] of images) {
    if (!IMAGE.test(text)) {
      throw new Error(
        `invalid image name ${JSON.stringify(text)} for container ${JSON.stringify(name)}: invalid reference format`,
      );
    }
  }
  const target = flags.string('target');
  if (target !== '') {
    if (flags.string('copy-to') !== '') {
      throw new Error('--target is incompatible with --copy-to. Use --share-processes instead.');
    }
    if (!flags.bool('quiet')) {
      out.write(
        `Targeting container ${JSON.stringify(target)}. If you don't see processes from this container it may be because the container runtime doesn't support this feature.\n`,
      );
    }
  }
  if (flags.bool('tty') && !flags.bool('stdin')) {
    throw new Error('-i/--stdin is required for containers with -t/--tty=true');
  }
  const { name = '', command = [], image: customImage = '', lifecycle, volumeDevices = [] } = custom ?? {};
  if (name || command.length > 0 || customImage || lifecycle !== undefined || volumeDevices.length > 0) {
    throw new Error('name, command, image, lifecycle and volume devices are not modifiable via custom profile');
  }
  if (profile === 'legacy') {
    err.write(
      '--profile=legacy is deprecated and will be removed in the future. It is recommended to explicitly specify a profile, for example "--profile=general".\n',
    );
  }
}

const suffix = ({ process }: CommandContext): string => process.rng.text(5, SUFFIX_LETTERS);

/** The name that was asked for, or one that is free. */
function containerName(context: CommandContext, spec: PodSpec | undefined): string {
  const { flags, out } = context;
  const asked = flags.string('container');
  if (asked !== '') return asked;
  const taken = [
    ...(spec?.containers ?? []),
    ...(spec?.initContainers ?? []),
    ...(spec?.ephemeralContainers ?? []),
  ].map(({ name }) => name);
  let name = '';
  while (name === '' || taken.includes(name)) name = `debugger-${suffix(context)}`;
  if (!flags.bool('quiet')) out.write(`Defaulting debug container name to ${name}.\n`);
  return name;
}

interface Made {
  readonly pod: Pod;
  /** Empty: there is none to attach to. */
  readonly container: string;
}

function debugOne(context: CommandContext, info: Info, options: DebugOptions): Promise<Made> {
  const { resource } = info;
  if (resource?.group === '' && resource.kind === 'Node') return onNode(context, info.name, options);
  if (resource?.group === '' && resource.kind === 'Pod') {
    const pod = info.object as Pod;
    return context.flags.string('copy-to') === '' ? inside(context, info, pod, options) : beside(context, pod, options);
  }
  const { group = '', version = '', kind = '' } = resource ?? {};
  throw new Error(`"${group}/${version}, Kind=${kind}" not supported by debug`);
}

async function create(context: CommandContext, object: KubeObject, namespace: string): Promise<Pod> {
  const resource = await context.api().known((discovery) => discovery.forKind('v1', 'Pod'));
  const info = { resource, namespace, name: '', source: '', object: typed(object), subresource: '' };
  return (await createInfo(context, info, { dryRun: 'none', fieldManager: '' })).object as Pod;
}

async function onNode(context: CommandContext, node: string, options: DebugOptions): Promise<Made> {
  const { flags, out, namespace } = context;
  const name = `node-debugger-${node}-${suffix(context)}`;
  const container = flags.string('container') || 'debugger';
  if (!flags.bool('quiet')) {
    out.write(`Creating debugging pod ${name} with container ${container} on node ${node}.\n`);
  }
  return { pod: await create(context, nodePod(context, node, name, options), namespace().name), container };
}

async function inside(context: CommandContext, info: Info, pod: Pod, options: DebugOptions): Promise<Made> {
  const container = containerName(context, pod.spec);
  const target = context.flags.string('target');
  const made = {
    ...debugContainer(context, container, options),
    ...(target !== '' && { targetContainerName: target }),
  };
  const spec: PodSpec = profiled('ephemeral', pod.metadata.name ?? '', container, options, {
    ...pod.spec,
    containers: pod.spec?.containers ?? [],
    ephemeralContainers: [...(pod.spec?.ephemeralContainers ?? []), made],
  });
  const schema = builtinSchema('', 'v1', 'Pod');
  const patch = schema === undefined ? {} : createStrategicPatch(schema, pod, { ...pod, spec });
  try {
    const patched = await patchInfo(context, info, 'strategic', patch, {
      dryRun: 'none',
      fieldManager: '',
      subresource: 'ephemeralcontainers',
    });
    return { pod: patched.object as Pod, container };
  } catch (error) {
    if (isNotFound(error) && !error.status.details?.name) {
      throw new Error(
        `ephemeral containers are disabled for this cluster (error from server: ${JSON.stringify(error.message)})`,
      );
    }
    throw error;
  }
}

async function beside(context: CommandContext, pod: Pod, options: DebugOptions): Promise<Made> {
  const { object, container } = podCopy(context, pod, (spec) => containerName(context, spec), options);
  const namespace = pod.metadata.namespace ?? '';
  const created = await create(context, object, namespace);
  if (context.flags.bool('replace')) {
    await context.api().request('DELETE', podPath(pod), {
      body: { kind: 'DeleteOptions', apiVersion: 'v1', gracePeriodSeconds: 0 },
    });
  }
  return { pod: created, container };
}

const collectionPath = ({ metadata }: Pod): string =>
  `/api/v1/namespaces/${encodeURIComponent(metadata.namespace ?? '')}/pods`;
const podPath = (pod: Pod): string => `${collectionPath(pod)}/${encodeURIComponent(pod.metadata.name ?? '')}`;

function statusOf({ status }: Pod, container: string): ContainerStatus | undefined {
  return [
    ...(status?.containerStatuses ?? []),
    ...(status?.initContainerStatuses ?? []),
    ...(status?.ephemeralContainerStatuses ?? []),
  ].find(({ name }) => name === container);
}

/** Waits until the container runs or has run, then joins it or prints what it said. */
async function attachWhenReady(context: CommandContext, created: Pod, container: string): Promise<void> {
  const { flags, err, out, api, process } = context;
  const quiet = flags.bool('quiet');
  let pod = created;
  const isReady = (now: Pod): boolean => {
    pod = now;
    const state = statusOf(now, container)?.state;
    const waits = state?.waiting?.message;
    if (!quiet && waits) err.write(`Warning: container ${container}: ${waits}\n`);
    return state?.running !== undefined || state?.terminated !== undefined;
  };
  await out.flush();
  const fieldSelector = `metadata.name=${created.metadata.name}`;
  const list = await api().object<{
    readonly items?: readonly Pod[];
    readonly metadata?: { readonly resourceVersion?: string };
  }>('GET', collectionPath(created), { query: { fieldSelector } });
  const [now] = list.items ?? [];
  if (now === undefined || !isReady(now)) {
    const event = await watchUntil(context, collectionPath(created), {
      query: { fieldSelector, resourceVersion: list.metadata?.resourceVersion ?? '0' },
      timeoutMs: 0,
      isMet({ type, object }) {
        if (type === 'DELETED') throw new Error('pods "" not found');
        return (type === 'ADDED' || type === 'MODIFIED') && isReady(object as Pod);
      },
    });
    if (event === undefined) throw new Error('watch closed before UntilWithoutRetry timeout');
  }
  const showLogs = async (): Promise<void> => {
    out.write(await api().text('GET', `${podPath(pod)}/log`, { query: { container }, signal: process.signal }));
  };
  if (statusOf(pod, container)?.state?.terminated !== undefined) return showLogs();
  try {
    await attachTo(context, pod, { container, stdin: flags.bool('stdin'), tty: flags.bool('tty'), quiet });
  } catch (error) {
    if (error instanceof Exit) throw error;
    err.write(
      `warning: couldn't attach to pod/${pod.metadata.name}, falling back to streaming logs: ${messageOf(error)}\n`,
    );
    await showLogs();
  }
}
