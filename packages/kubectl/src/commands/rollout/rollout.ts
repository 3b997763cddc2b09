import type { KubeObject } from '@tabernetes/apimachinery';
import type { Command, CommandContext } from '../../command.ts';
import { Aggregate, messageOf } from '../../errors.ts';
import { objectPrinter } from '../../printers/object-printer.ts';
import type { Info } from '../../resources/info.ts';
import { dryRunOf } from '../../writing/dry-run.ts';
import { strategicPatchOf } from '../../writing/pod-spec.ts';
import { typedPrinter } from '../../writing/print.ts';
import { patchInfo } from '../../writing/requests.ts';
import { typed } from '../../writing/schema-of.ts';
import { historyOf, historyText } from './history.ts';
import { rolloutSelection } from './rollout-selection.ts';
import { status } from './status.ts';
import { undoOne } from './undo.ts';

type Workload = KubeObject & {
  readonly spec: {
    readonly paused?: boolean;
    readonly template?: { readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> } };
  };
};

const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';

const pause = changing('paused', (object) => {
  if (object.kind !== 'Deployment') throw new Error('pausing is not supported');
  if (object.spec.paused) throw new Error('is already paused');
  return { ...object, spec: { ...object.spec, paused: true } };
});

const resume = changing('resumed', (object) => {
  if (object.kind !== 'Deployment') throw new Error('resuming is not supported');
  if (!object.spec.paused) throw new Error('is not paused');
  return { ...object, spec: { ...object.spec, paused: false } };
});

const restart = changing('restarted', (object, now) => {
  if (!['Deployment', 'DaemonSet', 'StatefulSet'].includes(object.kind)) throw new Error('restarting is not supported');
  if (object.kind === 'Deployment' && object.spec.paused) {
    throw new Error("can't restart paused deployment (run rollout resume first)");
  }
  const { template } = object.spec;
  const metadata = { ...template?.metadata, annotations: { ...template?.metadata?.annotations, [RESTARTED_AT]: now } };
  return { ...object, spec: { ...object.spec, template: { ...template, metadata } } };
});

/** A command that changes each object by itself and says how it is now. */
function changing(operation: string, change: (object: Workload, now: string) => Workload): Command {
  return {
    async run(context) {
      const { err, namespace, clock } = context;
      const selection = await rolloutSelection(context);
      const { infos, errors: readErrors } = await selection.collect();
      const errors: unknown[] = readErrors.length > 1 ? [new Aggregate(readErrors)] : [...readErrors];
      if (infos.length === 0 && errors.length === 0) {
        err.write(`No resources found in ${namespace().name} namespace.\n`);
        return undefined;
      }
      const now = `${new Date(clock.now()).toISOString().slice(0, 19)}Z`;
      for (const info of infos) {
        try {
          await changeOne(context, info, operation, (object) => change(object, now));
        } catch (error) {
          errors.push(error);
        }
      }
      if (errors.length > 0) throw new Aggregate(errors);
      return undefined;
    },
  };
}

async function changeOne(
  context: CommandContext,
  info: Info,
  operation: string,
  change: (object: Workload) => Workload,
): Promise<void> {
  const { resource, name } = info;
  const before = info.object as Workload;
  let after: Workload;
  try {
    after = change(before);
  } catch (error) {
    const what = `${resource?.name ?? ''}${resource?.group ? `.${resource.group}` : ''}`;
    throw new Error(`error: ${what} ${JSON.stringify(name)} ${messageOf(error)}`);
  }
  const patch = strategicPatchOf(typed(before), typed(after));
  if (patch === undefined) {
    if (operation === 'restarted') {
      throw new Error(
        `failed to create patch for ${name}: if restart has already been triggered within the past second, please wait before attempting to trigger another`,
      );
    }
    typedPrinter(context, `already ${operation}`, 'none').print(before);
    return;
  }
  let patched: Info;
  try {
    patched = await patchInfo(context, info, 'strategic', patch, { dryRun: 'none' });
  } catch (error) {
    throw new Error(`failed to patch: ${messageOf(error)}`);
  }
  typedPrinter(context, operation, 'none').print(patched.object);
}

const history: Command = {
  async run(context) {
    const { flags, out, process } = context;
    const revision = flags.integer('revision');
    if (revision < 0n) throw new Error(`revision must be a positive integer: ${revision}`);
    const selection = await rolloutSelection(context);
    const isOutput = flags.string('output') !== '';
    if (isOutput) objectPrinter(flags, process.fs);
    await selection.visit(async (info) => {
      const { revisions } = await historyOf(context, info);
      if (isOutput) {
        const printer = typedPrinter(context, '', 'none');
        const chosen = revision > 0n ? revisions.filter((each) => each.revision === revision) : revisions;
        for (const { object } of chosen) printer.print(object);
        return;
      }
      const text = historyText(revisions, revision);
      const head = revision > 0n ? `with revision #${revision}` : '';
      typedPrinter(context, `${head}\n${text}`, 'none').print(info.object);
    });
    await out.flush();
    return undefined;
  },
};

const undo: Command = {
  async run(context) {
    const dryRun = dryRunOf(context);
    const selection = await rolloutSelection(context);
    await selection.visit(async (info) => {
      const operation = await undoOne(context, info, dryRun);
      typedPrinter(context, operation, dryRun).print(info.object);
    });
    return undefined;
  },
};

export const commands: Readonly<Record<string, Command>> = {
  'rollout history': history,
  'rollout pause': pause,
  'rollout restart': restart,
  'rollout resume': resume,
  'rollout status': status,
  'rollout undo': undo,
};
