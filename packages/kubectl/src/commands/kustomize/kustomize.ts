import type { Command } from '../../command.ts';
import { buildKustomization } from '../../kustomize/build.ts';

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_kustomize/ */
const kustomize: Command = {
  async run({ args, out, process }) {
    if (args.length > 1) throw new Error('specify one path to kustomization.yaml');
    out.write(buildKustomization(process.fs, args[0] ?? '.'));
    return undefined;
  },
};

export const commands: Readonly<Record<string, Command>> = { kustomize };
