import type { Container, EnvVar, PodSpec } from '@tabernetes/api/types/core-v1';
import { isEnvVarName, type KubeObject } from '@tabernetes/apimachinery';
import type { Command, CommandContext } from '../../command.ts';
import { messageOf } from '../../errors.ts';
import { dryRunOf } from '../../writing/dry-run.ts';
import { changeContainers, changePodSpec } from '../../writing/pod-spec.ts';
import { typedPrinter } from '../../writing/print.ts';
import { referenceText, resolveReference } from './env-reference.ts';
import { checkLocal, objectsToSet, setAll } from './set-objects.ts';

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_set/kubectl_set_env/ */
export const env: Command = {
  async run(context) {
    const { flags, args, err } = context;
    if (flags.bool('all') && flags.string('selector') !== '') {
      throw new Error('cannot set --all and --selector at the same time');
    }
    const { resources, specs } = split(args);
    const dryRun = dryRunOf(context);
    typedPrinter(context, 'env updated', dryRun);
    checkLocal(context, dryRun);
    if (flags.strings('filename').length === 0 && resources.length === 0) {
      throw new Error('one or more resources must be specified as <resource> <name> or <resource>/<name>');
    }
    const lists = flags.bool('list');
    if (lists && flags.string('output') !== '') throw new Error('--list and --output may not be specified together');
    if (flags.strings('keys').length > 0 && flags.string('from') === '') {
      throw new Error('when specifying --keys, a configmap or secret must be provided with --from');
    }
    const given = [...flags.strings('env'), ...specs];
    const usesStdin = given.includes('-');
    const { set, remove } = await parse(context, given);
    set.push(...(await fromObject(context, usesStdin)));
    const prefix = flags.string('prefix');
    const wanted = prefix === '' ? set : set.map((each) => ({ ...each, name: `${prefix}${each.name}` }));
    const infos = await objectsToSet(context, flags.bool('local') ? [] : resources, usesStdin);
    const pattern = flags.string('containers');
    const listings: (() => Promise<void>)[] = [];
    const change = (object: KubeObject): KubeObject =>
      changePodSpec(object, (spec) => {
        const touched: Container[] = [];
        const put = (container: Container): Container => {
          if (!flags.bool('overwrite')) refuseOverwrites(container.env, wanted);
          const { env: _, ...rest } = container;
          const env = merged(container.env, wanted, remove);
          const changed: Container = env.length === 0 ? rest : { ...rest, env };
          touched.push(changed);
          return changed;
        };
        const own = changeContainers(spec.containers, pattern, put);
        const init = changeContainers(spec.initContainers, pattern, put);
        if (touched.length === 0) {
          err.write(
            `Warning: ${object.kind}/${object.metadata.name} does not have any containers matching ${JSON.stringify(pattern)}\n`,
          );
        } else if (lists) listings.push(() => list(context, object, touched));
        const next: PodSpec = { ...spec, containers: own.list ?? [], ...(init.list && { initContainers: init.list }) };
        return next;
      });
    if (lists) {
      for (const info of infos) {
        try {
          change(info.object as KubeObject);
        } catch {
          // What has no containers has nothing to list; the real one says no word of it either.
        }
      }
      for (const show of listings) await show();
      return undefined;
    }
    return setAll(context, infos, {
      operation: 'env updated',
      dryRun,
      failure: 'failed to patch env update to pod template: ',
      // Found out upstream when the first object has been changed already.
      ...(wanted.length === 0 &&
        specs.length === 0 && { refusal: 'at least one environment variable must be provided' }),
      change,
    });
  },
};

function split(args: readonly string[]): { readonly resources: readonly string[]; readonly specs: readonly string[] } {
  const resources: string[] = [];
  const specs: string[] = [];
  for (const arg of args) {
    if (arg.indexOf('=') > 0 || arg.endsWith('-')) specs.push(arg);
    else if (specs.length > 0) {
      throw new Error(`all resources must be specified before environment changes: ${args.join(' ')}`);
    } else resources.push(arg);
  }
  return { resources, specs };
}

async function parse(
  { process }: CommandContext,
  specs: readonly string[],
): Promise<{ readonly set: EnvVar[]; readonly remove: readonly string[] }> {
  const set: EnvVar[] = [];
  const remove: string[] = [];
  for (const spec of specs) {
    if (spec === '-') {
      for (const line of (await process.stdin.readText()).split('\n')) {
        const plain = line.split('#')[0] ?? '';
        const equals = plain.indexOf('=');
        if (equals >= 0) set.push({ name: plain.slice(0, equals), value: plain.slice(equals + 1) });
      }
      continue;
    }
    const equals = spec.indexOf('=');
    if (equals >= 0) {
      const name = spec.slice(0, equals);
      const problems = isEnvVarName(name);
      if (problems.length > 0)
        throw new Error(`${JSON.stringify(name)} is not a valid key name: ${problems.join(';')}`);
      set.push({ name, value: spec.slice(equals + 1) });
    } else if (spec.endsWith('-')) remove.push(spec.slice(0, -1));
    else throw new Error(`unknown environment variable: ${spec}`);
  }
  if (remove.some((name) => set.some((each) => each.name === name))) {
    throw new Error('can not both modify and remove the same environment variable in the same command');
  }
  return { set, remove };
}

/**
 * References to the keys of the object that --from names. Files are read here as well, and on their own with --local:
 * then what --from says does not count.
 */
async function fromObject(context: CommandContext, usesStdin: boolean): Promise<readonly EnvVar[]> {
  const { flags, err } = context;
  const from = flags.string('from');
  if (from === '') return [];
  const infos = await objectsToSet(context, flags.bool('local') ? [] : [from], usesStdin);
  const keys = flags.strings('keys');
  return infos.flatMap(({ object }): readonly EnvVar[] => {
    const { kind, metadata, data = {} } = object as KubeObject & { readonly data?: Readonly<Record<string, string>> };
    if (kind !== 'Secret' && kind !== 'ConfigMap') throw new Error('unsupported resource specified in --from');
    return Object.keys(data)
      .filter((key) => keys.length === 0 || keys.includes(key))
      .map((key) => {
        const reference = { name: metadata.name ?? '', key };
        const name = key.replace(/[^a-zA-Z0-9_]/g, '_').toUpperCase();
        if (name !== key) err.write(`Warning: key ${key} transferred to ${name}\n`);
        return {
          name,
          valueFrom: kind === 'Secret' ? { secretKeyRef: reference } : { configMapKeyRef: reference },
        };
      });
  });
}

function refuseOverwrites(existing: readonly EnvVar[] = [], wanted: readonly EnvVar[]): void {
  for (const { name, value = '' } of wanted) {
    const old = existing.find((each) => each.name === name);
    if (old !== undefined && (old.value ?? '') !== value) {
      throw new Error(`'${name}' already has a value (${old.value ?? ''}), and --overwrite is false`);
    }
  }
}

function merged(
  existing: readonly EnvVar[] = [],
  wanted: readonly EnvVar[],
  remove: readonly string[],
): readonly EnvVar[] {
  const covered = new Set(remove);
  const out: EnvVar[] = [];
  for (const each of existing) {
    if (covered.has(each.name)) continue;
    const newer = wanted.find(({ name }) => name === each.name);
    if (newer !== undefined) covered.add(each.name);
    out.push(newer ?? each);
  }
  for (const each of wanted) {
    if (covered.has(each.name)) continue;
    covered.add(each.name);
    out.push(each);
  }
  return out;
}

async function list(context: CommandContext, object: KubeObject, containers: readonly Container[]): Promise<void> {
  const { out, err, flags } = context;
  const problems = new Map<string, string[]>();
  for (const container of containers) {
    out.write(`# ${object.kind} ${object.metadata.name}, container ${container.name}\n`);
    for (const { name, value = '', valueFrom } of container.env ?? []) {
      if (valueFrom === undefined) out.write(`${name}=${value}\n`);
      else if (!flags.bool('resolve')) out.write(`# ${name} from ${referenceText(valueFrom)}\n`);
      else {
        try {
          out.write(`${name}=${await resolveReference(context, object, container, valueFrom)}\n`);
        } catch (error) {
          out.write(`# ${name} from ${referenceText(valueFrom)}\n`);
          problems.set(messageOf(error), [...(problems.get(messageOf(error)) ?? []), name]);
        }
      }
    }
  }
  if (problems.size === 0) return;
  const lines = [...problems].map(
    ([why, names]) => `error retrieving reference for ${names.toSorted().join(', ')}: ${why}`,
  );
  for (const line of lines.toSorted()) err.write(`${line}\n`);
}
