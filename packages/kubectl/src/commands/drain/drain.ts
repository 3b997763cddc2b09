import type { Node } from '@tabernetes/api/types/core-v1';
import { createStrategicPatch, parseLabelSelector } from '@tabernetes/apimachinery';
import type { Command, CommandContext } from '../../command.ts';
import { Aggregate, messageOf, usageError } from '../../errors.ts';
import type { Info } from '../../resources/info.ts';
import { select } from '../../resources/select.ts';
import { type DryRun, dryRunOf } from '../../writing/dry-run.ts';
import { typedPrinter } from '../../writing/print.ts';
import { patchInfo } from '../../writing/requests.ts';
import { builtinSchema } from '../../writing/schema-of.ts';
import { podsToRemove } from './pods-to-remove.ts';
import { removePods } from './remove-pods.ts';

const CHUNK = 500;

const drain: Command = {
  async run(context) {
    const { err, out } = context;
    const { nodes, dryRun } = await nodesOf(context, 'drain NODE');
    await setUnschedulable(context, nodes, true, dryRun);
    const errors: unknown[] = [];
    const left: string[] = [];
    for (const info of nodes) {
      try {
        const list = await podsToRemove(context, info.name);
        if (list.errors.length > 0) throw new Aggregate(list.errors);
        if (list.warnings !== '') err.write(`Warning: ${list.warnings}\n`);
        if (dryRun === 'client') {
          for (const { metadata } of list.pods) {
            out.write(`evicting pod ${metadata.namespace}/${metadata.name} (dry run)\n`);
          }
        } else await removeOrTell(context, info, list.pods, dryRun);
        typedPrinter(context, 'drained', dryRun).print(info.object);
      } catch (error) {
        err.write(
          `error: unable to drain node ${JSON.stringify(info.name)} due to error: ${messageOf(error)}, continuing command...\n`,
        );
        errors.push(error);
        left.push(info.name);
      }
    }
    if (left.length > 0) {
      err.write(`There are pending nodes to be drained:\n${left.map((name) => ` ${name}\n`).join('')}`);
    }
    if (errors.length > 0) throw new Aggregate(errors);
    return undefined;
  },
};

const cordon: Command = {
  async run(context) {
    const { nodes, dryRun } = await nodesOf(context, 'cordon NODE');
    await setUnschedulable(context, nodes, true, dryRun);
    return undefined;
  },
};

const uncordon: Command = {
  async run(context) {
    const { nodes, dryRun } = await nodesOf(context, 'uncordon NODE');
    await setUnschedulable(context, nodes, false, dryRun);
    return undefined;
  },
};

export const commands: Readonly<Record<string, Command>> = { cordon, drain, uncordon };

async function nodesOf(
  context: CommandContext,
  use: string,
): Promise<{ readonly nodes: readonly Info[]; readonly dryRun: DryRun }> {
  const { flags, args, path, namespace } = context;
  if (args.length === 0 && !flags.changed('selector')) throw usageError(path, `USAGE: ${use} [flags]`);
  const selector = flags.string('selector');
  if (args.length > 0 && selector !== '') {
    throw usageError(path, 'error: cannot specify both a node name and a --selector option');
  }
  const dryRun = dryRunOf(context);
  if (flags.has('pod-selector') && flags.string('pod-selector') !== '') {
    try {
      parseLabelSelector(flags.string('pod-selector'));
    } catch {
      throw new Error('--pod-selector=<pod_selector> must be a valid label selector');
    }
  }
  const selection = await select(context, {
    namespace: namespace().name,
    ...(selector === '' ? { args, defaultType: 'nodes' } : { args: ['nodes'], labelSelector: selector }),
    singleResourceType: true,
    // `cordon` has no such flag, and reads in pieces all the same.
    chunkSize: flags.has('chunk-size') ? flags.number('chunk-size') : CHUNK,
  });
  const nodes: Info[] = [];
  await selection.visit(async (info) => {
    if (info.resource?.name !== 'nodes' || info.resource.group !== '') {
      const { group = '', version = '', name = '' } = info.resource ?? {};
      throw new Error(`error: expected resource of type node, got "${group}/${version}, Resource=${name}"`);
    }
    nodes.push(info);
  });
  return { nodes, dryRun };
}

async function setUnschedulable(
  context: CommandContext,
  nodes: readonly Info[],
  wanted: boolean,
  dryRun: DryRun,
): Promise<void> {
  const verb = wanted ? 'cordon' : 'uncordon';
  for (const info of nodes) {
    const node = info.object as Node;
    if ((node.spec?.unschedulable ?? false) === wanted) {
      typedPrinter(context, `already ${verb}ed`, dryRun).print(node);
      continue;
    }
    if (dryRun !== 'client') {
      try {
        const schema = builtinSchema('', 'v1', 'Node');
        const { unschedulable: _, ...spec } = node.spec ?? {};
        const after = { ...node, spec: wanted ? { ...spec, unschedulable: true } : spec };
        const patch = schema && createStrategicPatch(schema, node, after);
        await patchInfo(context, info, 'strategic', patch ?? {}, { dryRun, fieldManager: '' });
      } catch (error) {
        context.err.write(`error: unable to ${verb} node ${JSON.stringify(info.name)}: ${messageOf(error)}\n`);
        continue;
      }
    }
    typedPrinter(context, `${verb}ed`, dryRun).print(node);
  }
}

async function removeOrTell(
  context: CommandContext,
  { name }: Info,
  pods: Awaited<ReturnType<typeof podsToRemove>>['pods'],
  dryRun: DryRun,
): Promise<void> {
  try {
    await removePods(context, pods, dryRun);
  } catch (error) {
    const { err } = context;
    const pending = await podsToRemove(context, name);
    if (pending.pods.length > 0) {
      err.write(
        `There are pending pods in node ${JSON.stringify(name)} when an error occurred: ${messageOf(error)}\n${pending.pods.map(({ metadata }) => `pod/${metadata.name}\n`).join('')}`,
      );
    }
    if (pending.errors.length > 0) {
      err.write(
        `Following errors occurred while getting the list of pods to delete:\n${messageOf(new Aggregate(pending.errors))}`,
      );
    }
    throw error;
  }
}
