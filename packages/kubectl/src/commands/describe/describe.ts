import { isNotFound, type KubeObject } from '@tabernetes/apimachinery';
import type { Command, CommandContext } from '../../command.ts';
import type { ApiResource } from '../../discovery/discovery.ts';
import { Aggregate, messageOf } from '../../errors.ts';
import { pathOf } from '../../resources/info.ts';
import { type SelectOptions, select } from '../../resources/select.ts';
import { fileOptions } from '../../writing/file-options.ts';
import { describerFor } from './describers.ts';
import { Description } from './description.ts';

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_describe/ */
const describe: Command = {
  async run(context) {
    const { flags, args, out, err, namespace } = context;
    const filenames = flags.strings('filename');
    if (args.length === 0 && filenames.length === 0 && flags.string('kustomize') === '') {
      throw new Error(
        'You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.\n',
      );
    }
    const { name, explicit } = namespace();
    const allNamespaces = flags.bool('all-namespaces');
    const options: SelectOptions = {
      ...fileOptions(context),
      requireNamespace: explicit && !allNamespaces,
      allNamespaces,
      args,
      labelSelector: flags.string('selector'),
      chunkSize: flags.number('chunk-size'),
      continueOnError: true,
    };
    const selection = await select(context, options);
    const { infos, errors } = await selection.collect();
    const [resource = '', prefix = ''] = args;
    if (errors.length > 0 && args.length === 2 && errors.every(isNotFound)) {
      return describeMatching(context, options, resource, prefix, errors[0]);
    }
    // What could not be read is one error, and of files and whole types a list even if it is but one: then it has no prefix.
    const isNamed = filenames.length === 0 && flags.string('kustomize') === '' && selection.collections.length === 0;
    const isList = errors.length > (isNamed ? 1 : 0);
    const told: unknown[] = isList ? [new Aggregate(errors)] : [...errors];
    const seen = new Set<string>();
    let isFirst = true;
    for (const info of infos) {
      if (info.resource === undefined) continue;
      let text: string;
      try {
        text = await describeOne(context, info.resource, info.namespace, info.name);
      } catch (error) {
        const message = messageOf(error);
        if (!seen.has(message)) told.push(error);
        seen.add(message);
        continue;
      }
      out.write(isFirst ? text : `\n\n${text}`);
      isFirst = false;
      await out.flush();
    }
    if (infos.length === 0 && told.length === 0) {
      err.write(allNamespaces ? 'No resources found\n' : `No resources found in ${name} namespace.\n`);
    }
    if (told.length > 0) throw new Aggregate(told);
    return undefined;
  },
};

export const commands = { describe };

/** All objects whose names begin with what was given as a name. @throws the first error when there are none */
async function describeMatching(
  context: CommandContext,
  { namespace, chunkSize = 0 }: SelectOptions,
  type: string,
  prefix: string,
  missing: unknown,
): Promise<undefined> {
  const selection = await select(context, { namespace, args: [type], singleResourceType: true, chunkSize });
  const { infos, errors } = await selection.collect();
  if (errors.length > 0) throw errors[0];
  const matching = infos.filter((info) => info.name.startsWith(prefix));
  if (matching.length === 0) throw missing;
  for (const { resource, namespace: home, name } of matching) {
    if (resource === undefined) continue;
    context.out.write(`${await describeOne(context, resource, home, name)}\n`);
  }
  return undefined;
}

async function describeOne(
  { api, flags, clock }: CommandContext,
  resource: ApiResource,
  namespace: string,
  name: string,
): Promise<string> {
  const context = {
    api: api(),
    resource,
    namespace,
    name,
    showEvents: flags.bool('show-events'),
    chunkSize: flags.number('chunk-size'),
    nowMs: clock.now(),
  };
  const describer = await clock.hold(describerFor(resource));
  const d = new Description();
  let object: KubeObject;
  try {
    object = await context.api.object<KubeObject>('GET', pathOf(resource, namespace, name));
  } catch (error) {
    if (await describer.missing?.(context, error, d)) return d.text();
    throw error;
  }
  await describer.describe(context, object, d);
  return d.text();
}
