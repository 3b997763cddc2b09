import {
  createMergePatch,
  createStrategicPatch,
  decodeYaml,
  encodeYaml,
  isNotFound,
  type KubeObject,
  StatusError,
} from '@tabernetes/apimachinery';
import type { CommandContext } from '../../command.ts';
import { Aggregate, Exit, messageOf } from '../../errors.ts';
import { goDumpJson, goJson } from '../../go-json.ts';
import { withoutManagedFields } from '../../printers/object-printer.ts';
import { fromFiles, placed } from '../../resources/from-files.ts';
import type { Info } from '../../resources/info.ts';
import { select } from '../../resources/select.ts';
import { fieldValidation } from '../../writing/dry-run.ts';
import { fileOptions } from '../../writing/file-options.ts';
import { lastApplied, withLastApplied } from '../../writing/last-applied.ts';
import { writtenPrinter } from '../../writing/print.ts';
import { recorded } from '../../writing/recorder.ts';
import { createInfo, patchInfo } from '../../writing/requests.ts';
import { builtinSchema } from '../../writing/schema-of.ts';
import { checkKind } from '../../writing/validate.ts';
import { annotationPatch } from '../apply/set-last-applied.ts';

/** What is edited: live objects, their last applied configuration, or objects that are about to be created. */
export type EditMode = 'normal' | 'apply' | 'create';

interface Reason {
  readonly head: string;
  readonly others: readonly string[];
}

/** How far the last save came. */
interface Outcome {
  readonly reasons: Reason[];
  retryable: number;
  notFound: number;
  /** Refused objects that are offered again. */
  again: number;
}

const HEADER = `# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
`;
const HEADER_OF_APPLY = `# Please edit the 'last-applied-configuration' annotations below.
# Lines beginning with a '#' will be ignored, and an empty file will abort the edit.
#
`;

/**
 * Opens objects in the editor, sends what was changed, and opens them again when the server refuses it.
 *
 * @see k8s.io/kubectl/pkg/cmd/util/editor/editoptions.go
 */
export async function editObjects(context: CommandContext, mode: EditMode): Promise<undefined> {
  const { flags, args } = context;
  const selection = await select(context, {
    ...fileOptions(context),
    ...(mode !== 'create' && { args, latest: true }),
    ...(flags.has('subresource') && { subresource: flags.string('subresource') }),
    continueOnError: true,
  });
  if (mode === 'create') {
    await selection.visit((info) => session(context, mode, [info]));
    return undefined;
  }
  const { infos, errors } = await selection.collect();
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new Aggregate(errors);
  if (mode === 'normal') {
    if (infos.length === 0) throw new Error('edit cancelled, no objects found');
    await session(context, mode, infos);
    return undefined;
  }
  const applied: Info[] = [];
  for (const { object } of infos) {
    const text = lastApplied(object);
    if (text !== undefined) applied.push(...(await readEdited(context, text)).slice(0, 1));
  }
  if (applied.length === 0) {
    throw new Error(
      'no last-applied-configuration annotation found on resources, to create the annotation, use command `kubectl apply set-last-applied --create-annotation`',
    );
  }
  await session(context, mode, applied);
  return undefined;
}

async function session(context: CommandContext, mode: EditMode, infos: readonly Info[]): Promise<void> {
  const { flags, err, process } = context;
  const output = flags.string('output');
  // A file is YAML or JSON, whatever else objects could be printed as.
  if (!['', 'json', 'yaml'].includes(output.toLowerCase())) {
    throw new Error(
      `unable to match a printer suitable for the output format ${JSON.stringify(output)}, allowed formats are: json,yaml`,
    );
  }
  const isJson = output.toLowerCase() === 'json';
  const fileName = `kubectl-edit-${process.rng.int(4_294_967_296)}.${isJson ? 'json' : 'yaml'}`;
  const [only] = infos;
  const shown = withoutManagedFields(
    infos.length === 1
      ? only?.object
      : { kind: 'List', apiVersion: 'v1', metadata: {}, items: infos.map(({ object }) => object) },
  );
  const original = isJson ? `${goJson(shown, '    ')}\n` : encodeYaml(shown);
  let outcome: Outcome = { reasons: [], retryable: 0, notFound: 0, again: 0 };
  let edited: string | undefined;
  // `create --edit` has the flag, and forgets it.
  const isWindows = mode !== 'create' && flags.bool('windows-line-endings');
  const ended = (text: string): string => (isWindows ? text.replaceAll('\n', '\r\n') : text);
  const preserved = (text: string | undefined): string => {
    const path = `/tmp/${fileName}`;
    if (text === undefined) return path;
    process.fs.mkdir('/tmp', { recursive: true });
    process.fs.writeFile(path, text, { mode: 0o600 });
    return path;
  };
  const failed = (error: unknown, text: string): unknown => {
    err.write(`A copy of your changes has been stored to ${JSON.stringify(preserved(text))}\n`);
    return error;
  };
  for (;;) {
    const header = isJson ? '' : `${mode === 'apply' ? HEADER_OF_APPLY : HEADER}${reasonsText(outcome.reasons)}`;
    const before = edited;
    const offered = `${ended(header)}${before === undefined ? ended(original) : withoutComments(before)}`;
    try {
      edited = await context.edit(offered, fileName);
    } catch (error) {
      throw before === undefined ? error : failed(error, before);
    }
    if (before !== undefined && stripped(before) === stripped(edited)) {
      throw failed(new Error('Edit cancelled, no valid changes were saved.'), edited);
    }
    context.trace(4, 'editoptions.go:310', `User edited:\n${edited}`);
    try {
      if (fieldValidation(context) !== 'Ignore') checkKind(decodeYaml(withoutComments(edited)).value);
    } catch (error) {
      const [first] = infos;
      outcome = { reasons: [], retryable: 0, notFound: 0, again: 0 };
      outcome.reasons.push({
        head: `${whatOf(first)} was not valid`,
        others: [`<nil>: Invalid value: "The edited file failed validation": ${messageOf(error)}`],
      });
      err.write(`error: ${whatOf(first)} is invalid\n`);
      continue;
    }
    if (stripped(original) === stripped(edited)) {
      err.write('Edit cancelled, no changes made.\n');
      return;
    }
    if (!edited.split('\n').some((line) => line.trim() !== '' && !line.trim().startsWith('#'))) {
      err.write('Edit cancelled, saved file was empty.\n');
      return;
    }
    outcome = { reasons: [], retryable: 0, notFound: 0, again: 0 };
    let found: readonly Info[];
    try {
      found = await readEdited(context, edited);
    } catch (error) {
      outcome.reasons.push({ head: `The edited file had a syntax error: ${messageOf(error)}`, others: [] });
      continue;
    }
    try {
      const { name: namespace } = context.namespace();
      const placedInfos = found.map((info) => placed(info, { namespace, requireNamespace: true }));
      for (const info of placedInfos) await send(context, mode, infos, info, outcome);
    } catch (error) {
      throw failed(error, edited);
    }
    if (outcome.retryable > 0) {
      err.write(`You can run \`kubectl replace -f ${preserved(edited)}\` to try this update again.\n`);
      throw new Exit(1);
    }
    if (outcome.notFound > 0) {
      err.write(`The edits you made on deleted resources have been saved to ${JSON.stringify(preserved(edited))}\n`);
      throw new Exit(1);
    }
    if (outcome.again === 0) return;
  }
}

/** The objects of a text, as the server knows their kinds. @throws {Error} when it does not */
async function readEdited(context: CommandContext, text: string): Promise<readonly Info[]> {
  const { flags } = context;
  const options = {
    // Where they are is looked at later: an object of no namespace is no mistake of the text.
    namespace: '',
    continueOnError: true,
    ...(flags.has('subresource') && { subresource: flags.string('subresource') }),
  };
  const file = { source: 'edited-file', text: async () => text, isDirectory: true };
  const { infos, errors } = await fromFiles(context, options, [file], { type: 'none' }).collect();
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new Aggregate(errors);
  return infos;
}

async function send(
  context: CommandContext,
  mode: EditMode,
  infos: readonly Info[],
  edited: Info,
  outcome: Outcome,
): Promise<void> {
  const { flags, out, err } = context;
  const show = (operation: string, object: KubeObject | undefined): void =>
    writtenPrinter(context, operation, 'none').print(object);
  const validation = fieldValidation(context);
  const fieldManager = mode === 'create' ? 'kubectl-create' : flags.string('field-manager');
  const options = { dryRun: 'none', fieldManager, fieldValidation: validation } as const;
  const saves = flags.has('save-config') && flags.bool('save-config');
  const draft = edited.object as KubeObject;
  const object = recorded(context, saves ? withLastApplied(draft) : draft);
  const info = { ...edited, object };
  if (mode === 'create') {
    const created = await createInfo(context, info, options);
    show('created', created.object);
    return;
  }
  // What was applied last has no uid: then the first of them is compared with.
  const original = infos.find((each) => each.object?.metadata?.uid === object.metadata?.uid);
  if (original?.object === undefined) {
    throw new Error(
      `no original object found for &unstructured.Unstructured{Object:${goDumpJson(withoutManagedFields(object))}}`,
    );
  }
  const before = withoutManagedFields(original.object) as KubeObject;
  if (goJson(before) === goJson(object)) {
    show('skipped', object);
    return;
  }
  if (mode === 'apply') {
    const { name: namespace } = context.namespace();
    await patchInfo(context, { ...info, namespace }, 'merge', annotationPatch(object), options);
    show('edited', object);
    return;
  }
  const { resource } = info;
  if (
    object.apiVersion !== before.apiVersion ||
    object.kind !== before.kind ||
    object.metadata.name !== before.metadata.name
  ) {
    throw new Error('At least one of apiVersion, kind and name was changed');
  }
  const schema = resource && builtinSchema(resource.group, resource.version, resource.kind);
  const patch = schema === undefined ? createMergePatch(before, object) : createStrategicPatch(schema, before, object);
  if (flags.has('output-patch') && flags.bool('output-patch')) out.write(`Patch: ${goJson(patch)}\n`);
  try {
    const patched = await patchInfo(context, info, schema === undefined ? 'merge' : 'strategic', patch, options);
    show('edited', patched.object);
  } catch (error) {
    err.write(`${refused(error, info, outcome)}\n`);
  }
}

const whatOf = (info: Info | undefined): string =>
  `${info?.resource?.name ?? ''}${info?.resource?.group ? `.${info.resource.group}` : ''} ${JSON.stringify(info?.name ?? '')}`;

function refused(error: unknown, info: Info, outcome: Outcome): string {
  const what = whatOf(info);
  if (error instanceof StatusError && error.reason === 'Invalid') {
    outcome.again++;
    const others = (error.status.details?.causes ?? []).map(({ field = '', message = '' }) => `${field}: ${message}`);
    outcome.reasons.push({ head: `${what} was not valid`, others });
    return `error: ${what} is invalid`;
  }
  if (isNotFound(error)) {
    outcome.notFound++;
    return `error: ${what} could not be found on the server`;
  }
  outcome.retryable++;
  return `error: ${what} could not be patched: ${messageOf(error)}`;
}

function reasonsText(reasons: readonly Reason[]): string {
  const commented = (text: string): string => text.replace(/\n(?=[^#])/g, '\n# ');
  return reasons
    .map(({ head, others }) => {
      const lines = others.map((other) => `# * ${commented(other)}\n`).join('');
      return `# ${commented(head)}${others.length > 0 ? ':' : ''}\n${lines}#\n`;
    })
    .join('');
}

const withoutComments = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !/^\s*#(?!!)/.test(line))
    .join('\n');

/** What a text means: comments and layout do not count. */
function stripped(text: string): string {
  try {
    return goJson(decodeYaml(text).value);
  } catch {
    return withoutComments(text);
  }
}
