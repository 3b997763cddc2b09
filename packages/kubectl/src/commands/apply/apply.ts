import { isConflict, isNotFound, type KubeObject, StatusError } from '@tabernetes/apimachinery';
import type { Command, CommandContext } from '../../command.ts';
import { Aggregate, messageOf, usageError } from '../../errors.ts';
import { goJson } from '../../go-json.ts';
import { fetchInfo, type Info } from '../../resources/info.ts';
import { select } from '../../resources/select.ts';
import { annotationOwners, migrationPatch } from '../../three-way-merge/migrate-managers.ts';
import { threeWayPatch } from '../../three-way-merge/three-way-patch.ts';
import { cascadeOf, waitUntilGone } from '../../writing/delete-objects.ts';
import { type DryRun, dryRunOf, fieldValidation } from '../../writing/dry-run.ts';
import { infoText, objectName, withSource } from '../../writing/errors.ts';
import { fileOptions, requireFiles } from '../../writing/file-options.ts';
import { configurationText, LAST_APPLIED, lastApplied, withLastApplied } from '../../writing/last-applied.ts';
import { writtenPrinter } from '../../writing/print.ts';
import { recorded } from '../../writing/recorder.ts';
import { createInfo, deleteInfo, patchInfo, type WriteOptions } from '../../writing/requests.ts';
import { builtInDocument, manifestCheck } from '../../writing/validate.ts';
import { editObjects } from '../edit/edit-objects.ts';
import { prune, pruneTypes } from './prune.ts';
import { setLastApplied } from './set-last-applied.ts';
import { viewLastApplied } from './view-last-applied.ts';

/** Retries of a patch that met a conflict, and the pause between them. */
const MAX_RETRIES = 5;
const RETRY_PAUSE_MS = 1_000;
const SERVER_SIDE_MANAGER = 'kubectl';

const CONFLICT_ADVICE = `
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`;

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_apply/ */
const apply: Command = {
  async run(context) {
    const { flags, args, path, namespace } = context;
    if (args.length > 0) throw usageError(path, `Unexpected args: [${args.join(' ')}]`);
    const dryRun = dryRunOf(context);
    cascadeOf(context);
    requireFiles(context);
    const validation = fieldValidation(context);
    const types = flags.bool('prune') ? await pruneTypes(context) : [];
    checkFlags(context, dryRun);
    const isServerSide = flags.bool('server-side');
    const fieldManager =
      isServerSide && !flags.changed('field-manager') ? SERVER_SIDE_MANAGER : flags.string('field-manager');
    const options = { dryRun, fieldManager, fieldValidation: validation };
    const check = manifestCheck(context, validation);
    const selection = await select(context, {
      ...fileOptions(context),
      labelSelector: flags.string('selector'),
      continueOnError: true,
      ...(check && { validate: check }),
    });
    const { infos, errors: readErrors } = await selection.collect();
    const errors: unknown[] = readErrors.length > 1 ? [new Aggregate(readErrors)] : [...readErrors];
    if (infos.length === 0 && errors.length === 0) throw new Error('no objects passed to apply');
    const { name: home, explicit } = namespace();
    const namespaces = new Set<string>(explicit ? [home] : []);
    const applied: Info[] = [];
    for (const info of infos) {
      if (info.namespace !== '') namespaces.add(info.namespace);
      try {
        applied.push(await (isServerSide ? applyOnServer : applyHere)(context, info, options));
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length === 1) throw errors[0];
    if (errors.length > 1) throw new Aggregate(errors);
    context.trace(4, 'apply.go:548', 'Running apply post-processor function');
    if (printsObjects(context)) {
      const [first] = applied;
      const items = applied.map(({ object }) => object);
      const whole = items.length > 1 ? { kind: 'List', apiVersion: 'v1', metadata: {}, items } : first?.object;
      writtenPrinter(context, '', dryRun).print(whole);
    }
    if (flags.bool('prune')) {
      const visited = new Set(applied.map(({ object }) => object?.metadata.uid));
      await prune(context, { types, namespaces, visited }, dryRun);
    }
    return undefined;
  },
};

function checkFlags({ flags }: CommandContext, dryRun: DryRun): void {
  const isServerSide = flags.bool('server-side');
  const isForced = flags.bool('force');
  if (flags.bool('force-conflicts') && !isServerSide)
    throw new Error('--force-conflicts only works with --server-side');
  if (dryRun === 'client' && isServerSide) {
    throw new Error("--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)");
  }
  if (isServerSide && isForced) throw new Error('--force cannot be used with --server-side');
  if (dryRun === 'server' && isForced) throw new Error('--dry-run=server cannot be used with --force');
  if (flags.bool('all') && flags.string('selector') !== '') {
    throw new Error('cannot set --all and --selector at the same time');
  }
  if (flags.bool('prune')) {
    if (isForced) throw new Error('--force cannot be used with --prune');
    if (!flags.bool('all') && flags.string('selector') === '') {
      throw new Error(
        'all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector',
      );
    }
    if (isServerSide) {
      throw new Error("--prune is in alpha and doesn't currently work on objects created by server-side apply");
    }
  }
  if (flags.string('subresource') !== '' && !isServerSide) {
    throw new Error('--subresource can only be specified for --server-side');
  }
}

/** True when whole objects are printed, at the end and together, instead of a line for each. */
function printsObjects({ flags }: CommandContext): boolean {
  const output = flags.string('output');
  return output !== '' && output !== 'name';
}

function checkName({ name, object }: Info): void {
  const { generateName = '' } = object?.metadata ?? {};
  if (name === '' && generateName !== '') throw new Error(`from ${generateName}: cannot use generate name with apply`);
}

function warnIfDeleting({ err }: CommandContext, info: Info): void {
  if (info.object?.metadata.deletionTimestamp == null) return;
  err.write(`Warning: Detected changes to resource ${info.name} which is currently being deleted.\n`);
}

type ApplyOptions = WriteOptions & { readonly fieldManager: string };

async function applyOnServer(context: CommandContext, info: Info, options: ApplyOptions): Promise<Info> {
  const { flags, err } = context;
  checkName(info);
  const object = recorded(context, info.object as KubeObject);
  const force = flags.bool('force-conflicts');
  const send = (subresource: string): Promise<Info> =>
    patchInfo(context, info, 'apply', `${goJson(object)}\n`, { ...options, force, subresource });
  if (info.name === '') throw new Error('resource name may not be empty');
  let result: Info;
  try {
    result = await send(flags.string('subresource'));
  } catch (error) {
    if (error instanceof StatusError && error.code === 415) {
      throw new Error(`Server-side apply not available on the server: (${error.message})`);
    }
    if (isConflict(error)) {
      throw new Error(`${error.message}${CONFLICT_ADVICE}`);
    }
    throw error;
  }
  try {
    result = await keepAnnotation(context, result, options);
    try {
      const migrated = await migrate(context, result, options);
      if (migrated !== undefined) {
        result = migrated;
        try {
          result = await send('');
        } catch (error) {
          err.write(
            `Warning: failed to re-apply configuration after performing Server-Side Apply migration. This is non-fatal and will be retried next time you apply. Error: ${messageOf(error)}\n`,
          );
        }
      }
    } catch (error) {
      err.write(
        `Warning: server rejected managed fields migration to Server-Side Apply. This is non-fatal and will be retried next time you apply. Error: ${messageOf(error)}\n`,
      );
    }
  } catch (error) {
    err.write(
      `Warning: failed to migrate kubectl.kubernetes.io/last-applied-configuration for Server-Side Apply. This is non-fatal and will be retried next time you apply. Error: ${messageOf(error)}\n`,
    );
  }
  warnIfDeleting(context, result);
  if (!printsObjects(context)) writtenPrinter(context, 'serverside-applied', options.dryRun).print(result.object);
  return result;
}

/** Gives the annotation of client-side apply to a manager of its own, so that it outlives the change to server-side apply. */
async function keepAnnotation(context: CommandContext, info: Info, options: ApplyOptions): Promise<Info> {
  const { object } = info;
  const text = lastApplied(object);
  if (options.fieldManager !== SERVER_SIDE_MANAGER || object === undefined || text === undefined) return info;
  if (annotationOwners(object, 'Apply').length > 0) return info;
  const { name, namespace } = object.metadata;
  const patch = {
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: { annotations: { [LAST_APPLIED]: text }, name, ...(namespace && { namespace }) },
  };
  return patchInfo(context, info, 'apply', `${goJson(patch)}\n`, { ...options, fieldManager: 'kubectl-last-applied' });
}

/** Undefined when there was nothing to migrate. */
async function migrate(context: CommandContext, info: Info, options: ApplyOptions): Promise<Info | undefined> {
  let current = info;
  const managers = annotationOwners(info.object as KubeObject, 'Update').map(({ manager = '' }) => manager);
  for (let attempt = 1; ; attempt++) {
    const patch = migrationPatch(current.object as KubeObject, [...new Set(managers)], options.fieldManager);
    if (patch === undefined) return undefined;
    try {
      return await patchInfo(context, current, 'json', patch, options);
    } catch (error) {
      if (!isConflict(error) || attempt === MAX_RETRIES) throw error;
      current = await fetchInfo(context.api(), current);
    }
  }
}

const isInvalid = (error: unknown): boolean => error instanceof StatusError && error.reason === 'Invalid';

async function applyHere(context: CommandContext, info: Info, options: ApplyOptions): Promise<Info> {
  const { dryRun } = options;
  const show = (operation: string, object: KubeObject | undefined): void => {
    if (!printsObjects(context)) writtenPrinter(context, operation, dryRun).print(object);
  };
  checkName(info);
  const object = recorded(context, info.object as KubeObject);
  const modified = withLastApplied(object, configurationText(object));
  let current: Info;
  try {
    if (info.name === '') throw new Error('resource name may not be empty');
    current = await fetchInfo(context.api(), info);
  } catch (error) {
    if (!isNotFound(error)) {
      throw withSource(`retrieving current configuration of:\n${infoText(info)}\nfrom server for:`, info.source, error);
    }
    let created: Info = { ...info, object: withoutNulls(modified) as KubeObject };
    if (dryRun !== 'client') {
      try {
        created = await createInfo(context, created, options);
      } catch (refusal) {
        throw withSource('creating', info.source, refusal);
      }
    }
    show('created', created.object);
    return created;
  }
  if (dryRun === 'client') {
    show('configured', current.object);
    return current;
  }
  if (lastApplied(current.object) === undefined) {
    context.err.write(
      `Warning: resource ${objectName(current)} is missing the ${LAST_APPLIED} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.\n`,
    );
  }
  const { info: patched, changed } = await patchWithRetries(context, current, modified, options);
  warnIfDeleting(context, patched);
  show(changed ? 'configured' : 'unchanged', patched.object);
  return patched;
}

async function patchWithRetries(
  context: CommandContext,
  start: Info,
  modified: KubeObject,
  options: ApplyOptions,
): Promise<{ readonly info: Info; readonly changed: boolean }> {
  const { flags, clock, process } = context;
  const overwrite = flags.bool('overwrite');
  let current = start;
  for (let attempt = 0; ; attempt++) {
    let text = '';
    try {
      if (current.resource === undefined || current.object === undefined) return { info: current, changed: false };
      if (attempt === 0) await builtInDocument(context.api(), current.object.apiVersion);
      const { type, patch } = threeWayPatch(current.resource, modified, current.object, {
        overwrite,
        err: context.err,
      });
      text = goJson(patch);
      if (text === '{}') return { info: current, changed: false };
      return { info: await patchInfo(context, current, type, patch, options), changed: true };
    } catch (error) {
      if (isConflict(error) && attempt < MAX_RETRIES) {
        if (attempt >= 1) await clock.sleep(RETRY_PAUSE_MS, process.signal);
        current = await fetchInfo(context.api(), current);
        continue;
      }
      if ((isConflict(error) || isInvalid(error)) && flags.bool('force')) {
        return { info: await deleteAndCreate(context, current, modified, options), changed: true };
      }
      throw withSource(
        `applying patch:\n${text}\nto:\n${infoText(current)}\nfor:`,
        start.source,
        withSource('patching', start.source, error),
      );
    }
  }
}

async function deleteAndCreate(
  context: CommandContext,
  current: Info,
  modified: KubeObject,
  options: ApplyOptions,
): Promise<Info> {
  const { flags } = context;
  const gracePeriodSeconds = flags.number('grace-period');
  await deleteInfo(context, current, {
    // With --force, deletion is at once unless somebody says otherwise.
    gracePeriodSeconds,
    propagationPolicy: cascadeOf(context),
    dryRun: options.dryRun,
  });
  await waitUntilGone(context, [{ info: current, uid: current.object?.metadata.uid }], flags.number('timeout'));
  try {
    return await createInfo(context, { ...current, object: modified }, options);
  } catch (error) {
    try {
      await createInfo(context, current, options);
    } catch (again) {
      throw new Error(
        `An error occurred force-replacing the existing object with the newly provided one:\n\n${messageOf(error)}.\n\nAdditionally, an error occurred attempting to restore the original object:\n\n${messageOf(again)}`,
      );
    }
    throw error;
  }
}

/** Nulls mean nothing in an object that is created, as they would in a patch. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null)
      .map(([key, item]) => [key, withoutNulls(item)]),
  );
}

const editLastApplied: Command = { run: (context) => editObjects(context, 'apply') };

export const commands: Readonly<Record<string, Command>> = {
  apply,
  'apply edit-last-applied': editLastApplied,
  'apply set-last-applied': setLastApplied,
  'apply view-last-applied': viewLastApplied,
};
