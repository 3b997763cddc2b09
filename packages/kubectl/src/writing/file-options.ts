import type { CommandContext } from '../command.ts';
import { Aggregate } from '../errors.ts';
import type { SelectOptions } from '../resources/select.ts';

/** What `-f`, `-k`, `-R` and the namespace say of the objects that are meant. @throws {Error} when they contradict each other */
export function fileOptions(context: CommandContext): SelectOptions {
  const { flags, namespace } = context;
  const { name, explicit } = namespace();
  const filenames = flags.has('filename') ? flags.strings('filename') : [];
  const kustomize = flags.has('kustomize') ? flags.string('kustomize') : '';
  const recursive = flags.has('recursive') && flags.bool('recursive');
  const problems = [
    ...(kustomize !== '' && filenames.length > 0 ? ['only one of -f or -k can be specified'] : []),
    ...(kustomize !== '' && recursive ? ["the -k flag can't be used with -f or -R"] : []),
  ];
  if (problems.length > 0) throw new Aggregate(problems.map((text) => new Error(text)));
  return {
    namespace: name,
    requireNamespace: explicit,
    filenames,
    recursive,
    ...(kustomize !== '' && {
      kustomization: {
        source: kustomize,
        text: () => built(context, kustomize),
      },
    }),
  };
}

async function built({ process, err, inform }: CommandContext, directory: string): Promise<string> {
  const { buildKustomization, kustomizationText } = await import('../kustomize/build.ts');
  return kustomizationText(
    buildKustomization(process.fs, directory, {
      warn: (line) => err.write(line),
      log: (line) => inform('log.go:244', line),
    }),
  );
}

/** @throws {Error} when neither a file nor a kustomization is named */
export function requireFiles({ flags }: CommandContext): void {
  if (flags.strings('filename').length === 0 && flags.string('kustomize') === '') {
    throw new Error('must specify one of -f and -k');
  }
}
