import {
  applyJsonPatch,
  applyMergePatch,
  applyStrategicMergePatch,
  decodeYaml,
  type KubeObject,
  StatusError,
} from '@tabernetes/apimachinery';
import type { Command, CommandContext } from '../../command.ts';
import { messageOf } from '../../errors.ts';
import { goJson } from '../../go-json.ts';
import { goKind, type Info } from '../../resources/info.ts';
import { select } from '../../resources/select.ts';
import { dryRunOf } from '../../writing/dry-run.ts';
import { fileOptions } from '../../writing/file-options.ts';
import { writtenPrinter } from '../../writing/print.ts';
import { recorded } from '../../writing/recorder.ts';
import { PATCH_TYPES, patchInfo } from '../../writing/requests.ts';
import { schemaOfObject } from '../../writing/schema-of.ts';

type Type = 'json' | 'merge' | 'strategic';
const TYPES: readonly string[] = ['json', 'merge', 'strategic'];

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_patch/ */
const patch: Command = {
  async run(context) {
    const { flags, args, process } = context;
    const dryRun = dryRunOf(context);
    const isLocal = flags.bool('local');
    const inline = flags.string('patch');
    const file = flags.string('patch-file');
    if (inline !== '' && file !== '') throw new Error('cannot specify --patch and --patch-file together');
    if (inline === '' && file === '') {
      throw new Error('must specify --patch or --patch-file containing the contents of the patch');
    }
    if (isLocal && args.length > 0) throw new Error('cannot specify --local and server resources');
    if (isLocal && dryRun === 'server') {
      throw new Error('cannot specify --local and --dry-run=server - did you mean --dry-run=client?');
    }
    const type = flags.string('type').toLowerCase() || 'strategic';
    if (!isType(type)) {
      throw new Error(`--type must be one of [${TYPES.join(' ')}], not ${JSON.stringify(flags.string('type'))}`);
    }
    if (file !== '' && !process.fs.exists(file)) {
      throw new Error(`unable to read patch file: open ${file}: no such file or directory`);
    }
    const text = jsonOf(file === '' ? inline : process.fs.readText(file), inline);
    const selection = await select(context, {
      ...fileOptions(context),
      args,
      continueOnError: true,
      allowEmptySelector: false,
      local: isLocal,
      subresource: flags.string('subresource'),
    });
    let count = 0;
    await selection.visit(async (info) => {
      count++;
      const result =
        isLocal || dryRun === 'client' ? patchedHere(info, type, text) : await send(context, info, type, text);
      const isChanged = goJson(info.object) !== goJson(result);
      const operation = isChanged ? 'patched' : 'patched (no change)';
      // The real one forgets here that it was a dry run.
      writtenPrinter(context, operation, 'none').print(result);
    });
    if (count === 0) throw new Error('no objects passed to patch');
    return undefined;
  },
};

export const commands: Readonly<Record<string, Command>> = { patch };

const isType = (text: string): text is Type => TYPES.includes(text);

/** A patch may be written as YAML; what is JSON already is sent as it stands. @throws {Error} */
function jsonOf(text: string, shown: string): string {
  if (/^\s*[{]/.test(text)) return text;
  try {
    return goJson(decodeYaml(text).value);
  } catch (error) {
    throw new Error(`unable to parse ${JSON.stringify(shown)}: ${messageOf(error)}`);
  }
}

async function send(context: CommandContext, info: Info, type: Type, text: string): Promise<KubeObject | undefined> {
  const dryRun = dryRunOf(context);
  const subresource = context.flags.string('subresource');
  let patched: Info;
  try {
    patched = await patchInfo(context, info, type, text, { dryRun, subresource });
  } catch (error) {
    if (!(error instanceof StatusError) || error.reason !== 'UnsupportedMediaType') throw error;
    const { group = '', version = '', kind = '' } = info.resource ?? {};
    throw new Error(`${PATCH_TYPES[type]} is not supported by ${group}/${version}, Kind=${kind}: ${error.message}`);
  }
  const object = patched.object as KubeObject;
  const noted = recorded(context, object);
  if (noted === object) return object;
  const note = { metadata: { annotations: noted.metadata.annotations } };
  return (await patchInfo(context, patched, 'merge', note, { dryRun })).object;
}

function patchedHere({ object }: Info, type: Type, text: string): KubeObject {
  const patchValue = decodeYaml(text).value;
  const current = object as KubeObject;
  if (type === 'json') return applyJsonPatch(current, patchValue) as KubeObject;
  if (type === 'merge') return applyMergePatch(current, patchValue) as KubeObject;
  const schema = schemaOfObject(current);
  if (schema === undefined) {
    throw new Error(`strategic merge patch is not supported for ${goKind(current)} locally, try --type merge`);
  }
  return applyStrategicMergePatch(schema, current, patchValue as object);
}
