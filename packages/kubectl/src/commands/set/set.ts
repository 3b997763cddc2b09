import type { Container } from '@tabernetes/api/types/core-v1';
import { type KubeObject, parseToLabelSelector } from '@tabernetes/apimachinery';
import type { Command } from '../../command.ts';
import { Aggregate } from '../../errors.ts';
import { resourceList } from '../../generators/rules.ts';
import { select } from '../../resources/select.ts';
import { dryRunOf } from '../../writing/dry-run.ts';
import { fileOptions } from '../../writing/file-options.ts';
import { parsePairs, splitPairs } from '../../writing/pairs.ts';
import { changeContainers, changePodSpec, strategicPatchOf } from '../../writing/pod-spec.ts';
import { typedPrinter } from '../../writing/print.ts';
import { recorded } from '../../writing/recorder.ts';
import { patchInfo } from '../../writing/requests.ts';
import { env } from './env.ts';
import { checkLocal, hasFiles, objectsToSet, setAll } from './set-objects.ts';
import { subject } from './subject.ts';

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_set/kubectl_set_image/ */
const image: Command = {
  async run(context) {
    const { flags, args } = context;
    const dryRun = dryRunOf(context);
    typedPrinter(context, 'image updated', dryRun);
    const { resources, pairs } = splitPairs(args, 'image');
    const { set: images } = parsePairs(pairs, 'image', false);
    const infos = await objectsToSet(context, resources);
    const names = Object.keys(images);
    const problems = [
      flags.bool('all') && flags.string('selector') !== '' && 'cannot set --all and --selector at the same time',
      resources.length === 0 &&
        !hasFiles(context) &&
        'one or more resources must be specified as <resource> <name> or <resource>/<name>',
      names.length === 0 && 'at least one image update is required',
      names.length > 1 &&
        names.includes('*') &&
        'all containers are already specified by *, but saw more than one container_name=container_image pairs',
      flags.bool('local') &&
        dryRun === 'server' &&
        'cannot specify --local and --dry-run=server - did you mean --dry-run=client?',
    ].filter((problem) => problem !== false);
    if (problems.length > 0) throw new Aggregate(problems.map((problem) => new Error(problem)));
    const errors: unknown[] = [];
    return setAll(context, infos, {
      operation: 'image updated',
      dryRun,
      failure: 'failed to patch image update to pod template: ',
      errors,
      change: (object) =>
        recorded(
          context,
          changePodSpec(object, (spec) => {
            let next = spec;
            for (const [name, value] of Object.entries(images)) {
              const put = (container: Container): Container => ({ ...container, image: value });
              const isIt = name === '*' ? '*' : name.replaceAll('*', '\0');
              const own = changeContainers(next.containers, isIt, put);
              const init = changeContainers(next.initContainers, isIt, put);
              if (own.count + init.count === 0) {
                errors.push(new Error(`error: unable to find container named ${JSON.stringify(name)}`));
              }
              next = { ...next, containers: own.list ?? [], ...(init.list && { initContainers: init.list }) };
            }
            return next;
          }),
        ),
    });
  },
};

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_set/kubectl_set_resources/ */
const resources: Command = {
  async run(context) {
    const { flags, args } = context;
    const dryRun = dryRunOf(context);
    typedPrinter(context, 'resource requirements updated', dryRun);
    const infos = await objectsToSet(context, args);
    checkLocal(context, dryRun);
    if (flags.bool('all') && flags.string('selector') !== '') {
      throw new Error('cannot set --all and --selector at the same time');
    }
    const [limitsText, requestsText] = [flags.string('limits'), flags.string('requests')];
    if (limitsText === '' && requestsText === '') {
      throw new Error('you must specify an update to requests or limits (in the form of --requests/--limits)');
    }
    const limits = limitsText === '' ? undefined : resourceList(limitsText);
    const requests = requestsText === '' ? undefined : resourceList(requestsText);
    const put = (container: Container): Container => ({
      ...container,
      resources: {
        ...container.resources,
        ...(limits && { limits: { ...container.resources?.limits, ...limits } }),
        ...(requests && { requests: { ...container.resources?.requests, ...requests } }),
      },
    });
    const errors: unknown[] = [];
    const pattern = flags.string('containers');
    return setAll(context, infos, {
      operation: 'resource requirements updated',
      dryRun,
      failure: 'failed to patch resources update to pod template ',
      errors,
      change(object) {
        let count = 0;
        const changed = changePodSpec(object, (spec) => {
          const own = changeContainers(spec.containers, pattern, put);
          const init = changeContainers(spec.initContainers, pattern, put);
          count = own.count + init.count;
          return { ...spec, containers: own.list ?? [], ...(init.list && { initContainers: init.list }) };
        });
        if (count === 0) {
          errors.push(new Error(`error: unable to find container named ${pattern}`));
          return undefined;
        }
        return recorded(context, changed);
      },
    });
  },
};

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_set/kubectl_set_selector/ */
const selector: Command = {
  async run(context) {
    const { flags, args } = context;
    const dryRun = dryRunOf(context);
    const last = args.at(-1);
    const wanted = last === undefined ? undefined : parseToLabelSelector(last);
    const printer = typedPrinter(context, 'selector updated', dryRun);
    if (wanted === undefined) throw new Error('one selector is required');
    const isLocal = flags.bool('local');
    const version = flags.string('resource-version');
    const all = flags.bool('all');
    const selection = await select(context, {
      ...fileOptions(context),
      typed: true,
      local: isLocal,
      continueOnError: true,
      // Locally they are refused.
      ...(args.length > 1 && { args: args.slice(0, -1) }),
      ...(!isLocal && { allowEmptySelector: all, latest: true }),
    });
    await selection.visit(async (info) => {
      const object = info.object as KubeObject;
      if (object.kind !== 'Service') throw new Error('setting a selector is only supported for Services');
      if ((wanted.matchExpressions ?? []).length > 0) {
        const terms = (wanted.matchExpressions ?? []).map(
          ({ key, operator, values = [] }) => `{${key} ${operator} [${values.join(' ')}]}`,
        );
        throw new Error(`match expression [${terms.join(' ')}] not supported on this object`);
      }
      const { resourceVersion: _, ...metadata } = object.metadata;
      const before = version === '' ? object : { ...object, metadata };
      const { spec } = object as KubeObject & { readonly spec?: object };
      const changed: unknown = {
        ...before,
        ...(version !== '' && { metadata: { ...metadata, resourceVersion: version } }),
        spec: { ...spec, selector: wanted.matchLabels ?? {} },
      };
      const after = recorded(context, changed as KubeObject);
      if (isLocal || dryRun === 'client') {
        printer.print(after);
        return;
      }
      const patched = await patchInfo(context, info, 'strategic', strategicPatchOf(before, after) ?? {}, { dryRun });
      printer.print(patched.object);
    });
    return undefined;
  },
};

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_set/kubectl_set_serviceaccount/ */
const serviceAccount: Command = {
  async run(context) {
    const { args } = context;
    const dryRun = dryRunOf(context);
    checkLocal(context, dryRun);
    typedPrinter(context, 'serviceaccount updated', dryRun);
    const serviceAccountName = args.at(-1);
    if (serviceAccountName === undefined) throw new Error('serviceaccount is required');
    // Local files are all that is looked at then: what else is named is not even refused.
    const infos = await objectsToSet(context, context.flags.bool('local') ? [] : args.slice(0, -1));
    return setAll(context, infos, {
      operation: 'serviceaccount updated',
      dryRun,
      failure: 'failed to patch ServiceAccountName ',
      evenUnchanged: true,
      change: (object) =>
        recorded(
          context,
          changePodSpec(object, (spec) => ({ ...spec, serviceAccountName })),
        ),
    });
  },
};

export const commands: Readonly<Record<string, Command>> = {
  'set env': env,
  'set image': image,
  'set resources': resources,
  'set selector': selector,
  'set serviceaccount': serviceAccount,
  'set subject': subject,
};
