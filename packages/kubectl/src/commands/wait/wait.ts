import { isNotFound, type KubeObject, StatusError } from '@tabernetes/apimachinery';
import type { Command, CommandContext } from '../../command.ts';
import { messageOf, withoutThose } from '../../errors.ts';
import { objectPrinter } from '../../printers/object-printer.ts';
import { type Info, pathOf } from '../../resources/info.ts';
import { type SelectOptions, select } from '../../resources/select.ts';
import { asInformer, glance, informerList, informerWatch, watchUntil } from '../../watching/watch-until.ts';
import { type Goal, readGoal } from './condition.ts';

const WEEK_MS = 7 * 24 * 3_600_000;
const POLL_MS = 500;

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_wait/ */
const wait: Command = {
  async run(context) {
    const { flags, out, process, clock } = context;
    const printer = objectPrinter(flags, process.fs, { operation: 'condition met' });
    const goal = readGoal(flags.string('for'));
    const asked = flags.number('timeout');
    const deadline: Deadline = { once: asked === 0, atMs: clock.now() + (asked < 0 ? WEEK_MS : asked) };
    const options = selectOptions(context);
    if (goal.type === 'create') await untilCreated(context, options, deadline);
    let visited = 0;
    const selection = await select(context, options);
    try {
      await selection.visit(async (info) => {
        visited++;
        const object = await reached(context, info, goal, deadline);
        printer.print(object, (text) => out.write(text));
        await out.flush();
      });
    } catch (error) {
      const serious = goal.type === 'delete' ? withoutThose(error, isNotFound) : error;
      if (serious !== undefined) throw serious;
    }
    if (visited === 0 && goal.type !== 'delete') throw new Error('no matching resources found');
    return undefined;
  },
};

export const commands = { wait };

interface Deadline {
  /** Look once, do not wait. */
  readonly once: boolean;
  readonly atMs: number;
}

function selectOptions({ flags, args, namespace }: CommandContext): SelectOptions {
  const { name, explicit } = namespace();
  return {
    namespace: name,
    requireNamespace: explicit,
    allNamespaces: flags.bool('all-namespaces'),
    filenames: flags.strings('filename'),
    recursive: flags.bool('recursive'),
    args,
    allowEmptySelector: flags.bool('all'),
    labelSelector: flags.string('selector'),
    fieldSelector: flags.string('field-selector'),
    local: flags.bool('local'),
    latest: true,
    continueOnError: true,
  };
}

async function untilCreated(context: CommandContext, options: SelectOptions, { atMs }: Deadline): Promise<void> {
  for (;;) {
    try {
      return await (await select(context, options)).visit(async () => undefined);
    } catch (error) {
      // Of several objects, the first look decides: their errors are a list, and a list is not "not found".
      if (!isNotFound(error)) throw error;
    }
    if (context.clock.now() + POLL_MS > atMs) {
      await context.process.sleep(Math.max(0, atMs - context.clock.now()));
      throw new Error('timed out waiting for the condition');
    }
    await context.process.sleep(POLL_MS);
  }
}

/** Resolves with the object when it is as it should be. @throws {Error} when time is up */
async function reached(context: CommandContext, info: Info, goal: Goal, deadline: Deadline): Promise<KubeObject> {
  const { resource, namespace, name, object } = info;
  if (name === '' || resource === undefined) throw new Error('resource name must be provided');
  if (goal.type === 'create') {
    if (object === undefined) throw new Error('resource name must be provided');
    return object;
  }
  const { api, clock } = context;
  const path = pathOf(resource, namespace);
  const timedOut = new Error(`timed out waiting for the condition on ${resource.name}/${name}`);
  const notMet = new Error(`condition not met for ${resource.name}/${name}`);

  if (goal.type === 'delete' || deadline.once) {
    let found: KubeObject;
    try {
      found = await api().object<KubeObject>('GET', `${path}/${encodeURIComponent(name)}`);
    } catch (error) {
      if (goal.type === 'delete' && isNotFound(error) && object !== undefined) return object;
      throw error;
    }
    if (deadline.once) {
      if (goal.type === 'delete' || !goal.isMet(found)) throw notMet;
      return found;
    }
  }
  if (clock.now() > deadline.atMs) throw timedOut;

  const query = { fieldSelector: `metadata.name=${name}` };
  const watchQuery = ({ metadata }: ListAnswer): Readonly<Record<string, string>> => ({
    ...query,
    ...informerWatch(context.process.rng, metadata?.resourceVersion ?? '0'),
  });
  return asInformer(context, async () => {
    for (let isFirst = true; ; isFirst = false) {
      const list = await informerList<ListAnswer>(context, path, query);
      const [item] = list.items ?? [];
      if (goal.type === 'delete') {
        if (item === undefined && object !== undefined) return object;
      } else if (item !== undefined) {
        if (goal.isMet(whole(item, info))) {
          await glance(context, path, watchQuery(list));
          return whole(item, info);
        }
      } else if (isFirst) {
        // Says what the server would say.
        await api().request('GET', `${path}/${encodeURIComponent(name)}`);
      }
      const leftMs = deadline.atMs - clock.now();
      if (leftMs <= 0) throw timedOut;
      const event = await watchUntil(context, path, {
        query: watchQuery(list),
        timeoutMs: leftMs,
        isMet: ({ type, object: changed }) => {
          if (type === 'ERROR') {
            const what = goal.type === 'delete' ? 'object to be deleted' : 'condition to be satisfied';
            context.err.write(
              `error: An error occurred while waiting for the ${what}: ${messageOf(new StatusError(changed))}`,
            );
            return false;
          }
          if (goal.type === 'delete') return type === 'DELETED';
          return (type === 'ADDED' || type === 'MODIFIED') && goal.isMet(changed);
        },
      });
      if (event !== undefined) return event.object;
      if (clock.now() >= deadline.atMs) throw timedOut;
    }
  });
}

interface ListAnswer {
  readonly metadata?: { readonly resourceVersion?: string };
  readonly items?: readonly KubeObject[];
}

/** Items of lists leave out what the list says for all of them. */
const whole = (item: KubeObject, { object }: Info): KubeObject => ({
  ...item,
  apiVersion: item.apiVersion ?? object?.apiVersion ?? '',
  kind: item.kind ?? object?.kind ?? '',
});
