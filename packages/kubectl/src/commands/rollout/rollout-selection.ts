import type { CommandContext } from '../../command.ts';
import { type Selection, select } from '../../resources/select.ts';
import { fileOptions } from '../../writing/file-options.ts';

/** The objects that a `kubectl rollout …` names. @throws {Error} */
export async function rolloutSelection(context: CommandContext): Promise<Selection> {
  const { flags, args } = context;
  if (args.length === 0 && flags.strings('filename').length === 0 && flags.string('kustomize') === '') {
    throw new Error('required resource not specified');
  }
  return select(context, {
    ...fileOptions(context),
    args,
    labelSelector: flags.string('selector'),
    continueOnError: true,
    typed: true,
    latest: true,
  });
}
